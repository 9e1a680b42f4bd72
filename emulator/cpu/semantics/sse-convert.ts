/**
 * Conversions between integers and floating point. What does not fit an integer, and NaN, becomes the least number; WebAssembly's conversions
 * that saturate give others, so that it is put in.
 */

import { type Emitter, READ, WRITE } from '../emit/emitter.ts';
import { type Node, f32, f64, floating, i32, i64, lanes, operation, saturate, select, shuffle, unary } from '../emit/expression.ts';
import { F32, F64, I32, I64, Op } from '../../wasm/opcodes.ts';
import { Simd } from '../../wasm/vector-opcodes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { converted, doubled, kept, lowHalf, on, operand } from './vector.ts';
import { numberSize, readNumber } from './sse-float.ts';

/** An integer to the lowest number of an XMM register. */
function fromInteger(size: 4 | 8): Semantics {
  return (t) => {
    const destination = t.place(0, WRITE);
    const source = t.place(1, READ);
    const value = t.read(source);
    if (size === 4) t.write(destination, unary(value.type === I64 ? Op.f32ConvertI64S : Op.f32ConvertI32S, F32, value), 4);
    else t.write(destination, unary(value.type === I64 ? Op.f64ConvertI64S : Op.f64ConvertI32S, F64, value), 8);
  };
}

/** The lowest number of an operand to a general register. */
function toInteger(rounds: boolean): Semantics {
  return (t) => {
    const destination = t.place(0, WRITE);
    const source = t.place(1, READ);
    const isWide = numberSize(t) === 8;
    const read = readNumber(t, source, isWide ? 8 : 4);
    const type = isWide ? F64 : F32;
    const value = t.let(rounds ? unary(isWide ? Op.f64Nearest : Op.f32Nearest, type, read) : read);
    const limit = destination.size === 8 ? 2 ** 63 : 2 ** 31;
    const fits = operation(isWide ? Op.f64Lt : Op.f32Lt, I32, unary(isWide ? Op.f64Abs : Op.f32Abs, type, value), isWide ? f64(limit) : f32(limit));
    const kind = (destination.size === 8 ? 4 : 0) + (isWide ? 2 : 0);
    const least = destination.size === 8 ? i64(0, 0x80000000) : i32(0x80000000);
    t.write(destination, select(fits, saturate(kind, least.type, value), least));
  };
}

const LEAST = lanes(4, 0x80000000);

/** Four floats to integers. */
function integersOfFloats(t: Emitter, value: Node, rounds: boolean): Node {
  const floats = rounds ? t.let(on(Simd.f32x4Nearest, value)) : kept(t, value);
  const fits = on(Simd.f32x4Lt, on(Simd.f32x4Abs, floats), lanes(4, 0x4f000000));
  return on(Simd.v128Bitselect, on(Simd.i32x4TruncSatF32x4S, floats), LEAST, fits);
}

/** Two doubles to integers, in the lower half. */
function integersOfDoubles(t: Emitter, value: Node, rounds: boolean): Node {
  const doubles = rounds ? t.let(on(Simd.f64x2Nearest, value)) : kept(t, value);
  const fits = t.let(on(Simd.f64x2Lt, on(Simd.f64x2Abs, doubles), lanes(8, 0, 0x41e00000)));
  // The masks of the two, and above them what lets the zeros be.
  const narrow = shuffle(fits, lanes(4, -1), [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23]);
  return on(Simd.v128Bitselect, on(Simd.i32x4TruncSatF64x2SZero, doubles), LEAST, narrow);
}

/** Two numbers to integers in an MMX register. */
function toMmx(convert: (t: Emitter, value: Node, rounds: boolean) => Node, rounds: boolean): Semantics {
  return (t) => {
    const destination = t.place(0, WRITE);
    const source = operand(t, 1, READ);
    t.enterMmx();
    const value = source.kind === 'vector' ? t.read(source, 16) : t.readVector(source);
    t.write(destination, lowHalf(convert(t, value, rounds)));
  };
}

/** Two integers to floats, which leave the upper half alone. */
function floatsOfMmx(t: Emitter): void {
  const destination = t.place(0, WRITE);
  const source = t.place(1, READ);
  // Memory is no MMX register.
  if (source.kind === 'mmx') t.enterMmx();
  t.write(destination, floating(lowHalf(on(Simd.f32x4ConvertI32x4S, doubled(t.read(source))))), 8);
}

function doublesOfMmx(t: Emitter): void {
  const destination = t.place(0, WRITE);
  const source = t.place(1, READ);
  if (source.kind === 'mmx') t.enterMmx();
  t.write(destination, on(Simd.f64x2ConvertLowI32x4S, doubled(t.read(source))), 16);
}

/** The lowest number in the other size. */
function resized(t: Emitter): void {
  const destination = t.place(0, WRITE);
  const source = t.place(1, READ);
  const size = numberSize(t);
  const value = readNumber(t, source, size);
  if (size === 4) t.write(destination, unary(Op.f64PromoteF32, F64, value), 8);
  else t.write(destination, unary(Op.f32DemoteF64, F32, value), 4);
}

/** By name. */
export const SSE_CONVERSIONS: SemanticsTable = {
  cvtsi2ss: fromInteger(4),
  cvtsi2sd: fromInteger(8),
  cvttss2si: toInteger(false),
  cvtss2si: toInteger(true),
  cvttsd2si: toInteger(false),
  cvtsd2si: toInteger(true),
  cvtdq2ps: converted((value) => on(Simd.f32x4ConvertI32x4S, value)),
  cvtdq2pd: converted((value) => on(Simd.f64x2ConvertLowI32x4S, value)),
  cvttps2dq: converted((value, t) => integersOfFloats(t, value, false)),
  cvtps2dq: converted((value, t) => integersOfFloats(t, value, true)),
  cvttpd2dq: converted((value, t) => integersOfDoubles(t, value, false)),
  cvtpd2dq: converted((value, t) => integersOfDoubles(t, value, true)),
  cvtps2pd: converted((value) => on(Simd.f64x2PromoteLowF32x4, value)),
  cvtpd2ps: converted((value) => on(Simd.f32x4DemoteF64x2Zero, value)),
  cvtss2sd: resized,
  cvtsd2ss: resized,
  cvttps2pi: toMmx(integersOfFloats, false),
  cvtps2pi: toMmx(integersOfFloats, true),
  cvttpd2pi: toMmx(integersOfDoubles, false),
  cvtpd2pi: toMmx(integersOfDoubles, true),
  cvtpi2ps: floatsOfMmx,
  cvtpi2pd: doublesOfMmx,
};
