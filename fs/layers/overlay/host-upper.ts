/**
 * An upper layer in a directory of the host, with its work directory beside it. What it says is what Linux's overlayfs
 * says with the mount option `userxattr` left out and no extended attributes at hand: see `Upper.hide`.
 */

import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../../errno.ts';
import { Passthrough, type PassthroughOptions } from '../../passthrough/passthrough.ts';
import type { FileSystem } from '../../vnode.ts';
import type { UpperPlace } from './upper.ts';

/** Takes both directories into use. Throws where they cannot be, or are of different file systems of the host. */
export function hostUpper(
  path: string,
  work: string,
  options: PassthroughOptions = {},
): { readonly upper: UpperPlace; readonly owned: readonly FileSystem[] } {
  const inner = join(work, 'work');
  mkdirSync(inner, { recursive: true, mode: 0o700 });
  if (lstatSync(inner).dev !== lstatSync(path).dev) throw new Error('upperdir and workdir are not in one file system');
  const [upper, ready] = [path, inner].map((directory) => new Passthrough(directory, { ...options, makesSpecial: true })) as [Passthrough, Passthrough];
  return { upper: { directory: upper.root, work: ready.root }, owned: [upper, ready] };
}

/** The name by which a branch of a union has its work directory, which is not shown. */
export const BRANCH_WORK = '.compatfs-union';

/** Takes one directory into use that has its work directory in itself. Throws where it cannot be. */
export function branchUpper(
  path: string,
  options: PassthroughOptions = {},
): { readonly upper: UpperPlace; readonly hidden: string; readonly owned: readonly FileSystem[] } {
  mkdirSync(join(path, BRANCH_WORK), { recursive: true, mode: 0o700 });
  const branch = new Passthrough(path, { ...options, makesSpecial: true });
  const work = branch.root.lookup(BRANCH_WORK);
  if (isErrno(work)) throw new Error(`${path} has no room for ${BRANCH_WORK}`);
  return { upper: { directory: branch.root, work }, hidden: BRANCH_WORK, owned: [branch] };
}
