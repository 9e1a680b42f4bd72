/** Temporary directories for tests that mount, and their removal. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostMounts } from '../../mounts/fuse/host-mounts.ts';

const PREFIX = 'compatfs-test-';

/** Makes a directory of one's own for a test. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), PREFIX));
}

/** Removes it, whatever is still mounted below it. */
export function removeDirectory(directory: string): void {
  detachBelow(directory);
  rmSync(directory, { recursive: true, force: true });
}

/** Detaches everything that any test left mounted. */
export function detachTestMounts(): void {
  detachBelow(join(tmpdir(), PREFIX));
}

function detachBelow(prefix: string): void {
  for (const { mountPoint } of hostMounts().reverse()) {
    if (mountPoint.startsWith(prefix)) spawnSync('umount', ['-l', mountPoint], { stdio: 'ignore' });
  }
}
