/** Reads numbers and words out of the text of a /proc file, without making strings of what is only skipped. */

import { type U64, U64_MAX, u64, u64FromHalves } from '../../../fs/u64.ts';

const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;
const MINUS = 0x2d;
const ZERO = 0x30;

/** How far the end of a line is looked for here, before native code does it. */
const NEAR = 32;

export class Scanner {
  bytes: Buffer;
  /** The next byte to read, and the end of the text. */
  at = 0;
  end = 0;

  constructor(bytes: Buffer = Buffer.alloc(0), end: number = bytes.length) {
    this.bytes = bytes;
    this.end = end;
  }

  /** Begins at the start of another text. */
  reset(bytes: Buffer, end: number = bytes.length): this {
    this.bytes = bytes;
    this.at = 0;
    this.end = end;
    return this;
  }

  /** Whether all has been read. */
  get done(): boolean {
    return this.at >= this.end;
  }

  /** The next byte without taking it; -1 at the end. */
  peek(): number {
    return this.at < this.end ? (this.bytes[this.at] as number) : -1;
  }

  /** Passes over blanks and tabs. */
  blanks(): this {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
    this.at = at;
    return this;
  }

  /** Passes over `count` bytes. */
  skip(count: number): this {
    this.at = Math.min(this.end, this.at + count);
    return this;
  }

  /** Passes over the rest of the line and its end. */
  nextLine(): this {
    const { bytes, end } = this;
    // Most lines are short, or have all but their end behind them.
    const near = Math.min(end, this.at + NEAR);
    for (let at = this.at; at < near; at++) {
      if (bytes[at] !== NEWLINE) continue;
      this.at = at + 1;
      return this;
    }
    const newline = bytes.indexOf(NEWLINE, near);
    this.at = newline < 0 || newline >= end ? end : newline + 1;
    return this;
  }

  /** Whether the line has no more than blanks left. */
  lineDone(): boolean {
    this.blanks();
    return this.at >= this.end || this.bytes[this.at] === NEWLINE;
  }

  /** Takes `byte` if it is next. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** Takes the ASCII text if it is next. */
  takeText(text: string): boolean {
    const { bytes, at } = this;
    if (at + text.length > this.end) return false;
    for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
    this.at = at + text.length;
    return true;
  }

  /** Takes the bytes if they are next. */
  takeBytes(value: Uint8Array): boolean {
    const { bytes, at } = this;
    if (at + value.length > this.end) return false;
    for (let index = 0; index < value.length; index++) if (bytes[at + index] !== value[index]) return false;
    this.at = at + value.length;
    return true;
  }

  /** Goes to the start of the line that has the byte at `at`. */
  toLineStart(at: number): void {
    let start = at;
    while (start > 0 && this.bytes[start - 1] !== NEWLINE) start--;
    this.at = start;
  }

  /** Whether the ASCII text is next, which is not taken. */
  nextIs(text: string): boolean {
    const { at } = this;
    const found = this.takeText(text);
    this.at = at;
    return found;
  }

  /** An unsigned decimal number behind blanks; 0 where no digit is next. */
  decimal(): U64 {
    this.blanks();
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    let value = 0;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.at = at;
    return value <= Number.MAX_SAFE_INTEGER ? value : this.#big(start, at);
  }

  /** An unsigned decimal number that is known to be a safe integer. */
  number(): number {
    return Number(this.decimal());
  }

  /** A decimal number behind blanks that may have a minus sign; within the safe integers. */
  signed(): number {
    this.blanks();
    return this.take(MINUS) ? -this.number() : this.number();
  }

  /** A decimal number behind blanks that may have a minus sign; a bigint beyond the safe integers. */
  signedDecimal(): number | bigint {
    this.blanks();
    return this.take(MINUS) ? -this.decimal() : this.decimal();
  }

  /** A decimal number of 64 bits behind blanks that may have a minus sign, modulo 2^64. */
  signed64(): U64 {
    this.blanks();
    return this.take(MINUS) ? u64(-BigInt(this.decimal())) : this.decimal();
  }

  /** An unsigned hexadecimal number behind blanks, without prefix; 0 where no digit is next. */
  hex(): U64 {
    this.blanks();
    const { bytes, end } = this;
    let at = this.at;
    let high = 0;
    let low = 0;
    for (; at < end; at++) {
      const digit = hexDigit(bytes[at] as number);
      if (digit < 0) break;
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    this.at = at;
    return u64FromHalves(high >>> 0, low >>> 0);
  }

  #big(start: number, end: number): U64 {
    const value = BigInt(this.bytes.toString('latin1', start, end));
    return value === U64_MAX ? U64_MAX : u64(value);
  }

  /** An unsigned octal number behind blanks. */
  octal(): number {
    this.blanks();
    let value = 0;
    for (let digit = this.peek() - ZERO; digit >= 0 && digit <= 7; digit = this.peek() - ZERO) {
      value = value * 8 + digit;
      this.at++;
    }
    return value;
  }

  /** A number with a fraction of two digits, in hundredths: `12.34` gives 1234. */
  hundredths(): number {
    const whole = this.number();
    this.take(0x2e);
    return whole * 100 + this.number();
  }

  /** The bytes up to a blank, tab or line end, behind blanks, as a byte string. */
  word(): string {
    this.blanks();
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB && bytes[at] !== NEWLINE) at++;
    this.at = at;
    return bytes.toString('latin1', start, at);
  }

  /** The bytes before the next `delimiter` on this line, which is taken too; or the rest of the line. */
  until(delimiter: number): string {
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    while (at < end && bytes[at] !== delimiter && bytes[at] !== NEWLINE) at++;
    this.at = at < end && bytes[at] === delimiter ? at + 1 : at;
    return bytes.toString('latin1', start, at);
  }

  /** The rest of the line without its end, which is taken too. */
  line(): string {
    const start = this.at;
    this.nextLine();
    const end = this.at > start && this.bytes[this.at - 1] === NEWLINE ? this.at - 1 : this.at;
    return this.bytes.toString('latin1', start, end);
  }
}

/** The value of a hexadecimal digit's code, or -1. */
export function hexDigit(code: number): number {
  if (code >= ZERO && code <= 0x39) return code - ZERO;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
