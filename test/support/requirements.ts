/** What tests need of the machine. */

import { accessSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';

/** Why a Linux /proc cannot be mounted and compared here; undefined where it can. */
function reasonNotToMount(): string | undefined {
  if (process.platform !== 'linux') return 'the oracle is a Linux kernel';
  if (process.getuid?.() !== 0) return 'needs root, to make processes of every kind';
  try {
    accessSync('/dev/fuse');
  } catch {
    return 'needs /dev/fuse';
  }
  return spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0 ? undefined : 'needs a C compiler';
}

/** `test` where linprocfs can be mounted beside the kernel's /proc, else `test.skip` that says why. */
export function whenMounting(name: string, body: () => Promise<void>): void {
  const reason = reasonNotToMount();
  if (reason === undefined) {
    test(name, body);
    return;
  }
  console.log(`skipped: ${reason}`);
  test.skip(name, body);
}
