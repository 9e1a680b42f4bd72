/** Shifts of packed integers, in MMX and XMM registers. */

import { type Emitter, READ, WRITE } from '../emit/emitter.ts';
import { type Node, constant, gtU, i32, ltU, select, shuffle, sub, wrap } from '../emit/expression.ts';
import { Simd } from '../../wasm/vector-opcodes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { BYTES, NO_BITS, atMost, kept, lowHalf, on, operand, readPacked, shiftedDown, shiftedUp, writePacked } from './vector.ts';

/** How far: the immediate, or the lower 8 bytes of the second operand. */
function count(t: Emitter): Node {
  if (t.form.operands[1]!.place === 'I') return t.immediate(1);
  const source = operand(t, 1, READ);
  if (source.kind === 'memory') return t.loadMemory(8, source.node);
  return source.kind === 'mmx' ? t.read(source) : lowHalf(t.read(source, 16));
}

/** Shifts each lane of `bits` bits. By more than they are, nothing is left of it, or with `signed` its sign. */
function shift(bits: number, code: number, signed = false): Semantics {
  return (t) => {
    const destination = t.place(0, READ | WRITE);
    const by = kept(t, count(t));
    if (destination.kind === 'mmx') t.enterMmx();
    const value = readPacked(t, destination);
    const limit = constant(by.type, bits - 1);
    if (by.isConstant) {
      if (by.low < bits) writePacked(t, destination, on(code, value, by));
      else writePacked(t, destination, signed ? on(code, value, limit) : NO_BITS);
    } else if (signed) writePacked(t, destination, on(code, value, wrap(select(gtU(by, limit), limit, by))));
    else writePacked(t, destination, select(ltU(by, constant(by.type, bits)), on(code, value, wrap(by)), NO_BITS));
  };
}

function shiftBytes(shifted: (value: Node, bytes: Node) => Node): Semantics {
  return (t) => {
    const destination = t.place(0, READ | WRITE);
    t.write(destination, shifted(kept(t, t.read(destination)), atMost(16, t.immediate(1))), 16);
  };
}

/** The bytes of the second operand and, above them, the first's, from one of them on. */
function align(t: Emitter): void {
  const destination = operand(t, 0, READ | WRITE);
  const source = operand(t, 1, READ);
  const isMmx = destination.kind === 'mmx';
  if (isMmx) t.enterMmx();
  const lower = kept(t, readPacked(t, source));
  const upper = kept(t, readPacked(t, destination));
  const from = kept(t, t.immediate(1));
  if (isMmx) {
    const both = on(Simd.v128Or, shiftedUp(upper, i32(8)), shiftedDown(lower, i32(8)));
    writePacked(t, destination, shiftedDown(both, atMost(16, from)));
    return;
  }
  if (from.isConstant) {
    const first = Math.min(from.low, 32);
    const choice = BYTES.map((byte) => byte + (first & 15));
    const result = first < 16 ? shuffle(lower, upper, choice) : first < 32 ? shuffle(upper, NO_BITS, choice) : NO_BITS;
    t.write(destination, result, 16);
    return;
  }
  const near = t.let(atMost(16, from));
  const both = on(Simd.v128Or, shiftedDown(lower, near), shiftedUp(upper, sub(i32(16), near)));
  const behind = shiftedDown(upper, atMost(16, sub(from, i32(16))));
  t.write(destination, select(gtU(from, i32(16)), behind, both), 16);
}

/** By name. */
export const SSE_SHIFTS: SemanticsTable = {
  psllw: shift(16, Simd.i16x8Shl),
  pslld: shift(32, Simd.i32x4Shl),
  psllq: shift(64, Simd.i64x2Shl),
  psrlw: shift(16, Simd.i16x8ShrU),
  psrld: shift(32, Simd.i32x4ShrU),
  psrlq: shift(64, Simd.i64x2ShrU),
  psraw: shift(16, Simd.i16x8ShrS, true),
  psrad: shift(32, Simd.i32x4ShrS, true),
  pslldq: shiftBytes(shiftedUp),
  psrldq: shiftBytes(shiftedDown),
  palignr: align,
};
