/** What tests need of the machine. A test that cannot run says why, and is counted as skipped. */

import { accessSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';

/** Why FUSE cannot be mounted here as root; undefined where it can. */
export function reasonNotToMount(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  try {
    accessSync('/dev/fuse');
  } catch {
    return 'needs /dev/fuse';
  }
  return undefined;
}

/** Why one of these programs cannot be run; undefined where all can. */
export function missingProgram(...programs: readonly string[]): string | undefined {
  const missing = programs.filter((program) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status !== 0);
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')}`;
}

/**
 * Why a user cannot make a user namespace here, root if none is named; undefined where that is possible. The administrator
 * may forbid it, and the kernel forbids it in a chroot.
 */
export function reasonAgainstNamespaces(uid = 0): string | undefined {
  const made = spawnSync('unshare', ['--user', 'true'], process.getuid?.() === uid ? {} : { uid, gid: uid });
  return made.status === 0 ? undefined : 'this machine does not let its users make user namespaces';
}

/** Why a Linux /proc cannot be mounted and compared here; undefined where it can. */
function reasonNotToCompare(): string | undefined {
  return reasonNotToMount() ?? (missingProgram('cc') && 'needs a C compiler');
}

/** `test` unless there is a reason against it, else `test.skip` that says why. */
export function unless(reason: string | undefined, name: string, body: () => Promise<void>): void {
  if (reason === undefined) {
    test(name, body);
    return;
  }
  console.log(`skipped: ${reason}`);
  test.skip(name, body);
}

/** `test` where linprocfs can be mounted beside the kernel's /proc, else `test.skip` that says why. */
export function whenMounting(name: string, body: () => Promise<void>): void {
  unless(reasonNotToCompare(), name, body);
}
