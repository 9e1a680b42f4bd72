/** Programs that are compressed: inflated, and run as what is in them. FreeBSD has the like (imgact_gzip(4)); Linux has not. */

import { gunzipSync } from 'node:zlib';
import { ENOEXEC, type Errno } from '../../fs/errno.ts';
import type { MappableFile } from '../memory/mappable-file.ts';
import { readExactly } from './elf.ts';
import type { Attempt, Loader, LoadResult } from './loader.ts';

/** Most that a program may be, compressed or not. */
const LARGEST = 256 << 20;

/** What was in a compressed file, as a file. It is known by the file that it came from. */
class InflatedFile implements MappableFile {
  readonly #source: MappableFile;
  readonly #contents: Uint8Array;
  readonly identity: object = {};
  readonly mappable = true;
  readonly mayRead = true;
  readonly mayWrite = false;

  constructor(source: MappableFile, contents: Uint8Array) {
    this.#source = source;
    this.#contents = contents;
  }

  get device(): number {
    return this.#source.device;
  }

  get ino(): MappableFile['ino'] {
    return this.#source.ino;
  }

  get mayExecute(): boolean {
    return this.#source.mayExecute;
  }

  path(): string {
    return this.#source.path();
  }

  size(): number {
    return this.#contents.length;
  }

  read(into: Uint8Array, at: number): number {
    const part = this.#contents.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  }

  write(): Errno {
    return ENOEXEC;
  }

  retain(): void {
    this.#source.retain();
  }

  release(): void {
    this.#source.release();
  }
}

export const gzipLoader: Loader = {
  name: 'gzip',
  load(attempt: Attempt): LoadResult {
    const { head, file } = attempt;
    if (head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 8) return undefined;
    const size = file.size();
    const compressed = size <= LARGEST ? readExactly(file, 0, size) : undefined;
    if (!compressed) return ENOEXEC;
    let contents: Uint8Array;
    try {
      contents = gunzipSync(compressed, { maxOutputLength: LARGEST });
    } catch {
      return ENOEXEC;
    }
    // The attempt's own reference goes over to what was in it.
    attempt.file = new InflatedFile(file, contents);
    file.retain();
    return 'again';
  },
};
