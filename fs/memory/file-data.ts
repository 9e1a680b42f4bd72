/**
 * The bytes of one file, sparse: pages that were never written cost nothing and read as zeros.
 *
 * memfs keeps a file's bytes in one buffer that it doubles and copies as the file grows, holes included. So a file is
 * cut into chunks of 32 pages, each in a memfs inode of its own: growing copies at most one chunk, and a hole is a
 * chunk that is not there. The first chunk is in the file's own memfs inode. Per chunk, a bit for each page tells
 * whether the page is charged to the file system (`allocated`) and whether it was written (`written`): fallocate
 * charges pages that SEEK_DATA still takes for holes.
 *
 * Bytes of a chunk that lie behind its memfs size, or in pages that are not written, are zeros.
 */

import { ENOSPC, ENXIO, type Errno } from '../errno.ts';
import { SEEK_DATA } from '../flags.ts';
import type { MemoryNode, Storage } from './storage.ts';

const PAGE_SIZE = 4096;
const PAGES = 32;
const CHUNK_SIZE: number = PAGES * PAGE_SIZE;

/** Differs: Linux allows files of 2^63-1 bytes; offsets here are exact to 2^53-1. */
export const MAX_FILE_SIZE: number = Number.MAX_SAFE_INTEGER;

interface Chunk {
  readonly node: MemoryNode;
  allocated: number;
  written: number;
}

/** Bits `from` up to but not including `to`. */
function bits(from: number, to: number): number {
  const below = (count: number): number => (count >= PAGES ? -1 : (1 << count) - 1);
  return below(to) & ~below(from);
}

function countBits(mask: number): number {
  let rest = mask - ((mask >>> 1) & 0x5555_5555);
  rest = (rest & 0x3333_3333) + ((rest >>> 2) & 0x3333_3333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** The same memory as a Buffer, which memfs copies faster from and to. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export class FileData {
  readonly #storage: Storage;
  readonly #chunks = new Map<number, Chunk>();
  readonly #first: MemoryNode;
  /** Bytes. */
  size = 0;
  /** Pages charged to the file system. */
  pages = 0;

  constructor(storage: Storage, first: MemoryNode) {
    this.#storage = storage;
    this.#first = first;
  }

  #chunk(index: number): Chunk {
    let chunk = this.#chunks.get(index);
    if (!chunk) {
      chunk = { node: index === 0 ? this.#first : this.#storage.file(), allocated: 0, written: 0 };
      this.#chunks.set(index, chunk);
    }
    return chunk;
  }

  #drop(index: number, chunk: Chunk): void {
    if (chunk.node === this.#first) chunk.node.truncate(0);
    else this.#storage.free(chunk.node);
    this.#chunks.delete(index);
  }

  /** Charges pages of a chunk. Returns how many of them could be had, in order. */
  #charge(chunk: Chunk, from: number, to: number): number {
    const missing = bits(from, to) & ~chunk.allocated;
    const count = countBits(missing);
    if (this.#storage.pages.take(count)) {
      this.pages += count;
      chunk.allocated |= missing;
      return to - from;
    }
    for (let page = from; page < to; page++) {
      const bit = 1 << page;
      if (chunk.allocated & bit) continue;
      if (!this.#storage.pages.take(1)) return page - from;
      this.pages++;
      chunk.allocated |= bit;
    }
    return to - from;
  }

  #release(chunk: Chunk, mask: number): void {
    const count = countBits(chunk.allocated & mask);
    this.#storage.pages.give(count);
    this.pages -= count;
    chunk.allocated &= ~mask;
    chunk.written &= ~mask;
  }

  /** Copies bytes out; returns how many there were before the end of the file. */
  read(into: Uint8Array, start: number, length: number, at: number): number {
    const count = Math.max(0, Math.min(length, this.size - at));
    const target = asBuffer(into);
    for (let done = 0; done < count; ) {
      const index = Math.floor((at + done) / CHUNK_SIZE);
      const offset = at + done - index * CHUNK_SIZE;
      const step = Math.min(count - done, CHUNK_SIZE - offset);
      const got = this.#chunks.get(index)?.node.read(target, start + done, step, offset) ?? 0;
      if (got < step) target.fill(0, start + done + got, start + done + step);
      done += step;
    }
    return count;
  }

  /** Writes bytes; fewer than asked for when the space runs out. Errors: ENOSPC when not one byte fits. */
  write(from: Uint8Array, start: number, length: number, at: number): number | Errno {
    const source = asBuffer(from);
    let done = 0;
    while (done < length) {
      const index = Math.floor((at + done) / CHUNK_SIZE);
      const offset = at + done - index * CHUNK_SIZE;
      let step = Math.min(length - done, CHUNK_SIZE - offset);
      const chunk = this.#chunk(index);
      const firstPage = Math.floor(offset / PAGE_SIZE);
      const endPage = Math.ceil((offset + step) / PAGE_SIZE);
      const had = this.#charge(chunk, firstPage, endPage);
      if (had < endPage - firstPage) step = Math.max(0, (firstPage + had) * PAGE_SIZE - offset);
      if (step > 0) {
        chunk.node.write(source, start + done, step, offset);
        chunk.written |= bits(firstPage, firstPage + had);
        done += step;
      } else if (chunk.allocated === 0) {
        this.#drop(index, chunk);
      }
      if (had < endPage - firstPage) break;
    }
    if (at + done > this.size && done > 0) this.size = at + done;
    return done === 0 && length > 0 ? ENOSPC : done;
  }

  /** Sets the size; what is cut off is freed, what is added is a hole. */
  truncate(size: number): void {
    if (size < this.size || this.pages > 0) this.#clear(size, Infinity);
    this.size = size;
  }

  /** Frees whole pages and zeroes parts of pages from `from` to `to`. */
  #clear(from: number, to: number): void {
    for (const [index, chunk] of this.#chunks) {
      const base = index * CHUNK_SIZE;
      const start = Math.max(0, from - base);
      const end = Math.min(CHUNK_SIZE, to - base);
      if (start >= end) continue;
      const { node } = chunk;
      const firstWhole = Math.ceil(start / PAGE_SIZE);
      const endWhole = Math.floor(end / PAGE_SIZE);
      if (firstWhole < endWhole) this.#release(chunk, bits(firstWhole, endWhole));
      if (end >= node.getSize()) node.truncate(Math.min(start, node.getSize()));
      else node.buf.fill(0, start, end);
      if (chunk.allocated === 0) this.#drop(index, chunk);
    }
  }

  /** Makes a hole; the size stays. */
  punch(from: number, to: number): void {
    this.#clear(from, to);
  }

  /** Makes a range read as zeros with its pages kept. Errors: ENOSPC. */
  zero(from: number, to: number): Errno | 0 {
    const error = this.allocate(from, to);
    if (error) return error;
    for (const [index, chunk] of this.#chunks) {
      const start = Math.max(0, from - index * CHUNK_SIZE);
      const end = Math.min(chunk.node.getSize(), to - index * CHUNK_SIZE);
      if (start < end) chunk.node.buf.fill(0, start, end);
    }
    return 0;
  }

  /** Charges the pages of a range without writing them: all or none. Errors: ENOSPC. */
  allocate(from: number, to: number): Errno | 0 {
    const firstPage = Math.floor(from / PAGE_SIZE);
    const endPage = Math.ceil(to / PAGE_SIZE);
    if (endPage - firstPage - this.pages > this.#storage.pages.free) return ENOSPC;
    const charged: { readonly index: number; readonly chunk: Chunk; readonly before: number }[] = [];
    for (let page = firstPage; page < endPage; ) {
      const index = Math.floor(page / PAGES);
      const chunk = this.#chunk(index);
      const begin = page - index * PAGES;
      const end = Math.min(PAGES, endPage - index * PAGES);
      charged.push({ index, chunk, before: chunk.allocated });
      if (this.#charge(chunk, begin, end) < end - begin) {
        for (const undo of charged) {
          this.#release(undo.chunk, undo.chunk.allocated & ~undo.before);
          if (undo.chunk.allocated === 0) this.#drop(undo.index, undo.chunk);
        }
        return ENOSPC;
      }
      page = index * PAGES + end;
    }
    return 0;
  }

  /** SEEK_DATA and SEEK_HOLE. Errors: ENXIO. */
  seek(offset: number, whence: number): number | Errno {
    if (offset < 0 || offset >= this.size) return ENXIO;
    if (whence === SEEK_DATA) {
      const found = this.#nextData(offset);
      return found < this.size ? found : ENXIO;
    }
    for (let at = offset; at < this.size; ) {
      const index = Math.floor(at / CHUNK_SIZE);
      const written = this.#chunks.get(index)?.written ?? 0;
      for (let page = Math.floor((at - index * CHUNK_SIZE) / PAGE_SIZE); page < PAGES; page++) {
        if (!((written >>> page) & 1)) return Math.min(this.size, Math.max(offset, index * CHUNK_SIZE + page * PAGE_SIZE));
      }
      at = (index + 1) * CHUNK_SIZE;
    }
    return this.size;
  }

  #nextData(offset: number): number {
    let best = Infinity;
    for (const [index, chunk] of this.#chunks) {
      const base = index * CHUNK_SIZE;
      if (base + CHUNK_SIZE <= offset || base >= best) continue;
      const written = chunk.written & bits(Math.max(0, Math.floor((offset - base) / PAGE_SIZE)), PAGES);
      if (written === 0) continue;
      const page = 31 - Math.clz32(written & -written);
      best = Math.min(best, Math.max(offset, base + page * PAGE_SIZE));
    }
    return best;
  }

  /** Gives everything back. */
  free(): void {
    for (const [index, chunk] of this.#chunks) {
      this.#release(chunk, -1);
      this.#drop(index, chunk);
    }
    this.size = 0;
  }
}
