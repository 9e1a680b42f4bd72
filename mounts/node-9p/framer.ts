/** Finds messages in a stream of bytes, whatever pieces it comes in. */

import { readU4 } from './bytes.ts';
import { HEADER_SIZE } from './protocol.ts';

/** A message whose size cannot be: nothing that follows can be understood. */
export class FramingError extends Error {}

const NOTHING = Buffer.alloc(0);

/** Buffers grow in steps of this, so that messages of about the same size share one. */
const STEP = 8192;

/**
 * Cuts a stream into messages. A message that came in one piece is found in that piece, without a copy; one that came in
 * several is put together in a buffer, which is the only copy that is made of it.
 *
 *     framer.push(chunk);
 *     while (framer.next()) handle(framer.bytes, framer.start, framer.end);
 *
 * The bytes of a message are borrowed until the next call of `next`, or for good after `keep`.
 */
export class Framer {
  /** The largest message that is taken. */
  limit: number;
  /** The message at hand. */
  bytes: Buffer = NOTHING;
  start = 0;
  end = 0;
  /** The piece that is being cut, and how far it has been. */
  #chunk: Buffer = NOTHING;
  #at = 0;
  /** The message that is being put together, how much of it is there, and its size (0 while that is not known). */
  #partial: Buffer = NOTHING;
  #filled = 0;
  #size = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether a message has begun and is not complete. */
  get partial(): boolean {
    return this.#filled > 0;
  }

  /** Whether bytes are left that `next` has not looked at. */
  get pending(): boolean {
    return this.#at < this.#chunk.length;
  }

  /** Adds a piece. The one before must have been used up (`pending` is false). */
  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** Goes to the next message; returns false when there is no whole one. Throws a FramingError. */
  next(): boolean {
    const chunk = this.#chunk;
    const at = this.#at;
    if (this.#filled > 0) return this.#complete();
    const left = chunk.length - at;
    if (left >= HEADER_SIZE) {
      const size = readU4(chunk, at);
      this.#check(size);
      if (size <= left) {
        this.bytes = chunk;
        this.start = at;
        this.end = this.#at = at + size;
        return true;
      }
    }
    if (left > 0) {
      this.#reserve(left >= 4 ? readU4(chunk, at) : STEP);
      this.#take(left);
      if (left >= 4) this.#sizeKnown();
    }
    this.#chunk = NOTHING;
    this.#at = 0;
    return false;
  }

  /** Gives back the memory of large messages. Nothing that was found may be in use any more. */
  rest(): void {
    if (this.#filled === 0 && !this.pending && this.#partial.length > STEP) this.#partial = this.bytes = NOTHING;
  }

  /** Keeps the bytes of the message at hand from being used again: somebody else has them now. */
  keep(): void {
    if (this.bytes === this.#partial) this.#partial = NOTHING;
  }

  /** Goes on with a message that was begun in an earlier piece. */
  #complete(): boolean {
    if (this.#size === 0) {
      this.#take(Math.min(4 - this.#filled, this.#chunk.length - this.#at));
      if (this.#filled < 4) return false;
      this.#sizeKnown();
    }
    this.#take(Math.min(this.#size - this.#filled, this.#chunk.length - this.#at));
    if (this.#filled < this.#size) return false;
    this.bytes = this.#partial;
    this.start = 0;
    this.end = this.#size;
    this.#filled = 0;
    this.#size = 0;
    return true;
  }

  #sizeKnown(): void {
    this.#size = readU4(this.#partial, 0);
    this.#check(this.#size);
    this.#reserve(this.#size);
  }

  #take(count: number): void {
    this.#chunk.copy(this.#partial, this.#filled, this.#at, this.#at + count);
    this.#filled += count;
    this.#at += count;
  }

  #reserve(size: number): void {
    const before = this.#partial;
    if (before.length >= size) return;
    this.#partial = Buffer.allocUnsafeSlow(Math.ceil(size / STEP) * STEP);
    before.copy(this.#partial, 0, 0, this.#filled);
  }

  #check(size: number): void {
    if (size < HEADER_SIZE || size > this.limit) throw new FramingError(`a message of ${size} bytes`);
  }
}
