/**
 * The one writer of generated text: it appends ASCII straight into bytes, in the notations of the kernel's seq_file and
 * printf. Providers never build strings of their own.
 */

import { copyBytes } from './copy-bytes.ts';
import { type U64, u64High, u64Low } from '../u64.ts';

const ZERO = 0x30;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const LOWER = Buffer.from('0123456789abcdef');
const UPPER = Buffer.from('0123456789ABCDEF');

/** How much memory is kept from one text to the next: texts beyond are rare, and some are very long. */
const KEPT_CAPACITY = 4 << 20;

export class TextWriter {
  /** The text so far is `bytes[0..length)`; borrowed until the next append. */
  bytes: Buffer;
  length = 0;
  readonly #capacity: number;

  constructor(capacity = 16384) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.#capacity = capacity;
  }

  /** Forgets the text and keeps the memory, unless it is a lot. */
  reset(): void {
    this.length = 0;
    if (this.bytes.length > KEPT_CAPACITY) this.bytes = Buffer.allocUnsafeSlow(this.#capacity);
  }

  /** Makes room for `count` more bytes. */
  #reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  /** A byte string (one char, one byte). */
  text(value: string): this {
    const count = value.length;
    this.#reserve(count);
    if (count > 48) {
      this.bytes.write(value, this.length, 'latin1');
      this.length += count;
      return this;
    }
    const bytes = this.bytes;
    let at = this.length;
    for (let index = 0; index < count; index++) bytes[at++] = value.charCodeAt(index);
    this.length = at;
    return this;
  }

  /** One byte. */
  byte(code: number): this {
    this.#reserve(1);
    this.bytes[this.length++] = code;
    return this;
  }

  /** Raw bytes. */
  raw(value: Uint8Array): this {
    const count = value.length;
    this.#reserve(count);
    copyBytes(value, 0, this.bytes, this.length, count);
    this.length += count;
    return this;
  }

  newline(): this {
    return this.byte(NEWLINE);
  }

  space(): this {
    return this.byte(SPACE);
  }

  /** `count` times one byte. */
  repeat(code: number, count: number): this {
    if (count <= 0) return this;
    this.#reserve(count);
    this.bytes.fill(code, this.length, this.length + count);
    this.length += count;
    return this;
  }

  /** %llu */
  decimal(value: U64): this {
    if (typeof value === 'bigint') return this.text(value.toString());
    this.#reserve(20);
    if (value >= 0 && value < 0x8000_0000) this.#small(value | 0, 0, SPACE);
    else this.#large(value, 0, SPACE);
    return this;
  }

  /** %lld */
  signed(value: number | bigint): this {
    if (value >= 0) return this.decimal(value);
    this.byte(0x2d);
    return this.decimal(-value);
  }

  /** %lld of a value that is kept modulo 2^64, as loff_t values are. */
  signed64(value: U64): this {
    return this.signed(typeof value === 'bigint' ? BigInt.asIntN(64, value) : value);
  }

  /** %*llu: blanks before the digits up to `width`. */
  decimalPadded(value: U64, width: number): this {
    return this.#padded(value, width, SPACE);
  }

  /** %0*llu */
  decimalZero(value: U64, width: number): this {
    return this.#padded(value, width, ZERO);
  }

  /** %*lld */
  signedPadded(value: number | bigint, width: number): this {
    if (value >= 0) return this.#padded(value, width, SPACE);
    const digits = String(value);
    return this.repeat(SPACE, width - digits.length).text(digits);
  }

  /** %-*lld: blanks after the digits up to `width`. */
  decimalLeft(value: number | bigint, width: number): this {
    const start = this.length;
    return this.signed(value).padTo(start + width);
  }

  #padded(value: U64, width: number, fill: number): this {
    if (typeof value === 'bigint') {
      const digits = value.toString();
      return this.repeat(fill, width - digits.length).text(digits);
    }
    this.#reserve(Math.max(width, 20));
    if (value >= 0 && value < 0x8000_0000) this.#small(value | 0, width, fill);
    else this.#large(value, width, fill);
    return this;
  }

  /** Digits of an int32; the caller has made room. */
  #small(value: number, width: number, fill: number): void {
    const bytes = this.bytes;
    if (value < 10 && width <= 1) {
      bytes[this.length++] = ZERO + value;
      return;
    }
    let digits = 1;
    for (let bound = 10; value >= bound && digits < 10; bound *= 10) digits++;
    let at = this.length;
    for (let blanks = width - digits; blanks > 0; blanks--) bytes[at++] = fill;
    at += digits;
    this.length = at;
    let rest = value;
    do {
      const quotient = (rest / 10) | 0;
      bytes[--at] = ZERO + rest - quotient * 10;
      rest = quotient;
    } while (rest > 0);
  }

  /** Digits of a safe integer beyond int32. Throws a RangeError for what is no count: a field of the model is wrong then. */
  #large(value: number, width: number, fill: number): void {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`${value} has no digits`);
    const head = Math.floor(value / 1e9);
    const tail = value - head * 1e9;
    if (head < 0x8000_0000) this.#small(head, width - 9, fill);
    else this.#large(head, width - 9, fill);
    this.#small(tail, 9, ZERO);
  }

  /** %llx */
  hex(value: U64): this {
    return this.#hex(value, 1, ZERO, LOWER);
  }

  /** %0*llx */
  hexZero(value: U64, width: number): this {
    return this.#hex(value, width, ZERO, LOWER);
  }

  /** %0*llX */
  hexZeroUpper(value: U64, width: number): this {
    return this.#hex(value, width, ZERO, UPPER);
  }

  /** %*llx */
  hexPadded(value: U64, width: number): this {
    return this.#hex(value, width, SPACE, LOWER);
  }

  #hex(value: U64, width: number, fill: number, digits: Buffer): this {
    this.#reserve(Math.max(width, 16));
    const bytes = this.bytes;
    const high = u64High(value);
    const low = u64Low(value);
    const count = high !== 0 ? 16 - (Math.clz32(high) >> 2) : low !== 0 ? 8 - (Math.clz32(low) >> 2) : 1;
    for (let blanks = width - count; blanks > 0; blanks--) bytes[this.length++] = fill;
    let at = this.length + count;
    this.length = at;
    let rest = low;
    for (let index = 0; index < count; index++) {
      if (index === 8) rest = high;
      bytes[--at] = digits[rest & 15] as number;
      rest >>>= 4;
    }
    return this;
  }

  /** %llo */
  octal(value: U64): this {
    return this.octalZero(value, 1);
  }

  /** %0*llo */
  octalZero(value: U64, width: number): this {
    const digits = value.toString(8);
    return this.repeat(ZERO, width - digits.length).text(digits);
  }

  /** %*llo */
  octalPadded(value: U64, width: number): this {
    const digits = value.toString(8);
    return this.repeat(SPACE, width - digits.length).text(digits);
  }

  /** %lu.%02lu of a value in hundredths. */
  hundredths(value: number): this {
    const whole = Math.floor(value / 100);
    this.decimal(whole).byte(0x2e);
    return this.decimalZero(value - whole * 100, 2);
  }

  /** %-*s */
  textLeft(value: string, width: number): this {
    return this.text(value).repeat(SPACE, width - value.length);
  }

  /** %*s */
  textRight(value: string, width: number): this {
    return this.repeat(SPACE, width - value.length).text(value);
  }

  /** Blanks until the text is `position` long (seq_pad counts likewise from a position that the caller remembers). */
  padTo(position: number): this {
    return this.repeat(SPACE, position - this.length);
  }

  /** A byte string with every byte of `special`, and the backslash if listed, as \ooo (seq_escape). */
  escaped(value: string, special: string): this {
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (special.includes(value[index] as string)) this.byte(BACKSLASH).octalZero(code, 3);
      else this.byte(code);
    }
    return this;
  }

  /** The text as a byte string: for tests and for small texts that go elsewhere. */
  toString(): string {
    return this.bytes.toString('latin1', 0, this.length);
  }
}
