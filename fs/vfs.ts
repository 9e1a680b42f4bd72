/**
 * A tree of mounted file systems with the system calls that take paths. Each method is one call with Linux's errors in
 * Linux's order; `from` is a directory descriptor's place, and relative paths without it begin at the caller's
 * working directory. What takes open files is in file-operations.ts.
 */

import { CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_SYS_ADMIN, CAP_SYS_CHROOT, type Caller, SUPERUSER } from './caller.ts';
import { Entry } from './entry.ts';
import {
  EACCES,
  EBUSY,
  EEXIST,
  EINVAL,
  EISDIR,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  ENXIO,
  EOPNOTSUPP,
  EPERM,
  EXDEV,
  type Errno,
  isErrno,
} from './errno.ts';
import {
  AT_EMPTY_PATH,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  MAY_EXEC,
  MAY_READ,
  MAY_WRITE,
  MS_NODEV,
  MS_NOEXEC,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_TMPFILE,
  O_TRUNC,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
  RESOLVE_BENEATH,
  RESOLVE_CACHED,
  RESOLVE_IN_ROOT,
  accessMask,
  canWrite,
} from './flags.ts';
import { type Mount, type MountOptions, MountTable } from './mount-table.ts';
import * as operations from './operations.ts';
import { PathWalk, type WalkOptions, walk } from './path-walk.ts';
import { permission } from './permission.ts';
import { Place } from './place.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG, S_ISGID, S_ISUID, S_IXGRP, Stat, type StatFs } from './stat.ts';
import type { AttributeChange, Created, FileSystem, OpenFile, TimeChange, Vnode } from './vnode.ts';

/** O_TMPFILE without the O_DIRECTORY that it includes. */
const O_TMPFILE_ALONE: number = O_TMPFILE & ~O_DIRECTORY;

const scratch = new Stat();

/** What a tree of file systems is told besides what is mounted in it. */
export interface VfsOptions extends MountOptions {
  /** Who opens FIFOs, sockets and devices. Absent: they give ENXIO. */
  readonly openSpecial?: (vnode: Vnode, flags: number, caller: Caller) => OpenFile | Errno;
  /** fs.protected_symlinks: in sticky directories that everyone may write to, links are followed by their owners. */
  readonly protectedSymlinks?: boolean;
  /** fs.protected_hardlinks: who does not own a file may link it only if it is harmless and theirs to write. */
  readonly protectedHardlinks?: boolean;
}

export class Vfs {
  readonly mounts: MountTable;
  readonly #options: VfsOptions;

  constructor(root: FileSystem, options: VfsOptions = {}) {
    this.mounts = new MountTable(root, options);
    this.#options = options;
  }

  #intent(from: Place | undefined, resolve: number): WalkOptions {
    return { from, resolve, protectedLinks: this.#options.protectedSymlinks ?? false };
  }

  /**
   * Finds the place of a path; `flags` are AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH, and O_DIRECTORY.
   * Errors: ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EXDEV.
   */
  find(path: string, flags: number, caller: Caller, from?: Place, resolve = 0): Place | Errno {
    return walk(this.mounts, path, caller, {
      ...this.#intent(from, resolve),
      follow: !(flags & AT_SYMLINK_NOFOLLOW),
      directory: (flags & O_DIRECTORY) !== 0,
      emptyPath: (flags & AT_EMPTY_PATH) !== 0,
    });
  }

  #toParent(path: string, caller: Caller, from: Place | undefined, resolve = 0): PathWalk | Errno {
    const state = new PathWalk(this.mounts, caller, this.#intent(from, resolve));
    const error = state.begin(path);
    return isErrno(error) ? error : state;
  }

  // Opening.

  /** openat2(2). Errors: EINVAL for flags that exclude each other, those of the walk and of the file. */
  open(path: string, flags: number, mode: number, caller: Caller, from?: Place, resolve = 0): OpenFile | Errno {
    const known = RESOLVE_CACHED * 2 - 1;
    const scoped = RESOLVE_BENEATH | RESOLVE_IN_ROOT;
    if (resolve & ~known || (resolve & scoped) === scoped) return EINVAL;
    if (flags & O_PATH) {
      const kept = flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      const place = this.#findForOpen(path, kept, caller, from, resolve);
      return isErrno(place) ? place : this.#opened(operations.open(place.vnode, kept, caller), place);
    }
    if (flags & O_TMPFILE_ALONE) return this.#openTemporary(path, flags, mode, caller, from, resolve);
    if (flags & O_CREAT) {
      return flags & O_DIRECTORY ? EINVAL : this.#openOrCreate(path, flags, mode, caller, from, resolve);
    }
    const place = this.#findForOpen(path, flags, caller, from, resolve);
    return isErrno(place) ? place : this.openPlace(place, flags, caller);
  }

  #findForOpen(path: string, flags: number, caller: Caller, from: Place | undefined, resolve: number): Place | Errno {
    const noFollow = flags & O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0;
    return this.find(path, noFollow | (flags & O_DIRECTORY), caller, from, resolve);
  }

  /** Makes a file know its place and the mount know the file. */
  #opened(file: OpenFile | Errno, place: Place): OpenFile | Errno {
    if (isErrno(file)) return file;
    file.place = place;
    place.mount.enter();
    return file;
  }

  /** Opens what a walk found. Errors: EISDIR, ENOTDIR, ELOOP, EACCES, EROFS, ENXIO, and the file's own. */
  openPlace(place: Place, flags: number, caller: Caller): OpenFile | Errno {
    const { vnode, mount } = place;
    const { type } = vnode;
    const device = type === S_IFCHR || type === S_IFBLK;
    if (device && mount.flags & MS_NODEV) return EACCES;
    const readOnly = type === S_IFREG ? mount.checkWritable() : 0;
    if (isErrno(readOnly)) {
      if (flags & O_TRUNC) return readOnly;
      const allowed = permission(vnode, accessMask(flags), caller);
      if (isErrno(allowed)) return allowed;
      if (canWrite(flags)) return readOnly;
    }
    const file = operations.open(vnode, flags, caller);
    if (file !== ENXIO || vnode.open) return this.#opened(file, place);
    return this.#opened(this.#options.openSpecial?.(vnode, flags, caller) ?? ENXIO, place);
  }

  #openOrCreate(
    path: string,
    flags: number,
    mode: number,
    caller: Caller,
    from: Place | undefined,
    resolve: number,
  ): OpenFile | Errno {
    const state = this.#toParent(path, caller, from, resolve);
    if (isErrno(state)) return state;
    for (;;) {
      if (state.last !== 'name') {
        const error = state.finish(true, false);
        if (isErrno(error)) return error;
        if (flags & O_EXCL) return EEXIST;
        return this.openPlace(state.place, flags, caller);
      }
      if (state.slash) return EISDIR;
      const found = state.lookupLast();
      if (isErrno(found)) return found === ENOENT ? this.#create(state, mode, flags, caller) : found;
      if (flags & O_EXCL) return EEXIST;
      if (found.vnode.type !== S_IFLNK || flags & O_NOFOLLOW) return this.openPlace(found, flags, caller);
      const error = state.follow(found);
      if (isErrno(error)) return error;
    }
  }

  #create(state: PathWalk, mode: number, flags: number, caller: Caller): OpenFile | Errno {
    const { place, name } = state;
    const readOnly = place.mount.checkWritable();
    if (readOnly) return readOnly;
    const created = operations.create(place.vnode, name, mode, flags, caller);
    if (isErrno(created)) return created;
    const found = state.lookupLast();
    return this.#opened(created.file, isErrno(found) ? this.#unnamed(place, created) : found);
  }

  /** The place of a file that has no name. */
  #unnamed(directory: Place, created: Created): Place {
    created.vnode.stat(scratch, SUPERUSER);
    const entry = new Entry(created.vnode, directory.entry, `#${scratch.ino}`);
    entry.removed = true;
    return new Place(directory.mount, entry);
  }

  #openTemporary(
    path: string,
    flags: number,
    mode: number,
    caller: Caller,
    from: Place | undefined,
    resolve: number,
  ): OpenFile | Errno {
    if (!(flags & O_DIRECTORY) || flags & O_CREAT || !(accessMask(flags) & MAY_WRITE)) return EINVAL;
    const place = this.#findForOpen(path, flags, caller, from, resolve);
    if (isErrno(place)) return place;
    const readOnly = place.mount.checkWritable();
    if (readOnly) return readOnly;
    const created = operations.temporary(place.vnode, mode, flags, caller);
    return isErrno(created) ? created : this.#opened(created.file, this.#unnamed(place, created));
  }

  /** The place of a directory that a caller may make its working directory. Errors: ENOTDIR, EACCES and the walk's. */
  chdir(path: string, caller: Caller, from?: Place): Place | Errno {
    const place = this.find(path, O_DIRECTORY, caller, from);
    if (isErrno(place)) return place;
    const allowed = permission(place.vnode, MAY_EXEC, caller);
    return isErrno(allowed) ? allowed : place;
  }

  /** The place of a directory that a caller may make its root. Errors: as chdir, EPERM. */
  chroot(path: string, caller: Caller): Place | Errno {
    const place = this.chdir(path, caller);
    if (isErrno(place)) return place;
    return caller.capable(CAP_SYS_CHROOT) ? place : EPERM;
  }

  // Making names.

  /** Goes to where a new name is to be. Errors: EEXIST, ENOENT behind a slash, EROFS, and the walk's. */
  #newName(path: string, caller: Caller, from: Place | undefined, directory: boolean): PathWalk | Errno {
    const state = this.#toParent(path, caller, from);
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
    const state = this.#newName(newPath, caller, newFrom, false);
    if (isErrno(state)) return state;
    if (existing.mount !== state.place.mount) return EXDEV;
    const allowed = this.#options.protectedHardlinks ? this.#mayLink(existing.vnode, caller) : 0;
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
    const state = this.#toParent(path, caller, from);
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
    const state = this.#toParent(path, caller, from);
    if (isErrno(state)) return state;
    if (state.last !== 'name') return state.last === 'dot' ? EINVAL : state.last === 'dotdot' ? ENOTEMPTY : EBUSY;
    return state.place.mount.checkWritable() || operations.rmdir(state.place.vnode, state.name, caller);
  }

  /** renameat2(2). Errors: EXDEV, EBUSY, EINVAL, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, EROFS, EACCES, EPERM, ENOENT. */
  rename(path: string, newPath: string, flags: number, caller: Caller, from?: Place, newFrom?: Place): Errno | 0 {
    if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT)) return EINVAL;
    if (flags & RENAME_EXCHANGE && flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)) return EINVAL;
    const old = this.#toParent(path, caller, from);
    if (isErrno(old)) return old;
    const next = this.#toParent(newPath, caller, newFrom);
    if (isErrno(next)) return next;
    if (old.place.mount !== next.place.mount) return EXDEV;
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
    if (place.vnode.type !== S_IFLNK) return path === '' ? ENOENT : EINVAL;
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
    return place.mount.fileSystem.statfs(into, caller);
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
    if (!caller.capable(CAP_SYS_ADMIN)) return EPERM;
    const place = this.find(path, 0, caller);
    return isErrno(place) ? place : this.mounts.mount(fileSystem, place, options);
  }

  /** Shows one place at another too (mount --bind). Errors: EPERM, ENOTDIR, and the walk's. */
  bind(path: string, at: string, options: MountOptions, caller: Caller): Mount | Errno {
    if (!caller.capable(CAP_SYS_ADMIN)) return EPERM;
    const source = this.find(path, 0, caller);
    if (isErrno(source)) return source;
    const place = this.find(at, 0, caller);
    return isErrno(place) ? place : this.mounts.bind(source, place, options);
  }

  /** umount2(2); `detach` is MNT_DETACH. Errors: EPERM, EINVAL when nothing is mounted there, EBUSY, and the walk's. */
  unmount(path: string, detach: boolean, caller: Caller): Errno | 0 {
    if (!caller.capable(CAP_SYS_ADMIN)) return EPERM;
    const place = this.find(path, 0, caller);
    if (isErrno(place)) return place;
    if (place.entry !== place.mount.root) return EINVAL;
    return this.mounts.unmount(place.mount, detach);
  }
}

/** Whether a vnode is that of a directory's entry or of one above it. */
function isAbove(vnode: Vnode, directory: Entry): boolean {
  for (let entry: Entry | undefined = directory; entry; entry = entry.parent) if (entry.vnode === vnode) return true;
  return false;
}
