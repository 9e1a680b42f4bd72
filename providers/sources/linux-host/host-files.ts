/** Reads the files of a Linux host's /proc and /sys into borrowed memory, keeping hot descriptors open. */

import {
  type Stats,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
  readvSync,
  statSync,
  writeSync,
} from 'node:fs';
import { EIO, ENOENT, type Errno, errnoFromHost, isErrno } from '../../../fs/errno.ts';

/** Where a host's own pseudo-filesystems are. An empty prefix means: relative to the working directory. */
export interface HostRoots {
  /** With a trailing slash, or empty. */
  readonly proc: string;
  readonly sys: string;
  /**
   * Set where a mount of ours covers /proc, so that programs that we start must not run in our mount namespace: a path
   * below `proc` to a root directory in which the kernel's is at /proc, or 'none'.
   */
  readonly uncovered?: string;
  /** The path of the kernel's log, where /dev/kmsg may be ours. */
  readonly log?: string;
}

/** The usual places. */
export const HOST_ROOTS: HostRoots = { proc: '/proc/', sys: '/sys/' };

/** Parameters in /proc/sys refuse a read of more than the kernel can allocate at once (KMALLOC_MAX_SIZE) with ENOMEM. */
const LONGEST_READ = 1 << 20;

/** As an object of options: a mere name is made into one at each call. */
const BYTE_STRING = { encoding: 'latin1' } as const;

/** How much memory there is for a read, and how much is kept for the next one after a long file. */
const CAPACITY = 65536;
const KEPT_CAPACITY = 4 << 20;

/** A path for the file system calls: the part below a root is a byte string, whatever the bytes mean. */
export function hostPath(root: string, path: string): string | Buffer {
  for (let index = 0; index < path.length; index++) {
    if (path.charCodeAt(index) > 0x7f) return Buffer.concat([Buffer.from(root), Buffer.from(path, 'latin1')]);
  }
  return root + path;
}

/** Memory that is its own and whole words long, as words. */
function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

export class HostFiles {
  readonly roots: HostRoots;
  /** What was read last is `bytes[0..n)`, n being what the read returned; borrowed until the next read. */
  bytes: Buffer = Buffer.allocUnsafeSlow(CAPACITY);
  /** The same memory in words of four bytes. */
  words: Uint32Array = wordsOf(this.bytes);
  /** As much of it as one read may fill: readv(2) asks for less on the way to the system call than read(2) does. */
  #whole: readonly Uint8Array[] = [this.bytes];
  readonly #kept = new Map<string, number>();

  constructor(roots: HostRoots = HOST_ROOTS) {
    this.roots = roots;
  }

  /** Opens a file of the host's /proc for reading, or with other flags. */
  open(path: string, flags: number | string = 'r'): number | Errno {
    try {
      return openSync(hostPath(this.roots.proc, path), flags);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  close(descriptor: number): void {
    closeSync(descriptor);
  }

  /**
   * Reads the start of an open file in one read(2), which gives the whole of any file that the kernel generates at one
   * go (single_open), as long as the memory suffices. Returns the bytes read.
   */
  readOnce(descriptor: number): number | Errno {
    this.#shrink();
    for (;;) {
      try {
        const count = readvSync(descriptor, this.#whole, 0);
        if (count < this.bytes.length) return count === LONGEST_READ ? this.readAll(descriptor) : count;
      } catch (error) {
        return errnoFromHost(error);
      }
      this.#grow();
    }
  }

  /**
   * Reads an open file from its start to its end, however many reads that takes. Returns the bytes read. A file that was
   * just opened may be read without positions, which some files of /proc do not know (ESPIPE).
   */
  readAll(descriptor: number, justOpened = false): number | Errno {
    this.#shrink();
    let length = 0;
    for (;;) {
      if (length === this.bytes.length) this.#grow();
      try {
        const count = readSync(descriptor, this.bytes, length, Math.min(this.bytes.length - length, LONGEST_READ), justOpened ? null : length);
        if (count === 0) return length;
        length += count;
      } catch (error) {
        return errnoFromHost(error);
      }
    }
  }

  /**
   * Reads a long file of /proc piece by piece: each time `take` finds whole lines in `bytes[0..length)`. Returns 0 at the
   * end of the file.
   */
  readLines(path: string, take: (length: number) => void): Errno | 0 {
    const descriptor = this.open(path);
    if (isErrno(descriptor)) return descriptor;
    try {
      let length = 0;
      for (;;) {
        const count = readSync(descriptor, this.bytes, length, Math.min(this.bytes.length - length, LONGEST_READ), null);
        if (count === 0) break;
        length += count;
        const end = this.bytes.lastIndexOf(0x0a, length - 1) + 1;
        take(end);
        this.bytes.copyWithin(0, end, length);
        length -= end;
        if (length === this.bytes.length) this.#grow();
      }
      if (length > 0) take(length);
      return 0;
    } catch (error) {
      return errnoFromHost(error);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Gives back the memory that a long file took. */
  #shrink(): void {
    if (this.bytes.length > KEPT_CAPACITY) this.#use(Buffer.allocUnsafeSlow(CAPACITY));
  }

  #grow(): void {
    const larger = Buffer.allocUnsafeSlow(this.bytes.length * 4);
    this.bytes.copy(larger);
    this.#use(larger);
  }

  #use(bytes: Buffer): void {
    this.bytes = bytes;
    this.words = wordsOf(bytes);
    this.#whole = [bytes.subarray(0, LONGEST_READ)];
  }

  /** Reads a file of /proc whose descriptor is kept open for the next time: for files that exist as long as the system. */
  readKept(path: string): number | Errno {
    let descriptor = this.#kept.get(path);
    if (descriptor === undefined) {
      const opened = this.open(path);
      if (isErrno(opened)) return opened;
      descriptor = opened;
      this.#kept.set(path, descriptor);
    }
    return this.readAll(descriptor);
  }

  /** Reads a file of /proc whole. Returns the bytes read. */
  read(path: string): number | Errno {
    return this.#readPath(hostPath(this.roots.proc, path));
  }

  /** Reads a file of /proc whose text is generated at one go, in as few calls as that takes. Returns the bytes read. */
  readGenerated(path: string): number | Errno {
    const descriptor = this.open(path);
    if (isErrno(descriptor)) return descriptor;
    try {
      return this.readOnce(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Reads a part of a file of /proc. Returns the bytes read. */
  readAt(path: string, into: Uint8Array, start: number, length: number, at: number): number | Errno {
    const descriptor = this.open(path);
    if (isErrno(descriptor)) return descriptor;
    try {
      return readSync(descriptor, into, start, length, at);
    } catch (error) {
      return errnoFromHost(error);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Writes a part of a file of /proc. Returns the bytes written. */
  writeAt(path: string, from: Uint8Array, start: number, length: number, at: number): number | Errno {
    const descriptor = this.open(path, constants.O_WRONLY);
    if (isErrno(descriptor)) return descriptor;
    try {
      return writeSync(descriptor, from, start, length, at);
    } catch (error) {
      return errnoFromHost(error);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Reads a file of /sys whole. Returns the bytes read. */
  readSys(path: string): number | Errno {
    return this.#readPath(hostPath(this.roots.sys, path));
  }

  #readPath(path: string | Buffer): number | Errno {
    let descriptor: number;
    try {
      descriptor = openSync(path, 'r');
    } catch (error) {
      return errnoFromHost(error);
    }
    try {
      return this.readAll(descriptor, true);
    } finally {
      closeSync(descriptor);
    }
  }

  /** A symbolic link's target in /proc, as a byte string. */
  readlink(path: string): string | Errno {
    try {
      return readlinkSync(hostPath(this.roots.proc, path), BYTE_STRING);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /** The numbers among the names in a directory of /proc, ascending. */
  listNumbers(path: string): number[] | Errno {
    const names = this.list(path);
    if (isErrno(names)) return names;
    const numbers: number[] = [];
    for (const name of names) if (name.charCodeAt(0) <= 0x39) numbers.push(Number(name));
    return numbers.sort((a, b) => a - b);
  }

  /** The names in a directory of /proc, sorted as strings. */
  list(path: string): string[] | Errno {
    try {
      return readdirSync(hostPath(this.roots.proc, path || '.'), BYTE_STRING);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /** The names in a directory of /proc, ascending by their bytes, and whether each is a directory. */
  listTypes(path: string): { name: string; directory: boolean }[] | Errno {
    try {
      return readdirSync(hostPath(this.roots.proc, path || '.'), { withFileTypes: true, encoding: 'latin1' })
        .map((entry) => ({ name: entry.name, directory: entry.isDirectory() }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /** A file's attributes in /proc, following links as stat(2) does; undefined where there is none. */
  stat(path: string): Stats | undefined {
    try {
      return statSync(hostPath(this.roots.proc, path), { throwIfNoEntry: false });
    } catch {
      return undefined;
    }
  }

  /** A file's attributes in /proc; a link's own. */
  lstat(path: string): Stats | Errno {
    try {
      return lstatSync(hostPath(this.roots.proc, path), { throwIfNoEntry: false }) ?? ENOENT;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /** Writes a value to a file of /proc in one write(2). Returns how much was taken. */
  write(path: string, value: Uint8Array): number | Errno {
    const descriptor = this.open(path, constants.O_WRONLY);
    if (isErrno(descriptor)) return descriptor;
    try {
      return writeSync(descriptor, value, 0, value.length, null);
    } catch (error) {
      return errnoFromHost(error);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Writes to a file of /proc until all has been taken. Errors: EIO where nothing more is. */
  writeWhole(path: string, value: Uint8Array): Errno | 0 {
    const descriptor = this.open(path, constants.O_WRONLY);
    if (isErrno(descriptor)) return descriptor;
    try {
      for (let done = 0; done < value.length; ) {
        const count = writeSync(descriptor, value, done, value.length - done, null);
        if (count === 0) return EIO;
        done += count;
      }
      return 0;
    } catch (error) {
      return errnoFromHost(error);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Closes every kept descriptor. */
  dispose(): void {
    for (const descriptor of this.#kept.values()) closeSync(descriptor);
    this.#kept.clear();
  }
}
