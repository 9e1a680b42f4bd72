/** Pipes and FIFOs (pipe(7), fs/pipe.c). */

import type { Caller } from '../../fs/caller.ts';
import { EAGAIN, EBADF, EBUSY, EINVAL, ENOMEM, ENOTTY, ENXIO, EPERM, EPIPE, type Errno, WOULD_BLOCK, type WouldBlock } from '../../fs/errno.ts';
import { O_NONBLOCK, O_RDONLY, O_WRONLY, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM, canRead, canWrite } from '../../fs/flags.ts';
import { S_IFIFO } from '../../fs/stat.ts';
import { type IoctlAnswer, OpenFile, type Vnode } from '../../fs/vnode.ts';
import { WaitQueue } from '../../fs/wait-queue.ts';
import { type NamelessFileSystem, NamelessVnode } from './nameless.ts';

const PAGE = 4096;
const DEFAULT_CAPACITY = 16 * PAGE;
/** fs.pipe-max-size. */
const MAX_CAPACITY = 1 << 20;
/** Writes of at most so many bytes are whole. */
export const PIPE_BUF = 4096;
const FIONREAD = 0x541b;

/** The buffer that both ends have. */
export class Pipe {
  readonly waiters: WaitQueue = new WaitQueue();
  #bytes: Uint8Array = new Uint8Array(PAGE);
  #start = 0;
  length = 0;
  capacity: number = DEFAULT_CAPACITY;
  readers = 0;
  writers = 0;
  /** How often either was opened: who opens a FIFO waits for the other. */
  readersOpened = 0;
  writersOpened = 0;

  #grow(needed: number): void {
    let size = this.#bytes.length;
    if (size >= needed) return;
    while (size < needed) size *= 2;
    const bytes = new Uint8Array(size);
    for (let done = 0; done < this.length; ) {
      const count = Math.min(this.length - done, this.#bytes.length - this.#start);
      bytes.set(this.#bytes.subarray(this.#start, this.#start + count), done);
      done += count;
      this.#start = 0;
    }
    this.#bytes = bytes;
    this.#start = 0;
  }

  take(into: Uint8Array, start: number, length: number, keep = false): number {
    const count = Math.min(length, this.length);
    let at = this.#start;
    for (let done = 0; done < count; ) {
      const part = Math.min(count - done, this.#bytes.length - at);
      into.set(this.#bytes.subarray(at, at + part), start + done);
      done += part;
      at = (at + part) % this.#bytes.length;
    }
    if (keep) return count;
    this.#start = at;
    this.length -= count;
    if (this.length === 0) this.#start = 0;
    return count;
  }

  give(from: Uint8Array, start: number, length: number): void {
    this.#grow(this.length + length);
    let at = (this.#start + this.length) % this.#bytes.length;
    for (let done = 0; done < length; ) {
      const part = Math.min(length - done, this.#bytes.length - at);
      this.#bytes.set(from.subarray(start + done, start + done + part), at);
      done += part;
      at = (at + part) % this.#bytes.length;
    }
    this.length += length;
  }

  get room(): number {
    return this.capacity - this.length;
  }

  /** F_SETPIPE_SZ: the size that it then has. Errors: EINVAL, EBUSY, EPERM. */
  resize(size: number, privileged: boolean): number | Errno {
    if (size < 0 || size > 0x8000_0000) return EINVAL;
    let capacity = PAGE;
    while (capacity < size) capacity *= 2;
    if (capacity > this.capacity && capacity > MAX_CAPACITY && !privileged) return EPERM;
    if (capacity > 0x7fff_ffff) return ENOMEM;
    if (capacity < this.length) return EBUSY;
    this.capacity = capacity;
    this.waiters.wakeAll();
    return capacity;
  }
}

/** An end of a pipe; of a FIFO that was opened for both, both. */
export class PipeEnd extends OpenFile {
  readonly pipe: Pipe;
  override readonly stream = true;
  override readonly waiters: WaitQueue;
  readonly #reads: boolean;
  readonly #writes: boolean;
  /** How often the other side had been opened when this one was. */
  readonly #seen: number;

  constructor(vnode: Vnode, flags: number, pipe: Pipe) {
    super(vnode, flags);
    this.pipe = pipe;
    this.waiters = pipe.waiters;
    this.#reads = canRead(flags);
    this.#writes = canWrite(flags);
    this.#seen = this.#reads ? pipe.writersOpened : pipe.readersOpened;
    if (this.#reads) {
      pipe.readers++;
      pipe.readersOpened++;
    }
    if (this.#writes) {
      pipe.writers++;
      pipe.writersOpened++;
    }
    vnode.hold?.();
    pipe.waiters.wakeAll();
  }

  /** Whether open(2) has to wait for the other side still. */
  get lonely(): boolean {
    // A pipe that is opened again, by /proc, is not waited for.
    if (this.vnode instanceof NamelessVnode) return false;
    if (this.flags & O_NONBLOCK || this.#reads === this.#writes) return false;
    const { pipe } = this;
    if (this.#reads) return pipe.writers === 0 && pipe.writersOpened === this.#seen;
    return pipe.readers === 0 && pipe.readersOpened === this.#seen;
  }

  override read(into: Uint8Array, start: number, length: number): number | Errno | WouldBlock {
    if (length === 0) return 0;
    const { pipe } = this;
    if (pipe.length === 0) {
      if (pipe.writers === 0) return 0;
      return this.flags & O_NONBLOCK ? EAGAIN : WOULD_BLOCK;
    }
    const count = pipe.take(into, start, length);
    pipe.waiters.wakeAll();
    return count;
  }

  override write(from: Uint8Array, start: number, length: number): number | Errno | WouldBlock {
    const { pipe } = this;
    if (length === 0) return 0;
    if (pipe.readers === 0) return EPIPE;
    const { room } = pipe;
    if (room < (length <= PIPE_BUF ? length : 1)) return this.flags & O_NONBLOCK ? EAGAIN : WOULD_BLOCK;
    const count = Math.min(room, length);
    pipe.give(from, start, count);
    pipe.waiters.wakeAll();
    return count;
  }

  override poll(): number {
    const { pipe } = this;
    let events = 0;
    if (this.#reads) {
      if (pipe.length > 0) events |= POLLIN | POLLRDNORM;
      if (pipe.writers === 0 && pipe.writersOpened > 0) events |= POLLHUP;
    }
    if (this.#writes) {
      if (pipe.room >= PIPE_BUF) events |= POLLOUT | POLLWRNORM;
      if (pipe.readers === 0) events |= POLLERR;
    }
    return events;
  }

  override ioctl(command: number): IoctlAnswer | Errno {
    if (command !== FIONREAD) return ENOTTY;
    const { length } = this.pipe;
    return { result: 0, output: Uint8Array.of(length, length >> 8, length >> 16, length >> 24) };
  }

  override fsync(): Errno {
    return EINVAL;
  }

  protected override close(): void {
    const { pipe } = this;
    if (this.#reads) pipe.readers--;
    if (this.#writes) pipe.writers--;
    pipe.waiters.wakeAll();
    this.vnode.drop?.();
  }
}

/** Makes a pipe: the end to read from and the one to write to. */
export function makePipe(fileSystem: NamelessFileSystem, flags: number, owner: Caller): [PipeEnd, PipeEnd] {
  const vnode = new NamelessVnode(fileSystem, S_IFIFO, 0o600, (ino) => `pipe:[${ino}]`, owner);
  const pipe = new Pipe();
  pipes.set(vnode, pipe);
  return [new PipeEnd(vnode, O_RDONLY | flags, pipe), new PipeEnd(vnode, O_WRONLY | flags, pipe)];
}

/** The buffers of pipes and of FIFOs that are open. */
const pipes = new WeakMap<Vnode, Pipe>();

/**
 * Opens a FIFO of any file system, as `VfsOptions.openSpecial` is to do it, or a pipe again by /proc/PID/fd. It is not waited for here whether
 * there is another side. Errors: ENXIO for who writes and does not wait where nobody reads.
 */
export function openFifo(vnode: Vnode, flags: number): OpenFile | Errno {
  let pipe = pipes.get(vnode);
  if (!pipe) pipes.set(vnode, (pipe = new Pipe()));
  const writesOnly = canWrite(flags) && !canRead(flags);
  if (!canRead(flags) && !canWrite(flags)) return EBADF;
  if (writesOnly && flags & O_NONBLOCK && pipe.readers === 0) return ENXIO;
  return new PipeEnd(vnode, flags, pipe);
}
