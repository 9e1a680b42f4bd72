/** devfs mounted over FUSE, under the conformance suite, used by a real process through the kernel. */

import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KernelProcess, kernelProcessMissing } from '../../fs/testing/kernel-process.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import type { Feature } from '../../fs/testing/trial.ts';
import { HOST_ROOTS, mountTree } from '../support/fuse-tree.ts';
import { reasonNotToMount } from '../support/requirements.ts';

const missing = reasonNotToMount() ?? kernelProcessMissing();
if (missing) {
  console.log(`skipped: ${missing}`);
  test.skip('devfs over FUSE', () => {});
  test.run();
} else {
  const features = new Set<Feature>([
    'writable',
    'special',
    'hardlinks',
    'owners',
    'xattr',
    'noreplace',
    'exchange',
    'temporary',
    'holes',
    'allocate',
    'zero-range',
    'nanoseconds',
    'resolve',
  ]);
  if (readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() === '1') features.add('protected-hardlinks');
  for (const form of ['nodes', 'files'] as const) {
    const tree = await mountTree({ type: 'devfs', roots: HOST_ROOTS, form, ruleset: 0, rules: '' });
    testConformance(`devfs over FUSE, ${form}`, () => ({ process: new KernelProcess(tree.path), features }), {
      async end() {
        const { openFiles, faults } = tree.mount.counters.read();
        await tree.end();
        assert.is(openFiles, 0, 'open files are left');
        assert.is(faults, 0, tree.faults.join('\n'));
      },
    });
  }
}
