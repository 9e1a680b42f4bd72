/** Packed integers, in MMX and XMM registers: sums, products, comparisons, logic. */

import { type Emitter, READ, WRITE } from '../emit/emitter.ts';
import { type Node, and, eqz, i32, lanes, rotl, shuffle, simd, simdLane, vector } from '../emit/expression.ts';
import { ADJUST, CARRY, OVERFLOW, PARITY, SIGN, ZERO } from '../state.ts';
import { I32, V128 } from '../../wasm/opcodes.ts';
import { Simd } from '../../wasm/vector-opcodes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { ALL_BITS, BYTES, NO_BITS, converted, isSame, kept, on, operand, packed } from './vector.ts';

const same = (code: number): Semantics => packed((a, b) => on(code, a, b));
/** With the operands the other way round. */
const swapped = (code: number): Semantics => packed((a, b) => on(code, b, a));

/** What is known to be a constant if both operands are one register: how registers are cleared and filled. */
function withItself(constant: Node, otherwise: Semantics): Semantics {
  return (t) => {
    const known = t.form.operands[1]!.place === 'W' && !t.isMemory;
    if (known && isSame(t.place(0, WRITE), t.place(1, READ))) t.write(t.place(0, WRITE), constant, 16);
    else otherwise(t);
  };
}

/** The upper halves of products of 16 bits. */
function upperProduct(low: number, high: number): Semantics {
  return packed((a, b, t) => {
    const [first, second] = [kept(t, a), kept(t, b)];
    return shuffle(on(low, first, second), on(high, first, second), [2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31]);
  });
}

/** Products of bytes without sign and bytes with, the neighbours added. */
const productsOfBytes = packed((a, b, t) => {
  const [first, second] = [kept(t, a), kept(t, b)];
  const eight = i32(8);
  const even = on(Simd.i16x8Mul, on(Simd.v128And, first, lanes(2, 0xff)), on(Simd.i16x8ShrS, on(Simd.i16x8Shl, second, eight), eight));
  const odd = on(Simd.i16x8Mul, on(Simd.i16x8ShrU, first, eight), on(Simd.i16x8ShrS, second, eight));
  return on(Simd.i16x8AddSatS, even, odd);
});

/** Only the product of the two least numbers differs: it stays as it is. */
const roundedProduct = packed((a, b, t) => {
  const [first, second] = [kept(t, a), kept(t, b)];
  const least = lanes(2, 0x8000);
  const both = on(Simd.v128And, on(Simd.i16x8Eq, first, least), on(Simd.i16x8Eq, second, least));
  return on(Simd.v128Xor, on(Simd.i16x8Q15mulrSatS, first, second), both);
});

const EVEN_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];
/** Products of every second number of 32 bits. */
const wideProduct = (code: number): Semantics =>
  packed((a, b, t) => {
    const [first, second] = [kept(t, a), kept(t, b)];
    return on(code, shuffle(first, first, EVEN_WORDS), shuffle(second, second, EVEN_WORDS));
  });

/** The sums of eight differences of bytes each. */
const sumOfDifferences = packed((a, b, t) => {
  const [first, second] = [kept(t, a), kept(t, b)];
  const difference = on(Simd.v128Or, on(Simd.i8x16SubSatU, first, second), on(Simd.i8x16SubSatU, second, first));
  const fours = t.let(on(Simd.i32x4ExtaddPairwiseI16x8U, on(Simd.i16x8ExtaddPairwiseI8x16U, difference)));
  return on(Simd.i64x2Add, on(Simd.v128And, fours, lanes(8, -1, 0)), on(Simd.i64x2ShrU, fours, i32(32)));
});

/** Every first, or second, of the lanes of two vectors. */
function everySecond(size: number, from: number): readonly number[] {
  const list: number[] = [];
  for (let lane = from; lane < 32 / size; lane += 2) for (let byte = 0; byte < size; byte++) list.push(lane * size + byte);
  return list;
}

/** Neighbours are combined: those of the first operand, then those of the second. */
function horizontal(size: number, code: number): Semantics {
  return (t) =>
    packed((a, b) => {
      // Of MMX registers, the two are one vector.
      const isMmx = t.form.operands[0]!.place === 'P';
      const first = isMmx ? t.let(shuffle(a, b, [...BYTES.slice(0, 8), ...BYTES.slice(0, 8).map((byte) => byte + 16)])) : kept(t, a);
      const second = isMmx ? first : kept(t, b);
      return on(code, shuffle(first, second, everySecond(size, 0)), shuffle(first, second, everySecond(size, 1)));
    })(t);
}

/** The first operand's numbers, with the sign of the second's. */
const withSign = (size: number, shift: number, subtract: number, equal: number): Semantics =>
  packed((a, b, t) => {
    const sign = kept(t, b);
    const negative = t.let(on(shift, sign, i32(size * 8 - 1)));
    const value = on(subtract, on(Simd.v128Xor, a, negative), negative);
    return on(Simd.v128Andnot, value, on(equal, sign, NO_BITS));
  });

/** The least of eight numbers of 16 bits, and where it is. */
const minimum = converted((value, t) => {
  const words = kept(t, value);
  // The numbers above, where they are below: so of two that are equal, the first is less.
  const numbered = (code: number, first: number): Node =>
    on(Simd.v128Or, on(Simd.i32x4Shl, on(code, words), i32(16)), vector([0, 1, 2, 3].flatMap((lane) => [first + lane, 0, 0, 0])));
  let least = t.let(on(Simd.i32x4MinU, numbered(Simd.i32x4ExtendLowI16x8U, 0), numbered(Simd.i32x4ExtendHighI16x8U, 4)));
  for (const distance of [8, 4]) {
    least = t.let(on(Simd.i32x4MinU, least, shuffle(least, least, BYTES.map((byte) => (byte + distance) & 15))));
  }
  return simdLane(Simd.i32x4ReplaceLane, V128, 0, NO_BITS, rotl(simdLane(Simd.i32x4ExtractLane, I32, 0, least), i32(16)));
});

/** The flags tell whether the second operand has no bit of the first, and whether it has only such. */
function test(t: Emitter): void {
  const destination = operand(t, 0, READ);
  const source = operand(t, 1, READ);
  const a = kept(t, t.read(destination));
  const b = kept(t, t.read(source));
  const none = (value: Node): Node => eqz(simd(Simd.v128AnyTrue, I32, value));
  t.flagsEach([
    [ZERO, () => none(on(Simd.v128And, a, b))],
    [CARRY, () => none(on(Simd.v128Andnot, b, a))],
    [PARITY, () => i32(0)],
    [ADJUST, () => i32(0)],
    [SIGN, () => i32(0)],
    [OVERFLOW, () => i32(0)],
  ]);
}

/** A bit for each lane's highest. */
function signs(code: number): Semantics {
  return (t) => {
    const destination = t.place(0, 0);
    const source = t.place(1, READ);
    if (source.kind !== 'mmx') {
      t.write(destination, simd(code, I32, t.read(source, 16)));
      return;
    }
    t.enterMmx();
    t.write(destination, and(simd(code, I32, on(Simd.i64x2Splat, t.read(source))), i32(0xff)));
  };
}

const magnitude = (code: number): Semantics => converted((value) => on(code, value));
const logicalNotAnd = swapped(Simd.v128Andnot);

/** By name. */
export const SSE_INTEGER: SemanticsTable = {
  paddb: same(Simd.i8x16Add),
  paddw: same(Simd.i16x8Add),
  paddd: same(Simd.i32x4Add),
  paddq: same(Simd.i64x2Add),
  paddsb: same(Simd.i8x16AddSatS),
  paddsw: same(Simd.i16x8AddSatS),
  paddusb: same(Simd.i8x16AddSatU),
  paddusw: same(Simd.i16x8AddSatU),
  psubb: withItself(NO_BITS, same(Simd.i8x16Sub)),
  psubw: withItself(NO_BITS, same(Simd.i16x8Sub)),
  psubd: withItself(NO_BITS, same(Simd.i32x4Sub)),
  psubq: withItself(NO_BITS, same(Simd.i64x2Sub)),
  psubsb: same(Simd.i8x16SubSatS),
  psubsw: same(Simd.i16x8SubSatS),
  psubusb: same(Simd.i8x16SubSatU),
  psubusw: same(Simd.i16x8SubSatU),
  pmullw: same(Simd.i16x8Mul),
  pmulhw: upperProduct(Simd.i32x4ExtmulLowI16x8S, Simd.i32x4ExtmulHighI16x8S),
  pmulhuw: upperProduct(Simd.i32x4ExtmulLowI16x8U, Simd.i32x4ExtmulHighI16x8U),
  pmulhrsw: roundedProduct,
  pmulld: same(Simd.i32x4Mul),
  pmuludq: wideProduct(Simd.i64x2ExtmulLowI32x4U),
  pmuldq: wideProduct(Simd.i64x2ExtmulLowI32x4S),
  pmaddwd: same(Simd.i32x4DotI16x8S),
  pmaddubsw: productsOfBytes,
  psadbw: sumOfDifferences,
  pavgb: same(Simd.i8x16AvgrU),
  pavgw: same(Simd.i16x8AvgrU),
  pminsb: same(Simd.i8x16MinS),
  pminub: same(Simd.i8x16MinU),
  pminsw: same(Simd.i16x8MinS),
  pminuw: same(Simd.i16x8MinU),
  pminsd: same(Simd.i32x4MinS),
  pminud: same(Simd.i32x4MinU),
  pmaxsb: same(Simd.i8x16MaxS),
  pmaxub: same(Simd.i8x16MaxU),
  pmaxsw: same(Simd.i16x8MaxS),
  pmaxuw: same(Simd.i16x8MaxU),
  pmaxsd: same(Simd.i32x4MaxS),
  pmaxud: same(Simd.i32x4MaxU),
  phminposuw: minimum,
  pcmpeqb: withItself(ALL_BITS, same(Simd.i8x16Eq)),
  pcmpeqw: withItself(ALL_BITS, same(Simd.i16x8Eq)),
  pcmpeqd: withItself(ALL_BITS, same(Simd.i32x4Eq)),
  pcmpeqq: withItself(ALL_BITS, same(Simd.i64x2Eq)),
  pcmpgtb: withItself(NO_BITS, same(Simd.i8x16GtS)),
  pcmpgtw: withItself(NO_BITS, same(Simd.i16x8GtS)),
  pcmpgtd: withItself(NO_BITS, same(Simd.i32x4GtS)),
  pcmpgtq: withItself(NO_BITS, same(Simd.i64x2GtS)),
  pand: same(Simd.v128And),
  andps: same(Simd.v128And),
  andpd: same(Simd.v128And),
  pandn: logicalNotAnd,
  andnps: logicalNotAnd,
  andnpd: logicalNotAnd,
  por: same(Simd.v128Or),
  orps: same(Simd.v128Or),
  orpd: same(Simd.v128Or),
  pxor: withItself(NO_BITS, same(Simd.v128Xor)),
  xorps: withItself(NO_BITS, same(Simd.v128Xor)),
  xorpd: withItself(NO_BITS, same(Simd.v128Xor)),
  phaddw: horizontal(2, Simd.i16x8Add),
  phaddd: horizontal(4, Simd.i32x4Add),
  phaddsw: horizontal(2, Simd.i16x8AddSatS),
  phsubw: horizontal(2, Simd.i16x8Sub),
  phsubd: horizontal(4, Simd.i32x4Sub),
  phsubsw: horizontal(2, Simd.i16x8SubSatS),
  psignb: withSign(1, Simd.i8x16ShrS, Simd.i8x16Sub, Simd.i8x16Eq),
  psignw: withSign(2, Simd.i16x8ShrS, Simd.i16x8Sub, Simd.i16x8Eq),
  psignd: withSign(4, Simd.i32x4ShrS, Simd.i32x4Sub, Simd.i32x4Eq),
  pabsb: magnitude(Simd.i8x16Abs),
  pabsw: magnitude(Simd.i16x8Abs),
  pabsd: magnitude(Simd.i32x4Abs),
  ptest: test,
  pmovmskb: signs(Simd.i8x16Bitmask),
  movmskps: signs(Simd.i32x4Bitmask),
  movmskpd: signs(Simd.i64x2Bitmask),
};
