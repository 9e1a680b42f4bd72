/** Moves between MMX, XMM and general registers and memory. */

import { type Emitter, type Place, RDI, READ, WRITE } from '../emit/emitter.ts';
import { type Node, add, extendU, floating, shuffle, simdLane } from '../emit/expression.ts';
import { F64, V128 } from '../../wasm/opcodes.ts';
import { Simd } from '../../wasm/vector-opcodes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { BYTES, NO_BITS, doubled, kept, lowHalf, on, operand, readPacked } from './vector.ts';

/** Whole operands. */
function move(t: Emitter): void {
  const destination = operand(t, 0, WRITE);
  const source = operand(t, 1, READ);
  if (destination.kind === 'mmx' || source.kind === 'mmx') t.enterMmx();
  t.write(destination, t.read(source));
}

/** A number from memory clears what is above it; between registers what is above stays. */
function moveNumber(t: Emitter): void {
  const destination = t.place(0, WRITE);
  const source = t.place(1, READ);
  const { size } = t.form.operands[0]!.place === 'W' ? destination : source;
  if (source.kind === 'memory') t.write(destination, t.readVector(source), 16);
  else t.write(destination, floating(t.vectorLow(source.register, size)), size);
}

/** An operand of 4 or 8 bytes as a vector, zeros above. */
function alone(t: Emitter, place: Place): Node {
  if (place.kind === 'memory') return t.readVector(place);
  if (place.kind === 'vector') return shuffle(kept(t, t.read(place, 16)), NO_BITS, [...BYTES.slice(0, 8), ...BYTES.slice(0, 8).map((byte) => byte + 16)]);
  return simdLane(Simd.i64x2ReplaceLane, V128, 0, NO_BITS, extendU(t.read(place)));
}

/** movd and movq, of whichever kinds. */
function moveAlone(t: Emitter): void {
  const destination = t.place(0, WRITE);
  const source = t.place(1, READ);
  if (destination.kind === 'mmx' || source.kind === 'mmx') t.enterMmx();
  if (destination.kind === 'vector') t.write(destination, alone(t, source), 16);
  else if (source.kind === 'vector') t.write(destination, t.read(source, destination.size === 4 ? 4 : 8));
  else t.write(destination, t.read(source, destination.kind === 'mmx' ? source.size : destination.size));
}

/** One half of an XMM register from memory or to it. */
function moveHalf(lane: number): Semantics {
  return (t) => {
    const destination = t.place(0, WRITE);
    const source = t.place(1, READ);
    if (destination.kind === 'memory') t.write(destination, simdLane(Simd.f64x2ExtractLane, F64, lane, t.read(source, 16)), 8);
    else if (lane === 0) t.write(destination, floating(t.read(source)), 8);
    else t.write(destination, simdLane(Simd.f64x2ReplaceLane, V128, 1, t.read(destination, 16), floating(t.read(source))), 16);
  };
}

/** Halves of two registers as one. */
function joinHalves(choice: readonly number[]): Semantics {
  return (t) => {
    const destination = t.place(0, READ | WRITE);
    const source = t.place(1, READ);
    t.write(destination, shuffle(kept(t, t.read(destination, 16)), kept(t, t.read(source, 16)), choice), 16);
  };
}

/** Stores the bytes that the second operand has signs for at rDI. */
function moveMasked(t: Emitter): void {
  const value = t.place(0, READ);
  const mask = t.place(1, READ);
  const isMmx = value.kind === 'mmx';
  const size = isMmx ? 8 : 16;
  const index = t.indexOf(add(extendU(t.general(RDI, t.addressSize)), t.segmentBase()), size, READ | WRITE);
  if (isMmx) t.enterMmx();
  const old = isMmx ? doubled(t.loadMemory(8, index)) : t.loadVector(index);
  const signs = on(Simd.i8x16LtS, readPacked(t, mask), NO_BITS);
  const result = on(Simd.v128Bitselect, readPacked(t, value), old, signs);
  if (isMmx) t.storeMemory(8, index, lowHalf(result));
  else t.storeVector(index, result);
}

/** The lower half of an XMM register to an MMX register. */
function toMmx(t: Emitter): void {
  const destination = t.place(0, WRITE);
  const source = t.place(1, READ);
  t.enterMmx();
  t.write(destination, t.vectorLow(source.register, 8));
}

const upperToLower = joinHalves([24, 25, 26, 27, 28, 29, 30, 31, 8, 9, 10, 11, 12, 13, 14, 15]);
const lowerToUpper = joinHalves([0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);

/** By name. */
export const SSE_MOVES: SemanticsTable = {
  movups: move,
  movupd: move,
  movaps: move,
  movapd: move,
  movdqa: move,
  movdqu: move,
  lddqu: move,
  movntps: move,
  movntpd: move,
  movntdq: move,
  movntdqa: move,
  movntq: move,
  movnti: move,
  movss: moveNumber,
  movsd: moveNumber,
  movd: moveAlone,
  movq: moveAlone,
  movq2dq: moveAlone,
  movdq2q: toMmx,
  movlps: moveHalf(0),
  movlpd: moveHalf(0),
  movhps: moveHalf(1),
  movhpd: moveHalf(1),
  movhlps: upperToLower,
  movlhps: lowerToUpper,
  maskmovq: moveMasked,
  maskmovdqu: moveMasked,
};
