/** Temporary directories for tests that mount, and their removal. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
  let table: string;
  try {
    table = readFileSync('/proc/self/mounts', 'utf8');
  } catch {
    // Only Linux has such mounts.
    return;
  }
  for (const line of table.split('\n').reverse()) {
    const point = line.split(' ')[1]?.replaceAll('\\040', ' ');
    if (point?.startsWith(prefix)) spawnSync('umount', ['-l', point], { stdio: 'ignore' });
  }
}
