/** read(2), write(2) and their relatives (fs/read_write.c). */

import { EBADF, EFAULT, EFBIG, EINVAL, EOPNOTSUPP, EPIPE, ESPIPE, EAGAIN, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import * as files from '../../fs/file-operations.ts';
import { O_APPEND, O_NONBLOCK, canRead, canWrite } from '../../fs/flags.ts';
import { S_IFREG } from '../../fs/stat.ts';
import { MOST, type Part, decodeParts } from '../abi/iovec.ts';
import type { Description } from '../kernel/description.ts';
import { RLIMIT_FSIZE } from '../kernel/resource-limits.ts';
import { signalTask } from '../kernel/signal-delivery.ts';
import { SIGPIPE, SIGXFSZ, SI_USER } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';
import { available, plausible, room } from '../kernel/user-memory.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { block, usable } from './files.ts';

/** Transfers that continue where the description stands. */
const HERE = -1;

const RWF_HIPRI = 1;
const RWF_DSYNC = 2;
const RWF_SYNC = 4;
const RWF_NOWAIT = 8;
const RWF_APPEND = 0x10;
const RWF_NOAPPEND = 0x20;

/** Reads into one place. */
function readPart(task: Task, description: Description, address: number, length: number, at: number): number {
  const { file } = description;
  const fits = room(task, address, length);
  const position = at === HERE ? description.position : at;
  if (fits === 0 && length > 0) {
    // The file's own objections come first.
    const probe = files.read(file, task.memory.bytes, 0, 0, position, task);
    return isErrno(probe) ? probe : EFAULT;
  }
  task.kernel.engine.mappedFiles.beforeRead(file.vnode);
  const count = files.read(file, task.memory.bytes, fits === 0 ? 0 : indexOf(address), fits, position, task);
  if (count > 0 && at === HERE && file.stream === undefined) description.position = position + count;
  return count;
}

/** Writes from one place; `count` may be less than what was to be written. */
function writePart(task: Task, description: Description, address: number, length: number, at: number): number {
  const { file } = description;
  const fits = available(task, address, length);
  if (fits === 0 && length > 0) return canWrite(file.flags) ? EFAULT : EBADF;
  return writeBytes(task, description, task.memory.bytes, fits === 0 ? 0 : indexOf(address), fits, at);
}

/** Writes bytes that need not be the program's; raises what an impossible write raises. */
export function writeBytes(task: Task, description: Description, bytes: Uint8Array, start: number, length: number, at: number): number {
  const { file } = description;
  if (!canWrite(file.flags)) return EBADF;
  let position = at === HERE ? description.position : at;
  let count = length;
  if (file.stream === undefined) {
    const offset = files.writeOffset(file, position, task);
    if (isErrno(offset)) return offset;
    position = offset;
    const limit = task.process.limits.soft[RLIMIT_FSIZE]!;
    if (limit !== Number.POSITIVE_INFINITY && file.vnode.type === S_IFREG && length > 0) {
      if (position >= limit) {
        signalTask(task, { signal: SIGXFSZ, code: SI_USER, pid: task.process.pid, uid: task.credentials.uid });
        return EFBIG;
      }
      count = Math.min(count, limit - position);
    }
  }
  // What mappings changed goes to the file first, or it would be taken for older.
  if (file.stream === undefined) task.kernel.engine.mappedFiles.beforeRead(file.vnode);
  const written = files.write(file, bytes, start, count, position, task);
  if (written > 0 && file.stream === undefined) {
    if (at === HERE) description.position = position + written;
    task.kernel.engine.mappedFiles.written(file.vnode, position, position + written);
  } else if (written === EPIPE) {
    signalTask(task, { signal: SIGPIPE, code: SI_USER, pid: task.process.pid, uid: task.credentials.uid });
  }
  return written;
}

export function read(task: Task, fd: number, address: number, size: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  if (!plausible(address, size)) return EFAULT;
  const count = readPart(task, description, address, Math.min(size, MOST), HERE);
  return count === WOULD_BLOCK ? block(task, description.file) : count;
}

/** Writes all that a blocking file takes sooner or later: what is done so far is kept while it waits. */
function writeAll(task: Task, description: Description, total: number, write: (done: number) => number): number {
  const { file } = description;
  let done = task.retrying ? task.progress : 0;
  for (;;) {
    const count = write(done);
    if (count === WOULD_BLOCK) {
      if (file.flags & O_NONBLOCK || !file.waiters) return done > 0 ? done : EAGAIN;
      task.progress = done;
      task.waitFor(file.waiters);
      return WOULD_BLOCK;
    }
    if (count < 0) return done > 0 ? done : count;
    done += count;
    // Only streams are written to the end: a short write to a file is one.
    if (done >= total || count === 0 || !file.stream || !file.waiters) return done;
  }
}

export function write(task: Task, fd: number, address: number, size: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  if (!plausible(address, size)) return canWrite(description.file.flags) ? EFAULT : EBADF;
  const length = Math.min(size, MOST);
  if (!description.file.stream) return writePart(task, description, address, length, HERE);
  return writeAll(task, description, length, (done) => writePart(task, description, address + done, length - done, HERE));
}

export function pread64(task: Task, fd: number, address: number, size: number, at: number): number {
  if (at < 0) return EINVAL;
  const description = usable(task, fd);
  if (!description) return EBADF;
  if (description.file.stream) return ESPIPE;
  if (!plausible(address, size)) return EFAULT;
  const count = readPart(task, description, address, Math.min(size, MOST), at);
  return count === WOULD_BLOCK ? block(task, description.file) : count;
}

export function pwrite64(task: Task, fd: number, address: number, size: number, at: number): number {
  if (at < 0) return EINVAL;
  const description = usable(task, fd);
  if (!description) return EBADF;
  if (description.file.stream) return ESPIPE;
  if (!plausible(address, size)) return EFAULT;
  return writePart(task, description, address, Math.min(size, MOST), at);
}

/** Reads into several places; `wait`: until there is something, whatever the file's flags are. */
export function readParts(task: Task, fd: number, address: number, count: number, at: number, wait: boolean): number {
  const description = usable(task, fd);
  if (!description || !canRead(description.file.flags)) return EBADF;
  const { file } = description;
  if (at !== HERE && file.stream) return ESPIPE;
  const parts = decodeParts(task, address, count);
  if (isErrno(parts)) return parts;
  let done = 0;
  for (const { address: to, length } of parts) {
    if (length === 0) continue;
    const got = readPart(task, description, to, length, at === HERE ? HERE : at + done);
    if (got === WOULD_BLOCK) return done > 0 ? done : wait ? block(task, file) : EAGAIN;
    if (got < 0) return done > 0 ? done : got;
    done += got;
    if (got < length) break;
  }
  return done === 0 && parts.every(({ length }) => length === 0) ? readPart(task, description, 0, 0, at) : done;
}

export function readv(task: Task, fd: number, address: number, count: number): number {
  return readParts(task, fd, address, count, HERE, true);
}

export function preadv(task: Task, fd: number, address: number, count: number, at: number): number {
  return at < 0 ? EINVAL : readParts(task, fd, address, count, at, true);
}

export function preadv2(task: Task, fd: number, address: number, count: number, at: number, _high: number, flags: number): number {
  if (flags & ~(RWF_HIPRI | RWF_NOWAIT)) return EOPNOTSUPP;
  if (at < HERE) return EINVAL;
  return readParts(task, fd, address, count, at, !(flags & RWF_NOWAIT));
}

/** More parts than one are put together for streams, whose writes are to be whole. */
const GATHERED = 65536;

function writeParts(task: Task, fd: number, address: number, count: number, at: number): number {
  const description = usable(task, fd);
  if (!description || !canWrite(description.file.flags)) return EBADF;
  const { file } = description;
  if (at !== HERE && file.stream) return ESPIPE;
  const parts = decodeParts(task, address, count);
  if (isErrno(parts)) return parts;
  if (file.stream) return writeStream(task, description, parts);
  let done = 0;
  for (const { address: from, length } of parts) {
    if (length === 0) continue;
    const written = writePart(task, description, from, length, at === HERE ? HERE : at + done);
    if (written < 0) return done > 0 ? done : written;
    done += written;
    if (written < length) break;
  }
  return done;
}

function writeStream(task: Task, description: Description, parts: readonly Part[]): number {
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  return writeAll(task, description, total, (done) => {
    const gathered = gather(task, parts, done, Math.min(total - done, GATHERED));
    if (typeof gathered === 'number') return gathered;
    return writeBytes(task, description, gathered, 0, gathered.length, HERE);
  });
}

function gather(task: Task, parts: readonly Part[], from: number, length: number): Uint8Array | number {
  const bytes = new Uint8Array(length);
  let skip = from;
  let done = 0;
  for (const part of parts) {
    if (done === length) break;
    if (skip >= part.length) {
      skip -= part.length;
      continue;
    }
    const wanted = Math.min(part.length - skip, length - done);
    const address = part.address + skip;
    const there = available(task, address, wanted);
    bytes.set(task.memory.bytes.subarray(indexOf(address), indexOf(address) + there), done);
    done += there;
    skip = 0;
    if (there < wanted) return done > 0 ? bytes.subarray(0, done) : EFAULT;
  }
  return bytes;
}

export function writev(task: Task, fd: number, address: number, count: number): number {
  return writeParts(task, fd, address, count, HERE);
}

export function pwritev(task: Task, fd: number, address: number, count: number, at: number): number {
  return at < 0 ? EINVAL : writeParts(task, fd, address, count, at);
}

export function pwritev2(task: Task, fd: number, address: number, count: number, at: number, _high: number, flags: number): number {
  if (flags & ~(RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND | RWF_NOAPPEND)) return EOPNOTSUPP;
  if (at < HERE || (flags & RWF_APPEND && flags & RWF_NOAPPEND)) return EINVAL;
  const description = usable(task, fd);
  if (!description) return EBADF;
  const { file } = description;
  const { flags: before } = file;
  if (flags & RWF_APPEND) file.flags |= O_APPEND;
  if (flags & RWF_NOAPPEND) file.flags &= ~O_APPEND;
  const written = writeParts(task, fd, address, count, at);
  file.flags = before;
  if (written > 0 && flags & (RWF_DSYNC | RWF_SYNC)) {
    const synced = file.fsync?.(!(flags & RWF_SYNC)) ?? 0;
    if (isErrno(synced)) return synced;
  }
  return written;
}

export function lseek(task: Task, fd: number, offset: number, whence: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  // Files of events stand where they are.
  if (description.file.vnode.fileSystem === task.kernel.files.anonymous) return description.position;
  const position = files.reposition(description.file, offset, whence, description.position, task);
  // The end of what a position can be: as a number it would be one too many.
  if (position >= 2 ** 63) return EINVAL;
  if (position >= 0) description.position = position;
  return position;
}
