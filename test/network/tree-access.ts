/** Looks into a tree of the host's /proc from within, without a mount. */

import { type Caller, SUPERUSER } from '../../fs/caller.ts';
import { EACCES, EIO, type Errno, isErrno } from '../../fs/errno.ts';
import { O_RDONLY, O_RDWR } from '../../fs/flags.ts';
import * as operations from '../../fs/operations.ts';
import { Stat } from '../../fs/stat.ts';
import type { OpenFile, Vnode } from '../../fs/vnode.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';

export class ProcTree {
  readonly source: HostSource = new HostSource();
  readonly root: Vnode = linprocfs(this.source, DEFAULT_OPTIONS).root;

  /** Has everything read anew. */
  refresh(): void {
    this.source.invalidate();
  }

  /** The text of a file as a byte string. */
  read(path: string): string {
    const file = open(this, path, SUPERUSER);
    if (isErrno(file)) throw new Error(`${path}: ${file}`);
    const parts: Buffer[] = [];
    for (let at = 0; ; ) {
      const part = Buffer.alloc(65536);
      const count = file.read?.(part, 0, part.length, at, SUPERUSER) ?? 0;
      if (count < 0) throw new Error(`${path}: ${count}`);
      if (count === 0) return Buffer.concat(parts).toString('latin1');
      parts.push(part.subarray(0, count));
      at += count;
    }
  }

  names(path: string): string[] {
    const names = list(this, path, SUPERUSER);
    if (isErrno(names)) throw new Error(`${path}: ${names}`);
    return names;
  }

  stat(path: string): Stat | Errno {
    const found = lookup(this, path, SUPERUSER);
    if (isErrno(found)) return found;
    const stat = new Stat();
    const error = found.stat(stat, SUPERUSER);
    return isErrno(error) ? error : stat;
  }

  /** What becomes of writing to a file: `open` if not even that succeeds, or an errno's name. */
  writes(path: string): string {
    const file = open(this, path, SUPERUSER, O_RDWR);
    if (isErrno(file)) return 'open';
    const result = file.write?.(Buffer.from('x\n'), 0, 2, 0, SUPERUSER);
    return result === EIO ? 'EIO' : result === EACCES ? 'EACCES' : String(result);
  }
}

/** Finds a file by its path; empty components are passed over. */
export function lookup(tree: ProcTree, path: string, caller: Caller): Vnode | Errno {
  let vnode = tree.root;
  for (const name of path.split('/').filter(Boolean)) {
    const next = operations.lookup(vnode, name, caller);
    if (isErrno(next)) return next;
    vnode = next;
  }
  return vnode;
}

export function open(tree: ProcTree, path: string, caller: Caller, flags: number = O_RDONLY): OpenFile | Errno {
  const vnode = lookup(tree, path, caller);
  return isErrno(vnode) ? vnode : operations.open(vnode, flags, caller);
}

/** The names in a directory in order, taken a few at a time as by a small buffer. */
export function list(tree: ProcTree, path: string, caller: Caller): string[] | Errno {
  const vnode = lookup(tree, path, caller);
  if (isErrno(vnode)) return vnode;
  const names: string[] = [];
  for (let after = 0; ; ) {
    let room = 5;
    const error = vnode.list?.(
      after,
      {
        add(name, _ino, _type, cookie) {
          if (room === 0) return false;
          room--;
          names.push(name);
          after = cookie;
          return true;
        },
      },
      caller,
    );
    if (error !== undefined && isErrno(error)) return error;
    if (room === 5) return names;
  }
}
