/**
 * An upper layer in a directory of the host, with its work directory beside it. What it says is what Linux's overlayfs
 * says with the mount option `userxattr` left out and no extended attributes at hand: see `Upper.hide`.
 */

import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
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
