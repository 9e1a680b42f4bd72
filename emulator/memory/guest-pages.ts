/**
 * The pages of a memory, and the memories that wait for the next address space. Memory never goes back to the machine, so it is used
 * again: what may hold something is zeroed when it is mapped the next time.
 */

import { ENOMEM, type Errno } from '../../fs/errno.ts';
import { GuestMemory, indexOf } from './guest-memory.ts';
import { CODE_MAP, CPU_STATE, GUEST_TOP, LOWEST_ADDRESS, PAGE_SHIFT, PAGE_SIZE, PERMISSION_TABLE, STACK_TOP } from './layout.ts';

const CHUNK = 0x10000;
const ZEROS: Uint8Array = new Uint8Array(CHUNK);
/** Memories that are kept for later. */
const KEPT = 8;
const kept: GuestPages[] = [];

export class GuestPages {
  readonly memory: GuestMemory = new GuestMemory();
  /** The whole memory, by index; what native comparison needs. */
  readonly bytes: Buffer;
  /** 1: the page may hold something. */
  readonly #used = new Uint8Array(1 << (32 - PAGE_SHIFT));
  #code: readonly { readonly start: number; readonly end: number }[] = [];

  private constructor() {
    this.bytes = Buffer.from(this.memory.buffer);
  }

  /** A memory in which nothing is mapped. Errors: ENOMEM. */
  static take(): GuestPages | Errno {
    const known = kept.pop();
    if (known) {
      known.#clean();
      return known;
    }
    try {
      return new GuestPages();
    } catch (error) {
      // The engine has no addresses left.
      if (error instanceof RangeError) return ENOMEM;
      throw error;
    }
  }

  /**
   * Takes back a memory of which nobody makes use any more, in which nothing is mapped; the stack may have been used down to `stack`, and there was
   * code in `code`. It is put in order when it is wanted again: with the last program everything ends.
   */
  give(stack: number, code: readonly { readonly start: number; readonly end: number }[]): void {
    this.use(stack, STACK_TOP);
    this.#code = code;
    if (kept.length < KEPT) kept.push(this);
  }

  /** There is no decoded code, whatever a processor has left. */
  #clean(): void {
    const map = indexOf(CODE_MAP) / 4;
    for (const { start, end } of this.#code) this.memory.words.fill(0, map + start / PAGE_SIZE, map + end / PAGE_SIZE);
    this.zeroFound(CPU_STATE, LOWEST_ADDRESS);
    this.zeroFound(GUEST_TOP, PERMISSION_TABLE);
  }

  /** Says that pages may come to hold something. */
  use(start: number, end: number): void {
    this.#used.fill(1, start >>> PAGE_SHIFT, end / PAGE_SIZE);
  }

  /** Makes pages zero that may hold something. */
  zero(start: number, end: number): void {
    const used = this.#used;
    const last = end / PAGE_SIZE;
    for (let page = start >>> PAGE_SHIFT; page < last; ) {
      if (used[page] === 0) {
        // Not farther: there are a million pages.
        const next = used.subarray(page, last).indexOf(1);
        page = next < 0 ? last : page + next;
        continue;
      }
      let stop = page + 1;
      while (stop < last && used[stop] === 1) stop++;
      this.zeroFound(page * PAGE_SIZE, stop * PAGE_SIZE);
      page = stop;
    }
  }

  /** Zeroes what is not zero; memory that was never touched stays so. */
  zeroFound(start: number, end: number): void {
    const { bytes } = this;
    const stop = indexOf(start) + (end - start);
    for (let at = indexOf(start); at < stop; at += CHUNK) {
      const size = Math.min(CHUNK, stop - at);
      if (bytes.compare(ZEROS, 0, size, at, at + size) !== 0) bytes.fill(0, at, at + size);
    }
  }

  /** Whether a page is all zeros. */
  isZero(page: number): boolean {
    const at = indexOf(page * PAGE_SIZE);
    return this.#used[page] === 0 || this.bytes.compare(ZEROS, 0, PAGE_SIZE, at, at + PAGE_SIZE) === 0;
  }

  /** Copies pages of another memory to the same addresses of this one, where they hold something. */
  copyFrom(other: GuestPages, start: number, end: number): void {
    const used = other.#used;
    const last = end / PAGE_SIZE;
    for (let page = start / PAGE_SIZE; page < last; ) {
      const known = used[page]!;
      const length = used.subarray(page, last).indexOf(1 - known);
      const stop = length < 0 ? last : page + length;
      if (known) this.#copyUsed(other, page * PAGE_SIZE, stop * PAGE_SIZE);
      else this.zero(page * PAGE_SIZE, stop * PAGE_SIZE);
      page = stop;
    }
  }

  #copyUsed(other: GuestPages, start: number, end: number): void {
    const first = indexOf(start);
    const stop = first + (end - start);
    for (let at = first; at < stop; at += CHUNK) {
      const size = Math.min(CHUNK, stop - at);
      const address = start + (at - first);
      if (other.bytes.compare(ZEROS, 0, size, at, at + size) === 0) this.zero(address, address + size);
      else other.bytes.copy(this.bytes, at, at, at + size);
    }
    this.use(start, end);
  }
}
