/** Temporary directories for tests that mount, and their removal. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostMounts } from '../../mounts/fuse/host-mounts.ts';

/** The variable by which a run of tests tells its files that they belong together. */
const RUN = 'COMPATFS_TEST_RUN';
/** Each run clears up behind itself, and leaves others on the same machine alone. */
const PREFIX = `compatfs-run-${(process.env[RUN] ??= String(process.pid))}-`;

/** Makes a directory of one's own for a test. */
export function temporaryDirectory(parent: string = tmpdir()): string {
  return mkdtempSync(join(parent, PREFIX));
}

/** Removes it, whatever is still mounted below it. */
export function removeDirectory(directory: string): void {
  detachBelow(directory);
  rmSync(directory, { recursive: true, force: true });
}

/** Detaches everything that any test of this run left mounted. */
export function detachTestMounts(): void {
  detachBelow(join(tmpdir(), PREFIX));
}

function detachBelow(prefix: string): void {
  for (const { mountPoint } of hostMounts().reverse()) {
    if (mountPoint.startsWith(prefix)) spawnSync('umount', ['-l', mountPoint], { stdio: 'ignore' });
  }
}
