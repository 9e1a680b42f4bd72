/** Making, linking, removing and moving names by their paths: the second part of the system calls of `vfs.ts`. */

import { CAP_DAC_READ_SEARCH, CAP_FOWNER, type Caller } from './caller.ts';
import { Entry } from './entry.ts';
import { EBUSY, EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY, EPERM, EXDEV, type Errno, isErrno } from './errno.ts';
import {
  AT_EMPTY_PATH,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  MAY_READ,
  MAY_WRITE,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
} from './flags.ts';
import * as operations from './operations.ts';
import { PathWalk } from './path-walk.ts';
import { permission } from './permission.ts';
import { Place } from './place.ts';
import { isAcross } from './reroot.ts';
import { S_IFDIR, S_IFREG, S_ISGID, S_ISUID, S_IXGRP, Stat } from './stat.ts';
import type { Vnode } from './vnode.ts';
import { VfsOpening } from './vfs-opening.ts';

const scratch = new Stat();

/** Making, linking, removing and moving names. */
export class VfsNames extends VfsOpening {
  // Making names.

  /** Goes to where a new name is to be. Errors: EEXIST, ENOENT behind a slash, EROFS, and the walk's. */
  #newName(path: string, caller: Caller, from: Place | undefined, directory: boolean, near?: Place): PathWalk | Errno {
    const state = this.toParent(path, caller, from, { kind: 'new', ...(near && { near }) });
    if (isErrno(state)) return state;
    if (state.last !== 'name') return EEXIST;
    const found = state.lookupLast();
    if (!isErrno(found)) return EEXIST;
    if (found !== ENOENT) return found;
    if (state.slash && !directory) return ENOENT;
    const readOnly = state.place.mount.checkWritable();
    return readOnly || state;
  }

  #make(
    path: string,
    caller: Caller,
    from: Place | undefined,
    directory: boolean,
    make: (parent: Vnode, name: string) => Vnode | Errno,
  ): Errno | 0 {
    const state = this.#newName(path, caller, from, directory);
    if (isErrno(state)) return state;
    const made = make(state.place.vnode, state.name);
    return isErrno(made) ? made : 0;
  }

  /** mkdirat(2). Errors: EEXIST, EROFS, EACCES, EPERM, ENOSPC, and the walk's. */
  mkdir(path: string, mode: number, caller: Caller, from?: Place): Errno | 0 {
    return this.#make(path, caller, from, true, (parent, name) => operations.mkdir(parent, name, mode, caller));
  }

  /** mknodat(2). Errors: EEXIST, EROFS, EACCES, EPERM, EINVAL, ENOSPC, and the walk's. */
  mknod(path: string, mode: number, rdev: number, caller: Caller, from?: Place): Errno | 0 {
    const valid = operations.checkNodeType(mode);
    if (isErrno(valid)) return valid;
    return this.#make(path, caller, from, false, (parent, name) => operations.mknod(parent, name, mode, rdev, caller));
  }

  /** symlinkat(2). Errors: ENOENT for an empty target, EEXIST, EROFS, EACCES, EPERM, ENOSPC, and the walk's. */
  symlink(target: string, path: string, caller: Caller, from?: Place): Errno | 0 {
    const valid = operations.checkTarget(target);
    if (isErrno(valid)) return valid;
    return this.#make(path, caller, from, false, (parent, name) => operations.symlink(parent, name, target, caller));
  }

  /** linkat(2) with AT_SYMLINK_FOLLOW and AT_EMPTY_PATH. Errors: EEXIST, EXDEV, EPERM, EROFS, EACCES, EMLINK, ENOSPC. */
  link(path: string, newPath: string, flags: number, caller: Caller, from?: Place, newFrom?: Place): Errno | 0 {
    if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return EINVAL;
    if (flags & AT_EMPTY_PATH && path === '' && !caller.capable(CAP_DAC_READ_SEARCH)) return ENOENT;
    const noFollow = flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW;
    const existing = this.find(path, noFollow | (flags & AT_EMPTY_PATH), caller, from);
    if (isErrno(existing)) return existing;
    const state = this.#newName(newPath, caller, newFrom, false, existing);
    if (isErrno(state)) return state;
    if (existing.mount !== state.place.mount || isAcross(this.mounts, caller, existing, state.place)) return EXDEV;
    const allowed = this.options.protectedHardlinks ? this.#mayLink(existing.vnode, caller) : 0;
    return isErrno(allowed) ? allowed : operations.link(state.place.vnode, state.name, existing.vnode, caller);
  }

  #mayLink(vnode: Vnode, caller: Caller): Errno | 0 {
    const error = vnode.stat(scratch, caller);
    if (isErrno(error)) return error;
    const { mode, uid } = scratch;
    if (uid === caller.uid || caller.capable(CAP_FOWNER)) return 0;
    const privileged = mode & S_ISUID || (mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP);
    if (vnode.type !== S_IFREG || privileged) return EPERM;
    return permission(vnode, MAY_READ | MAY_WRITE, caller) ? EPERM : 0;
  }

  // Removing and moving names.

  /** unlinkat(2) of anything but a directory. Errors: EISDIR, ENOTDIR behind a slash, EROFS, EACCES, EPERM, EBUSY. */
  unlink(path: string, caller: Caller, from?: Place): Errno | 0 {
    const state = this.toParent(path, caller, from, { kind: 'old' });
    if (isErrno(state)) return state;
    if (state.last !== 'name') return EISDIR;
    const readOnly = state.place.mount.checkWritable();
    if (readOnly) return readOnly;
    if (state.slash) {
      const found = state.lookupLast();
      if (isErrno(found)) return found;
      return found.vnode.type === S_IFDIR ? EISDIR : ENOTDIR;
    }
    return operations.unlink(state.place.vnode, state.name, caller);
  }

  /** unlinkat(2) with AT_REMOVEDIR. Errors: ENOTDIR, ENOTEMPTY, EINVAL, EBUSY, EROFS, EACCES, EPERM. */
  rmdir(path: string, caller: Caller, from?: Place): Errno | 0 {
    const state = this.toParent(path, caller, from, { kind: 'old' });
    if (isErrno(state)) return state;
    if (state.last !== 'name') return state.last === 'dot' ? EINVAL : state.last === 'dotdot' ? ENOTEMPTY : EBUSY;
    return state.place.mount.checkWritable() || operations.rmdir(state.place.vnode, state.name, caller);
  }

  /** renameat2(2). Errors: EXDEV, EBUSY, EINVAL, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, EROFS, EACCES, EPERM, ENOENT. */
  rename(path: string, newPath: string, flags: number, caller: Caller, from?: Place, newFrom?: Place): Errno | 0 {
    if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT)) return EINVAL;
    if (flags & RENAME_EXCHANGE && flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)) return EINVAL;
    const old = this.toParent(path, caller, from, { kind: 'old' });
    if (isErrno(old)) return old;
    // What is not to be replaced, or to be exchanged, is what a look-up finds.
    const kind = flags & (RENAME_NOREPLACE | RENAME_EXCHANGE) ? 'new' : 'target';
    const next = this.toParent(newPath, caller, newFrom, { kind, near: old.place });
    if (isErrno(next)) return next;
    if (old.place.mount !== next.place.mount || isAcross(this.mounts, caller, old.place, next.place)) return EXDEV;
    if (old.last !== 'name') return EBUSY;
    if (next.last !== 'name') return flags & RENAME_NOREPLACE ? EEXIST : EBUSY;
    const readOnly = old.place.mount.checkWritable();
    if (readOnly) return readOnly;
    const source = operations.lookup(old.place.vnode, old.name, caller);
    if (isErrno(source)) return source;
    const target = operations.lookup(next.place.vnode, next.name, caller);
    if (isErrno(target) && target !== ENOENT) return target;
    if (flags & RENAME_NOREPLACE && !isErrno(target)) return EEXIST;
    if (flags & RENAME_EXCHANGE) {
      if (isErrno(target)) return target;
      if (target.type !== S_IFDIR && next.slash) return ENOTDIR;
    }
    if (source.type !== S_IFDIR && (old.slash || (next.slash && !(flags & RENAME_EXCHANGE)))) return ENOTDIR;
    if (isAbove(source, next.place.entry)) return EINVAL;
    if (!isErrno(target) && isAbove(target, old.place.entry)) return flags & RENAME_EXCHANGE ? EINVAL : ENOTEMPTY;
    return operations.rename(old.place.vnode, old.name, next.place.vnode, next.name, flags, caller);
  }
}

/** Whether a vnode is that of a directory's entry or of one above it. */
function isAbove(vnode: Vnode, directory: Entry): boolean {
  for (let entry: Entry | undefined = directory; entry; entry = entry.parent) if (entry.vnode === vnode) return true;
  return false;
}
