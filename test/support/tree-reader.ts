/** Reads files of a file system that is not mounted, as a program would. */

import { type Caller, SUPERUSER } from '../../fs/caller.ts';
import { EINVAL, EISDIR, type Errno, isErrno } from '../../fs/errno.ts';
import { O_RDONLY, O_WRONLY } from '../../fs/flags.ts';
import { lookup, open } from '../../fs/operations.ts';
import { Stat } from '../../fs/stat.ts';
import type { FileSystem, Vnode } from '../../fs/vnode.ts';

/** Finds a vnode by a path without links. */
export function find(tree: FileSystem, path: string, caller: Caller = SUPERUSER): Vnode | Errno {
  let vnode = tree.root;
  for (const name of path.split('/')) {
    if (name === '') continue;
    const found = lookup(vnode, name, caller);
    if (isErrno(found)) return found;
    vnode = found;
  }
  return vnode;
}

/** The whole of a file as a byte string, read in pieces of `size` bytes. */
export function readWhole(tree: FileSystem, path: string, caller: Caller = SUPERUSER, size: number = 65536): string | Errno {
  const vnode = find(tree, path, caller);
  if (isErrno(vnode)) return vnode;
  const file = open(vnode, O_RDONLY, caller);
  if (isErrno(file)) return file;
  if (!file.read) return EISDIR;
  const piece = Buffer.alloc(size);
  let text = '';
  for (;;) {
    const count = file.read(piece, 0, size, text.length, caller);
    if (count < 0) return count as Errno;
    if (count === 0) break;
    text += piece.toString('latin1', 0, count);
  }
  file.release();
  return text;
}

/** The names in a directory in the order of the listing, which stops and resumes after each `step` names. */
export function listNames(tree: FileSystem, path: string, caller: Caller = SUPERUSER, step: number = Infinity): string[] | Errno {
  const vnode = find(tree, path, caller);
  if (isErrno(vnode)) return vnode;
  const names: string[] = [];
  let after = 0;
  for (;;) {
    let added = 0;
    const error = vnode.list?.(
      after,
      {
        add(name, _ino, _type, cookie) {
          if (added === step) return false;
          added++;
          after = cookie;
          names.push(name);
          return true;
        },
      },
      caller,
    );
    if (isErrno(error)) return error;
    if (added === 0 || step === Infinity) return names;
  }
}

/** A file's attributes. */
export function statOf(tree: FileSystem, path: string, caller: Caller = SUPERUSER): Stat | Errno {
  const vnode = find(tree, path, caller);
  if (isErrno(vnode)) return vnode;
  const into = new Stat();
  return vnode.stat(into, caller) || into;
}

/** Writes a byte string to a file at one go; returns how much was taken. */
export function writeOnce(tree: FileSystem, path: string, value: string, caller: Caller = SUPERUSER, at: number = 0): number {
  const vnode = find(tree, path, caller);
  if (isErrno(vnode)) return vnode;
  const file = open(vnode, O_WRONLY, caller);
  if (isErrno(file)) return file;
  const bytes = Buffer.from(value, 'latin1');
  const taken = file.write ? file.write(bytes, 0, bytes.length, at, caller) : EINVAL;
  file.release();
  return taken;
}
