/** A network namespace of a Linux host. */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import { type NetworkDirectories, type NetworkFileOwner, type NetworkFiles, type NetworkView, entryPath } from '../../model/network.ts';
import type { HostSource } from './host-source.ts';
import { ENTRY_PARSERS, FILE_PARSERS, type ParseFile } from './net/parsers.ts';
import { Scanner } from './scanner.ts';

/** The namespace that a thread is in: its files are those of PID/net, whichever namespace that is at the time. */
export class HostNetwork implements NetworkView {
  readonly #source: HostSource;
  readonly #id: number;

  constructor(source: HostSource, id: number) {
    this.#source = source;
    this.#id = id;
  }

  #path(file: string): string {
    return `${this.#id}/net/${file}`;
  }

  /** Remembers for the life of the present view. */
  #once<T>(key: string, make: () => T): T {
    return this.#source.current.remembered(key, make);
  }

  exists(): boolean {
    return this.owner('dev') !== undefined;
  }

  owner(path: string): NetworkFileOwner | undefined {
    return this.#once(`owner ${this.#path(path)}`, () => this.#source.files.stat(this.#path(path)));
  }

  read<K extends keyof NetworkFiles>(file: K): NetworkFiles[K] | Errno {
    const parse: ParseFile<NetworkFiles[K]> = FILE_PARSERS[file];
    return this.#parsed(file, parse);
  }

  names(directory: string): readonly string[] {
    return this.#once(`names ${this.#path(directory)}`, () => {
      const names = this.#source.files.list(this.#path(directory));
      return isErrno(names) ? [] : names;
    });
  }

  readEntry<K extends keyof NetworkDirectories>(directory: K, name: string): NetworkDirectories[K] | Errno {
    const parse: ParseFile<NetworkDirectories[K]> = ENTRY_PARSERS[directory];
    return this.#parsed(entryPath(directory, name), parse);
  }

  #parsed<T>(file: string, parse: ParseFile<T>): T | Errno {
    return this.#once(this.#path(file), () => {
      const { files } = this.#source;
      const length = files.read(this.#path(file));
      if (isErrno(length)) return length;
      // A table is parsed while it is walked, and by then the memory holds something else.
      const bytes = Buffer.from(files.bytes.subarray(0, length));
      return parse(bytes, new Scanner(bytes));
    });
  }

  write(path: string, value: Uint8Array): number | Errno {
    this.#source.invalidate();
    return this.#source.files.write(this.#path(path), value);
  }

  get truePointers(): boolean {
    return this.#once('sys/kernel/kptr_restrict', () => {
      const { files } = this.#source;
      const length = files.read('sys/kernel/kptr_restrict');
      return !isErrno(length) && files.bytes[0] === 0x31;
    });
  }
}
