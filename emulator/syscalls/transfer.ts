/** Transfers from file to file: sendfile(2), copy_file_range(2), splice(2), tee(2) (fs/read_write.c, fs/splice.c). */

import { EAGAIN, EBADF, EFAULT, EINVAL, EISDIR, EOVERFLOW, ESPIPE, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import * as files from '../../fs/file-operations.ts';
import { O_APPEND, O_NONBLOCK, canRead, canWrite } from '../../fs/flags.ts';
import { S_IFDIR } from '../../fs/stat.ts';
import { MOST, decodeParts } from '../abi/iovec.ts';
import type { Description } from '../kernel/description.ts';
import { PipeEnd } from '../kernel/pipe.ts';
import type { Task } from '../kernel/task.ts';
import { available, getLong, readable, setLong, writable } from '../kernel/user-memory.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { block, usable } from './files.ts';
import { readParts, writeBytes } from './read-write.ts';

const BUFFER = new Uint8Array(1 << 18);
const HERE = -1;

/** An offset that a program keeps, where it passed one. */
class Offset {
  readonly #task: Task;
  readonly #address: number;
  value = HERE;
  readonly bad: boolean;

  constructor(task: Task, address: number) {
    this.#task = task;
    this.#address = address;
    const at = address === 0 ? 0 : readable(task, address, 8);
    this.bad = at < 0;
    if (address !== 0 && at >= 0) this.value = getLong(task.memory.view, at);
  }

  get given(): boolean {
    return this.#address !== 0;
  }

  advance(count: number): number {
    if (this.#address === 0) return 0;
    this.value += count;
    const at = writable(this.#task, this.#address, 8);
    if (at < 0) return EFAULT;
    setLong(this.#task.memory.view, at, this.value);
    return 0;
  }
}

/** Moves bytes; returns how many, what went wrong with the first of them, or WOULD_BLOCK. What is read and cannot be written is not lost in files. */
function move(task: Task, from: Description, fromAt: number, to: Description, toAt: number, length: number): number {
  const { file } = from;
  let done = 0;
  while (done < length) {
    const start = fromAt === HERE ? from.position : fromAt + done;
    let wanted = Math.min(length - done, BUFFER.length);
    // What a pipe gives is gone: no more is taken than the other side has room for.
    if (to.file instanceof PipeEnd) {
      wanted = Math.min(wanted, to.file.pipe.room);
      if (wanted === 0 && to.file.pipe.readers > 0) return done > 0 ? done : WOULD_BLOCK;
      wanted = Math.max(wanted, 1);
    }
    const count = files.read(file, BUFFER, 0, wanted, start, task);
    if (count === WOULD_BLOCK || isErrno(count)) return done > 0 ? done : count;
    if (count === 0) break;
    let written = 0;
    while (written < count) {
      const put = writeBytes(task, to, BUFFER, written, count - written, toAt === HERE ? HERE : toAt + done + written);
      if (put === WOULD_BLOCK || put < 0) {
        if (written === 0 && done === 0) return put;
        break;
      }
      written += put;
      if (put === 0) break;
    }
    if (fromAt === HERE && !file.stream) from.position = start + written;
    done += written;
    if (written < count || (file.stream && count < wanted)) break;
  }
  return done;
}

export function sendfile(task: Task, outFd: number, inFd: number, offset: number, count: number): number {
  const from = usable(task, inFd);
  const to = usable(task, outFd);
  if (!from || !canRead(from.file.flags)) return EBADF;
  const at = new Offset(task, offset);
  if (at.bad) return EFAULT;
  if (at.given && from.file.stream) return ESPIPE;
  if (at.given && at.value < 0) return EINVAL;
  if (!to || !canWrite(to.file.flags)) return EBADF;
  if (to.file.flags & O_APPEND && !to.file.stream) return EINVAL;
  // Pipes as well: what is read must be a file with places.
  if (from.file.stream || from.file.vnode.type === S_IFDIR) return EINVAL;
  const moved = move(task, from, at.given ? at.value : HERE, to, HERE, Math.min(count, MOST));
  if (moved === WOULD_BLOCK) return block(task, to.file);
  if (moved > 0) {
    const error = at.advance(moved);
    if (error) return error;
  }
  return moved;
}

export function copy_file_range(task: Task, inFd: number, inOffset: number, outFd: number, outOffset: number, length: number, flags: number): number {
  const from = usable(task, inFd);
  const to = usable(task, outFd);
  if (!from || !to) return EBADF;
  const inAt = new Offset(task, inOffset);
  const outAt = new Offset(task, outOffset);
  if (inAt.bad || outAt.bad) return EFAULT;
  if (flags !== 0) return EINVAL;
  if (from.file.vnode.type === S_IFDIR || to.file.vnode.type === S_IFDIR) return EISDIR;
  const fromAt = inAt.given ? inAt.value : from.position;
  const toAt = outAt.given ? outAt.value : to.position;
  if (fromAt < 0 || toAt < 0 || fromAt + length > 2 ** 63) return EOVERFLOW;
  const { mappedFiles } = task.kernel.engine;
  mappedFiles.beforeRead(from.file.vnode);
  const count = files.copyRange(from.file, fromAt, to.file, toAt, Math.min(length, MOST), BUFFER, task);
  if (count <= 0) return count;
  mappedFiles.written(to.file.vnode, toAt, toAt + count);
  if (!inAt.given) from.position += count;
  if (!outAt.given) to.position += count;
  return inAt.advance(count) || outAt.advance(count) || count;
}

const SPLICE_F_NONBLOCK = 2;
const SPLICE_F_ALL = 15;

export function splice(task: Task, inFd: number, inOffset: number, outFd: number, outOffset: number, length: number, flags: number): number {
  if (length === 0) return 0;
  if (flags & ~SPLICE_F_ALL) return EINVAL;
  const from = usable(task, inFd);
  const to = usable(task, outFd);
  if (!from || !to || !canRead(from.file.flags) || !canWrite(to.file.flags)) return EBADF;
  const inPipe = from.file instanceof PipeEnd;
  const outPipe = to.file instanceof PipeEnd;
  if ((inPipe && inOffset !== 0) || (outPipe && outOffset !== 0)) return ESPIPE;
  if (!inPipe && !outPipe) return EINVAL;
  if (from.file instanceof PipeEnd && to.file instanceof PipeEnd && from.file.pipe === to.file.pipe) return EINVAL;
  if (from.file.vnode.type === S_IFDIR || to.file.vnode.type === S_IFDIR) return EINVAL;
  if (!outPipe && to.file.flags & O_APPEND) return EINVAL;
  const inAt = new Offset(task, inOffset);
  const outAt = new Offset(task, outOffset);
  if (inAt.bad || outAt.bad) return EFAULT;
  if ((inAt.given && from.file.stream) || (outAt.given && to.file.stream)) return EINVAL;
  if ((inAt.given && inAt.value < 0) || (outAt.given && outAt.value < 0)) return EINVAL;
  const moved = move(task, from, inAt.given ? inAt.value : HERE, to, outAt.given ? outAt.value : HERE, Math.min(length, MOST));
  if (moved === WOULD_BLOCK || moved === EAGAIN) return waitForEither(task, from, to, flags);
  if (moved <= 0) return moved;
  return inAt.advance(moved) || outAt.advance(moved) || moved;
}

function waitForEither(task: Task, from: Description, to: Description, flags: number): number {
  if (flags & SPLICE_F_NONBLOCK || (from.file.flags | to.file.flags) & O_NONBLOCK) return EAGAIN;
  if (from.file.waiters) task.waitFor(from.file.waiters);
  if (to.file.waiters) task.waitFor(to.file.waiters);
  return WOULD_BLOCK;
}

export function tee(task: Task, inFd: number, outFd: number, length: number, flags: number): number {
  if (flags & ~SPLICE_F_ALL) return EINVAL;
  if (length === 0) return 0;
  const from = usable(task, inFd);
  const to = usable(task, outFd);
  if (!from || !to || !canRead(from.file.flags) || !canWrite(to.file.flags)) return EBADF;
  if (!(from.file instanceof PipeEnd) || !(to.file instanceof PipeEnd) || from.file.pipe === to.file.pipe) return EINVAL;
  const { pipe } = from.file;
  if (pipe.length === 0) return pipe.writers === 0 ? 0 : waitForEither(task, from, to, flags);
  const count = pipe.take(BUFFER, 0, Math.min(length, pipe.length, to.file.pipe.room, BUFFER.length), true);
  if (count === 0) return waitForEither(task, from, to, flags);
  return writeBytes(task, to, BUFFER, 0, count, HERE);
}

/** Out of a pipe it is readv(2); into it the bytes are copied, where Linux takes their pages. */
export function vmsplice(task: Task, fd: number, address: number, count: number, flags: number): number {
  if (flags & ~SPLICE_F_ALL) return EINVAL;
  const description = usable(task, fd);
  if (!description || !(description.file instanceof PipeEnd)) return EBADF;
  if (!canWrite(description.file.flags)) return readParts(task, fd, address, count, HERE, !(flags & SPLICE_F_NONBLOCK));
  const parts = decodeParts(task, address, count);
  if (isErrno(parts)) return parts;
  let done = 0;
  for (const part of parts) {
    const length = available(task, part.address, part.length);
    if (length === 0 && part.length > 0) return done > 0 ? done : EFAULT;
    const written = writeBytes(task, description, task.memory.bytes, length === 0 ? 0 : indexOf(part.address), length, HERE);
    if (written === WOULD_BLOCK) return done > 0 ? done : block(task, description.file);
    if (written < 0) return done > 0 ? done : written;
    done += written;
    if (written < part.length) break;
  }
  return done;
}

export function readahead(task: Task, fd: number): number {
  const description = usable(task, fd);
  if (!description || !canRead(description.file.flags)) return EBADF;
  return description.file.stream ? EINVAL : 0;
}

export function fadvise64(task: Task, fd: number, _offset: number, length: number, advice: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  if (description.file instanceof PipeEnd) return ESPIPE;
  return length < 0 || advice < 0 || advice > 5 ? EINVAL : 0;
}

export function sync_file_range(task: Task, fd: number, offset: number, length: number, flags: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  if (flags & ~7 || offset < 0 || length < 0) return EINVAL;
  return description.file.stream ? ESPIPE : (description.file.fsync?.(true) ?? 0);
}
