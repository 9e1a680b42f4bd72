/**
 * Descriptors that the emulator itself was given, as files of a guest: its standard input, output and error. The guest gets the open
 * file, and nothing of the tree that it is from.
 *
 * A read that has to wait does so right away as long as nothing else can happen in the guest (`Waiting.alone`); otherwise the host reads
 * in the background, and what it has read is kept until the guest asks again.
 *
 * Differs: what was read in the background for a guest that never asked again is lost to others who read from the same pipe.
 */

import { type Stats, constants, fstatSync, ftruncateSync, openSync, read as readAsync, readFileSync, readSync, readlinkSync, writeSync } from 'node:fs';
import { EAGAIN, EINVAL, ENXIO, type Errno, WOULD_BLOCK, type WouldBlock, errnoFromHost, isErrno } from '../../fs/errno.ts';
import { O_CLOEXEC, O_NONBLOCK, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM, canRead, canWrite } from '../../fs/flags.ts';
import { outside } from '../../fs/outside.ts';
import { type FileType, S_IFCHR, S_IFIFO, S_IFREG, S_IFSOCK, type Stat, type StatFs, fileType, makeDevice } from '../../fs/stat.ts';
import { type AttributeChange, type Caching, type FileSystem, OpenFile, type Vnode } from '../../fs/vnode.ts';
import { WaitQueue } from '../../fs/wait-queue.ts';
import { isTerminal } from './is-terminal.ts';

/** What the host's side knows of waiting. */
export interface Waiting {
  /** Whether nothing can happen in the guest while its only task waits, so that the host's thread may wait itself. */
  alone(): boolean;
  /** Something is being waited for in the background, or no longer: as long as it is, the host's loop has something to do. */
  pending(change: 1 | -1): void;
}

/** Where descriptors of the host are. */
class HostDescriptors implements FileSystem {
  readonly type = 'hostfs';
  readonly device: number = makeDevice(0, 0xff004);
  readonly caching: Caching = { entryMilliseconds: 0, attributeMilliseconds: 0, data: false, listAttributes: false };

  get root(): Vnode {
    throw new Error('hostfs has no root');
  }

  statfs(into: StatFs): 0 {
    into.type = 0x50495045;
    into.blockSize = into.fragmentSize = 4096;
    into.nameLength = 255;
    return 0;
  }
}

const FILE_SYSTEM = new HostDescriptors();
const BACKGROUND_BYTES = 65536;
/** How long a write waits for a pipe that is full and that somebody has made non-blocking, in milliseconds. */
const FULL_MS = 1;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

export class HostDescriptor implements Vnode {
  readonly fileSystem: HostDescriptors = FILE_SYSTEM;
  readonly type: FileType;
  /** What readlink(2) of /proc/PID/fd/N tells. */
  readonly label: string;
  readonly waiters: WaitQueue = new WaitQueue();
  readonly #descriptor: number;
  /** A device that nobody waits for. */
  readonly #immediate: boolean;
  readonly #waiting: Waiting;
  /** Where the host's own offset is, for a regular file: reads and writes there are made without an offset, so that it moves. */
  #offset = 0;
  #kept: Buffer | undefined;
  /** A descriptor of the pipe that does not wait. */
  #looking: number | undefined;
  #reading = false;
  #ended = false;
  #error: Errno | 0 = 0;

  constructor(descriptor: number, waiting: Waiting) {
    this.#descriptor = descriptor;
    this.#waiting = waiting;
    const stats = fstatSync(descriptor);
    this.type = fileType(stats.mode);
    this.#immediate = this.type === S_IFCHR && !isTerminal(descriptor);
    this.label = labelOf(descriptor, this.type, stats);
  }

  get seekable(): boolean {
    return this.type === S_IFREG;
  }

  /** The flags that it was opened with, but for how it waits; `guess` where the host does not tell. */
  flags(guess: number): number {
    try {
      const [, octal] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${this.#descriptor}`, 'latin1')) ?? [];
      if (octal !== undefined) return Number.parseInt(octal, 8) & ~(O_CLOEXEC | O_NONBLOCK);
    } catch {
      // There is no such directory.
    }
    return guess;
  }

  stat(into: Stat): Errno | 0 {
    outside.looks++;
    try {
      const stats = fstatSync(this.#descriptor, { bigint: true });
      into.ino = Number(stats.ino);
      into.mode = Number(stats.mode);
      into.nlink = Number(stats.nlink);
      into.uid = Number(stats.uid);
      into.gid = Number(stats.gid);
      into.rdev = Number(stats.rdev);
      into.size = Number(stats.size);
      into.blksize = Number(stats.blksize);
      into.blocks = Number(stats.blocks);
      const part = (nanoseconds: bigint): [number, number] => [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)];
      [into.atime, into.atimeNanoseconds] = part(stats.atimeNs);
      [into.mtime, into.mtimeNanoseconds] = part(stats.mtimeNs);
      [into.ctime, into.ctimeNanoseconds] = part(stats.ctimeNs);
      return 0;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /** The open file that was given. */
  given(guess: number): OpenFile {
    return new HostDescriptorFile(this, this.flags(guess));
  }

  /** Another opening of the same: the host's open file is shared. Errors: ENXIO for sockets. */
  open(flags: number): OpenFile | Errno {
    return this.type === S_IFSOCK ? ENXIO : new HostDescriptorFile(this, flags);
  }

  /** Only a regular file's size can be changed. Errors: EINVAL. */
  setattr({ size, mode, uid, gid }: AttributeChange): Errno | 0 {
    if (mode !== undefined || uid !== undefined || gid !== undefined) return EINVAL;
    if (size === undefined) return 0;
    if (!this.seekable) return EINVAL;
    try {
      ftruncateSync(this.#descriptor, size);
      return 0;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  read(into: Uint8Array, start: number, length: number, at: number, mayWait: boolean): number | Errno | WouldBlock {
    outside.looks++;
    if (length === 0) return 0;
    if (this.seekable) return this.#readAt(into, start, length, at);
    if (this.#kept) return this.#takeKept(into, start, length);
    if (this.#error) {
      const error = this.#error;
      this.#error = 0;
      return error;
    }
    if (this.#ended) {
      this.#ended = false;
      return 0;
    }
    if (this.#immediate || (mayWait && this.#waiting.alone())) {
      const count = this.#readNow(into, start, length, null);
      if (count !== EAGAIN) return count;
    }
    this.#readInBackground();
    return WOULD_BLOCK;
  }

  #readAt(into: Uint8Array, start: number, length: number, at: number): number | Errno {
    const count = this.#readNow(into, start, length, at === this.#offset ? null : at);
    if (!isErrno(count) && at === this.#offset) this.#offset += count;
    return count;
  }

  #readNow(into: Uint8Array, start: number, length: number, at: number | null): number | Errno {
    try {
      return readSync(this.#descriptor, into, start, length, at);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  #takeKept(into: Uint8Array, start: number, length: number): number {
    const kept = this.#kept!;
    const count = Math.min(length, kept.length);
    into.set(kept.subarray(0, count), start);
    this.#kept = count < kept.length ? kept.subarray(count) : undefined;
    return count;
  }

  #readInBackground(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#waiting.pending(1);
    const buffer = Buffer.allocUnsafe(BACKGROUND_BYTES);
    readAsync(this.#descriptor, buffer, 0, buffer.length, null, (error, count) => {
      this.#reading = false;
      this.#waiting.pending(-1);
      if (error) {
        const errno = errnoFromHost(error);
        if (errno === EAGAIN) {
          setTimeout(() => this.#readInBackground(), FULL_MS);
          return;
        }
        this.#error = errno;
      } else if (count === 0) {
        this.#ended = true;
      } else {
        this.#kept = buffer.subarray(0, count);
      }
      this.waiters.wakeAll();
    });
  }

  write(from: Uint8Array, start: number, length: number, at: number): number | Errno {
    const position = !this.seekable || at === this.#offset ? null : at;
    for (;;) {
      try {
        const count = writeSync(this.#descriptor, from, start, length, position);
        if (this.seekable && position === null) this.#offset += count;
        return count;
      } catch (error) {
        const errno = errnoFromHost(error);
        if (errno !== EAGAIN) return errno;
        Atomics.wait(sleeper, 0, 0, FULL_MS);
      }
    }
  }

  /**
   * Looks whether there is something to read without waiting for it: through an opening of the pipe of its own. False where that cannot
   * be found out.
   */
  #look(): boolean {
    if (this.type !== S_IFIFO || this.#reading) return false;
    try {
      this.#looking ??= openSync(`/proc/self/fd/${this.#descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
      const buffer = Buffer.allocUnsafe(BACKGROUND_BYTES);
      const count = readSync(this.#looking, buffer, 0, buffer.length, null);
      if (count === 0) this.#ended = true;
      else this.#kept = buffer.subarray(0, count);
      return true;
    } catch (error) {
      return errnoFromHost(error) === EAGAIN;
    }
  }

  /** Whether a read would not wait; who asks has it found out in the background. */
  poll(flags: number): number {
    outside.looks++;
    if (this.seekable || this.#immediate) return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
    let ready = canWrite(flags) ? POLLOUT | POLLWRNORM : 0;
    if (!canRead(flags)) return ready;
    if (!this.#kept && !this.#ended && !this.#error) this.#look();
    if (this.#kept || this.#error) ready |= POLLIN | POLLRDNORM;
    else if (this.#ended) ready |= this.type === S_IFIFO ? POLLHUP : POLLIN | POLLRDNORM;
    else this.#readInBackground();
    return ready;
  }
}

class HostDescriptorFile extends OpenFile {
  declare readonly vnode: HostDescriptor;
  declare readonly stream?: true;
  override readonly uncached: true = true;
  override readonly waiters: WaitQueue;

  constructor(vnode: HostDescriptor, flags: number) {
    super(vnode, flags);
    this.waiters = vnode.waiters;
    if (!vnode.seekable) this.stream = true;
  }

  override read(into: Uint8Array, start: number, length: number, at: number): number | Errno | WouldBlock {
    return this.vnode.read(into, start, length, at, (this.flags & O_NONBLOCK) === 0);
  }

  override write(from: Uint8Array, start: number, length: number, at: number): number | Errno {
    return this.vnode.write(from, start, length, at);
  }

  override poll(): number {
    return this.vnode.poll(this.flags);
  }
}

/** The name that the host's kernel gives to what a descriptor is, of what has none in any tree; of others it is nobody's business. */
function labelOf(descriptor: number, type: FileType, stats: Stats): string {
  if (type === S_IFIFO) return `pipe:[${stats.ino}]`;
  if (type === S_IFSOCK) return `socket:[${stats.ino}]`;
  try {
    const text = readlinkSync(`/proc/self/fd/${descriptor}`);
    if (text.startsWith('/dev/')) return text;
  } catch {
    // There is no such directory.
  }
  return `/host/${descriptor}`;
}
