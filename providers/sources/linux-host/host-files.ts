/** Reads the files of a Linux host's /proc and /sys into borrowed memory, keeping hot descriptors open. */

import { EIO, type Errno, isErrno } from '../../../fs/errno.ts';
import { S_IFDIR } from '../../../fs/stat.ts';
import { type HostCalls, type HostStats, LIVE_CALLS, READ, WRITE } from './host-calls.ts';

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

/** How much memory there is for a read, and how much is kept for the next one after a long file. */
const CAPACITY = 65536;
const KEPT_CAPACITY = 4 << 20;

/** Memory that is its own and whole words long, as words. */
function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

export class HostFiles {
  readonly roots: HostRoots;
  readonly calls: HostCalls;
  /** What was read last is `bytes[0..n)`, n being what the read returned; borrowed until the next read. */
  bytes: Buffer = Buffer.allocUnsafeSlow(CAPACITY);
  /** The same memory in words of four bytes. */
  words: Uint32Array = wordsOf(this.bytes);
  /** As much of it as one read may fill. */
  #whole: readonly Uint8Array[] = [this.bytes];
  readonly #kept = new Map<string, number>();

  constructor(roots: HostRoots = HOST_ROOTS, calls: HostCalls = LIVE_CALLS) {
    this.roots = roots;
    this.calls = calls;
  }

  /** Opens a file of the host's /proc for reading, or with other flags. */
  open(path: string, flags: number = READ): number | Errno {
    return this.calls.open(this.roots.proc, path, flags);
  }

  close(descriptor: number): void {
    this.calls.close(descriptor);
  }

  /**
   * Reads the start of an open file in one read(2), which gives the whole of any file that the kernel generates at one
   * go (single_open), as long as the memory suffices. Returns the bytes read.
   */
  readOnce(descriptor: number): number | Errno {
    this.#shrink();
    for (;;) {
      const count = this.calls.readStart(descriptor, this.#whole);
      if (count < this.bytes.length) return count === LONGEST_READ ? this.readAll(descriptor) : count;
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
      const room = Math.min(this.bytes.length - length, LONGEST_READ);
      const count = this.calls.read(descriptor, this.bytes, length, room, justOpened ? null : length);
      if (isErrno(count)) return count;
      if (count === 0) return length;
      length += count;
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
        const room = Math.min(this.bytes.length - length, LONGEST_READ);
        const count = this.calls.read(descriptor, this.bytes, length, room, null);
        if (isErrno(count)) return count;
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
    } finally {
      this.close(descriptor);
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
    return this.#readPath(this.roots.proc, path);
  }

  /** Reads a file of /proc whose text is generated at one go, in as few calls as that takes. Returns the bytes read. */
  readGenerated(path: string): number | Errno {
    const descriptor = this.open(path);
    if (isErrno(descriptor)) return descriptor;
    const length = this.readOnce(descriptor);
    this.close(descriptor);
    return length;
  }

  /** Reads a part of a file of /proc. Returns the bytes read. */
  readAt(path: string, into: Uint8Array, start: number, length: number, at: number): number | Errno {
    const descriptor = this.open(path);
    if (isErrno(descriptor)) return descriptor;
    const count = this.calls.read(descriptor, into, start, length, at);
    this.close(descriptor);
    return count;
  }

  /** Writes a part of a file of /proc, or what it takes in one write(2) without a position. Returns the bytes written. */
  writeAt(path: string, from: Uint8Array, start: number, length: number, at: number | null): number | Errno {
    const descriptor = this.open(path, WRITE);
    if (isErrno(descriptor)) return descriptor;
    const count = this.calls.write(descriptor, from, start, length, at);
    this.close(descriptor);
    return count;
  }

  /** Reads a file of /sys whole. Returns the bytes read. */
  readSys(path: string): number | Errno {
    return this.#readPath(this.roots.sys, path);
  }

  #readPath(root: string, path: string): number | Errno {
    const descriptor = this.calls.open(root, path, READ);
    if (isErrno(descriptor)) return descriptor;
    const length = this.readAll(descriptor, true);
    this.close(descriptor);
    return length;
  }

  /** A symbolic link's target in /proc, as a byte string. */
  readlink(path: string): string | Errno {
    return this.calls.readlink(this.roots.proc, path);
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
    return this.calls.list(this.roots.proc, path);
  }

  /** The names in a directory of /proc, ascending by their bytes, and whether each is a directory. */
  listTypes(path: string): { name: string; directory: boolean }[] | Errno {
    const names = this.calls.listTypes(this.roots.proc, path);
    return isErrno(names) ? names : names.map(({ name, type }) => ({ name, directory: type === S_IFDIR }));
  }

  /** A file's attributes in /proc, following links as stat(2) does; undefined where there is none. */
  stat(path: string): HostStats | undefined {
    const stats = this.calls.stat(this.roots.proc, path);
    return isErrno(stats) ? undefined : stats;
  }

  /** A file's attributes in /proc; a link's own. */
  lstat(path: string): HostStats | Errno {
    return this.calls.lstat(this.roots.proc, path);
  }

  /** Writes a value to a file of /proc in one write(2). Returns how much was taken. */
  write(path: string, value: Uint8Array): number | Errno {
    return this.writeAt(path, value, 0, value.length, null);
  }

  /** Writes to a file of /proc until all has been taken. Errors: EIO where nothing more is. */
  writeWhole(path: string, value: Uint8Array): Errno | 0 {
    const descriptor = this.open(path, WRITE);
    if (isErrno(descriptor)) return descriptor;
    try {
      for (let done = 0; done < value.length; ) {
        const count = this.calls.write(descriptor, value, done, value.length - done, null);
        if (isErrno(count)) return count;
        if (count === 0) return EIO;
        done += count;
      }
      return 0;
    } finally {
      this.close(descriptor);
    }
  }

  /** Closes every kept descriptor. */
  dispose(): void {
    for (const descriptor of this.#kept.values()) this.close(descriptor);
    this.#kept.clear();
  }
}
