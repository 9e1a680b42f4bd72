/**
 * Small reads of a host's file at the place where the one before it read, from memory: programs read by the byte what they could read by the page, and
 * asking the host takes a hundred times as long as copying.
 *
 * What is known holds until something else of the outside world is looked at (outside.ts), so that nobody sees one file as it was before another, and for a
 * number of reads, so that who waits for a file to change sees it change.
 */

import { readSync } from 'node:fs';
import { outside } from '../outside.ts';

/** What is read at once. */
const BLOCK = 4096;
/** Greater reads go to the host. */
const SMALL = 1024;
/** So few bytes are copied one by one. */
const SHORT = 16;
/** How many reads are answered from memory before the host is asked again. */
const MOST_READS = 64;

export class ReadAgain {
  #bytes: Buffer | undefined;
  /** Whose bytes they are, and which. */
  #file: object | undefined;
  #start = 0;
  #end = 0;
  #left = 0;
  #looks = 0;
  /** The bytes that were handed out last, for who wants the same again. */
  #part: Buffer | undefined;
  #partStart = 0;
  /** Where the host was asked last. */
  #lastFile: object | undefined;
  #lastBlock = 0;

  /** Reads, or gives -1 where the host is to be asked: for the first time, and where the file ends. May throw what readSync does. */
  read(file: object, descriptor: number, into: Uint8Array, start: number, length: number, at: number): number {
    if (this.#left > 0 && file === this.#file && at >= this.#start && at + length <= this.#end && outside.looks === this.#looks) {
      this.#left--;
      return this.#copy(at - this.#start, into, start, length);
    }
    this.#left = 0;
    outside.looks++;
    if (length > SMALL) return -1;
    const block = at - (at % BLOCK);
    if (file !== this.#lastFile || block !== this.#lastBlock) {
      this.#lastFile = file;
      this.#lastBlock = block;
      return -1;
    }
    const bytes = (this.#bytes ??= Buffer.allocUnsafeSlow(BLOCK));
    const count = readSync(descriptor, bytes, 0, BLOCK, block);
    if (at + length > block + count) return -1;
    this.#file = file;
    this.#start = block;
    this.#end = block + count;
    this.#left = MOST_READS;
    this.#looks = outside.looks;
    this.#part = undefined;
    return this.#copy(at - block, into, start, length);
  }

  /** The memory of a guest is shared, where bytes are copied one by one at great cost. */
  #copy(from: number, into: Uint8Array, start: number, length: number): number {
    const bytes = this.#bytes!;
    if (length <= SHORT) {
      for (let index = 0; index < length; index++) into[start + index] = bytes[from + index]!;
      return length;
    }
    let part = this.#part;
    if (!part || from !== this.#partStart || length !== part.length) {
      this.#part = part = bytes.subarray(from, from + length);
      this.#partStart = from;
    }
    into.set(part, start);
    return length;
  }

  /** Nothing is known any more. */
  forget(): void {
    this.#left = 0;
    this.#file = undefined;
    this.#lastFile = undefined;
  }
}
