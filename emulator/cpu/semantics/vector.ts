/**
 * What the semantics on MMX and XMM registers share. Both work on vectors of 16 bytes; the value of an MMX register is then in both halves of
 * one, and the result is the lower half.
 */

import { type Emitter, type Place, READ, WRITE } from '../emit/emitter.ts';
import { type Node, add, and, emit, extendU, i32, lanes, ltU, select, shuffle, simd, simdLane, vector, wrap } from '../emit/expression.ts';
import { I64, V128 } from '../../wasm/opcodes.ts';
import { Simd } from '../../wasm/vector-opcodes.ts';
import { GENERAL_PROTECTION, type Semantics } from './semantics.ts';

/** A vector instruction's result that is a vector. */
export const on = (code: number, a: Node, b?: Node, c?: Node): Node => simd(code, V128, a, b, c);

export const NO_BITS: Node = lanes(4, 0);
export const ALL_BITS: Node = lanes(4, -1);
/** Bytes 0 to 15. */
export const BYTES: readonly number[] = Array.from({ length: 16 }, (_, byte) => byte);
const POSITIONS = vector(BYTES);

/** What memory operands of 16 bytes need not be aligned for. */
const UNALIGNED = ['movups', 'movupd', 'movdqu', 'lddqu', 'pcmpestrm', 'pcmpestri', 'pcmpistrm', 'pcmpistri'];

/**
 * Where an operand is. Memory of 16 bytes that is not aligned is a fault.
 * Differs: where accesses are not checked, this is not either.
 */
export function operand(t: Emitter, position: number, access: number): Place {
  const { place: where, memorySize } = t.form.operands[position]!;
  // It is looked at before the page is.
  if (t.checked && t.isMemory && memorySize === 'x' && 'WM'.includes(where) && !UNALIGNED.includes(t.form.mnemonics[0]!)) {
    t.raiseIf(and(wrap(add(t.effectiveAddress(), t.segmentBase())), i32(15)), GENERAL_PROTECTION);
  }
  return t.place(position, access);
}

/** Keeps a value, unless it is free to be had again. */
export const kept = (t: Emitter, value: Node): Node => (value.isLocal || value.isConstant ? value : t.let(value));

/** Whether two operands are the same register, as far as that is known. */
export const isSame = (a: Place, b: Place): boolean => a.kind === b.kind && a.kind !== 'memory' && a.register === b.register && a.register >= 0;

/** The value of an MMX register as a vector. */
export const doubled = (value: Node): Node => on(Simd.i64x2Splat, extendU(value));
/** The lower half of a vector. */
export const lowHalf = (value: Node): Node => simdLane(Simd.i64x2ExtractLane, I64, 0, value);
export const highHalf = (value: Node): Node => simdLane(Simd.i64x2ExtractLane, I64, 1, value);

/** An operand of either kind as a vector. */
export function readPacked(t: Emitter, place: Place): Node {
  if (place.kind === 'vector' || place.size === 16) return t.read(place, 16);
  return doubled(t.read(place));
}

/** Writes a vector to a register of either kind. */
export function writePacked(t: Emitter, place: Place, value: Node): void {
  if (place.kind === 'mmx') t.write(place, lowHalf(value));
  else t.write(place, value, 16);
}

/** An instruction of two operands that makes of both vectors one, for the first. */
export function packed(combine: (a: Node, b: Node, t: Emitter) => Node): Semantics {
  return (t) => {
    const destination = operand(t, 0, READ | WRITE);
    const source = operand(t, 1, READ);
    if (destination.kind === 'mmx') t.enterMmx();
    writePacked(t, destination, combine(readPacked(t, destination), readPacked(t, source), t));
  };
}

/** An instruction that makes a vector of its second operand. */
export function converted(convert: (value: Node, t: Emitter) => Node): Semantics {
  return (t) => {
    const destination = operand(t, 0, WRITE);
    const source = operand(t, 1, READ);
    if (destination.kind === 'mmx' || source.kind === 'mmx') t.enterMmx();
    writePacked(t, destination, convert(source.kind === 'vector' || destination.kind === 'mmx' ? readPacked(t, source) : t.readVector(source), t));
  };
}

/** Writes one of `count` pieces of code, by a number from 0 on: that alone, if the number is known. */
export function choose(t: Emitter, number: Node, count: number, write: (value: number) => void): void {
  if (number.isConstant) {
    write(number.low);
    return;
  }
  const { code } = t;
  const out = code.block();
  const labels = Array.from({ length: count }, () => code.block()).reverse();
  emit(code, number);
  code.brTable(labels.slice(0, -1), labels[count - 1]!);
  for (const [value, label] of labels.entries()) {
    code.end(label);
    write(value);
    if (value < count - 1) code.br(out);
  }
  code.end(out);
}

/** One of `count` vectors, by a number from 0 on. */
export function chosen(t: Emitter, number: Node, count: number, make: (value: number) => Node): Node {
  if (number.isConstant) return make(number.low);
  const result = t.variable(V128);
  choose(t, number, count, (value) => t.assign(result, make(value)));
  return result;
}

/** The smaller of a number that is not negative and a limit. */
export const atMost = (limit: number, value: Node): Node =>
  value.isConstant ? i32(Math.min(value.low, limit)) : select(ltU(value, i32(limit)), value, i32(limit));

/** A vector moved towards its first byte, by bytes from 0 to 16; zeros come in. */
export function shiftedDown(value: Node, bytes: Node): Node {
  if (bytes.isConstant) return shuffle(value, NO_BITS, BYTES.map((byte) => byte + bytes.low));
  return on(Simd.i8x16Swizzle, value, on(Simd.i8x16Add, POSITIONS, on(Simd.i8x16Splat, bytes)));
}

/** A vector moved away from its first byte, by bytes from 0 to 16. */
export function shiftedUp(value: Node, bytes: Node): Node {
  if (bytes.isConstant) return shuffle(NO_BITS, value, BYTES.map((byte) => byte + 16 - bytes.low));
  return on(Simd.i8x16Swizzle, value, on(Simd.i8x16Sub, POSITIONS, on(Simd.i8x16Splat, bytes)));
}

/** The mask of the lanes whose bits of a number are set; lanes of 2, 4 or 8 bytes. */
export function maskOfBits(number: Node, size: number): Node {
  const count = 16 / size;
  const bytes = new Uint8Array(16);
  if (number.isConstant) {
    for (let byte = 0; byte < 16; byte++) bytes[byte] = (number.low >> Math.floor(byte / size)) & 1 ? 0xff : 0;
    return vector(bytes);
  }
  // Lanes of 8 bytes get their bit in both halves.
  const width = Math.min(size, 4);
  for (let lane = 0; lane < count; lane++) for (let part = 0; part < size; part += width) bytes[lane * size + part] = 1 << lane;
  const bits = vector(bytes);
  const splat = on(size === 2 ? Simd.i16x8Splat : Simd.i32x4Splat, number);
  return on(size === 2 ? Simd.i16x8Eq : Simd.i32x4Eq, on(Simd.v128And, splat, bits), bits);
}

