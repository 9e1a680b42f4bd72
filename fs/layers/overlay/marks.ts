/** What layers say about names that are gone and directories that hide what is below them, as overlayfs writes it. */

import { SUPERUSER } from '../../caller.ts';
import { isErrno } from '../../errno.ts';
import { S_IFCHR, Stat } from '../../stat.ts';
import type { Vnode } from '../../vnode.ts';

const scratch = new Stat();

/** Where overlayfs keeps its own attributes: `user` for those who may not use `trusted`. */
export type MarkSpace = 'trusted' | 'user';

/** Whether a file is a whiteout: a device 0:0 that stands for a name which is gone. */
export function isWhiteout(vnode: Vnode): boolean {
  return vnode.type === S_IFCHR && !isErrno(vnode.stat(scratch, SUPERUSER)) && scratch.rdev === 0;
}

/** The name of one of overlayfs's own attributes. */
export function markName(space: MarkSpace, mark: string): string {
  return `${space}.overlay.${mark}`;
}

/** The name that a layer has for an attribute of a file: overlayfs's own are put out of the way, for overlays in overlays. */
export function nameInLayer(space: MarkSpace, name: string): string {
  const prefix = `${space}.overlay.`;
  return name.startsWith(prefix) ? `${prefix}overlay.${name.slice(prefix.length)}` : name;
}

/** The other way; undefined for a mark of this overlay, which nobody sees through it. */
export function nameFromLayer(space: MarkSpace, name: string): string | undefined {
  const prefix = `${space}.overlay.`;
  if (!name.startsWith(prefix)) return name;
  const escaped = `${prefix}overlay.`;
  return name.startsWith(escaped) ? prefix + name.slice(escaped.length) : undefined;
}

const YES = 0x79;

/** Whether a directory hides those of the same name in the layers below it. */
export function isOpaque(space: MarkSpace, directory: Vnode): boolean {
  const value = directory.xattr?.get(markName(space, 'opaque'), SUPERUSER);
  return value !== undefined && !isErrno(value) && value.length === 1 && value[0] === YES;
}

/** The mark of a directory that hides those below it. */
export const OPAQUE: Uint8Array = Uint8Array.of(YES);
