/** Refusing mounts that would show themselves: whoever served one would wait for himself. */

import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
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

/** A directory and those above it, the nearest first, as the kernel tells them apart: a mount may show one at another path too. */
async function lineage(directory: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let path = await realpath(directory); ; path = dirname(path)) {
    const { dev, ino } = await stat(path);
    ids.push(`${dev}:${ino}`);
    if (path === dirname(path)) return ids;
  }
}

/**
 * Refuses layers of an overlay of which one would change another (ovl_get_workdir, ovl_check_overlapping_layers): `upper` and
 * `work` have to be two separate trees of one file system, and no lower layer may be in another layer or in those. Throws a
 * Failure.
 */
export async function refuseOverlappingLayers(lowers: readonly string[], upper?: string, work?: string): Promise<void> {
  if (upper !== undefined && work !== undefined) {
    const [above, beside] = [await lineage(upper), await lineage(work)];
    if (above.includes(beside[0] ?? '') || beside.includes(above[0] ?? ''))
      throw new Failure(work, `${upper} and it are not separate, which upperdir and workdir have to be`);
    if ((await stat(upper)).dev !== (await stat(work)).dev) throw new Failure(work, `is not in the file system of ${upper}, as a workdir has to be`);
  }
  const layers = [...lowers, upper, work].filter((path) => path !== undefined);
  const own = await Promise.all(layers.map(async (path) => (await lineage(path))[0]));
  for (const [index, path] of lowers.entries()) {
    const ids = await lineage(path);
    const other = layers.find((_, at) => at !== index && ids.includes(own[at] ?? ''));
    if (other !== undefined) throw new Failure(path, `is in ${other}, which is another layer (ELOOP)`);
  }
}
