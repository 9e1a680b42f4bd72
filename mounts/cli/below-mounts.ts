/** What of the kernel's /sys and /dev stays in its place when trees of ours cover them. */

import { constants, openSync, statfsSync } from 'node:fs';
import { hostMounts } from '../fuse/host-mounts.ts';
import { bind } from '../fuse/kernel-mount.ts';
import { holdHostRoots } from './host-roots.ts';
import type { MountPlan } from './mount-server.ts';

/** SYSFS_MAGIC */
const MAGIC = 0x6265_6572;
/** O_PATH, which takes no right to read. */
const O_PATH = 0o10000000;

/** Whether this machine has a /sys to read. */
export function hasSysfs(): boolean {
  try {
    return statfsSync('/sys').type === MAGIC;
  } catch {
    return false;
  }
}

/**
 * Finds what else is mounted below /sys (control groups, debugfs) and /dev (terminals, shared memory), and gives what shows
 * it in its place again once mounts of ours cover it all: ours have empty directories there, and programs want what is
 * theirs. What a plan puts there stays.
 */
export function keepMountsBelow(plans: readonly MountPlan[]): () => Promise<void> {
  const targets = plans.map(({ target }) => target);
  const kept = ['/sys', '/dev'].filter((covered) => targets.includes(covered)).flatMap((covered) => {
    holdHostRoots();
    const descriptor = openSync(covered, O_PATH | constants.O_DIRECTORY);
    return outermostBelow(covered)
      .filter((place) => !targets.includes(place))
      .map((place) => ({ place, from: `${process.pid}/fd/${descriptor}${place.slice(covered.length)}` }));
  });
  return async () => {
    // The helper that binds is another process, with our working directory, which is the kernel's /proc.
    for (const { from, place } of kept) await bind(from, place);
  };
}

/** The mount points below a directory; with each goes all that is mounted below it. */
function outermostBelow(directory: string): string[] {
  const places = new Set(hostMounts().map(({ mountPoint }) => mountPoint));
  const below = [...places].filter((place) => place.startsWith(`${directory}/`));
  return below.filter((place) => !below.some((other) => place.startsWith(`${other}/`)));
}
