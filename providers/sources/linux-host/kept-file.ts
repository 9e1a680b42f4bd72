/** Files of threads that are read again and again, through descriptors that stay open. */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { HostFiles } from './host-files.ts';
import type { Scanner } from './scanner.ts';

const NOT_READ = -1;
const CLOSED = -1;

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
  #bytes: Buffer | undefined;
  #length = 0;

  constructor(owner: KeptFileOwner, path: string, parse: (scanner: Scanner) => T) {
    super(owner, path);
    this.#parse = parse;
  }

  /** The value as it was read last, whenever that was. */
  get last(): T | undefined {
    return this.#value;
  }

  /** The value, or undefined for an empty file. Errors: as `read`. */
  value(): T | undefined | Errno {
    const { epoch, files, scanner } = this.owner;
    if (this.#epoch === epoch) return this.#value;
    const length = this.read();
    if (isErrno(length)) return length;
    this.#epoch = epoch;
    const { bytes } = files;
    if (this.#bytes && length === this.#length && this.#bytes.compare(bytes, 0, length, 0, length) === 0) return this.#value;
    this.#value = length === 0 ? undefined : this.#parse(scanner.reset(bytes, length));
    if (!this.#bytes || this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(length + 32);
    bytes.copy(this.#bytes, 0, 0, length);
    this.#length = length;
    return this.#value;
  }
}
