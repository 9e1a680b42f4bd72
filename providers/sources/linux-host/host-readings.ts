/** How what a Linux host tells is read, once for each view. */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { HostSource } from './host-source.ts';
import type { Scanner } from './scanner.ts';

export class HostReadings {
  protected readonly source: HostSource;
  readonly #remembered = new Map<string, unknown>();

  constructor(source: HostSource) {
    this.source = source;
  }

  /** Reads a file of /proc once for this view and parses it; what cannot be read is parsed as empty. */
  protected parsed<T>(path: string, parse: (scanner: Scanner) => T): T {
    if (this.#remembered.has(path)) return this.#remembered.get(path) as T;
    const { files, scanner } = this.source;
    const length = files.readKept(path);
    const value = parse(scanner.reset(files.bytes, isErrno(length) ? 0 : length));
    this.#remembered.set(path, value);
    return value;
  }

  /** The same for a file that may go: no descriptor of it is kept. */
  protected parsedOnce<T>(path: string, parse: (scanner: Scanner) => T): T {
    const { files, scanner } = this.source;
    const length = files.read(path);
    return parse(scanner.reset(files.bytes, isErrno(length) ? 0 : length));
  }

  /** What this view remembers under a key, or else what `make` gives: for values that go when the view does. */
  remembered<T>(key: string, make: () => T): T {
    if (this.#remembered.has(key)) return this.#remembered.get(key) as T;
    const value = make();
    this.#remembered.set(key, value);
    return value;
  }

  /** The names in a directory of /proc; none where there is no such directory. */
  protected names(path: string): readonly string[] {
    const names = this.source.files.list(path);
    return isErrno(names) ? [] : names;
  }

  /** The bytes of a file of /proc. */
  protected bytes(path: string): Uint8Array {
    const { files } = this.source;
    const length = files.readKept(path);
    return isErrno(length) ? new Uint8Array(0) : Buffer.from(files.bytes.subarray(0, length));
  }

  /** Writes a text to a file of /proc at one go. */
  protected command(path: string, text: string): Errno | 0 {
    const taken = this.source.files.write(path, Buffer.from(text, 'latin1'));
    this.source.invalidate();
    return isErrno(taken) ? taken : 0;
  }
}
