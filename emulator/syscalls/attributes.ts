/** What files are, and changing that: stat(2), chmod(2), utimensat(2), truncate(2), access(2), statfs(2) and their relatives (fs/stat.c, open.c, utimes.c). */

import { type Caller, FixedCaller } from '../../fs/caller.ts';
import { EBADF, EFAULT, EFBIG, EINVAL, EOPNOTSUPP, type Errno, isErrno } from '../../fs/errno.ts';
import * as files from '../../fs/file-operations.ts';
import { AT_EACCESS, AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW } from '../../fs/flags.ts';
import * as operations from '../../fs/operations.ts';
import { permission } from '../../fs/permission.ts';
import { S_IFLNK, Stat, StatFs } from '../../fs/stat.ts';
import type { AttributeChange, OpenFile, TimeChange } from '../../fs/vnode.ts';
import { STATFS_SIZE, STATX_SIZE, STAT_SIZE, encodeStat, encodeStatfs, encodeStatx } from '../abi/stat.ts';
import { deviceOf } from '../kernel/mapped-file.ts';
import { MemoryFile } from '../kernel/memory-file.ts';
import { RLIMIT_FSIZE } from '../kernel/resource-limits.ts';
import { signalTask } from '../kernel/signal-delivery.ts';
import { SIGXFSZ, SI_USER } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';
import { getLong, readable, writable } from '../kernel/user-memory.ts';
import { AT_FDCWD, any, base, isItself, path as pathArgument, usable } from './files.ts';

const AT_NO_AUTOMOUNT = 0x800;
const AT_STATX_SYNC_TYPE = 0x6000;

const found = new Stat();
const foundStatFs = new StatFs();

function putStat(task: Task, address: number, device: number): number {
  const at = writable(task, address, STAT_SIZE);
  if (at < 0) return EFAULT;
  encodeStat(task.memory.view, at, found, device);
  return 0;
}

/** What an open file is, mappings of it included. Errors: the file's. */
function statFile(task: Task, file: OpenFile): Errno | 0 {
  task.kernel.engine.mappedFiles.beforeRead(file.vnode);
  return file.vnode.stat(found, task);
}

function statAt(task: Task, dirfd: number, address: number, into: number, flags: number): number {
  const path = pathArgument(task, address, flags);
  if (isErrno(path)) return path;
  if (isItself(dirfd, path, flags)) return fstat(task, dirfd, into);
  const from = base(task, dirfd, path);
  if (isErrno(from)) return from;
  const place = task.kernel.vfs.stat(path, flags & (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH), found, task, from);
  return isErrno(place) ? place : putStat(task, into, place.mount.device);
}

export function stat(task: Task, path: number, into: number): number {
  return statAt(task, AT_FDCWD, path, into, 0);
}

export function lstat(task: Task, path: number, into: number): number {
  return statAt(task, AT_FDCWD, path, into, AT_SYMLINK_NOFOLLOW);
}

export function fstat(task: Task, fd: number, into: number): number {
  const description = any(task, fd);
  if (!description) return EBADF;
  const error = statFile(task, description.file);
  return isErrno(error) ? error : putStat(task, into, deviceOf(description.file));
}

export function newfstatat(task: Task, dirfd: number, path: number, into: number, flags: number): number {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH)) return EINVAL;
  return statAt(task, dirfd, path, into, flags);
}

const STATX_RESERVED = 0x8000_0000;

export function statx(task: Task, dirfd: number, address: number, flags: number, mask: number, into: number): number {
  if (mask >>> 0 >= STATX_RESERVED) return EINVAL;
  if ((flags & AT_STATX_SYNC_TYPE) === AT_STATX_SYNC_TYPE) return EINVAL;
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE)) return EINVAL;
  const path = pathArgument(task, address, flags);
  if (isErrno(path)) return path;
  let tell = { device: 0, mount: 0, mountRoot: false };
  if (isItself(dirfd, path, flags)) {
    const description = any(task, dirfd);
    if (!description) return EBADF;
    const { file } = description;
    const error = statFile(task, file);
    if (isErrno(error)) return error;
    tell = { device: deviceOf(file), mount: file.place?.mount.id ?? 0, mountRoot: file.place?.entry === file.place?.mount.root && !!file.place };
  } else {
    const from = base(task, dirfd, path);
    if (isErrno(from)) return from;
    const place = task.kernel.vfs.stat(path, flags & (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH), found, task, from);
    if (isErrno(place)) return place;
    tell = { device: place.mount.device, mount: place.mount.id, mountRoot: place.entry === place.mount.root };
  }
  const at = writable(task, into, STATX_SIZE);
  if (at < 0) return EFAULT;
  encodeStatx(task.memory.view, at, found, tell);
  return 0;
}

/** Who is asked about by access(2): the task with its real ids. */
function realCaller(task: Task): Caller {
  const { credentials } = task;
  if (credentials.uid === credentials.fsuid && credentials.gid === credentials.fsgid) return task;
  const { uid, gid, groups } = credentials;
  return new FixedCaller({ uid, gid, groups, threadId: task.tid, umask: task.umask, root: task.root, cwd: task.cwd });
}

function accessAt(task: Task, dirfd: number, address: number, mode: number, flags: number): number {
  if (mode & ~7 || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return EINVAL;
  const path = pathArgument(task, address, flags);
  if (isErrno(path)) return path;
  const caller = flags & AT_EACCESS ? task : realCaller(task);
  if (isItself(dirfd, path, flags)) {
    const description = any(task, dirfd);
    return description ? permission(description.file.vnode, mode, caller) : EBADF;
  }
  const from = base(task, dirfd, path);
  if (isErrno(from)) return from;
  return task.kernel.vfs.access(path, mode, flags & (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH), caller, from);
}

export function access(task: Task, path: number, mode: number): number {
  return accessAt(task, AT_FDCWD, path, mode, 0);
}

export function faccessat(task: Task, dirfd: number, path: number, mode: number): number {
  return accessAt(task, dirfd, path, mode, 0);
}

export function faccessat2(task: Task, dirfd: number, path: number, mode: number, flags: number): number {
  return accessAt(task, dirfd, path, mode, flags);
}

function changeFile(task: Task, file: OpenFile, change: AttributeChange): number {
  const readOnly = file.place?.mount.checkWritable() ?? 0;
  return readOnly || operations.setattr(file.vnode, change, task);
}

function chmodAt(task: Task, dirfd: number, address: number, mode: number, flags: number): number {
  const path = pathArgument(task, address, flags);
  if (isErrno(path)) return path;
  if (isItself(dirfd, path, flags)) {
    const description = any(task, dirfd);
    if (!description) return EBADF;
    if (description.file.vnode.type === S_IFLNK) return EOPNOTSUPP;
    return changeFile(task, description.file, { mode: mode & 0o7777 });
  }
  const from = base(task, dirfd, path);
  if (isErrno(from)) return from;
  return task.kernel.vfs.chmod(path, mode, flags & (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH), task, from);
}

export function chmod(task: Task, path: number, mode: number): number {
  return chmodAt(task, AT_FDCWD, path, mode, 0);
}

export function fchmodat(task: Task, dirfd: number, path: number, mode: number): number {
  return chmodAt(task, dirfd, path, mode, 0);
}

export function fchmodat2(task: Task, dirfd: number, path: number, mode: number, flags: number): number {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return EINVAL;
  return chmodAt(task, dirfd, path, mode, flags);
}

export function fchmod(task: Task, fd: number, mode: number): number {
  const description = usable(task, fd);
  return description ? changeFile(task, description.file, { mode: mode & 0o7777 }) : EBADF;
}

function ownerChange(uid: number, gid: number): AttributeChange {
  return { ...(uid !== -1 && { uid: uid >>> 0 }), ...(gid !== -1 && { gid: gid >>> 0 }) };
}

function chownAt(task: Task, dirfd: number, address: number, uid: number, gid: number, flags: number): number {
  const path = pathArgument(task, address, flags);
  if (isErrno(path)) return path;
  if (isItself(dirfd, path, flags)) {
    const description = any(task, dirfd);
    return description ? changeFile(task, description.file, ownerChange(uid, gid)) : EBADF;
  }
  const from = base(task, dirfd, path);
  if (isErrno(from)) return from;
  const [user, group] = [uid === -1 ? -1 : uid >>> 0, gid === -1 ? -1 : gid >>> 0];
  return task.kernel.vfs.chown(path, user, group, flags & (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH), task, from);
}

export function chown(task: Task, path: number, uid: number, gid: number): number {
  return chownAt(task, AT_FDCWD, path, uid, gid, 0);
}

export function lchown(task: Task, path: number, uid: number, gid: number): number {
  return chownAt(task, AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}

export function fchownat(task: Task, dirfd: number, path: number, uid: number, gid: number, flags: number): number {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return EINVAL;
  return chownAt(task, dirfd, path, uid, gid, flags);
}

export function fchown(task: Task, fd: number, uid: number, gid: number): number {
  const description = usable(task, fd);
  return description ? changeFile(task, description.file, ownerChange(uid, gid)) : EBADF;
}

const UTIME_NOW = 0x3fff_ffff;
const UTIME_OMIT = 0x3fff_fffe;

/** Sets times, of a path or, without one, of a descriptor. */
function setTimes(
  task: Task,
  dirfd: number,
  address: number,
  atime: TimeChange | undefined,
  mtime: TimeChange | undefined,
  flags: number,
): number {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return EINVAL;
  const change: AttributeChange = { ...(atime && { atime }), ...(mtime && { mtime }) };
  if (address === 0 && dirfd !== AT_FDCWD) {
    if (flags & ~AT_EMPTY_PATH) return EINVAL;
    const description = usable(task, dirfd);
    if (!description) return EBADF;
    return atime || mtime ? changeFile(task, description.file, change) : 0;
  }
  const path = pathArgument(task, address, flags);
  if (isErrno(path)) return path;
  if (isItself(dirfd, path, flags)) {
    const description = any(task, dirfd);
    if (!description) return EBADF;
    return atime || mtime ? changeFile(task, description.file, change) : 0;
  }
  const from = base(task, dirfd, path);
  if (isErrno(from)) return from;
  return task.kernel.vfs.utimens(path, atime, mtime, flags, task, from);
}

function timeAt(task: Task, at: number): TimeChange | undefined | Errno {
  const { view } = task.memory;
  const nanoseconds = getLong(view, at + 8);
  if (nanoseconds === UTIME_NOW) return 'now';
  if (nanoseconds === UTIME_OMIT) return undefined;
  if (nanoseconds < 0 || nanoseconds > 999_999_999) return EINVAL;
  return { seconds: getLong(view, at), nanoseconds };
}

export function utimensat(task: Task, dirfd: number, path: number, times: number, flags: number): number {
  if (times === 0) return setTimes(task, dirfd, path, 'now', 'now', flags);
  const at = readable(task, times, 32);
  if (at < 0) return EFAULT;
  const atime = timeAt(task, at);
  const mtime = timeAt(task, at + 16);
  if (isErrno(atime)) return atime;
  if (isErrno(mtime)) return mtime;
  // Nothing is to be changed: not even the path is looked at.
  if (atime === undefined && mtime === undefined) return 0;
  return setTimes(task, dirfd, path, atime, mtime, flags);
}

export function futimesat(task: Task, dirfd: number, path: number, times: number): number {
  if (times === 0) return setTimes(task, dirfd, path, 'now', 'now', 0);
  const at = readable(task, times, 32);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  const moments: TimeChange[] = [];
  for (const offset of [0, 16]) {
    const microseconds = getLong(view, at + offset + 8);
    if (microseconds < 0 || microseconds > 999_999) return EINVAL;
    moments.push({ seconds: getLong(view, at + offset), nanoseconds: microseconds * 1000 });
  }
  return setTimes(task, dirfd, path, moments[0], moments[1], 0);
}

export function utimes(task: Task, path: number, times: number): number {
  return futimesat(task, AT_FDCWD, path, times);
}

export function utime(task: Task, path: number, times: number): number {
  if (times === 0) return setTimes(task, AT_FDCWD, path, 'now', 'now', 0);
  const at = readable(task, times, 16);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  const moment = (offset: number): TimeChange => ({ seconds: getLong(view, at + offset), nanoseconds: 0 });
  return setTimes(task, AT_FDCWD, path, moment(0), moment(8), 0);
}

function checkSize(task: Task, size: number): Errno | 0 {
  if (size < 0) return EINVAL;
  if (size <= task.process.limits.soft[RLIMIT_FSIZE]!) return 0;
  signalTask(task, { signal: SIGXFSZ, code: SI_USER, pid: task.process.pid, uid: task.credentials.uid });
  return EFBIG;
}

export function truncate(task: Task, address: number, size: number): number {
  if (size < 0) return EINVAL;
  const path = pathArgument(task, address);
  if (isErrno(path)) return path;
  const place = task.kernel.vfs.find(path, 0, task);
  const limited = isErrno(place) ? 0 : checkSize(task, size);
  if (limited) return limited;
  const error = task.kernel.vfs.truncate(path, size, task);
  if (!isErrno(error) && !isErrno(place)) task.kernel.engine.mappedFiles.resized(place.vnode, size);
  return error;
}

export function ftruncate(task: Task, fd: number, size: number): number {
  if (size < 0) return EINVAL;
  const description = usable(task, fd);
  if (!description) return EBADF;
  const { file } = description;
  const limited = checkSize(task, size);
  if (limited) return limited;
  if (file instanceof MemoryFile) {
    const sealed = file.checkSize(size);
    if (sealed) return sealed;
  }
  const error = files.truncate(file, size, task);
  if (!isErrno(error)) task.kernel.engine.mappedFiles.resized(file.vnode, size);
  return error;
}

export function fallocate(task: Task, fd: number, mode: number, offset: number, length: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  return files.allocate(description.file, mode, offset, length, task);
}

export function fsync(task: Task, fd: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  const { file } = description;
  if (file.stream && !file.fsync) return EINVAL;
  return file.fsync?.(false) ?? 0;
}

export function fdatasync(task: Task, fd: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  const { file } = description;
  if (file.stream && !file.fsync) return EINVAL;
  return file.fsync?.(true) ?? 0;
}

export function sync(task: Task): number {
  for (const mount of task.kernel.vfs.mounts.list()) mount.fileSystem.sync?.();
  return 0;
}

export function syncfs(task: Task, fd: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  return description.file.vnode.fileSystem.sync?.() ?? 0;
}

function putStatfs(task: Task, into: number, device: number): number {
  const at = writable(task, into, STATFS_SIZE);
  if (at < 0) return EFAULT;
  encodeStatfs(task.memory.view, at, foundStatFs, device);
  return 0;
}

export function statfs(task: Task, address: number, into: number): number {
  const path = pathArgument(task, address);
  if (isErrno(path)) return path;
  const { vfs } = task.kernel;
  const place = vfs.find(path, 0, task);
  if (isErrno(place)) return place;
  foundStatFs.flags = place.mount.flags;
  const error = place.mount.fileSystem.statfs(foundStatFs, task, place.vnode);
  return isErrno(error) ? error : putStatfs(task, into, place.mount.device);
}

export function fstatfs(task: Task, fd: number, into: number): number {
  const description = any(task, fd);
  if (!description) return EBADF;
  const { file } = description;
  foundStatFs.flags = file.place?.mount.flags ?? 0;
  const error = file.vnode.fileSystem.statfs(foundStatFs, task, file.vnode);
  return isErrno(error) ? error : putStatfs(task, into, deviceOf(file));
}

export function ustat(): number {
  return EINVAL;
}

