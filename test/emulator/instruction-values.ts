/** Values that instructions are tried with: mostly those at which something changes. */

import type { Generator } from './encodings.ts';

/** What a value is taken for. */
export type ValueKind = 'integer' | 'single' | 'double' | 'extended' | 'decimal' | 'text';

const INTEGERS = [
  0n, 1n, 2n, 3n, 7n, 8n, 9n, 15n, 16n, 17n, 31n, 32n, 33n, 63n, 64n, 65n, 0x7fn, 0x80n, 0x81n, 0xffn, 0x100n, 0x7fffn, 0x8000n, 0x8001n,
  0xffffn, 0x10000n, 0x7fffffffn, 0x80000000n, 0x80000001n, 0xffffffffn, 0x100000000n, 0x7fffffffffffffffn, 0x8000000000000000n,
  0x8000000000000001n, 0x5555555555555555n, 0xaaaaaaaaaaaaaaaan, 0x00ff00ff00ff00ffn, 0x8080808080808080n, 0x7f7f7f7f7f7f7f7fn,
  0x8000800080008000n, 0x0123456789abcdefn,
].flatMap((value) => [value, BigInt.asUintN(64, -value), BigInt.asUintN(64, ~value)]);
const INTEGER_LOW = Uint32Array.from(INTEGERS, (value) => Number(value & 0xffffffffn));
const INTEGER_HIGH = Uint32Array.from(INTEGERS, (value) => Number(value >> 32n));

const float = new DataView(new ArrayBuffer(8));
const LIMITS = [2 ** 7, 2 ** 8, 2 ** 15, 2 ** 16, 2 ** 23, 2 ** 24, 2 ** 31, 2 ** 32, 2 ** 52, 2 ** 53, 2 ** 63, 2 ** 64];
const NUMBERS = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 10, 0.1, 1 / 3, Math.PI, 0.49999999999999994, ...LIMITS.flatMap((limit) => [limit, limit - 0.5, limit - 1, limit + 1])];

function singleBits(value: number): number {
  float.setFloat32(0, value);
  return float.getUint32(0);
}

// Zero, the least and largest denormals, the least and largest normal numbers, infinity, NaNs: quiet, signalling, with more in them.
const SINGLES = Uint32Array.from([
  0, 1, 0x7fffff, 0x800000, 0x800001, 0x7f7fffff, 0x7f800000, 0x7fc00000, 0x7f800001, 0x7fc12345, 0x7fa00000, 0x34000000, 0x33ffffff,
  ...NUMBERS.map(singleBits),
]);
const DOUBLE_SPECIALS = [
  0n, 1n, 0xfffffffffffffn, 0x10000000000000n, 0x10000000000001n, 0x7fefffffffffffffn, 0x7ff0000000000000n, 0x7ff8000000000000n,
  0x7ff0000000000001n, 0x7ff8123456789abcn, 0x7ff4000000000000n,
  // Where singles end: their largest, what is rounded to infinity, their least, and below.
  0x47efffffe0000000n, 0x47effffff0000000n, 0x3810000000000000n, 0x380fffffffffffffn, 0x36a0000000000000n, 0x3690000000000001n,
];

/** Writes 8 bytes of integers. */
export function writeInteger(random: Generator, view: DataView, at: number): void {
  let low: number;
  let high: number;
  const choice = random.below(8);
  if (choice < 4) {
    const index = random.below(INTEGERS.length);
    low = INTEGER_LOW[index]!;
    high = INTEGER_HIGH[index]!;
  } else if (choice < 6) {
    low = random.below(2 ** 32);
    high = random.below(2 ** 32);
  } else if (choice === 6) {
    // Near a power of two, or one bit.
    const bit = random.below(64);
    low = bit < 32 ? 1 << bit : 0;
    high = bit < 32 ? 0 : 1 << (bit - 32);
    if (random.below(2) === 0) {
      low = (low - 1) >>> 0;
      if (bit >= 32) high = (high - 1) >>> 0;
    }
  } else {
    // Small ones in each half, each quarter or each byte.
    low = (random.below(4) << 24) | (random.below(4) << 16) | (random.below(256) << 8) | random.below(256);
    high = random.below(2) === 0 ? low >> 31 : random.below(65536);
  }
  view.setUint32(at, low >>> 0, true);
  view.setUint32(at + 4, high >>> 0, true);
}

/** Writes a float of 4 bytes. */
export function writeSingle(random: Generator, view: DataView, at: number): void {
  let bits: number;
  const choice = random.below(8);
  if (choice < 4) bits = SINGLES[random.below(SINGLES.length)]!;
  else if (choice < 7) bits = ((119 + random.below(16)) << 23) | random.below(2 ** 23);
  else bits = random.below(2 ** 32);
  view.setUint32(at, (bits | (random.below(2) << 31)) >>> 0, true);
}

/** Writes a float of 8 bytes. */
export function writeDouble(random: Generator, view: DataView, at: number): void {
  const choice = random.below(8);
  if (choice < 2) {
    view.setBigUint64(at, DOUBLE_SPECIALS[random.below(DOUBLE_SPECIALS.length)]!, true);
  } else if (choice < 4) {
    view.setFloat64(at, NUMBERS[random.below(NUMBERS.length)]!, true);
  } else {
    const high = choice === 7 ? random.below(2 ** 32) : ((1015 + random.below(16)) << 20) | random.below(2 ** 20);
    view.setUint32(at, random.below(2) === 0 ? random.below(2 ** 32) : random.below(4) << 29, true);
    view.setUint32(at + 4, high >>> 0, true);
  }
  if (random.below(2) === 0) view.setUint8(at + 7, view.getUint8(at + 7) ^ 0x80);
}

// Mantissa and exponent: zero, denormals, a denormal with the integer bit, one, the largest, infinity, NaNs, and what processors since
// the 387 do not accept: numbers without the integer bit, infinities and NaNs without it.
const EXTENDED: readonly (readonly [bigint, number])[] = [
  [0n, 0],
  [1n, 0],
  [0x7fffffffffffffffn, 0],
  [0x8000000000000000n, 0],
  [0x8000000000000000n, 1],
  [0x8000000000000000n, 0x3fff],
  [0xc90fdaa22168c235n, 0x4000],
  [0xffffffffffffffffn, 0x7ffe],
  [0x8000000000000000n, 0x7fff],
  [0xc000000000000000n, 0x7fff],
  [0x8000000000000001n, 0x7fff],
  [0xc000000000012345n, 0x7fff],
  [0x4000000000000000n, 0x3fff],
  [0n, 0x7fff],
  [0x4000000000000000n, 0x7fff],
];

/** Writes a float of 10 bytes. */
export function writeExtended(random: Generator, view: DataView, at: number): void {
  const choice = random.below(8);
  let exponent: number;
  if (choice < 3) {
    const [mantissa, special] = EXTENDED[random.below(EXTENDED.length)]!;
    view.setBigUint64(at, mantissa, true);
    exponent = special;
  } else {
    // As precise as a single, as a double, or more; an integer, or any.
    const bits = [8, 24, 53, 64, 64][random.below(5)]!;
    const mantissa = (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32)) | (1n << 63n);
    view.setBigUint64(at, (mantissa >> BigInt(64 - bits)) << BigInt(64 - bits), true);
    exponent = choice === 7 ? random.below(0x8000) : 0x3fff + random.below(70) - 4;
  }
  view.setUint16(at + 8, exponent | (random.below(2) << 15), true);
}

/** Writes a decimal number of 10 bytes, 18 digits. */
export function writeDecimal(random: Generator, view: DataView, at: number): void {
  const digits = random.below(19);
  for (let byte = 0; byte < 9; byte++) {
    const tens = byte * 2 + 1 < digits ? random.below(10) : 0;
    const ones = byte * 2 < digits ? random.below(10) : 0;
    view.setUint8(at + byte, (tens << 4) | ones);
  }
  view.setUint8(at + 9, random.below(2) << 7);
}

/** Fills `length` bytes, a multiple of 16, with values of a kind. */
export function fill(random: Generator, view: DataView, at: number, length: number, kind: ValueKind): void {
  const end = at + length;
  switch (kind) {
    case 'integer':
      for (; at < end; at += 8) writeInteger(random, view, at);
      break;
    case 'single':
      for (; at < end; at += 4) writeSingle(random, view, at);
      break;
    case 'double':
      for (; at < end; at += 8) writeDouble(random, view, at);
      break;
    case 'extended':
    case 'decimal':
      for (; at < end; at += 16) {
        writeInteger(random, view, at + 8);
        if (kind === 'extended') writeExtended(random, view, at);
        else writeDecimal(random, view, at);
      }
      break;
    case 'text':
      // Few different bytes, so that parts of it are alike, and zeros that end it.
      for (; at < end; at++) view.setUint8(at, [0, 97, 98, 98, 99, 0x80, 97, 97, 0xff][random.below(9)]!);
      break;
  }
}
