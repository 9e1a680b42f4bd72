/** Reading and writing the fields of messages in bytes. */

import { QID_SIZE } from './protocol.ts';
import { Qid } from './qid.ts';
import { type U64, u64FromHalves, u64High, u64Low } from './u64.ts';

/**
 * How strings are read and written. The protocol says UTF-8; `latin1` makes each byte a char, for servers whose names
 * are bytes, as Linux's are.
 */
export type StringEncoding = 'utf8' | 'latin1';

/**
 * Reads fields one after the other. It checks nothing: what it reads has been found to fit its layout (`fits` in
 * codec.ts), and beyond the end of the bytes everything is 0 or empty.
 */
export class Reader {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  readonly encoding: StringEncoding;

  constructor(encoding: StringEncoding = 'utf8') {
    this.encoding = encoding;
  }

  /** Begins at a place. */
  begin(bytes: Buffer, at: number): this {
    this.bytes = bytes;
    this.at = at;
    return this;
  }

  u1(): number {
    return this.bytes[this.at++] as number;
  }

  u2(): number {
    const value = readU2(this.bytes, this.at);
    this.at += 2;
    return value;
  }

  u4(): number {
    const value = readU4(this.bytes, this.at);
    this.at += 4;
    return value;
  }

  u8(): U64 {
    const { bytes, at } = this;
    this.at = at + 8;
    return u64FromHalves(readU4(bytes, at + 4), readU4(bytes, at));
  }

  /** An integer of eight bytes that means a file's size or offset; NaN beyond 2^53, where no file reaches. */
  offset(): number {
    const { bytes, at } = this;
    this.at = at + 8;
    const high = readU4(bytes, at + 4);
    return high < 0x20_0000 ? high * 0x1_0000_0000 + readU4(bytes, at) : NaN;
  }

  /** A signed integer of eight bytes, which times are. */
  i8(): number {
    const { bytes, at } = this;
    this.at = at + 8;
    return (readU4(bytes, at + 4) | 0) * 0x1_0000_0000 + readU4(bytes, at);
  }

  string(): string {
    const start = this.at + 2;
    const end = start + readU2(this.bytes, this.at);
    this.at = end;
    return this.bytes.toString(this.encoding, start, end);
  }

  qid(): Qid {
    const { bytes, at } = this;
    this.at = at + QID_SIZE;
    return new Qid(bytes[at] as number, readU4(bytes, at + 1), readU4(bytes, at + 9), readU4(bytes, at + 5));
  }

  /** The bytes of a count[4] and data: a part of the bytes at hand, not a copy. */
  data(): Buffer {
    const start = this.at + 4;
    const end = start + readU4(this.bytes, this.at);
    this.at = end;
    return this.bytes.subarray(start, end);
  }
}

export function readU2(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

export function readU4(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}

export function writeU2(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

export function writeU4(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Writes fields one after the other into bytes that have room for them. */
export class Writer {
  bytes: Buffer;
  at: number;
  readonly encoding: StringEncoding;

  constructor(bytes: Buffer, at = 0, encoding: StringEncoding = 'utf8') {
    this.bytes = bytes;
    this.at = at;
    this.encoding = encoding;
  }

  u1(value: number): void {
    this.bytes[this.at++] = value;
  }

  u2(value: number): void {
    writeU2(this.bytes, this.at, value);
    this.at += 2;
  }

  u4(value: number): void {
    writeU4(this.bytes, this.at, value);
    this.at += 4;
  }

  u8(value: U64): void {
    const { bytes, at } = this;
    writeU4(bytes, at, u64Low(value));
    writeU4(bytes, at + 4, u64High(value));
    this.at = at + 8;
  }

  /** A string of at most 65,535 bytes; what is longer is cut. */
  string(value: string): void {
    const start = this.at + 2;
    const length = this.bytes.write(value, start, Math.min(0xffff, this.bytes.length - start), this.encoding);
    writeU2(this.bytes, this.at, length);
    this.at = start + length;
  }

  qid(qid: Qid): void {
    const { bytes, at } = this;
    bytes[at] = qid.type;
    writeU4(bytes, at + 1, qid.version);
    writeU4(bytes, at + 5, qid.pathLow);
    writeU4(bytes, at + 9, qid.pathHigh);
    this.at = at + QID_SIZE;
  }

  /** A count[4] and bytes. */
  data(data: Uint8Array): void {
    this.u4(data.length);
    this.bytes.set(data, this.at);
    this.at += data.length;
  }
}

/** How many bytes a string has, with its length. */
export function stringSize(value: string, encoding: StringEncoding): number {
  return 2 + (encoding === 'latin1' ? value.length : Buffer.byteLength(value));
}
