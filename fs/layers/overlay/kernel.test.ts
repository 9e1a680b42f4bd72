/** The kernel's own overlayfs under the conformance suite: what is expected of ours holds there too. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { removeDirectory, temporaryDirectory } from '../../../test/support/mounts.ts';
import { OVERLAY_EXCEPT, TMPFS_FEATURES } from '../../testing/features.ts';
import { KernelProcess, kernelProcessMissing } from '../../testing/kernel-process.ts';
import { testConformance } from '../../testing/suite.ts';
import { kernelOverlayMissing } from '../../../test/support/kernel-overlay.ts';

const missing = kernelProcessMissing() ?? kernelOverlayMissing();
if (missing) {
  console.log(`skipped: ${missing}`);
  test.skip("the kernel's overlayfs", () => {});
  test.run();
} else {
  const features = new Set(TMPFS_FEATURES);
  features.delete('zero-range');
  if (readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() !== '1') features.delete('protected-hardlinks');
  const directory = temporaryDirectory();
  testConformance(
    "the kernel's overlayfs",
    () => {
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'compatfs-test', directory]);
      for (const name of ['upper', 'work', 'lower', 'mount']) mkdirSync(join(directory, name), { mode: 0o755 });
      const layers = ['lower', 'upper', 'work'].map((name) => `${name}dir=${join(directory, name)}`).join(',');
      spawnSync('mount', ['-t', 'overlay', '-o', layers, 'compatfs-test', join(directory, 'mount')]);
      return { process: new KernelProcess(join(directory, 'mount')), features };
    },
    { except: OVERLAY_EXCEPT, end: () => removeDirectory(directory) },
  );
}
