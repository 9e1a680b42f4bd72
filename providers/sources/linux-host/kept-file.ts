/** Files of threads that are read again and again, through descriptors that stay open. */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { HostFiles } from './host-files.ts';
import type { Scanner } from './scanner.ts';

const NOT_READ = -1;
const CLOSED = -1;
const NOTHING = new Uint32Array(0);

/** The first word from `at` on, of `count`, that differs; or `count`. The texts are short, and a loop beats the way into native code. */
function difference(a: Uint32Array, b: Uint32Array, at: number, count: number): number {
  while (at < count && a[at] === b[at]) at++;
  return at;
}

/**
 * Makes the value of a text from that of an earlier one of the same length. `next` finds the first byte from an offset on
 * that differs; -1 where none does. Returns undefined where that is not worth it.
 */
export type Amend<T> = (value: T, scanner: Scanner, next: (from: number) => number) => T | undefined;

/** What kept files share. */
export interface KeptFileOwner {
  readonly files: HostFiles;
  readonly scanner: Scanner;
  /** Counts views: what was read for one is not used for the next. */
  readonly epoch: number;
  /** Called before a descriptor is opened, and after one was closed: the owner keeps their number in bounds. */
  opening(): void;
  closed(): void;
}

/** The open file as it stands: its bytes are read anew each time. */
export class KeptDescriptor {
  protected readonly owner: KeptFileOwner;
  readonly #path: string;
  #descriptor = CLOSED;

  constructor(owner: KeptFileOwner, path: string) {
    this.owner = owner;
    this.#path = path;
  }

  get isOpen(): boolean {
    return this.#descriptor !== CLOSED;
  }

  /** Reads the bytes into the owner's memory; returns how many. Errors: ESRCH when the thread is gone, and those of open(2). */
  read(): number | Errno {
    const { files } = this.owner;
    if (this.#descriptor === CLOSED) {
      this.owner.opening();
      const opened = files.open(this.#path);
      if (isErrno(opened)) {
        this.owner.closed();
        return opened;
      }
      this.#descriptor = opened;
    }
    return files.readOnce(this.#descriptor);
  }

  /** Closes the descriptor if it is open. */
  close(): void {
    if (this.#descriptor === CLOSED) return;
    this.owner.files.close(this.#descriptor);
    this.#descriptor = CLOSED;
    this.owner.closed();
  }
}

/**
 * The parsed file. It is read once for each view, and parsed unless it reads as it did the last time: most threads are
 * idle, and then even the value is the same object.
 */
export class KeptFile<T> extends KeptDescriptor {
  readonly #parse: (scanner: Scanner) => T;
  #epoch = NOT_READ;
  #value: T | undefined;
  /** What it was parsed from. */
  #words: Uint32Array = NOTHING;
  #bytes: Uint8Array = new Uint8Array(NOTHING.buffer);
  #length = -1;
  readonly #amend: Amend<T> | undefined;

  constructor(owner: KeptFileOwner, path: string, parse: (scanner: Scanner) => T, amend?: Amend<T>) {
    super(owner, path);
    this.#parse = parse;
    this.#amend = amend;
  }

  /** The value as it was read last, whenever that was. */
  get last(): T | undefined {
    return this.#value;
  }

  /** The value, if it has been read for the present view. */
  get current(): T | undefined {
    return this.#epoch === this.owner.epoch ? this.#value : undefined;
  }

  /** The value, or undefined for an empty file. Errors: as `read`. */
  value(): T | undefined | Errno {
    const { epoch, files, scanner } = this.owner;
    if (this.#epoch === epoch) return this.#value;
    const length = this.read();
    if (isErrno(length)) return length;
    this.#epoch = epoch;
    const { bytes, words } = files;
    // Zeros up to a whole word. There is room: a text that filled the memory would have been read again.
    for (let at = length; at & 3; at++) bytes[at] = 0;
    const count = (length + 3) >> 2;
    if (length === this.#length) {
      const first = difference(this.#words, words, 0, count);
      if (first === count) return this.#value;
      this.#value = this.#amended(first, count) ?? this.#parse(scanner.reset(bytes, length));
    } else {
      this.#value = length === 0 ? undefined : this.#parse(scanner.reset(bytes, length));
    }
    if (this.#words.length < count) {
      this.#words = new Uint32Array(count + 8);
      this.#bytes = new Uint8Array(this.#words.buffer);
    }
    for (let at = 0; at < count; at++) this.#words[at] = words[at] as number;
    this.#length = length;
    return this.#value;
  }

  /** The value that was there, amended; `first` is the first of `count` words that differs. */
  #amended(first: number, count: number): T | undefined {
    if (!this.#amend || this.#value === undefined) return undefined;
    const { files, scanner } = this.owner;
    const [before, after] = [this.#words, files.words];
    const [bytesBefore, bytesAfter] = [this.#bytes, files.bytes];
    return this.#amend(this.#value, scanner.reset(bytesAfter, this.#length), (from) => {
      let word = difference(before, after, Math.max(first, from >> 2), count);
      for (; word < count; word = difference(before, after, word + 1, count)) {
        // The word that `from` stands in may differ in the bytes before it alone.
        for (let at = Math.max(from, word * 4); at < word * 4 + 4; at++) if (bytesBefore[at] !== bytesAfter[at]) return at;
      }
      return -1;
    });
  }
}
