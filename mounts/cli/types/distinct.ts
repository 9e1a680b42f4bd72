/** Refusing mounts that would show themselves: whoever served one would wait for himself. */

import { realpath } from 'node:fs/promises';
import { Failure } from '../failure.ts';

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** Refuses a mount point below one of the directories that are shown. Throws a Failure. */
export async function refuseWithin(target: string, directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    if (isBelow(target, await realpath(directory)))
      throw new Failure(target, `is in ${directory}, and would show itself there (EDEADLK)`);
  }
}

/**
 * Refuses a mount point below a directory that is shown where that could not be shown without it: it has to be held before
 * it is covered, which is too late once fusermount3 has mounted. Throws a Failure.
 */
export async function refuseCovered(target: string, directories: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) await refuseWithin(target, directories);
}

/** Refuses, as mount_nullfs(8) does, what is not two separate trees. Throws a Failure. */
export function refuseOverlap(target: string, source: string): void {
  if (target === source || isBelow(target, source) || isBelow(source, target))
    throw new Failure(target, `${source} and it are not distinct: what is shown would be in itself (EDEADLK)`);
}
