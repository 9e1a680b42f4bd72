/** Whether the machine has an overlayfs to compare with. */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeDirectory, temporaryDirectory } from './mounts.ts';

/** Why the kernel's overlayfs cannot be used; undefined where it can. */
export function kernelOverlayMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  const directory = temporaryDirectory();
  try {
    for (const name of ['a', 'b', 'mount']) mkdirSync(join(directory, name));
    const layers = `lowerdir=${join(directory, 'a')}:${join(directory, 'b')}`;
    const { status } = spawnSync('mount', ['-t', 'overlay', '-o', layers, 'compatfs-test', join(directory, 'mount')]);
    return status === 0 ? undefined : 'this machine has no overlayfs';
  } finally {
    removeDirectory(directory);
  }
}
