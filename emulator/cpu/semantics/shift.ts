/** Shifts and rotations. A count of 0 leaves the flags; what is shifted out is the carry. */

import { type Emitter, type Place, READ, WRITE } from '../emit/emitter.ts';
import { type Node, and, constant, eqz, extendU, i32, i64, ne, or, remU, rotl, rotr, select, shl, shrS, shrU, sub, wrap, xor } from '../emit/expression.ts';
import { type Shift, parity, signed, topBit, truncated, typeOf } from '../emit/flags.ts';
import { ARITHMETIC_FLAGS, CARRY, OVERFLOW, PARITY, SIGN, ZERO } from '../state.ts';
import type { SemanticsTable } from './semantics.ts';

type Flags = readonly (readonly [number, () => Node])[];

/** The count that an instruction uses: 5 bits of it, or 6 of an operand of 64 bits; of the value's type, kept. */
function countOf(t: Emitter, place: Place, size: number): Node {
  const count = and(t.read(place, 1), i32(size === 8 ? 63 : 31));
  return t.let(size === 8 ? extendU(count) : count);
}

/** Notes flags that change only if the count is not 0. */
function flagsUnlessZero(t: Emitter, count: Node, flags: Flags): void {
  let mask = 0;
  for (const [flag] of flags) mask |= flag;
  if (!t.wants(mask)) return;
  if (count.isConstant) {
    if (count.low !== 0) t.flagsEach(flags);
    return;
  }
  let word: Node = i32(0);
  for (const [flag, make] of flags) if (t.wants(flag)) word = or(word, shl(make(), i32(31 - Math.clz32(flag))));
  const before = t.let(t.flagWord(mask & t.live));
  t.flagsWord(mask, t.let(select(ne(count, constant(count.type, 0)), word, before)));
}

const resultFlags = (size: number, result: Node): Flags => [
  [PARITY, () => parity(result)],
  [ZERO, () => eqz(result)],
  [SIGN, () => topBit(size, result)],
];

const bit0 = (value: Node): Node => and(wrap(value), i32(1));

function shift(t: Emitter, kind: Shift): void {
  const place = t.place(0, READ | WRITE);
  const { size } = place;
  const count = countOf(t, t.place(1, READ), size);
  const wanted = t.wants(ARITHMETIC_FLAGS);
  const read = t.read(place);
  const value = wanted ? t.let(read) : read;
  const shifted = kind === 'left' ? shl(value, count) : kind === 'right' ? shrU(value, count) : shrS(signed(size, value), count);
  t.write(place, kind === 'right' ? shifted : truncated(size, shifted));
  if (wanted) t.flagsShift(kind, size, value, count);
}

function rotate(t: Emitter, left: boolean): void {
  const place = t.place(0, READ | WRITE);
  const { size } = place;
  const count = countOf(t, t.place(1, READ), size);
  const value = size < 4 ? t.let(t.read(place)) : t.read(place);
  const bits = size * 8;
  let rotated: Node;
  if (size >= 4) {
    rotated = left ? rotl(value, count) : rotr(value, count);
  } else {
    const within = t.let(and(count, i32(bits - 1)));
    const rest = sub(i32(bits), within);
    rotated = truncated(size, left ? or(shl(value, within), shrU(value, rest)) : or(shrU(value, within), shl(value, rest)));
  }
  const wanted = t.wants(CARRY | OVERFLOW);
  const result = wanted ? t.let(rotated) : rotated;
  t.write(place, result);
  if (!wanted) return;
  const top = t.let(topBit(size, result));
  const low = bit0(result);
  const second = bit0(shrU(result, constant(typeOf(size), bits - 2)));
  flagsUnlessZero(t, count, [
    [CARRY, () => (left ? low : top)],
    [OVERFLOW, () => xor(top, left ? low : second)],
  ]);
}

/** Rotations through the carry: of one bit more than the operand has. */
function rotateThroughCarry(t: Emitter, left: boolean): void {
  const place = t.place(0, READ | WRITE);
  const { size } = place;
  const bits = size * 8;
  const masked = countOf(t, t.place(1, READ), size);
  const carry = t.let(extendU(t.flag(CARRY)));
  const value = t.let(extendU(t.read(place)));
  const count = t.let(size < 4 ? extendU(remU(masked, i32(bits + 1))) : extendU(masked));
  let result: Node;
  let out: Node;
  if (size < 8) {
    const whole = t.let(or(value, shl(carry, i64(bits))));
    const rest = sub(i64(bits + 1), count);
    const turned = t.let(left ? or(shl(whole, count), shrU(whole, rest)) : or(shrU(whole, count), shl(whole, rest)));
    out = bit0(shrU(turned, i64(bits)));
    result = truncated(size, wrap(turned));
  } else {
    // What was moved past the carry goes in at the other end: two shifts, since one by 64 would be none.
    const rest = t.let(sub(i64(64), count));
    const one = i64(1);
    const turned = left
      ? or(or(shl(value, count), shl(carry, sub(count, one))), shrU(shrU(value, one), rest))
      : or(or(shrU(value, count), shl(carry, rest)), shl(shl(value, one), rest));
    result = select(eqz(count), value, turned);
    out = select(eqz(count), wrap(carry), bit0(left ? shrU(value, rest) : shrU(value, sub(count, one))));
  }
  const kept = t.let(result);
  const carried = t.let(out);
  t.write(place, kept);
  const top = topBit(size, kept);
  const second = bit0(shrU(kept, constant(typeOf(size), bits - 2)));
  flagsUnlessZero(t, masked, [
    [CARRY, () => carried],
    [OVERFLOW, () => xor(top, left ? carried : second)],
  ]);
}

/** Shifts of two registers as one of twice the size. */
function doubleShift(t: Emitter, left: boolean): void {
  const place = t.place(0, READ | WRITE);
  const { size } = place;
  const count = countOf(t, t.place(2, READ), size);
  const a = t.let(t.read(place));
  const b = t.let(t.read(t.place(1, READ)));
  const type = typeOf(size);
  const rest = sub(constant(type, 0), count);
  let shifted: Node;
  let carry: Node;
  if (size === 2) {
    // Beyond 16 the result is undefined; the second operand comes again, as processors have it.
    const whole = t.let(left ? or(shl(extendU(a), i64(32)), or(shl(extendU(b), i64(16)), extendU(a))) : or(or(extendU(a), shl(extendU(b), i64(16))), shl(extendU(a), i64(32))));
    const wide = extendU(count);
    shifted = left ? and(wrap(shrU(shl(whole, wide), i64(32))), i32(0xffff)) : and(wrap(shrU(whole, wide)), i32(0xffff));
    carry = left ? bit0(shrU(shl(whole, wide), i64(48))) : bit0(shrU(whole, sub(wide, i64(1))));
  } else {
    const moved = left ? or(shl(a, count), shrU(b, rest)) : or(shrU(a, count), shl(b, rest));
    shifted = select(eqz(count), a, moved);
    carry = bit0(left ? shrU(a, rest) : shrU(a, sub(count, constant(type, 1))));
  }
  const result = t.let(shifted);
  t.write(place, result);
  if (!t.wants(ARITHMETIC_FLAGS)) return;
  const carried = t.let(carry);
  flagsUnlessZero(t, count, [
    [CARRY, () => carried],
    [OVERFLOW, () => xor(topBit(size, result), topBit(size, a))],
    ...resultFlags(size, result),
  ]);
}

/** By name. */
export const SHIFTS: SemanticsTable = {
  shl: (t) => shift(t, 'left'),
  shr: (t) => shift(t, 'right'),
  sar: (t) => shift(t, 'signed'),
  rol: (t) => rotate(t, true),
  ror: (t) => rotate(t, false),
  rcl: (t) => rotateThroughCarry(t, true),
  rcr: (t) => rotateThroughCarry(t, false),
  shld: (t) => doubleShift(t, true),
  shrd: (t) => doubleShift(t, false),
};
