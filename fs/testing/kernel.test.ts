/** The kernel's own tmpfs under the conformance suite: every expectation of it is what Linux does. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import { removeDirectory, temporaryDirectory } from '../../test/support/mounts.ts';
import { KernelProcess, kernelProcessMissing } from './kernel-process.ts';
import { testConformance } from './suite.ts';
import type { Feature } from './trial.ts';

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
  'nanoseconds',
  'access-times',
  'tmpfs',
  'resolve',
]);

const missing = kernelProcessMissing();
if (missing) {
  console.log(`skipped: ${missing}`);
  test.skip('the kernel\'s tmpfs', () => {});
  test.run();
} else {
  const directory = temporaryDirectory();
  if (readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() === '1') features.add('protected-hardlinks');
  testConformance(
    'the kernel\'s tmpfs',
    () => {
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'compatfs-test', directory]);
      return { process: new KernelProcess(directory), features };
    },
    {
      end() {
        removeDirectory(directory);
      },
    },
  );
}
