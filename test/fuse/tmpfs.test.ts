/** A tmpfs mounted over FUSE, under the conformance suite, used by a real process through the kernel. */

import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { KernelProcess, kernelProcessMissing } from '../../fs/testing/kernel-process.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import type { Feature } from '../../fs/testing/trial.ts';
import { HOST_ROOTS, mountTree } from '../support/fuse-tree.ts';
import { reasonNotToMount } from '../support/requirements.ts';

const missing = reasonNotToMount() ?? kernelProcessMissing();
if (missing) {
  console.log(`skipped: ${missing}`);
  test.skip('tmpfs over FUSE', () => {});
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
  const description = { type: 'tmpfs', roots: HOST_ROOTS, options: { ...defaultTmpfsOptions(), mode: 0o755 } } as const;
  const trees = [
    { form: 'blocking', tree: await mountTree(description) },
    { form: 'polled', tree: await mountTree(description, { polled: true }) },
  ];
  for (const { form, tree } of trees) {
    testConformance(`tmpfs over FUSE, ${form}`, () => ({ process: new KernelProcess(tree.path), features }), {
      async end() {
        const { openFiles, faults } = tree.mount.counters.read();
        await tree.end();
        assert.is(openFiles, 0, 'open files are left');
        assert.is(faults, 0, tree.faults.join('\n'));
      },
    });
  }
}
