/**
 * A tree of mounted file systems with the system calls that take paths. Each method is one call with Linux's errors in
 * Linux's order; `from` is a directory descriptor's place, and relative paths without it begin at the caller's
 * working directory. What takes open files is in file-operations.ts.
 */

import type { Caller } from './caller.ts';
import { EACCES, EINVAL, EISDIR, ENOENT, EOPNOTSUPP, type Errno, isErrno } from './errno.ts';
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, MAY_EXEC, MAY_WRITE, MS_NOEXEC } from './flags.ts';
import { type VisibleMount, mayMount, mayMountAt, mayUnmount, visibleMounts, visiblePath } from './jail.ts';
import type { Mount, MountOptions } from './mount-table.ts';
import * as operations from './operations.ts';
import { permission } from './permission.ts';
import type { Place } from './place.ts';
import { S_IFDIR, S_IFLNK, S_IFREG, type Stat, type StatFs } from './stat.ts';
import type { AttributeChange, FileSystem, TimeChange } from './vnode.ts';
import { VfsNames } from './vfs-names.ts';

/** A tree of mounted file systems. */
export class Vfs extends VfsNames {
  // Asking and changing.

  /** fstatat(2): fills `into` and returns the place, whose mount has st_dev. Errors: the walk's. */
  stat(path: string, flags: number, into: Stat, caller: Caller, from?: Place): Place | Errno {
    const place = this.find(path, flags, caller, from);
    if (isErrno(place)) return place;
    const error = place.vnode.stat(into, caller);
    return isErrno(error) ? error : place;
  }

  /** readlinkat(2). Errors: EINVAL, and ENOENT for an empty path that is no link. */
  readlink(path: string, caller: Caller, from?: Place): string | Errno {
    const place = this.find(path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, caller, from);
    if (isErrno(place)) return place;
    if (place.vnode.type !== S_IFLNK && !place.vnode.legible) return path === '' ? ENOENT : EINVAL;
    return operations.readlink(place.vnode, caller);
  }

  /**
   * faccessat2(2), for a caller whose identity is the one that counts: access(2) asks for the real ids, AT_EACCESS for
   * the effective ones. Errors: EACCES, EROFS, EINVAL, and the walk's.
   */
  access(path: string, mask: number, flags: number, caller: Caller, from?: Place): Errno | 0 {
    if (mask & ~7) return EINVAL;
    const place = this.find(path, flags, caller, from);
    if (isErrno(place)) return place;
    const { vnode, mount } = place;
    if (mask & MAY_EXEC && vnode.type === S_IFREG && mount.flags & MS_NOEXEC) return EACCES;
    const allowed = permission(vnode, mask, caller);
    if (isErrno(allowed)) return allowed;
    const stored = vnode.type === S_IFREG || vnode.type === S_IFDIR || vnode.type === S_IFLNK;
    return mask & MAY_WRITE && stored ? mount.checkWritable() : 0;
  }

  /** Whether a caller may execute what a walk found. Errors: EACCES when it is no regular file, noexec, or the mode's. */
  mayExecute(place: Place, caller: Caller): Errno | 0 {
    if (place.vnode.type !== S_IFREG || place.mount.flags & MS_NOEXEC) return EACCES;
    return permission(place.vnode, MAY_EXEC, caller);
  }

  #change(path: string, change: AttributeChange, flags: number, caller: Caller, from: Place | undefined): Errno | 0 {
    const place = this.find(path, flags, caller, from);
    if (isErrno(place)) return place;
    return place.mount.checkWritable() || operations.setattr(place.vnode, change, caller);
  }

  /** fchmodat2(2). Errors: EPERM, EROFS, EOPNOTSUPP for a link. */
  chmod(path: string, mode: number, flags: number, caller: Caller, from?: Place): Errno | 0 {
    const place = this.find(path, flags, caller, from);
    if (isErrno(place)) return place;
    const readOnly = place.mount.checkWritable();
    if (readOnly) return readOnly;
    if (place.vnode.type === S_IFLNK) return EOPNOTSUPP;
    return operations.setattr(place.vnode, { mode: mode & 0o7777 }, caller);
  }

  /** fchownat(2); an id of -1 stays. Errors: EPERM, EROFS. */
  chown(path: string, uid: number, gid: number, flags: number, caller: Caller, from?: Place): Errno | 0 {
    return this.#change(path, { ...(uid !== -1 && { uid }), ...(gid !== -1 && { gid }) }, flags, caller, from);
  }

  /** utimensat(2); an undefined time stays. Errors: EPERM, EACCES, EROFS. */
  utimens(
    path: string,
    atime: TimeChange | undefined,
    mtime: TimeChange | undefined,
    flags: number,
    caller: Caller,
    from?: Place,
  ): Errno | 0 {
    if (!atime && !mtime) {
      const place = this.find(path, flags, caller, from);
      return isErrno(place) ? place : 0;
    }
    return this.#change(path, { ...(atime && { atime }), ...(mtime && { mtime }) }, flags, caller, from);
  }

  /** truncate(2). Errors: EISDIR, EINVAL, EACCES, EROFS, EFBIG. */
  truncate(path: string, size: number, caller: Caller): Errno | 0 {
    if (size < 0) return EINVAL;
    const place = this.find(path, 0, caller);
    if (isErrno(place)) return place;
    if (place.vnode.type === S_IFDIR) return EISDIR;
    if (place.vnode.type !== S_IFREG) return EINVAL;
    const allowed = permission(place.vnode, MAY_WRITE, caller);
    if (isErrno(allowed)) return allowed;
    return place.mount.checkWritable() || operations.setattr(place.vnode, { size }, caller);
  }

  /** statfs(2). Errors: the walk's. */
  statfs(path: string, into: StatFs, caller: Caller): Errno | 0 {
    const place = this.find(path, 0, caller);
    if (isErrno(place)) return place;
    into.flags = place.mount.flags;
    return place.mount.fileSystem.statfs(into, caller, place.vnode);
  }

  /** getxattr(2) and, with AT_SYMLINK_NOFOLLOW, lgetxattr(2). Errors: ENODATA, EOPNOTSUPP, EACCES. */
  getxattr(path: string, name: string, flags: number, caller: Caller): Uint8Array | Errno {
    const place = this.find(path, flags, caller);
    return isErrno(place) ? place : operations.getxattr(place.vnode, name, caller);
  }

  /** Errors: EOPNOTSUPP. */
  listxattr(path: string, flags: number, caller: Caller): readonly string[] | Errno {
    const place = this.find(path, flags, caller);
    return isErrno(place) ? place : operations.listxattr(place.vnode, caller);
  }

  /** `how` are XATTR_*. Errors: EEXIST, ENODATA, EOPNOTSUPP, EPERM, EACCES, E2BIG, ERANGE, ENOSPC, EROFS. */
  setxattr(path: string, name: string, value: Uint8Array, how: number, flags: number, caller: Caller): Errno | 0 {
    const place = this.find(path, flags, caller);
    if (isErrno(place)) return place;
    return place.mount.checkWritable() || operations.setxattr(place.vnode, name, value, how, caller);
  }

  /** Errors: ENODATA, EOPNOTSUPP, EPERM, EACCES, EROFS. */
  removexattr(path: string, name: string, flags: number, caller: Caller): Errno | 0 {
    const place = this.find(path, flags, caller);
    if (isErrno(place)) return place;
    return place.mount.checkWritable() || operations.removexattr(place.vnode, name, caller);
  }

  // Mounting.

  /** Mounts a file system. Errors: EPERM, EBUSY, ENOTDIR, and the walk's. */
  mount(fileSystem: FileSystem, path: string, options: MountOptions, caller: Caller): Mount | Errno {
    const at = this.#mountPlace(fileSystem.type, path, caller);
    return isErrno(at) ? at : this.mounts.mount(fileSystem, at, { ...options, ...(caller.jail && { jail: caller.jail }) });
  }

  /** Shows one place at another too (mount --bind). Errors: EPERM, ENOTDIR, and the walk's. */
  bind(path: string, at: string, options: MountOptions, caller: Caller): Mount | Errno {
    const allowed = mayMount(caller);
    if (isErrno(allowed)) return allowed;
    const source = this.find(path, 0, caller);
    if (isErrno(source)) return source;
    const place = this.#mountPlace('nullfs', at, caller);
    return isErrno(place) ? place : this.mounts.bind(source, place, { ...options, ...(caller.jail && { jail: caller.jail }) });
  }

  /** Where a caller mounts something of a type. Errors: EPERM, and the walk's. */
  #mountPlace(type: string, path: string, caller: Caller): Place | Errno {
    const allowed = mayMount(caller);
    if (isErrno(allowed)) return allowed;
    const place = this.find(path, 0, caller);
    if (isErrno(place)) return place;
    return mayMountAt(caller, type, place) || place;
  }

  /** Where a mount is as a caller sees it. Errors: ENOENT for one that it does not see. */
  mountPath(mount: Mount, caller: Caller): string | Errno {
    return visiblePath(this.mounts, mount, caller);
  }

  /** The mounts that a caller sees, in the order in which they were made. */
  visibleMounts(caller: Caller): VisibleMount[] {
    return visibleMounts(this.mounts, caller);
  }

  /** umount2(2); `detach` is MNT_DETACH. Errors: EPERM, EINVAL when nothing is mounted there, EBUSY, and the walk's. */
  unmount(path: string, detach: boolean, caller: Caller): Errno | 0 {
    const allowed = mayMount(caller);
    if (isErrno(allowed)) return allowed;
    const place = this.find(path, 0, caller);
    if (isErrno(place)) return place;
    if (place.entry !== place.mount.root) return EINVAL;
    return mayUnmount(caller, place.mount) || this.mounts.unmount(place.mount, detach);
  }
}
