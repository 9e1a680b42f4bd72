/**
 * Floating point in XMM registers. WebAssembly's operations round to nearest and give the numbers that the processor gives; what a NaN's bits
 * are is the engine's to choose, and V8 uses the same instructions. Where a program wants other rounding or exceptions (EXACT_FLOAT), it is
 * done by the emitter's `exactFloat`.
 * Differs: of two NaNs an engine may take the second's bits.
 */

import { type Emitter, type Place, READ, WRITE } from '../emit/emitter.ts';
import {
  type Node, and, floating, i32, lanes, operation, shrU, shuffle, simdLane, unary,
} from '../emit/expression.ts';
import { F32, F64, Op } from '../../wasm/opcodes.ts';
import { Simd } from '../../wasm/vector-opcodes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { chosen, converted, kept, maskOfBits, on, operand, packed } from './vector.ts';

type Operation = (typeof Op)[keyof typeof Op];

/** An operand's lowest number, as f32 or f64. */
export function readNumber(t: Emitter, place: Place, size: number): Node {
  return floating(place.kind === 'vector' ? t.vectorLow(place.register, size) : t.read(place, size));
}

/** The size of the numbers of an instruction on one: that of its second operand. */
export const numberSize = (t: Emitter): number => (t.form.operands[1]!.size === 'd' ? 4 : 8);

const typeOfNumber = (size: number): typeof F32 | typeof F64 => (size === 4 ? F32 : F64);

/** An operation on the lowest numbers. */
function single(narrow: Operation, wide: Operation): Semantics {
  return (t) => {
    const destination = t.place(0, READ | WRITE);
    const source = t.place(1, READ);
    const size = numberSize(t);
    const a = readNumber(t, destination, size);
    t.write(destination, operation(size === 4 ? narrow : wide, typeOfNumber(size), a, readNumber(t, source, size)), size);
  };
}

/** The lowest number of what an operation on vectors gives. */
function singleOf(combine: (a: Node, b: Node, t: Emitter, size: number) => Node): Semantics {
  return (t) => {
    const destination = t.place(0, READ | WRITE);
    const source = t.place(1, READ);
    const size = numberSize(t);
    t.write(destination, lowest(size, combine(t.read(destination, 16), t.readVector(source), t, size)), size);
  };
}

const lowest = (size: number, value: Node): Node =>
  simdLane(size === 4 ? Simd.f32x4ExtractLane : Simd.f64x2ExtractLane, typeOfNumber(size), 0, value);

const squareRoot: Semantics = (t) => {
  const destination = t.place(0, WRITE);
  const source = t.place(1, READ);
  const size = numberSize(t);
  t.write(destination, unary(size === 4 ? Op.f32Sqrt : Op.f64Sqrt, typeOfNumber(size), readNumber(t, source, size)), size);
};

const all = (code: number): Semantics => packed((a, b) => on(code, a, b));
/** Minimum and maximum give the second operand where neither is less, as WebAssembly's give the first: so they are swapped. */
const extreme = (code: number): Semantics => packed((a, b) => on(code, b, a));
const oneExtreme = (narrow: number, wide: number): Semantics => singleOf((a, b, _, size) => on(size === 4 ? narrow : wide, b, a));

const ONES = lanes(4, 0x3f800000);
/** Numbers that are not normal, as zeros of their sign. */
function flushed(t: Emitter, value: Node): Node {
  const one = kept(t, value);
  const isSmall = on(Simd.f32x4Lt, on(Simd.f32x4Abs, one), lanes(4, 0x00800000));
  return on(Simd.v128Andnot, one, on(Simd.v128And, isSmall, lanes(4, 0x7fffffff)));
}

/**
 * 1 / x, and 1 / the square root of it, for which and of which there are only normal numbers.
 * Differs: processors give 12 bits of these, each its own; here they are right to the last.
 */
const reciprocal = (value: Node, t: Emitter): Node => flushed(t, t.let(on(Simd.f32x4Div, ONES, flushed(t, value))));
const reciprocalRoot = (value: Node, t: Emitter): Node => on(Simd.f32x4Div, ONES, on(Simd.f32x4Sqrt, flushed(t, value)));

const COMPARISONS = {
  4: { eq: Simd.f32x4Eq, lt: Simd.f32x4Lt, le: Simd.f32x4Le, ne: Simd.f32x4Ne },
  8: { eq: Simd.f64x2Eq, lt: Simd.f64x2Lt, le: Simd.f64x2Le, ne: Simd.f64x2Ne },
} as const;

const inverse = (value: Node): Node => on(Simd.v128Not, value);

/** Masks of a comparison, by its number: equal, less, less or equal, unordered, and their contraries. */
function compared(size: 4 | 8, t: Emitter, a: Node, b: Node): Node {
  const { eq, lt, le, ne: unequal } = COMPARISONS[size];
  const [first, second] = [kept(t, a), kept(t, b)];
  const isNaN = (): Node => on(Simd.v128Or, on(unequal, first, first), on(unequal, second, second));
  return chosen(t, and(t.immediate(1), i32(7)), 8, (number) => {
    switch (number) {
      case 0:
        return on(eq, first, second);
      case 1:
        return on(lt, first, second);
      case 2:
        return on(le, first, second);
      case 3:
        return isNaN();
      case 4:
        return on(unequal, first, second);
      case 5:
        return inverse(on(lt, first, second));
      case 6:
        return inverse(on(le, first, second));
      default:
        return inverse(isNaN());
    }
  });
}

const compareAll = (size: 4 | 8): Semantics => packed((a, b, t) => compared(size, t, a, b));
const compareOne: Semantics = singleOf((a, b, t, size) => compared(size === 4 ? 4 : 8, t, a, b));

/** The flags of a comparison of the lowest numbers: all three if they are unordered. */
function compareFlags(t: Emitter): void {
  const destination = t.place(0, READ);
  const source = t.place(1, READ);
  const size = numberSize(t);
  const a = t.let(readNumber(t, destination, size));
  const b = t.let(readNumber(t, source, size));
  t.flagsFloat(a, b);
}

const EVEN_FLOATS = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
const EVEN_DOUBLES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** Neighbours are combined: those of the first operand, then those of the second. */
const horizontal = (code: number, even: readonly number[], size: number): Semantics =>
  packed((a, b, t) => {
    const [first, second] = [kept(t, a), kept(t, b)];
    return on(code, shuffle(first, second, even), shuffle(first, second, even.map((byte) => byte + size)));
  });

/** Differences in the even places, sums in the odd ones. */
const alternate = (subtract: number, sum: number, size: number): Semantics => {
  const choice = Array.from({ length: 16 }, (_, byte) => (Math.floor(byte / size) & 1 ? byte + 16 : byte));
  return packed((a, b, t) => {
    const [first, second] = [kept(t, a), kept(t, b)];
    return shuffle(on(subtract, first, second), on(sum, first, second), choice);
  });
};

const ROUNDINGS = {
  4: [Simd.f32x4Nearest, Simd.f32x4Floor, Simd.f32x4Ceil, Simd.f32x4Trunc],
  8: [Simd.f64x2Nearest, Simd.f64x2Floor, Simd.f64x2Ceil, Simd.f64x2Trunc],
} as const;

/** Rounding to integers: the immediate says how, or that MXCSR does, which is to nearest. */
function rounded(size: 4 | 8, t: Emitter, value: Node): Node {
  const one = kept(t, value);
  const immediate = t.immediate(1);
  return chosen(t, and(immediate, i32(7)), 8, (number) => on(ROUNDINGS[size][number & 4 ? 0 : number & 3]!, one));
}

/** The sum of the products that the immediate's upper half chooses, in the places that its lower half does. */
function dotProduct(size: 4 | 8): Semantics {
  const [multiply, sum] = size === 4 ? [Simd.f32x4Mul, Simd.f32x4Add] : [Simd.f64x2Mul, Simd.f64x2Add];
  return (t) => {
    const destination = operand(t, 0, READ | WRITE);
    const source = operand(t, 1, READ);
    const immediate = kept(t, t.immediate(1));
    const products = on(multiply, t.read(destination), t.read(source));
    let total = t.let(on(Simd.v128And, products, maskOfBits(shrU(immediate, i32(4)), size)));
    for (let distance: number = size; distance < 16; distance *= 2) {
      // Neighbours first, then their sums; of each, the lower is the first.
      const lower = shuffle(total, total, Array.from({ length: 16 }, (_, byte) => byte & ~distance));
      const upper = shuffle(total, total, Array.from({ length: 16 }, (_, byte) => byte | distance));
      total = t.let(on(sum, lower, upper));
    }
    t.write(destination, on(Simd.v128And, total, maskOfBits(and(immediate, i32(15)), size)));
  };
}

/** By name. */
export const SSE_FLOATS: SemanticsTable = {
  addps: all(Simd.f32x4Add),
  addpd: all(Simd.f64x2Add),
  addss: single(Op.f32Add, Op.f64Add),
  addsd: single(Op.f32Add, Op.f64Add),
  subps: all(Simd.f32x4Sub),
  subpd: all(Simd.f64x2Sub),
  subss: single(Op.f32Sub, Op.f64Sub),
  subsd: single(Op.f32Sub, Op.f64Sub),
  mulps: all(Simd.f32x4Mul),
  mulpd: all(Simd.f64x2Mul),
  mulss: single(Op.f32Mul, Op.f64Mul),
  mulsd: single(Op.f32Mul, Op.f64Mul),
  divps: all(Simd.f32x4Div),
  divpd: all(Simd.f64x2Div),
  divss: single(Op.f32Div, Op.f64Div),
  divsd: single(Op.f32Div, Op.f64Div),
  minps: extreme(Simd.f32x4Pmin),
  minpd: extreme(Simd.f64x2Pmin),
  minss: oneExtreme(Simd.f32x4Pmin, Simd.f64x2Pmin),
  minsd: oneExtreme(Simd.f32x4Pmin, Simd.f64x2Pmin),
  maxps: extreme(Simd.f32x4Pmax),
  maxpd: extreme(Simd.f64x2Pmax),
  maxss: oneExtreme(Simd.f32x4Pmax, Simd.f64x2Pmax),
  maxsd: oneExtreme(Simd.f32x4Pmax, Simd.f64x2Pmax),
  sqrtps: converted((value) => on(Simd.f32x4Sqrt, value)),
  sqrtpd: converted((value) => on(Simd.f64x2Sqrt, value)),
  sqrtss: squareRoot,
  sqrtsd: squareRoot,
  rcpps: converted(reciprocal),
  rcpss: singleOf((_, b, t) => reciprocal(b, t)),
  rsqrtps: converted(reciprocalRoot),
  rsqrtss: singleOf((_, b, t) => reciprocalRoot(b, t)),
  cmpps: compareAll(4),
  cmppd: compareAll(8),
  cmpss: compareOne,
  cmpsd: compareOne,
  comiss: compareFlags,
  comisd: compareFlags,
  ucomiss: compareFlags,
  ucomisd: compareFlags,
  haddps: horizontal(Simd.f32x4Add, EVEN_FLOATS, 4),
  haddpd: horizontal(Simd.f64x2Add, EVEN_DOUBLES, 8),
  hsubps: horizontal(Simd.f32x4Sub, EVEN_FLOATS, 4),
  hsubpd: horizontal(Simd.f64x2Sub, EVEN_DOUBLES, 8),
  addsubps: alternate(Simd.f32x4Sub, Simd.f32x4Add, 4),
  addsubpd: alternate(Simd.f64x2Sub, Simd.f64x2Add, 8),
  roundps: converted((value, t) => rounded(4, t, value)),
  roundpd: converted((value, t) => rounded(8, t, value)),
  roundss: singleOf((_, b, t) => rounded(4, t, b)),
  roundsd: singleOf((_, b, t) => rounded(8, t, b)),
  dpps: dotProduct(4),
  dppd: dotProduct(8),
};
