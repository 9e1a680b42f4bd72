/** A directory of the host mounted over FUSE, under the conformance suite, used by a real process through the kernel. */

import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KernelProcess, kernelProcessMissing } from '../../fs/testing/kernel-process.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import type { Feature } from '../../fs/testing/trial.ts';
import { HOST_ROOTS, mountTree } from '../support/fuse-tree.ts';
import { hostFeatures } from '../support/host-features.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { reasonNotToMount } from '../support/requirements.ts';

const missing = reasonNotToMount() ?? kernelProcessMissing();
if (missing) {
  console.log(`skipped: ${missing}`);
  test.skip('a host directory over FUSE', () => {});
  test.run();
} else {
  const features = new Set<Feature>(['writable', 'hardlinks', 'owners', 'noreplace', 'resolve']);
  if (readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() === '1') features.add('protected-hardlinks');
  const directory = temporaryDirectory(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  for (const feature of hostFeatures(directory)) features.add(feature);
  const tree = await mountTree({ type: 'nullfs', roots: HOST_ROOTS, path: directory, options: {} });
  testConformance('a host directory over FUSE', () => ({ process: new KernelProcess(tree.path), features }), {
    async end() {
      const { openFiles, faults } = tree.mount.counters.read();
      await tree.end();
      removeDirectory(directory);
      assert.is(openFiles, 0, 'open files are left');
      assert.is(faults, 0, tree.faults.join('\n'));
    },
  });
}
