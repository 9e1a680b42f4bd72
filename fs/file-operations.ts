/** Operations on open files, with the checks that Linux makes before it calls a file system. */

import type { Caller } from './caller.ts';
import {
  EBADF,
  EFBIG,
  EINVAL,
  EISDIR,
  ENODEV,
  ENOENT,
  ENOTDIR,
  ENXIO,
  EOPNOTSUPP,
  ESPIPE,
  EXDEV,
  type Errno,
  type WouldBlock,
  isErrno,
} from './errno.ts';
import {
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  FALLOC_FL_ZERO_RANGE,
  O_APPEND,
  O_PATH,
  SEEK_CUR,
  SEEK_DATA,
  SEEK_END,
  SEEK_HOLE,
  SEEK_SET,
  canRead,
  canWrite,
} from './flags.ts';
import { setattr } from './operations.ts';
import { S_IFDIR, S_IFIFO, S_IFREG, Stat } from './stat.ts';
import type { DirectorySink, OpenFile } from './vnode.ts';

const scratch = new Stat();

/** Where a listing stands behind `.` and `..`; the directory's own cookies follow. */
const DOT_COOKIE = 1;
const DOTDOT_COOKIE = 2;

/** Reads at an offset. Errors: EBADF, EISDIR, EINVAL, and the file's own. */
export function read(
  file: OpenFile,
  into: Uint8Array,
  start: number,
  length: number,
  at: number,
  caller: Caller,
): number | Errno | WouldBlock {
  if (at < 0) return EINVAL;
  if (!canRead(file.flags) || file.flags & O_PATH) return EBADF;
  if (file.vnode.type === S_IFDIR) return EISDIR;
  return file.read ? file.read(into, start, length, at, caller) : EINVAL;
}

/** Writes at an offset. Errors: EBADF, EINVAL, and the file's own. */
export function write(
  file: OpenFile,
  from: Uint8Array,
  start: number,
  length: number,
  at: number,
  caller: Caller,
): number | Errno | WouldBlock {
  if (at < 0) return EINVAL;
  if (!canWrite(file.flags) || file.flags & O_PATH) return EBADF;
  return file.write ? file.write(from, start, length, at, caller) : EINVAL;
}

/** Where a write to a file goes: to its end if it was opened with O_APPEND, or else to `at`. Errors: EINVAL. */
export function writeOffset(file: OpenFile, at: number, caller: Caller): number | Errno {
  if (at < 0) return EINVAL;
  if (!(file.flags & O_APPEND)) return at;
  const error = file.vnode.stat(scratch, caller);
  return isErrno(error) ? error : scratch.size;
}

/** ftruncate(2). Errors: EINVAL when it is no regular file open for writing, EBADF, EFBIG. */
export function truncate(file: OpenFile, size: number, caller: Caller): Errno | 0 {
  if (file.flags & O_PATH) return EBADF;
  if (size < 0 || !canWrite(file.flags) || file.vnode.type !== S_IFREG) return EINVAL;
  return setattr(file.vnode, { size, through: file }, caller);
}

/** fallocate(2). Errors: EINVAL, EOPNOTSUPP, EBADF, ESPIPE, EISDIR, ENODEV, EFBIG, ENOSPC. */
export function allocate(file: OpenFile, mode: number, offset: number, length: number, caller: Caller): Errno | 0 {
  if (offset < 0 || length <= 0) return EINVAL;
  if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) return EOPNOTSUPP;
  if (mode & FALLOC_FL_PUNCH_HOLE && mode !== (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)) return EOPNOTSUPP;
  if (!canWrite(file.flags) || file.flags & O_PATH) return EBADF;
  const { type } = file.vnode;
  if (type === S_IFIFO) return ESPIPE;
  if (type === S_IFDIR) return EISDIR;
  if (type !== S_IFREG) return ENODEV;
  if (offset + length > Number.MAX_SAFE_INTEGER) return EFBIG;
  return file.allocate ? file.allocate(mode, offset, length, caller) : EOPNOTSUPP;
}

/** lseek(2) to data or a hole. Errors: EINVAL, ENXIO. */
export function seek(file: OpenFile, offset: number, whence: number, caller: Caller): number | Errno {
  if (whence !== SEEK_DATA && whence !== SEEK_HOLE) return EINVAL;
  if (file.seek) return file.seek(offset, whence);
  const error = file.vnode.stat(scratch, caller);
  if (isErrno(error)) return error;
  if (offset < 0 || offset >= scratch.size) return ENXIO;
  return whence === SEEK_DATA ? offset : scratch.size;
}

/**
 * lseek(2): where a file that stands at `position` stands then. Errors: EINVAL, ENXIO, ESPIPE where offsets mean nothing.
 */
export function reposition(
  file: OpenFile,
  offset: number,
  whence: number,
  position: number,
  caller: Caller,
): number | Errno {
  if (whence < SEEK_SET || whence > SEEK_HOLE) return EINVAL;
  if (file.stream) return ESPIPE;
  if (file.reposition) return file.reposition(offset, whence, position);
  if (whence >= SEEK_DATA) return seek(file, offset, whence, caller);
  let base = whence === SEEK_CUR ? position : 0;
  if (whence === SEEK_END) {
    const error = file.vnode.stat(scratch, caller);
    if (isErrno(error)) return error;
    base = scratch.size;
  }
  return base + offset < 0 ? EINVAL : base + offset;
}

/**
 * copy_file_range(2) through a buffer, at most its length. Errors: EBADF, EISDIR, EINVAL when one is no regular file or
 * the ranges overlap in one file, EXDEV between file systems of different types.
 */
export function copyRange(
  from: OpenFile,
  fromAt: number,
  to: OpenFile,
  toAt: number,
  length: number,
  buffer: Uint8Array,
  caller: Caller,
): number | Errno | WouldBlock {
  if (!canRead(from.flags) || !canWrite(to.flags) || to.flags & O_APPEND) return EBADF;
  if (from.vnode.type === S_IFDIR || to.vnode.type === S_IFDIR) return EISDIR;
  if (from.vnode.type !== S_IFREG || to.vnode.type !== S_IFREG) return EINVAL;
  if (from.vnode.fileSystem.type !== to.vnode.fileSystem.type) return EXDEV;
  if (!from.read || !to.write) return EOPNOTSUPP;
  const error = from.vnode.stat(scratch, caller);
  if (isErrno(error)) return error;
  const count = Math.max(0, Math.min(length, scratch.size - fromAt));
  if (from.vnode === to.vnode && fromAt < toAt + count && toAt < fromAt + count) return EINVAL;
  const got = from.read(buffer, 0, Math.min(count, buffer.length), fromAt, caller);
  return got <= 0 ? got : to.write(buffer, 0, got, toAt, caller);
}

/**
 * Lists an open directory, `.` and `..` first; `after` is the cookie of the last entry that was taken, 0 at the
 * beginning. Errors: ENOTDIR, EBADF, ENOENT when the directory was removed.
 */
export function list(file: OpenFile, after: number, sink: DirectorySink, caller: Caller): Errno | 0 {
  const { vnode } = file;
  if (file.flags & O_PATH) return EBADF;
  if (vnode.type !== S_IFDIR) return ENOTDIR;
  const error = vnode.stat(scratch, caller);
  if (isErrno(error)) return error;
  if (scratch.nlink === 0) return ENOENT;
  const { ino } = scratch;
  if (after < DOT_COOKIE && !sink.add('.', ino, S_IFDIR, DOT_COOKIE)) return 0;
  if (after < DOTDOT_COOKIE) {
    const parent = file.place?.entry.parent?.vnode;
    const known = parent && !isErrno(parent.stat(scratch, caller));
    if (!sink.add('..', known ? scratch.ino : ino, S_IFDIR, DOTDOT_COOKIE)) return 0;
  }
  if (!vnode.list) return 0;
  const shifted: DirectorySink = {
    add: (name, entryIno, type, cookie, found) => sink.add(name, entryIno, type, cookie + DOTDOT_COOKIE, found),
    ...(sink.namesOnly && { namesOnly: true }),
  };
  return vnode.list(Math.max(0, after - DOTDOT_COOKIE), shifted, caller);
}
