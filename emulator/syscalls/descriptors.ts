/** Opening, closing and copying descriptors, and fcntl(2) (fs/open.c, fs/fcntl.c, fs/locks.c). */

import { CAP_SYS_RESOURCE } from '../../fs/caller.ts';
import {
  E2BIG, EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EMFILE, EOVERFLOW, EPERM, WOULD_BLOCK, isErrno,
} from '../../fs/errno.ts';
import {
  O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECT, O_EXCL, O_LARGEFILE, O_NOATIME, O_NOCTTY, O_NONBLOCK, O_PATH, O_TMPFILE, O_TRUNC, O_WRONLY,
  RESOLVE_CACHED,
  canRead, canWrite,
} from '../../fs/flags.ts';
import { S_IFREG, Stat } from '../../fs/stat.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import { F_SEAL_SEAL, MemoryFile } from '../kernel/memory-file.ts';
import { Description } from '../kernel/description.ts';
import { F_RDLCK, F_UNLCK, F_WRLCK, type LockRequest } from '../kernel/file-locks.ts';
import { PipeEnd, makePipe } from '../kernel/pipe.ts';
import { RLIMIT_NOFILE } from '../kernel/resource-limits.ts';
import type { Task } from '../kernel/task.ts';
import { getLong, getUnsigned, put32, readable, setLong, writable } from '../kernel/user-memory.ts';
import { AT_FDCWD, any, base, install, installDescription, path as pathArgument, usable } from './files.ts';

/** What open(2) knows; it drops what it does not. */
const VALID_FLAGS = 0o3 | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | 0o4010000 | 0o20000 | O_DIRECT | O_LARGEFILE |
  0o200000 | 0o400000 | O_NOATIME | O_CLOEXEC | O_PATH | O_TMPFILE;
const MAKES = O_CREAT | (O_TMPFILE & ~0o200000);

const scratch = new Stat();

function openAt(task: Task, dirfd: number, address: number, flags: number, mode: number, resolve: number): number {
  // Whoever opens a FIFO waits until the other side is there.
  if (task.retrying && task.continuation instanceof PipeEnd) return finishOpen(task, task.continuation, flags);
  const path = pathArgument(task, address);
  if (isErrno(path)) return path;
  const { files, limits } = task.process;
  if (!files.hasRoom(limits.soft[RLIMIT_NOFILE]!)) return EMFILE;
  const from = base(task, dirfd, path);
  if (isErrno(from)) return from;
  const file = task.kernel.vfs.open(path, flags, mode, task, from, resolve);
  if (isErrno(file)) return file;
  if (flags & O_TRUNC) task.kernel.engine.mappedFiles.resized(file.vnode, 0);
  return finishOpen(task, file, flags);
}

function finishOpen(task: Task, file: OpenFile, flags: number): number {
  if (file instanceof PipeEnd && file.lonely) {
    task.continuation = file;
    task.interrupted = () => file.release();
    task.waitFor(file.waiters);
    return WOULD_BLOCK;
  }
  return install(task, file, (flags & O_CLOEXEC) !== 0);
}

export function open(task: Task, path: number, flags: number, mode: number): number {
  return openat(task, AT_FDCWD, path, flags, mode);
}

export function openat(task: Task, dirfd: number, path: number, flags: number, mode: number): number {
  return openAt(task, dirfd, path, flags & VALID_FLAGS, flags & MAKES ? mode & 0o7777 : 0, 0);
}

export function creat(task: Task, path: number, mode: number): number {
  return openat(task, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

const OPEN_HOW_SIZE = 24;
const PAGE = 4096;

/** struct open_how: flags, mode, resolve, 8 bytes each; what follows has to be zero. */
export function openat2(task: Task, dirfd: number, path: number, how: number, size: number): number {
  if (size < OPEN_HOW_SIZE) return EINVAL;
  if (size > PAGE) return E2BIG;
  const at = readable(task, how, size);
  if (at < 0) return EFAULT;
  const { view, bytes } = task.memory;
  for (let index = at + OPEN_HOW_SIZE; index < at + size; index++) if (bytes[index] !== 0) return E2BIG;
  const flags = getUnsigned(view, at);
  const mode = getUnsigned(view, at + 8);
  const resolve = getUnsigned(view, at + 16);
  if (flags > 0xffff_ffff || flags & ~VALID_FLAGS || resolve > 0x3f || mode > 0o7777) return EINVAL;
  if (mode !== 0 && !(flags & MAKES)) return EINVAL;
  if (flags & O_PATH && flags & ~(O_PATH | O_CLOEXEC | 0o200000 | 0o400000)) return EINVAL;
  // What makes or cuts a file cannot be done with what is in memory alone.
  if (resolve & RESOLVE_CACHED && flags & (O_CREAT | O_TRUNC | (O_TMPFILE & ~0o200000))) return EAGAIN;
  const result = openAt(task, dirfd, path, flags, mode, resolve);
  return result;
}

export function close(task: Task, fd: number): number {
  const { files } = task.process;
  const description = files.get(fd);
  if (!description) return EBADF;
  task.kernel.locks.releaseAll(description.file.vnode, files);
  const result = files.close(fd, task);
  return result === WOULD_BLOCK ? EINTR : result;
}

const CLOSE_RANGE_UNSHARE = 2;
const CLOSE_RANGE_CLOEXEC = 4;

export function close_range(task: Task, first: number, last: number, flags: number): number {
  if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) return EINVAL;
  const [from, to] = [first >>> 0, last >>> 0];
  if (from > to) return EINVAL;
  const { process } = task;
  if (flags & CLOSE_RANGE_UNSHARE && process.files.users > 1) {
    const own = process.files.clone();
    process.files.leave(task);
    process.files = own;
  }
  const { files } = process;
  for (let fd = from; fd <= to && fd < files.end; fd++) {
    if (!files.get(fd)) continue;
    if (flags & CLOSE_RANGE_CLOEXEC) files.setCloseOnExec(fd, true);
    else close(task, fd);
  }
  return 0;
}

export function dup(task: Task, fd: number): number {
  const description = any(task, fd);
  return description ? installDescription(task, description.retain(), false) : EBADF;
}

function duplicateTo(task: Task, fd: number, target: number, closeOnExec: boolean): number {
  const { files, limits } = task.process;
  const description = files.get(fd);
  if (!description || target < 0 || target >= limits.soft[RLIMIT_NOFILE]!) return EBADF;
  const old = files.get(target);
  if (old) task.kernel.locks.releaseAll(old.file.vnode, files);
  files.replace(target, description.retain(), closeOnExec, task);
  return target;
}

export function dup2(task: Task, fd: number, target: number): number {
  if (fd === target) return any(task, fd) ? target : EBADF;
  return duplicateTo(task, fd, target, false);
}

export function dup3(task: Task, fd: number, target: number, flags: number): number {
  if (flags & ~O_CLOEXEC || fd === target) return EINVAL;
  return duplicateTo(task, fd, target, (flags & O_CLOEXEC) !== 0);
}

export function pipe2(task: Task, address: number, flags: number): number {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) return EINVAL;
  const [reader, writer] = makePipe(task.kernel.files.pipes, flags & (O_NONBLOCK | O_DIRECT), task);
  const closeOnExec = (flags & O_CLOEXEC) !== 0;
  const readFd = install(task, reader, closeOnExec);
  if (isErrno(readFd)) {
    writer.release();
    return readFd;
  }
  const writeFd = install(task, writer, closeOnExec);
  const error = isErrno(writeFd) ? writeFd : put32(task, address, readFd) || put32(task, address + 4, writeFd);
  if (!error) return 0;
  task.process.files.close(readFd, task);
  if (!isErrno(writeFd)) task.process.files.close(writeFd, task);
  return error;
}

export function pipe(task: Task, address: number): number {
  return pipe2(task, address, 0);
}

const F_DUPFD = 0;
const F_GETFD = 1;
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const F_GETLK = 5;
const F_SETLK = 6;
const F_SETLKW = 7;
const F_SETOWN = 8;
const F_GETOWN = 9;
const F_SETSIG = 10;
const F_GETSIG = 11;
const F_SETOWN_EX = 15;
const F_GETOWN_EX = 16;
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const F_OFD_SETLKW = 38;
const F_SETLEASE = 1024;
const F_GETLEASE = 1025;
const F_DUPFD_QUERY = 1027;
const F_DUPFD_CLOEXEC = 1030;
const F_SETPIPE_SZ = 1031;
const F_GETPIPE_SZ = 1032;
const F_ADD_SEALS = 1033;
const F_GET_SEALS = 1034;
const FD_CLOEXEC = 1;
/** What F_SETFL changes. */
const SETTABLE = O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME | 0o20000;
/** What is only for the moment of open(2). */
const FOR_OPENING = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;
const OF_BARE: ReadonlySet<number> = new Set([F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_QUERY]);
const O_ASYNC = 0o20000;

/** The flags that F_GETFL and /proc/PID/fdinfo tell. */
export function fileFlags(file: OpenFile): number {
  const large = file.place && !(file.flags & O_PATH) ? O_LARGEFILE : 0;
  return (file.flags & ~FOR_OPENING) | large;
}

export function fcntl(task: Task, fd: number, command: number, argument: number): number {
  const { files, limits } = task.process;
  const description = files.get(fd);
  if (!description || (description.bare && !OF_BARE.has(command))) return EBADF;
  const { file } = description;
  const value = argument | 0;
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC: {
      if (value < 0 || value >= limits.soft[RLIMIT_NOFILE]!) return EINVAL;
      return installDescription(task, description.retain(), command === F_DUPFD_CLOEXEC, value);
    }
    case F_DUPFD_QUERY: {
      const other = files.get(value);
      return other ? Number(other === description) : EBADF;
    }
    case F_GETFD:
      return files.closesOnExec(fd) ? FD_CLOEXEC : 0;
    case F_SETFD:
      files.setCloseOnExec(fd, (value & FD_CLOEXEC) !== 0);
      return 0;
    case F_GETFL:
      return fileFlags(file);
    case F_SETFL: {
      if (value & O_NOATIME && !(file.flags & O_NOATIME)) {
        if (!isErrno(file.vnode.stat(scratch, task)) && scratch.uid !== task.uid && !task.capable(3)) return EPERM;
      }
      file.flags = (file.flags & ~SETTABLE) | (value & (SETTABLE & ~O_ASYNC));
      return 0;
    }
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
      return recordLock(task, description, command, argument);
    case F_SETOWN:
      if (value === -0x8000_0000) return EINVAL;
      description.owner = value;
      return 0;
    case F_GETOWN:
      return description.owner;
    case F_SETSIG:
      if (value < 0 || value > 64) return EINVAL;
      description.signal = value;
      return 0;
    case F_GETSIG:
      return description.signal;
    case F_SETOWN_EX:
    case F_GETOWN_EX:
      return ownerEx(task, description, command === F_SETOWN_EX, argument);
    case F_GETPIPE_SZ:
      return file instanceof PipeEnd ? file.pipe.capacity : EBADF;
    case F_SETPIPE_SZ:
      return file instanceof PipeEnd ? file.pipe.resize(argument >>> 0, task.capable(CAP_SYS_RESOURCE)) : EBADF;
    case F_ADD_SEALS:
      return file instanceof MemoryFile ? file.addSeals(value) : isOfMemory(file) ? EPERM : EINVAL;
    case F_GET_SEALS:
      return file instanceof MemoryFile ? file.seals : isOfMemory(file) ? F_SEAL_SEAL : EINVAL;
    case F_GETLEASE:
      return F_UNLCK;
    case F_SETLEASE:
      if (value === F_UNLCK) return EAGAIN;
      task.kernel.report(task, 'fcntl', 'F_SETLEASE');
      return EINVAL;
    default:
      return EINVAL;
  }
}

/** Whether a file of a tree is of memory, and so can have seals in principle. */
function isOfMemory({ vnode }: OpenFile): boolean {
  return vnode.type === S_IFREG && vnode.fileSystem.type === 'tmpfs';
}

/** struct f_owner_ex: type (0 thread, 1 process, 2 group), pid. */
function ownerEx(task: Task, description: Description, set: boolean, address: number): number {
  const { view } = task.memory;
  if (set) {
    const at = readable(task, address, 8);
    if (at < 0) return EFAULT;
    const type = view.getInt32(at, true);
    if (type < 0 || type > 2) return EINVAL;
    description.owner = type === 2 ? -view.getInt32(at + 4, true) : view.getInt32(at + 4, true);
    return 0;
  }
  return put32(task, address, description.owner < 0 ? 2 : 1) || put32(task, address + 4, Math.abs(description.owner));
}

const FLOCK_SIZE = 32;

/** struct flock: type 0 (2), whence 2 (2), start 8, len 16, pid 24 (4). */
function recordLock(task: Task, description: Description, command: number, address: number): number {
  const { files } = task.process;
  const { file } = description;
  const { view } = task.memory;
  const at = readable(task, address, FLOCK_SIZE);
  if (at < 0) return EFAULT;
  const ofd = command >= F_OFD_GETLK;
  const type = view.getInt16(at, true);
  const whence = view.getInt16(at + 2, true);
  const query = command === F_GETLK || command === F_OFD_GETLK;
  if (type !== F_RDLCK && type !== F_WRLCK && (type !== F_UNLCK || query)) return EINVAL;
  let start = getLong(view, at + 8);
  const length = getLong(view, at + 16);
  if (whence === 1) start += description.position;
  else if (whence === 2) {
    const error = file.vnode.stat(scratch, task);
    if (isErrno(error)) return error;
    start += scratch.size;
  } else if (whence !== 0) return EINVAL;
  let end = length === 0 ? Number.POSITIVE_INFINITY : start + length;
  if (length < 0) [start, end] = [start + length, start];
  if (start < 0) return EINVAL;
  // 2 ** 63 stands for what is just below it, too.
  if (end !== Number.POSITIVE_INFINITY && (end > 2 ** 63 || (start >= 2 ** 63 && length > 1))) return EOVERFLOW;
  const request: LockRequest = {
    kind: ofd ? 'ofd' : 'posix',
    owner: ofd ? description : files,
    pid: ofd ? -1 : task.process.pid,
    write: type === F_WRLCK,
    start,
    end,
  };
  const { locks } = task.kernel;
  const namesPid = ofd && view.getInt32(at + 24, true) !== 0;
  if (query) {
    if (namesPid) return EINVAL;
    const target = writable(task, address, FLOCK_SIZE);
    if (target < 0) return EFAULT;
    const held = locks.conflict(file.vnode, request);
    if (!held) {
      view.setInt16(target, F_UNLCK, true);
      return 0;
    }
    view.setInt16(target, held.write ? F_WRLCK : F_RDLCK, true);
    view.setInt16(target + 2, 0, true);
    setLong(view, target + 8, held.start);
    setLong(view, target + 16, held.end === Number.POSITIVE_INFINITY ? 0 : held.end - held.start);
    view.setInt32(target + 24, held.pid, true);
    return 0;
  }
  if (type !== F_UNLCK && (request.write ? !canWrite(file.flags) : !canRead(file.flags))) return EBADF;
  if (namesPid) return EINVAL;
  if (type === F_UNLCK) {
    locks.unlock(file.vnode, request);
    return 0;
  }
  const wait = command === F_SETLKW || command === F_OFD_SETLKW;
  return waitForLock(task, description, request, wait);
}

function waitForLock(task: Task, description: Description, request: LockRequest, wait: boolean): number {
  const { locks } = task.kernel;
  const { vnode } = description.file;
  const result = locks.lock(vnode, request, wait);
  if (result === WOULD_BLOCK) {
    task.interrupted = () => locks.giveUp(request.owner);
    task.waitFor(locks.released(vnode));
  } else if (result === 0 && request.kind !== 'posix' && description.mark('locks')) {
    description.whenClosed(() => locks.releaseAll(vnode, description));
  }
  return result;
}

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;
/** Mandatory locks, which Linux had once: such calls do nothing. */
const LOCK_MAND = 32;

export function flock(task: Task, fd: number, operation: number): number {
  if (operation & LOCK_MAND) return 0;
  const kind = operation & ~LOCK_NB;
  const description = usable(task, fd);
  if (kind !== LOCK_SH && kind !== LOCK_EX && kind !== LOCK_UN) return EINVAL;
  if (!description) return EBADF;
  const request: LockRequest = {
    kind: 'flock', owner: description, pid: task.process.pid, write: kind === LOCK_EX, start: 0, end: Number.POSITIVE_INFINITY,
  };
  if (kind === LOCK_UN) {
    task.kernel.locks.unlock(description.file.vnode, request);
    return 0;
  }
  const result: number = waitForLock(task, description, request, !(operation & LOCK_NB));
  return result;
}
