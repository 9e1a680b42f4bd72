/**
 * Memory that several mappings show, of one address space or of many: a file that is mapped shared, or anonymous shared memory.
 *
 * Each address space has its own copy, for it is one flat memory. Only one of them runs at a time, so they need only agree when one begins
 * to run: `last` is who ran last of those that have the object. What it changed is found by comparison with what is kept here (`collect`), and
 * goes into the memory of whoever runs next (`deliver`). While only one address space has the object, nothing is kept or compared.
 *
 * Differs: what is written through one mapping is seen through another mapping in the same address space at the next system call, not at once.
 */

import type { MappableFile } from './mappable-file.ts';

/** Bytes that are compared and copied at once. */
export const CHUNK = 0x10000;
const PAGE = 4096;
const ZEROS: Uint8Array = new Uint8Array(CHUNK);

/** An address space, as an object knows it. */
export interface SharedUser {
  /** Hands over what it changed. */
  collect(object: SharedObject): void;
}

/** Where an object's bytes are in a memory. */
export interface Window {
  readonly bytes: Buffer;
  /** In the memory. */
  readonly index: number;
  /** In the object. */
  readonly offset: number;
  readonly length: number;
}

/** What may be told of anonymous memory. */
export interface SharedObjectOptions {
  readonly ino?: number;
  readonly label?: string;
  readonly kept?: boolean;
}

let inodes = 1024;

export class SharedObject {
  /** Who has run last of those that have it mapped. */
  last: SharedUser | undefined;
  /** Counts changes. */
  version = 1;
  /** How many mappings there are anywhere. */
  mappings = 0;
  /** The number that /proc/PID/maps shows of anonymous memory. */
  readonly ino: number;
  /** What /proc/PID/maps calls anonymous memory. */
  readonly label: string;
  /** Whether somebody keeps it whom no mapping tells of. */
  readonly kept: boolean;
  /** Called when a mapping is gone. */
  detached: (() => void) | undefined = undefined;
  /** The file, opened so that it can be written if any mapping is writable. */
  #file: MappableFile | undefined;
  readonly #chunks: (Uint8Array | undefined)[] = [];
  /** The version at which each chunk changed. */
  readonly #versions: number[] = [];
  readonly #dirty = new Set<number>();

  /** Bytes of anonymous memory; a file has its own size. */
  readonly size: number | undefined;

  constructor(file: MappableFile | undefined, size?: number, { ino = inodes++, label = '/dev/zero (deleted)', kept = false }: SharedObjectOptions = {}) {
    this.size = size;
    this.ino = ino;
    this.label = label;
    this.kept = kept;
    this.#file = file?.mayWrite ? file : undefined;
    this.#reader = file;
    file?.retain();
  }

  readonly #reader: MappableFile | undefined;

  get isFile(): boolean {
    return this.#reader !== undefined;
  }

  /** Takes a file to write through. */
  use(file: MappableFile): void {
    if (this.#file || !file.mayWrite) return;
    this.#file = file;
    if (file !== this.#reader) file.retain();
  }

  /** Gives up the files. */
  close(): void {
    if (this.#file && this.#file !== this.#reader) this.#file.release();
    this.#reader?.release();
  }

  #load(number: number): Uint8Array {
    const known = this.#chunks[number];
    if (known) return known;
    if (!this.#reader) return ZEROS;
    const chunk = new Uint8Array(CHUNK);
    this.#reader.read(chunk, number * CHUNK);
    this.#chunks[number] = chunk;
    return chunk;
  }

  /** Keeps what is in the file now, so that changes to the mapping will be told from it. */
  keep(offset: number, length: number): void {
    if (!this.#reader) return;
    const end = Math.min(offset + length, this.#reader.size());
    for (let at = offset - (offset % CHUNK); at < end; at += CHUNK) this.#load(at / CHUNK);
  }

  /** Takes what windows of one memory have that is not known here. Where several differ, bytes that changed are taken of each. */
  collect(windows: readonly Window[]): void {
    const before = windows.length > 1 ? new Map<number, Uint8Array>() : undefined;
    for (const window of windows) {
      const { bytes, offset, length } = window;
      const end = offset + length;
      for (let at = offset; at < end; ) {
        const number = Math.floor(at / CHUNK);
        const inside = at - number * CHUNK;
        const size = Math.min(CHUNK - inside, end - at);
        const index = window.index + (at - offset);
        const known = before?.get(number) ?? this.#load(number);
        if (bytes.compare(known, inside, inside + size, index, index + size) !== 0) this.#absorb(number, known, inside, size, bytes, index, before);
        at += size;
      }
    }
  }

  #absorb(number: number, known: Uint8Array, inside: number, size: number, bytes: Buffer, index: number, before: Map<number, Uint8Array> | undefined): void {
    let chunk = this.#chunks[number];
    if (!chunk) this.#chunks[number] = chunk = new Uint8Array(CHUNK);
    const merging = before?.has(number) === true;
    let old = known;
    if (before && !merging) before.set(number, (old = chunk.slice()));
    for (let at = inside; at < inside + size; ) {
      const stop = Math.min(at - (at % PAGE) + PAGE, inside + size);
      const from = index + (at - inside);
      if (bytes.compare(old, at, stop, from, from + (stop - at)) !== 0) {
        if (merging) {
          for (let byte = at; byte < stop; byte++) if (bytes[from + byte - at] !== old[byte]) chunk[byte] = bytes[from + byte - at]!;
        } else chunk.set(bytes.subarray(from, from + (stop - at)), at);
        if (this.#file) this.#dirty.add(number * (CHUNK / PAGE) + Math.floor(at / PAGE));
      }
      at = stop;
    }
    this.#versions[number] = ++this.version;
  }

  /** Brings a window up to date that has seen a version; says whether anything changed. */
  deliver(window: Window, seen: number): boolean {
    const { bytes, offset, length } = window;
    const end = offset + length;
    let changed = false;
    for (let at = offset; at < end; ) {
      const number = Math.floor(at / CHUNK);
      const inside = at - number * CHUNK;
      const size = Math.min(CHUNK - inside, end - at);
      if ((this.#versions[number] ?? 0) > seen) {
        const index = window.index + (at - offset);
        const chunk = this.#chunks[number];
        if (chunk) bytes.set(chunk.subarray(inside, inside + size), index);
        else this.#readInto(bytes.subarray(index, index + size), at);
        changed = true;
      }
      at += size;
    }
    return changed;
  }

  #readInto(into: Uint8Array, at: number): void {
    const count = this.#reader?.read(into, at) ?? 0;
    into.fill(0, Math.max(count, 0));
  }

  /** Fills a window that has nothing of it yet. The window is zeros where nothing is put. */
  fill(window: Window): void {
    const { bytes, offset, length } = window;
    for (let at = offset; at < offset + length; ) {
      const number = Math.floor(at / CHUNK);
      const inside = at - number * CHUNK;
      const size = Math.min(CHUNK - inside, offset + length - at);
      const index = window.index + (at - offset);
      const chunk = this.#chunks[number];
      if (chunk) bytes.set(chunk.subarray(inside, inside + size), index);
      else if (this.#reader) {
        // What was not read before is read all at once.
        let more = at + size;
        while (more < offset + length && !this.#chunks[Math.floor(more / CHUNK)]) more = Math.min(more + CHUNK, offset + length);
        if (at < this.#reader.size()) this.#reader.read(bytes.subarray(index, index + (more - at)), at);
        at = more;
        continue;
      }
      at += size;
    }
  }

  /** The file has other contents there: what is kept is no longer so. */
  touched(start: number, end: number): void {
    this.version++;
    for (let number = Math.floor(start / CHUNK); number * CHUNK < end; number++) {
      this.#versions[number] = this.version;
      const kept = this.#chunks[number];
      if (kept) {
        this.#chunks[number] = undefined;
        this.#load(number);
      }
    }
  }

  /** The file has another size; windows are brought up to date by who has them. */
  resized(size: number): void {
    for (let number = Math.floor(size / CHUNK); number < this.#chunks.length; number++) {
      if (!this.#chunks[number]) continue;
      this.#chunks[number] = undefined;
      this.#load(number);
    }
    for (const page of [...this.#dirty]) if (page * PAGE >= size) this.#dirty.delete(page);
  }

  /** Zeroes a part of what is kept (MADV_REMOVE). */
  erase(start: number, end: number): void {
    this.version++;
    for (let at = start; at < end; ) {
      const number = Math.floor(at / CHUNK);
      const inside = at - number * CHUNK;
      const size = Math.min(CHUNK - inside, end - at);
      this.#load(number);
      this.#chunks[number]?.fill(0, inside, inside + size);
      if (this.#file) for (let page = at; page < at + size; page += PAGE) this.#dirty.add(Math.floor(page / PAGE));
      this.#versions[number] = this.version;
      at += size;
    }
  }

  /** Writes to the file what was changed. */
  writeBack(): void {
    const file = this.#file;
    if (!file || this.#dirty.size === 0) return;
    const size = file.size();
    for (const page of [...this.#dirty].sort((one, other) => one - other)) {
      const at = page * PAGE;
      const chunk = this.#chunks[Math.floor(at / CHUNK)];
      const inside = at % CHUNK;
      if (chunk && at < size) file.write(chunk.subarray(inside, inside + Math.min(PAGE, size - at)), at);
    }
    this.#dirty.clear();
  }
}
