/** What of the kernel's /sys and /dev stays in its place when trees of ours cover them. */

import { statfsSync } from 'node:fs';
import { hostMounts } from '../fuse/host-mounts.ts';
import { bind } from '../fuse/kernel-mount.ts';
import { holdHostRoots } from './host-roots.ts';
import type { MountPlan } from './mount-server.ts';

/** SYSFS_MAGIC */
const MAGIC = 0x6265_6572;
const SYS = '/sys';

/** Whether this machine has a /sys to read. */
export function hasSysfs(): boolean {
  try {
    return statfsSync(SYS).type === MAGIC;
  } catch {
    return false;
  }
}

/**
 * Finds what else is mounted below /sys (control groups, debugfs), and gives what shows it in its place again once a mount
 * of ours covers it all: linsysfs has empty directories there, and programs want what is theirs.
 */
export function keepMountsBelowSys(plans: readonly MountPlan[]): () => Promise<void> {
  if (!plans.some(({ target }) => target === SYS)) return async () => {};
  const places = new Set(hostMounts().map(({ mountPoint }) => mountPoint));
  const below = [...places].filter((place) => place.startsWith(`${SYS}/`));
  // With each goes all that is mounted below it.
  const outermost = below.filter((place) => !below.some((other) => place.startsWith(`${other}/`)));
  return async () => {
    // The helper that binds is another process, and so is its `self`.
    const kernel = holdHostRoots().sys.replace(/^self\//, `${process.pid}/`);
    for (const place of outermost) await bind(kernel + place.slice(SYS.length + 1), place);
  };
}
