/** Files of a tree in memory: put there and taken out by whoever runs a guest. */

import { SUPERUSER } from '../fs/caller.ts';
import { type Errno, isErrno } from '../fs/errno.ts';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../fs/flags.ts';
import { Stat } from '../fs/stat.ts';
import type { Vfs } from '../fs/vfs.ts';
import { makeDirectories } from './tree.ts';

/** What is at a path: text, bytes, bytes with permission bits, or a link. */
export type VolumeFile = string | Uint8Array | { readonly content: string | Uint8Array; readonly mode: number } | { readonly link: string };

/** Files by their absolute paths. Directories come by themselves; a path that ends in a slash is an empty one. */
export type VolumeFiles = Readonly<Record<string, VolumeFile>>;

const CHUNK = 1 << 20;
const DEFAULT_MODE = 0o644;

/** Text as bytes, one a char: as the tree has names. */
const byteString = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Puts files into a tree. Throws where one cannot be made. */
export function putFiles(vfs: Vfs, files: VolumeFiles): void {
  for (const [name, file] of Object.entries(files)) {
    const path = byteString(name);
    const cut = path.lastIndexOf('/');
    const done = (cut > 0 ? makeDirectories(vfs, path.slice(0, cut)) : 0) || (cut === path.length - 1 ? 0 : putFile(vfs, path, file));
    if (isErrno(done)) throw new Error(`${name}: error ${-done}`);
  }
}

function putFile(vfs: Vfs, path: string, file: VolumeFile): Errno | 0 {
  if (typeof file === 'object' && 'link' in file) return vfs.symlink(byteString(file.link), path, SUPERUSER);
  const { content, mode } = typeof file === 'object' && 'content' in file ? file : { content: file, mode: DEFAULT_MODE };
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const opened = vfs.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode, SUPERUSER);
  if (isErrno(opened)) return opened;
  let error: Errno | 0 = 0;
  for (let at = 0; at < bytes.length && error === 0; ) {
    const count = opened.write?.(bytes, at, Math.min(CHUNK, bytes.length - at), at, SUPERUSER) ?? 0;
    if (isErrno(count)) error = count;
    else at += Math.max(0, count);
  }
  opened.release();
  return error;
}

/** The bytes of a file of a tree. Errors: those of open(2). */
export function takeFile(vfs: Vfs, name: string): Uint8Array | Errno {
  const opened = vfs.open(byteString(name), O_RDONLY, 0, SUPERUSER);
  if (isErrno(opened)) return opened;
  const stat = new Stat();
  const known = opened.vnode.stat(stat, SUPERUSER);
  const parts: Uint8Array[] = [];
  // What is generated has no size; it is read to its end.
  const step = isErrno(known) || stat.size === 0 ? 65536 : stat.size;
  for (let at = 0; ; ) {
    const part = new Uint8Array(step);
    const count = opened.read?.(part, 0, step, at, SUPERUSER) ?? 0;
    if (count <= 0) break;
    parts.push(part.subarray(0, count));
    at += count;
  }
  opened.release();
  return Buffer.concat(parts);
}
