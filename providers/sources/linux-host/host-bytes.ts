/** Files of a Linux host's /proc that are read, and some written, where they lie. */

import type { Errno } from '../../../fs/errno.ts';
import type { PciConfiguration } from '../../model/devices.ts';
import type { ByteSource } from '../../model/raw-memory.ts';
import type { HostFiles } from './host-files.ts';

export class HostBytes implements ByteSource, PciConfiguration {
  readonly #files: HostFiles;
  readonly #path: string;
  readonly size: number;

  constructor(files: HostFiles, path: string, size: number) {
    this.#files = files;
    this.#path = path;
    this.size = size;
  }

  read(into: Uint8Array, start: number, length: number, at: number): number | Errno {
    return this.#files.readAt(this.#path, into, start, length, at);
  }

  write(from: Uint8Array, start: number, length: number, at: number): number | Errno {
    return this.#files.writeAt(this.#path, from, start, length, at);
  }
}
