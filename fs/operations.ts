/**
 * File operations with the checks that Linux's VFS makes before it calls a file system: search permission, types,
 * modes, name lengths, and the errno of an operation that the file system does not have. Every door (path walk, FUSE,
 * 9P, emulator) goes through here; each function takes vnodes, so that doors which resolve names themselves can use it.
 */

import { CAP_FOWNER, CAP_FSETID, CAP_MKNOD, CAP_SETFCAP, CAP_SYS_ADMIN, type Caller } from './caller.ts';
import { entryMoved, entryRemoved, isMountPoint, knownEntry } from './entry.ts';
import {
  E2BIG,
  EACCES,
  EBUSY,
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  EMLINK,
  ENAMETOOLONG,
  ENODATA,
  ENOTDIR,
  ENOTEMPTY,
  ENXIO,
  EOPNOTSUPP,
  EPERM,
  ERANGE,
  EXDEV,
  ENOENT,
  type Errno,
  isErrno,
} from './errno.ts';
import {
  MAY_EXEC,
  MAY_READ,
  MAY_WRITE,
  NAME_MAX,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_PATH,
  PATH_MAX,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
  XATTR_CREATE,
  XATTR_REPLACE,
  accessMask,
} from './flags.ts';
import { changePermission, deletePermission, permission } from './permission.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, S_ISGID, S_ISVTX, S_IXGRP, Stat } from './stat.ts';
import { type AttributeChange, type Created, OpenFile, type Vnode } from './vnode.ts';

const scratch = new Stat();

/** Whether a name can be an entry: not empty, no slash or NUL, at most NAME_MAX bytes. */
function checkName(name: string): Errno | 0 {
  if (name.length > NAME_MAX) return ENAMETOOLONG;
  if (name.length === 0 || name.includes('/') || name.includes('\0')) return EINVAL;
  return 0;
}

function isDots(name: string): boolean {
  return name === '.' || name === '..';
}

/** Finds `name` in `directory`. Errors: ENOTDIR, EACCES, ENAMETOOLONG, ENOENT, ESRCH. */
export function lookup(directory: Vnode, name: string, caller: Caller): Vnode | Errno {
  if (!directory.lookup) return ENOTDIR;
  const allowed = permission(directory, MAY_EXEC, caller);
  if (isErrno(allowed)) return allowed;
  if (name.length > NAME_MAX) return ENAMETOOLONG;
  return directory.lookup(name, caller);
}

/** A symbolic link's target. Errors: EINVAL, EACCES, ENOENT. */
export function readlink(vnode: Vnode, caller: Caller): string | Errno {
  return vnode.readlink ? vnode.readlink(caller) : EINVAL;
}

/**
 * An open file of a vnode that has no `open` of its own: a directory, or a place held by O_PATH. It transfers nothing.
 */
class BareFile extends OpenFile {
  constructor(vnode: Vnode, flags: number) {
    super(vnode, flags);
    vnode.hold?.();
  }

  protected override close(): void {
    this.vnode.drop?.();
  }
}

/**
 * Opens an existing vnode. O_CREAT and O_EXCL have been dealt with by `create` or the path walk.
 * Errors: EISDIR, ENOTDIR, ELOOP, EACCES, EPERM, ENXIO, and the file's own.
 */
export function open(vnode: Vnode, flags: number, caller: Caller): OpenFile | Errno {
  if (flags & O_PATH) return new BareFile(vnode, flags);
  const type = vnode.type;
  const mask = accessMask(flags);
  if (type === S_IFDIR) {
    if (mask & MAY_WRITE || flags & O_CREAT) return EISDIR;
  } else if (flags & O_DIRECTORY) {
    return ENOTDIR;
  }
  if (type === S_IFLNK) return ELOOP;
  const allowed = permission(vnode, mask, caller);
  if (isErrno(allowed)) return allowed;
  if (flags & O_NOATIME) {
    const error = vnode.stat(scratch, caller);
    if (isErrno(error)) return error;
    if (scratch.uid !== caller.uid && !caller.capable(CAP_FOWNER)) return EPERM;
  }
  if (!vnode.open) return type === S_IFDIR ? new BareFile(vnode, flags) : ENXIO;
  return vnode.open(flags, caller);
}

/** The type and permissions of a new file: umask applied, and set-group-id as the parent hands it down. */
function newMode(directory: Vnode, mode: number, caller: Caller): number | Errno {
  const masked = mode & ~caller.umask;
  const error = directory.stat(scratch, caller);
  if (isErrno(error)) return error;
  if (!(scratch.mode & S_ISGID)) return masked;
  if ((mode & S_IFMT) === S_IFDIR) return masked | S_ISGID;
  const strips = (mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP);
  return strips && !caller.inGroup(scratch.gid) && !caller.capable(CAP_FSETID) ? masked & ~S_ISGID : masked;
}

/** May `caller` add an entry to `directory`, and which mode will it have? */
function prepareNew(directory: Vnode, name: string, mode: number, caller: Caller): number | Errno {
  if (directory.type !== S_IFDIR) return ENOTDIR;
  const valid = isDots(name) ? EEXIST : checkName(name);
  if (isErrno(valid)) return valid;
  const searchable = permission(directory, MAY_EXEC, caller);
  if (isErrno(searchable)) return searchable;
  const existing = directory.lookup ? directory.lookup(name, caller) : ENOTDIR;
  if (!isErrno(existing)) return EEXIST;
  if (existing !== ENOENT || directory.closed) return existing;
  const writable = permission(directory, MAY_WRITE, caller);
  if (isErrno(writable)) return writable;
  return newMode(directory, mode, caller);
}

/** Makes and opens a regular file. Errors: EEXIST, EACCES, ENAMETOOLONG, and the file system's own. */
export function create(directory: Vnode, name: string, mode: number, flags: number, caller: Caller): Created | Errno {
  const prepared = prepareNew(directory, name, (mode & 0o7777) | S_IFREG, caller);
  if (isErrno(prepared)) return prepared;
  return directory.create ? directory.create(name, prepared, flags, caller) : EACCES;
}

/**
 * Opens a name with O_CREAT, for doors that resolve names themselves: somebody may have been faster than their client's
 * own look-up. Errors: as `create`, and as `open` where the file is there.
 */
export function createOrOpen(
  directory: Vnode,
  name: string,
  mode: number,
  flags: number,
  caller: Caller,
): Created | Errno {
  const created = create(directory, name, mode, flags, caller);
  if (created !== EEXIST || flags & O_EXCL) return created;
  const vnode = lookup(directory, name, caller);
  if (isErrno(vnode)) return vnode;
  const file = open(vnode, flags, caller);
  return isErrno(file) ? file : { vnode, file };
}

/**
 * Makes and opens a regular file without a name (O_TMPFILE). Errors: EOPNOTSUPP, EINVAL unless it is to be written,
 * ENOTDIR, EACCES, and the file system's own.
 */
export function temporary(directory: Vnode, mode: number, flags: number, caller: Caller): Created | Errno {
  if (directory.type !== S_IFDIR) return ENOTDIR;
  if (!(accessMask(flags) & MAY_WRITE)) return EINVAL;
  const allowed = permission(directory, MAY_WRITE | MAY_EXEC, caller);
  if (isErrno(allowed)) return allowed;
  if (!directory.temporary) return EOPNOTSUPP;
  const masked = newMode(directory, (mode & 0o7777) | S_IFREG, caller);
  return isErrno(masked) ? masked : directory.temporary(masked, flags, caller);
}

/** Whether mknod(2) makes files of the type in `mode`. Errors: EPERM for a directory, EINVAL. */
export function checkNodeType(mode: number): Errno | 0 {
  const type = mode & S_IFMT;
  if (type === S_IFDIR) return EPERM;
  const known = type === 0 || type === S_IFREG || type === S_IFCHR || type === S_IFBLK || type === S_IFIFO;
  return known || type === S_IFSOCK ? 0 : EINVAL;
}

/**
 * Makes a file of the type in `mode` (0 means regular). Errors: EEXIST, EACCES, EPERM, EINVAL, and the file
 * system's own.
 */
export function mknod(directory: Vnode, name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno {
  const valid = checkNodeType(mode);
  if (isErrno(valid)) return valid;
  const type = mode & S_IFMT || S_IFREG;
  const prepared = prepareNew(directory, name, (mode & 0o7777) | type, caller);
  if (isErrno(prepared)) return prepared;
  // Device 0:0 is overlayfs's whiteout, which anyone may make.
  const whiteout = type === S_IFCHR && rdev === 0;
  if ((type === S_IFCHR || type === S_IFBLK) && !whiteout && !caller.capable(CAP_MKNOD)) return EPERM;
  return directory.mknod ? directory.mknod(name, prepared, rdev, caller) : EPERM;
}

/** Errors: EEXIST, EACCES, EPERM, and the file system's own. */
export function mkdir(directory: Vnode, name: string, mode: number, caller: Caller): Vnode | Errno {
  const prepared = prepareNew(directory, name, (mode & 0o1777) | S_IFDIR, caller);
  if (isErrno(prepared)) return prepared;
  return directory.mkdir ? directory.mkdir(name, prepared, caller) : EPERM;
}

/** Whether a symbolic link can have a target. Errors: ENOENT for an empty one, ENAMETOOLONG. */
export function checkTarget(target: string): Errno | 0 {
  if (target.length === 0) return ENOENT;
  return target.length >= PATH_MAX ? ENAMETOOLONG : 0;
}

/** Errors: EEXIST, EACCES, EPERM, ENOENT for an empty target, and the file system's own. */
export function symlink(directory: Vnode, name: string, target: string, caller: Caller): Vnode | Errno {
  const valid = checkTarget(target);
  if (isErrno(valid)) return valid;
  const prepared = prepareNew(directory, name, S_IFLNK | 0o777, caller);
  if (isErrno(prepared)) return prepared;
  return directory.symlink ? directory.symlink(name, target, caller) : EPERM;
}

/** Makes `name` another name of `existing`. Errors: EXDEV, EPERM, EEXIST, EACCES, EMLINK. */
export function link(directory: Vnode, name: string, existing: Vnode, caller: Caller): Errno | 0 {
  const prepared = prepareNew(directory, name, 0, caller);
  if (isErrno(prepared)) return prepared;
  if (existing.fileSystem !== directory.fileSystem) return EXDEV;
  if (existing.type === S_IFDIR || !directory.link) return EPERM;
  const error = existing.stat(scratch, caller);
  if (isErrno(error)) return error;
  if (scratch.nlink >= 0xffff_ffff) return EMLINK;
  return directory.link(name, existing, caller);
}

/** Finds the entry that unlink, rmdir or rename is about, with permission to remove it. */
function prepareDelete(directory: Vnode, name: string, caller: Caller): Vnode | Errno {
  const victim = lookup(directory, name, caller);
  if (isErrno(victim)) return victim;
  const allowed = deletePermission(directory, victim, caller);
  return isErrno(allowed) ? allowed : victim;
}

/** Errors: EISDIR for `.`, `..` and directories, EACCES, EPERM, EBUSY, ENOENT. */
export function unlink(directory: Vnode, name: string, caller: Caller): Errno | 0 {
  if (name === '.' || name === '..') return EISDIR;
  const victim = prepareDelete(directory, name, caller);
  if (isErrno(victim)) return victim;
  if (victim.type === S_IFDIR) return EISDIR;
  if (!directory.unlink) return EPERM;
  if (isMountPoint(directory, name, victim)) return EBUSY;
  const error = directory.unlink(name, caller);
  if (error === 0) entryRemoved(directory, name, victim);
  return error;
}

/** Errors: ENOTDIR, ENOTEMPTY, EINVAL for `.`, ENOTEMPTY for `..`, EACCES, EPERM, EBUSY, ENOENT. */
export function rmdir(directory: Vnode, name: string, caller: Caller): Errno | 0 {
  if (name === '.') return EINVAL;
  if (name === '..') return ENOTEMPTY;
  const victim = prepareDelete(directory, name, caller);
  if (isErrno(victim)) return victim;
  if (victim.type !== S_IFDIR) return ENOTDIR;
  if (!directory.rmdir) return EPERM;
  if (isMountPoint(directory, name, victim)) return EBUSY;
  const error = directory.rmdir(name, caller);
  if (error === 0) entryRemoved(directory, name, victim);
  return error;
}

/**
 * renameat2(2) between two directories. A file system's `rename` gets only moves that Linux would hand it.
 * Errors: EXDEV, EINVAL, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, EACCES, EPERM, EBUSY, ENOENT.
 */
export function rename(
  directory: Vnode,
  name: string,
  newDirectory: Vnode,
  newName: string,
  flags: number,
  caller: Caller,
): Errno | 0 {
  if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT)) return EINVAL;
  if (flags & RENAME_EXCHANGE && flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)) return EINVAL;
  if (directory.fileSystem !== newDirectory.fileSystem) return EXDEV;
  if (isDots(name)) return EBUSY;
  if (isDots(newName)) return flags & RENAME_NOREPLACE ? EEXIST : EBUSY;
  const source = lookup(directory, name, caller);
  if (isErrno(source)) return source;
  const valid = checkName(newName);
  if (isErrno(valid)) return valid;
  const target = lookup(newDirectory, newName, caller);
  if (isErrno(target)) {
    if (target !== ENOENT || flags & RENAME_EXCHANGE || newDirectory.closed) return target;
  } else if (flags & RENAME_NOREPLACE) {
    return EEXIST;
  }
  if (source === target) return 0;
  const removable = deletePermission(directory, source, caller);
  if (isErrno(removable)) return removable;
  if (isErrno(target)) {
    const writable = permission(newDirectory, MAY_WRITE | MAY_EXEC, caller);
    if (isErrno(writable)) return writable;
  } else {
    const replaceable = deletePermission(newDirectory, target, caller);
    if (isErrno(replaceable)) return replaceable;
    if (!(flags & RENAME_EXCHANGE)) {
      if (source.type === S_IFDIR && target.type !== S_IFDIR) return ENOTDIR;
      if (source.type !== S_IFDIR && target.type === S_IFDIR) return EISDIR;
    }
  }
  // A directory that gets another parent has its `..` rewritten.
  if (directory !== newDirectory) {
    const exchanged = flags & RENAME_EXCHANGE && !isErrno(target) ? [source, target] : [source];
    for (const moved of exchanged) {
      if (moved.type !== S_IFDIR) continue;
      const writable = permission(moved, MAY_WRITE, caller);
      if (isErrno(writable)) return writable;
    }
  }
  if (!directory.rename) return EPERM;
  if (isMountPoint(directory, name, source)) return EBUSY;
  if (!isErrno(target) && isMountPoint(newDirectory, newName, target)) return EBUSY;
  const error = directory.rename(name, newDirectory, newName, flags, caller);
  if (isErrno(error)) return error;
  const moved = knownEntry(directory, name, source);
  if (!isErrno(target)) {
    if (flags & RENAME_EXCHANGE) entryMoved(knownEntry(newDirectory, newName, target), directory, name);
    else entryRemoved(newDirectory, newName, target);
  }
  entryMoved(moved, newDirectory, newName);
  return 0;
}

/** Changes attributes after the permission checks. Errors: EPERM, EACCES, EISDIR, EINVAL. */
export function setattr(vnode: Vnode, change: AttributeChange, caller: Caller): Errno | 0 {
  if (change.size !== undefined) {
    if (vnode.type === S_IFDIR) return EISDIR;
    if (vnode.type !== S_IFREG) return EINVAL;
  }
  if (!vnode.setattr) return EPERM;
  const prepared = changePermission(vnode, change, caller);
  if (isErrno(prepared)) return prepared;
  return vnode.setattr(prepared, caller);
}

/** The longest attribute name and value in bytes (linux/limits.h). */
const XATTR_NAME_MAX = 255;
const XATTR_SIZE_MAX = 65536;
const XATTR_LIST_MAX = 65536;

/**
 * The rules of xattr(7): which names there are, and who may use which name space. Errors: ERANGE, EOPNOTSUPP, EINVAL,
 * EPERM, EACCES, ENODATA.
 */
function xattrPermission(vnode: Vnode, name: string, write: boolean, caller: Caller): Errno | 0 {
  if (name.length === 0 || name.length > XATTR_NAME_MAX) return ERANGE;
  if (write && vnode.immutable) return EPERM;
  const dot = name.indexOf('.') + 1;
  const space = name.slice(0, dot);
  // Differs: POSIX access control lists, which are all that `system.` has, are not supported.
  if (space !== 'user.' && space !== 'trusted.' && space !== 'security.') return EOPNOTSUPP;
  if (space === 'trusted.' && !caller.capable(CAP_SYS_ADMIN)) return write ? EPERM : ENODATA;
  if (space === 'user.') {
    if (vnode.type !== S_IFREG && vnode.type !== S_IFDIR) return write ? EPERM : ENODATA;
    if (write && vnode.type === S_IFDIR) {
      const error = vnode.stat(scratch, caller);
      if (isErrno(error)) return error;
      if (scratch.mode & S_ISVTX && scratch.uid !== caller.uid && !caller.capable(CAP_FOWNER)) return EPERM;
    }
    const allowed = permission(vnode, write ? MAY_WRITE : MAY_READ, caller);
    if (isErrno(allowed)) return allowed;
  }
  if (name.length === dot) return EINVAL;
  if (space !== 'security.' || !write) return 0;
  return caller.capable(name === 'security.capability' ? CAP_SETFCAP : CAP_SYS_ADMIN) ? 0 : EPERM;
}

/** Errors: EOPNOTSUPP, ENODATA, EACCES, ERANGE and EINVAL for impossible names. */
export function getxattr(vnode: Vnode, name: string, caller: Caller): Uint8Array | Errno {
  const allowed = xattrPermission(vnode, name, false, caller);
  if (isErrno(allowed)) return allowed;
  return vnode.xattr ? vnode.xattr.get(name, caller) : EOPNOTSUPP;
}

/** Errors: EOPNOTSUPP, EEXIST, ENODATA, EPERM, EACCES, E2BIG, ERANGE, EINVAL for unknown flags. */
export function setxattr(vnode: Vnode, name: string, value: Uint8Array, flags: number, caller: Caller): Errno | 0 {
  if (flags & ~(XATTR_CREATE | XATTR_REPLACE)) return EINVAL;
  if (value.length > XATTR_SIZE_MAX) return E2BIG;
  const allowed = xattrPermission(vnode, name, true, caller);
  if (isErrno(allowed)) return allowed;
  return vnode.xattr ? vnode.xattr.set(name, value, flags, caller) : EOPNOTSUPP;
}

/** The names of the attributes: none where there cannot be any. Errors: E2BIG where they are longer than the call can tell. */
export function listxattr(vnode: Vnode, caller: Caller): readonly string[] | Errno {
  if (!vnode.xattr) return [];
  const names = vnode.xattr.list(caller);
  if (isErrno(names)) return names;
  return names.reduce((length, name) => length + name.length + 1, 0) > XATTR_LIST_MAX ? E2BIG : names;
}

/** Errors: EOPNOTSUPP, ENODATA, EPERM, EACCES, ERANGE. */
export function removexattr(vnode: Vnode, name: string, caller: Caller): Errno | 0 {
  const allowed = xattrPermission(vnode, name, true, caller);
  if (isErrno(allowed)) return allowed;
  return vnode.xattr ? vnode.xattr.remove(name, caller) : EOPNOTSUPP;
}
