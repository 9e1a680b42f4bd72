/** Rearranging: shuffles, interleaving, packing, widening, insertion, extraction and blends, in MMX and XMM registers. */

import { type Emitter, type Place, READ, WRITE } from '../emit/emitter.ts';
import { type Node, and, i32, lanes, mul, select, shl, shrU, shuffle, simdLane, vector } from '../emit/expression.ts';
import { I32, I64, V128 } from '../../wasm/opcodes.ts';
import { Simd } from '../../wasm/vector-opcodes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { BYTES, NO_BITS, converted, doubled, highHalf, kept, lowHalf, maskOfBits, on, operand, packed, readPacked, shiftedDown, writePacked } from './vector.ts';

/** The lanes of `size` bytes, as bytes: those below 16 / size are of the first vector, others of the second. */
const bytesOf = (size: number, list: readonly number[]): number[] =>
  list.flatMap((lane) => BYTES.slice(0, size).map((byte) => lane * size + byte));

const arranged = (size: number, list: readonly number[]): Semantics => {
  const choice = bytesOf(size, list);
  return packed((a, b, t) => shuffle(kept(t, a), kept(t, b), choice));
};

/** Lanes of both operands in turn: those of their lower halves, or of their upper ones. */
function interleaved(size: number, upper: boolean): Semantics {
  const count = 8 / size;
  const list = Array.from({ length: count * 2 }, (_, at) => (upper ? count : 0) + (at >> 1) + (at & 1) * count * 2);
  const ofVectors = arranged(size, list);
  if (!upper) return ofVectors;
  // Of MMX registers, the upper halves are not in the upper half of a vector.
  const choice = bytesOf(size, Array.from({ length: count * 2 }, (_, at) => (count >> 1) + (at >> 1) % count + (at & 1) * count * 2));
  const ofHalves = packed((a, b) => shuffle(a, b, choice));
  return (t) => (t.form.operands[0]!.place === 'P' ? ofHalves : ofVectors)(t);
}

/** Narrower numbers of the first operand, and of the second. */
function narrowed(code: number): Semantics {
  const ofVectors = packed((a, b) => on(code, a, b));
  const ofHalves = packed((a, b, t) => {
    const both = t.let(shuffle(a, b, bytesOf(8, [0, 2])));
    return on(code, both, both);
  });
  return (t) => (t.form.operands[0]!.place === 'P' ? ofHalves : ofVectors)(t);
}

const widened = (...codes: readonly number[]): Semantics => converted((value) => codes.reduce((wide, code) => on(code, wide), value));

const shuffledBytes = packed((a, b, t) => {
  // Of a choice, its highest bit and the lower 4 count, of MMX registers the lower 3.
  const bits = t.form.operands[0]!.place === 'P' ? 0x87 : 0x8f;
  return on(Simd.i8x16Swizzle, a, on(Simd.v128And, b, lanes(1, bits)));
});

/** The four numbers of 2 bits of an immediate, for its lanes; each as the choice of the bytes of a lane. */
function choiceOfLanes(immediate: Node): Node {
  const fields = on(Simd.i32x4ShrU, on(Simd.i32x4Mul, on(Simd.i32x4Splat, immediate), words32([64, 16, 4, 1])), i32(6));
  return on(Simd.i32x4Add, on(Simd.i32x4Mul, on(Simd.v128And, fields, lanes(4, 3)), lanes(4, 0x04040404)), lanes(4, 0x03020100));
}

const words32 = (list: readonly number[]): Node => vector(list.flatMap((word) => [word & 0xff, (word >> 8) & 0xff, (word >> 16) & 0xff, word >>> 24]));
const words16 = (list: readonly number[]): Node => vector(list.flatMap((word) => [word & 0xff, word >> 8]));
const fieldsOf = (immediate: number): number[] => [immediate & 3, (immediate >> 2) & 3, (immediate >> 4) & 3, (immediate >> 6) & 3];

/** pshufd. */
function shuffledLanes(t: Emitter): void {
  const destination = t.place(0, WRITE);
  const source = operand(t, 1, READ);
  const value = kept(t, t.read(source, 16));
  const immediate = t.immediate(1);
  if (immediate.isConstant) t.write(destination, shuffle(value, value, bytesOf(4, fieldsOf(immediate.low))), 16);
  else t.write(destination, on(Simd.i8x16Swizzle, value, choiceOfLanes(immediate)), 16);
}

/** Four numbers of 16 bits, of the lower half or the upper one; the others stay. */
function shuffledWords(upper: boolean): Semantics {
  const first = upper ? 4 : 0;
  const identity = [0, 1, 2, 3, 4, 5, 6, 7];
  const factors = words16(identity.map((word) => (word >> 2 === (upper ? 1 : 0) ? 64 >> ((word & 3) * 2) : 0)));
  const rest = words16(identity.map((word) => 0x0100 + 0x0202 * (word >> 2 === (upper ? 1 : 0) ? first : word)));
  return (t) => {
    const destination = t.place(0, WRITE);
    const source = operand(t, 1, READ);
    if (destination.kind === 'mmx') t.enterMmx();
    const value = kept(t, readPacked(t, source));
    const immediate = t.immediate(1);
    if (immediate.isConstant) {
      const list = fieldsOf(immediate.low).map((word) => word + first);
      const all = upper ? [0, 1, 2, 3, ...list] : [...list, 4, 5, 6, 7];
      writePacked(t, destination, shuffle(value, value, bytesOf(2, all)));
      return;
    }
    const fields = on(Simd.i16x8ShrU, on(Simd.i16x8Mul, on(Simd.i16x8Splat, immediate), factors), i32(6));
    const choice = on(Simd.i16x8Add, on(Simd.i16x8Mul, on(Simd.v128And, fields, lanes(2, 3)), lanes(2, 0x0202)), rest);
    writePacked(t, destination, on(Simd.i8x16Swizzle, value, choice));
  };
}

/** shufps: two of the first operand, and two of the second. */
function shuffledFloats(t: Emitter): void {
  const destination = t.place(0, READ | WRITE);
  const source = operand(t, 1, READ);
  const a = kept(t, t.read(destination));
  const b = kept(t, t.read(source));
  const immediate = t.immediate(1);
  if (immediate.isConstant) {
    t.write(destination, shuffle(a, b, bytesOf(4, fieldsOf(immediate.low).map((lane, at) => (at < 2 ? lane : lane + 4)))));
    return;
  }
  const choice = t.let(choiceOfLanes(immediate));
  t.write(destination, shuffle(on(Simd.i8x16Swizzle, a, choice), on(Simd.i8x16Swizzle, b, choice), bytesOf(8, [0, 3])));
}

/** shufpd: one of each operand. */
function shuffledDoubles(t: Emitter): void {
  const destination = t.place(0, READ | WRITE);
  const source = operand(t, 1, READ);
  const a = kept(t, t.read(destination));
  const b = kept(t, t.read(source));
  const immediate = t.immediate(1);
  if (immediate.isConstant) {
    t.write(destination, shuffle(a, b, bytesOf(8, [immediate.low & 1, 2 + ((immediate.low >> 1) & 1)])));
    return;
  }
  const one = (value: Node, bit: Node): Node => select(and(bit, i32(1)), highHalf(value), lowHalf(value));
  t.write(destination, simdLane(Simd.i64x2ReplaceLane, V128, 1, on(Simd.i64x2Splat, one(a, immediate)), one(b, shrU(immediate, i32(1)))));
}

const REPLACE = [0, Simd.i8x16ReplaceLane, Simd.i16x8ReplaceLane, 0, Simd.i32x4ReplaceLane, 0, 0, 0, Simd.i64x2ReplaceLane];
const EXTRACT = [0, Simd.i8x16ExtractLaneU, Simd.i16x8ExtractLaneU, 0, Simd.i32x4ExtractLane, 0, 0, 0, Simd.i64x2ExtractLane];
const SPLAT = [0, Simd.i8x16Splat, Simd.i16x8Splat, 0, Simd.i32x4Splat, 0, 0, 0, Simd.i64x2Splat];

/** Which lane an immediate says. */
const laneOf = (t: Emitter, size: number, bytes: number): Node => and(t.immediate(1), i32(bytes / size - 1));

/** A vector one lane of which is replaced. */
function withLane(value: Node, lane: Node, size: number, part: Node): Node {
  if (lane.isConstant) return simdLane(REPLACE[size]!, V128, lane.low, value, part);
  const mask = on(Simd.i8x16Eq, on(Simd.i8x16Splat, lane), vector(BYTES.map((byte) => Math.floor(byte / size))));
  return on(Simd.v128Bitselect, on(SPLAT[size]!, part), value, mask);
}

/** A lane of a vector. */
function lanePart(value: Node, lane: Node, size: number): Node {
  const type = size === 8 ? I64 : I32;
  if (lane.isConstant) return simdLane(EXTRACT[size]!, type, lane.low, value);
  return simdLane(EXTRACT[size]!, type, 0, shiftedDown(value, mul(lane, i32(size))));
}

/** The lanes' size: of the operand that is no vector, in memory. */
const sizeOf = (t: Emitter, place: Place, position: number): number => {
  const { memorySize } = t.form.operands[position]!;
  return memorySize === 'b' ? 1 : memorySize === 'w' ? 2 : place.size;
};

function insert(t: Emitter): void {
  const destination = t.place(0, READ | WRITE);
  const source = t.place(1, READ);
  const isMmx = destination.kind === 'mmx';
  const size = sizeOf(t, source, 1);
  if (isMmx) t.enterMmx();
  const lane = laneOf(t, size, isMmx ? 8 : 16);
  writePacked(t, destination, withLane(readPacked(t, destination), lane, size, t.read(source)));
}

/** pextrw to a general register has no memory operand that tells the lane's size. */
function extract(t: Emitter): void {
  const destination = t.place(0, WRITE);
  const source = t.place(1, READ);
  const isMmx = source.kind === 'mmx';
  const size = t.form.mnemonics[0] === 'pextrw' ? 2 : sizeOf(t, destination, 0);
  if (isMmx) t.enterMmx();
  const value = isMmx ? doubled(t.read(source)) : t.read(source, 16);
  t.write(destination, lanePart(value, laneOf(t, size, isMmx ? 8 : 16), size));
}

/** insertps: one number of the second operand into a place of the first, and zeros into others. */
function insertFloat(t: Emitter): void {
  const destination = t.place(0, READ | WRITE);
  const source = t.place(1, READ);
  const immediate = kept(t, t.immediate(1));
  const part = source.kind === 'memory' ? t.read(source) : lanePart(t.read(source, 16), shrU(immediate, i32(6)), 4);
  const value = withLane(t.read(destination, 16), and(shrU(immediate, i32(4)), i32(3)), 4, part);
  const zeros = maskOfBits(and(immediate, i32(15)), 4);
  t.write(destination, immediate.isConstant && (immediate.low & 15) === 0 ? value : on(Simd.v128Andnot, value, zeros), 16);
}

/** Lanes of the second operand where the immediate has bits. */
function blended(size: number): Semantics {
  return (t) => {
    const destination = t.place(0, READ | WRITE);
    const source = operand(t, 1, READ);
    const immediate = t.immediate(1);
    const a = kept(t, t.read(destination));
    const b = kept(t, t.read(source));
    if (!immediate.isConstant) {
      t.write(destination, on(Simd.v128Bitselect, b, a, maskOfBits(immediate, size)));
      return;
    }
    const list = Array.from({ length: 16 / size }, (_, lane) => lane + ((immediate.low >> lane) & 1 ? 16 / size : 0));
    t.write(destination, shuffle(a, b, bytesOf(size, list)));
  };
}

/** Lanes of the second operand where XMM0 has signs. */
const blendedBySign = (shift: number, bits: number): Semantics =>
  packed((a, b, t) => on(Simd.v128Bitselect, b, a, on(shift, t.vector(0), i32(bits - 1))));

const duplicated = (size: number, list: readonly number[]): Semantics => {
  const choice = bytesOf(size, list);
  return converted((value, t) => {
    const one = kept(t, value);
    return shuffle(one, one, choice);
  });
};

/** The sums of differences of four bytes of the second operand with those at eight places of the first. */
function manySums(t: Emitter): void {
  const destination = t.place(0, READ | WRITE);
  const source = operand(t, 1, READ);
  const immediate = kept(t, t.immediate(1));
  const from = kept(t, shiftedDown(kept(t, t.read(destination)), shl(and(shrU(immediate, i32(2)), i32(1)), i32(2))));
  const block = kept(t, shiftedDown(kept(t, t.read(source)), shl(and(immediate, i32(3)), i32(2))));
  let sum: Node | undefined;
  for (let byte = 0; byte < 4; byte++) {
    const moving = on(Simd.i16x8ExtendLowI8x16U, shuffle(from, NO_BITS, BYTES.map((at) => Math.min(at + byte, 16))));
    const fixed = shuffle(block, NO_BITS, BYTES.map((at) => (at & 1 ? 16 : byte)));
    const difference = on(Simd.i16x8Abs, on(Simd.i16x8Sub, moving, fixed));
    sum = sum ? on(Simd.i16x8Add, sum, difference) : difference;
  }
  t.write(destination, sum!);
}

/** By name. */
export const SSE_SHUFFLES: SemanticsTable = {
  punpcklbw: interleaved(1, false),
  punpcklwd: interleaved(2, false),
  punpckldq: interleaved(4, false),
  punpcklqdq: interleaved(8, false),
  punpckhbw: interleaved(1, true),
  punpckhwd: interleaved(2, true),
  punpckhdq: interleaved(4, true),
  punpckhqdq: interleaved(8, true),
  unpcklps: interleaved(4, false),
  unpckhps: interleaved(4, true),
  unpcklpd: interleaved(8, false),
  unpckhpd: interleaved(8, true),
  packsswb: narrowed(Simd.i8x16NarrowI16x8S),
  packuswb: narrowed(Simd.i8x16NarrowI16x8U),
  packssdw: narrowed(Simd.i16x8NarrowI32x4S),
  packusdw: narrowed(Simd.i16x8NarrowI32x4U),
  pmovsxbw: widened(Simd.i16x8ExtendLowI8x16S),
  pmovsxbd: widened(Simd.i16x8ExtendLowI8x16S, Simd.i32x4ExtendLowI16x8S),
  pmovsxbq: widened(Simd.i16x8ExtendLowI8x16S, Simd.i32x4ExtendLowI16x8S, Simd.i64x2ExtendLowI32x4S),
  pmovsxwd: widened(Simd.i32x4ExtendLowI16x8S),
  pmovsxwq: widened(Simd.i32x4ExtendLowI16x8S, Simd.i64x2ExtendLowI32x4S),
  pmovsxdq: widened(Simd.i64x2ExtendLowI32x4S),
  pmovzxbw: widened(Simd.i16x8ExtendLowI8x16U),
  pmovzxbd: widened(Simd.i16x8ExtendLowI8x16U, Simd.i32x4ExtendLowI16x8U),
  pmovzxbq: widened(Simd.i16x8ExtendLowI8x16U, Simd.i32x4ExtendLowI16x8U, Simd.i64x2ExtendLowI32x4U),
  pmovzxwd: widened(Simd.i32x4ExtendLowI16x8U),
  pmovzxwq: widened(Simd.i32x4ExtendLowI16x8U, Simd.i64x2ExtendLowI32x4U),
  pmovzxdq: widened(Simd.i64x2ExtendLowI32x4U),
  pshufb: shuffledBytes,
  pshufd: shuffledLanes,
  pshufw: shuffledWords(false),
  pshuflw: shuffledWords(false),
  pshufhw: shuffledWords(true),
  shufps: shuffledFloats,
  shufpd: shuffledDoubles,
  movddup: duplicated(8, [0, 0]),
  movsldup: duplicated(4, [0, 0, 2, 2]),
  movshdup: duplicated(4, [1, 1, 3, 3]),
  pinsrb: insert,
  pinsrw: insert,
  pinsrd: insert,
  pextrb: extract,
  pextrw: extract,
  pextrd: extract,
  extractps: extract,
  insertps: insertFloat,
  blendps: blended(4),
  blendpd: blended(8),
  pblendw: blended(2),
  pblendvb: blendedBySign(Simd.i8x16ShrS, 8),
  blendvps: blendedBySign(Simd.i32x4ShrS, 32),
  blendvpd: blendedBySign(Simd.i64x2ShrS, 64),
  mpsadbw: manySums,
};
