/** The instructions on strings of SSE4.2, and its CRC32. */

import { type Emitter, RAX, RCX, RDX, READ, WRITE } from '../emit/emitter.ts';
import {
  type Node, add, and, clz, ctz, emit, eqz, extendU, geU, i32, i64, ltU, mul, ne, or, select, shl, shrU, simd, simdLane, sub, vector, wrap, xor,
} from '../emit/expression.ts';
import { ADJUST, CARRY, OVERFLOW, PARITY, SIGN, ZERO } from '../state.ts';
import { I32, I64, V128 } from '../../wasm/opcodes.ts';
import { Simd } from '../../wasm/vector-opcodes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { BYTES, NO_BITS, choose, kept, on, operand } from './vector.ts';

// Bits of the immediate.
const WORDS = 1;
const SIGNED = 2;
const EQUAL_ANY = 0;
const RANGES = 1;
const EQUAL_EACH = 2;
const NEGATIVE = 0x10;
const MASKED = 0x20;
const LAST_OR_WHOLE = 0x40;

/** What is compared: two vectors, and how many of their elements are valid; all kept. */
interface Texts {
  readonly a: Node;
  readonly b: Node;
  readonly aLength: Node;
  readonly bLength: Node;
}

const maskOf = (length: Node): Node => sub(shl(i32(1), length), i32(1));

/** Code that is done for each element of the first text, from `first` on, in steps. `index` counts them. */
function forEach(t: Emitter, length: Node, step: number, index: Node, body: () => void): void {
  const { code } = t;
  t.assign(index, i32(0));
  const out = code.block();
  const again = code.loop();
  emit(code, geU(add(index, i32(step - 1)), length));
  code.brIf(out);
  body();
  t.assign(index, add(index, i32(step)));
  code.br(again);
  code.end(again);
  code.end(out);
}

/** The bits of the second text's elements by a kind of comparison: the low 4 bits of the immediate. */
function compared(t: Emitter, kind: number, { a, b, aLength, bLength }: Texts, index: Node, vectors: Node, bits: Node): void {
  const isWords = (kind & WORDS) !== 0;
  const isSigned = (kind & SIGNED) !== 0;
  const all = i32(isWords ? 0xff : 0xffff);
  const equal = isWords ? Simd.i16x8Eq : Simd.i8x16Eq;
  const bitmask = (value: Node): Node => simd(isWords ? Simd.i16x8Bitmask : Simd.i8x16Bitmask, I32, value);
  /** All elements are that element of the first text. */
  const element = (at: Node): Node => {
    if (!isWords) return on(Simd.i8x16Swizzle, a, on(Simd.i8x16Splat, at));
    return on(Simd.i8x16Swizzle, a, on(Simd.i16x8Splat, add(mul(at, i32(0x0202)), i32(0x0100))));
  };
  const valid = maskOf(bLength);
  switch (kind >> 2) {
    case EQUAL_ANY:
      t.assign(vectors, NO_BITS);
      forEach(t, aLength, 1, index, () => t.assign(vectors, on(Simd.v128Or, vectors, on(equal, element(index), b))));
      t.assign(bits, and(bitmask(vectors), valid));
      break;
    case RANGES: {
      const notLess = isWords ? (isSigned ? Simd.i16x8GeS : Simd.i16x8GeU) : isSigned ? Simd.i8x16GeS : Simd.i8x16GeU;
      t.assign(vectors, NO_BITS);
      forEach(t, aLength, 2, index, () => {
        const within = on(Simd.v128And, on(notLess, b, element(index)), on(notLess, element(add(index, i32(1))), b));
        t.assign(vectors, on(Simd.v128Or, vectors, within));
      });
      t.assign(bits, and(bitmask(vectors), valid));
      break;
    }
    case EQUAL_EACH: {
      const first = maskOf(aLength);
      const both = and(first, valid);
      const neither = and(xor(or(first, valid), i32(-1)), all);
      t.assign(bits, or(and(bitmask(on(equal, a, b)), both), neither));
      break;
    }
    default:
      // The first text, beginning at each element; what would be behind the end is not compared.
      t.assign(bits, all);
      forEach(t, aLength, 1, index, () => {
        const found = and(bitmask(on(equal, element(index), b)), valid);
        const behind = shl(i32(-1), sub(i32(isWords ? 8 : 16), index));
        t.assign(bits, and(bits, or(shrU(found, index), behind)));
      });
  }
}

/** How many elements are before the first that is 0. */
function implicitLength(value: Node, words: Node): Node {
  const ofBytes = (): Node => ctz(or(simd(Simd.i8x16Bitmask, I32, on(Simd.i8x16Eq, value, NO_BITS)), i32(0x10000)));
  const ofWords = (): Node => ctz(or(simd(Simd.i16x8Bitmask, I32, on(Simd.i16x8Eq, value, NO_BITS)), i32(0x100)));
  if (words.isConstant) return words.low === 0 ? ofBytes() : ofWords();
  return select(words, ofWords(), ofBytes());
}

/** The length that a register says, whatever its sign, at most that of a vector. */
function explicitLength(t: Emitter, register: number, limit: Node): Node {
  const value = t.let(t.general(register, t.size === 8 ? 8 : 4));
  const zero = value.type === I64 ? i64(0) : i32(0);
  const negated = sub(zero, value);
  // Of a number and its negative, the one without a sign is the lesser.
  const length = t.let(select(ltU(value, negated), value, negated));
  const most = value.type === I64 ? extendU(limit) : limit;
  return wrap(select(ltU(length, most), length, most));
}

function text(isExplicit: boolean, givesMask: boolean): Semantics {
  return (t) => {
    const source = operand(t, 1, READ);
    const a = t.let(t.read(t.place(0, READ), 16));
    const b = t.let(t.read(source, 16));
    const immediate = kept(t, t.immediate(1));
    const words = and(immediate, i32(WORDS));
    const size = kept(t, shrU(i32(16), words));
    const aLength = t.let(isExplicit ? explicitLength(t, RAX, size) : implicitLength(a, words));
    const bLength = t.let(isExplicit ? explicitLength(t, RDX, size) : implicitLength(b, words));
    const bits = t.variable(I32);
    const index = t.variable(I32);
    const vectors = t.variable(V128);
    choose(t, and(immediate, i32(15)), 16, (kind) => compared(t, kind, { a, b, aLength, bLength }, index, vectors, bits));
    const all = maskOf(size);
    const isNegative = ne(and(immediate, i32(NEGATIVE)), i32(0));
    const inverted = select(isNegative, select(ne(and(immediate, i32(MASKED)), i32(0)), maskOf(bLength), all), i32(0));
    const result = t.let(xor(bits, inverted));
    const whole = ne(and(immediate, i32(LAST_OR_WHOLE)), i32(0));
    if (givesMask) {
      const ofBytes = on(Simd.i8x16Swizzle, on(Simd.i32x4Splat, result), vector(BYTES.map((byte) => byte >> 3)));
      const byteBits = vector(BYTES.map((byte) => 1 << (byte & 7)));
      const wordBits = vector(BYTES.map((byte) => (byte & 1 ? 0 : 1 << (byte >> 1))));
      const byteMask = on(Simd.i8x16Eq, on(Simd.v128And, ofBytes, byteBits), byteBits);
      const wordMask = on(Simd.i16x8Eq, on(Simd.v128And, on(Simd.i16x8Splat, result), wordBits), wordBits);
      const number = simdLane(Simd.i32x4ReplaceLane, V128, 0, NO_BITS, result);
      t.setVector(0, select(whole, select(words, wordMask, byteMask), number));
    } else {
      const first = ctz(or(result, shl(i32(1), size)));
      const last = select(eqz(result), size, sub(i32(31), clz(result)));
      t.setGeneral(RCX, 4, select(whole, last, first));
    }
    t.flagsEach([
      [CARRY, () => ne(result, i32(0))],
      [ZERO, () => ltU(bLength, size)],
      [SIGN, () => ltU(aLength, size)],
      [OVERFLOW, () => and(result, i32(1))],
      [ADJUST, () => i32(0)],
      [PARITY, () => i32(0)],
    ]);
  };
}

const POLYNOMIAL = 0x82f63b78;

/** The cyclic redundancy check of Castagnoli's polynomial, bit by bit. */
function check(t: Emitter): void {
  const destination = t.place(0, READ | WRITE);
  const source = t.place(1, READ);
  const { code } = t;
  const crc = t.variable(I32);
  const left = t.variable(I32);
  const data = t.let(t.read(source));
  t.assign(crc, t.general(destination.register, 4));
  const step = (part: Node, bits: number): void => {
    t.assign(crc, xor(crc, part));
    t.assign(left, i32(bits));
    const again = code.loop();
    t.assign(crc, xor(shrU(crc, i32(1)), and(sub(i32(0), and(crc, i32(1))), i32(POLYNOMIAL))));
    t.assign(left, sub(left, i32(1)));
    emit(code, left);
    code.brIf(again);
    code.end(again);
  };
  if (source.size === 8) {
    step(wrap(data), 32);
    step(wrap(shrU(data, i64(32))), 32);
  } else step(data, source.size * 8);
  t.write(destination, destination.size === 8 ? extendU(crc) : crc);
}

/** By name. */
export const SSE_TEXT: SemanticsTable = {
  pcmpestrm: text(true, true),
  pcmpestri: text(true, false),
  pcmpistrm: text(false, true),
  pcmpistri: text(false, false),
  crc32: check,
};
