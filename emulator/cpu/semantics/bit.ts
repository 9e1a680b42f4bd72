/** Tests and scans of bits. */

import { type Emitter, type Place, READ, WRITE } from '../emit/emitter.ts';
import { add, and, clz, constant, ctz, eqz, extendS, extendU, i32, i64, or, popcnt, select, shl, shrS, shrU, sub, wrap, xor } from '../emit/expression.ts';
import { signed, truncated, typeOf } from '../emit/flags.ts';
import { ARITHMETIC_FLAGS, CARRY, ZERO } from '../state.ts';
import type { SemanticsTable } from './semantics.ts';

type Change = 'test' | 'set' | 'reset' | 'complement';

function bit(change: Change): (t: Emitter) => void {
  return (t) => {
    const { size } = t;
    const type = typeOf(size);
    const access = change === 'test' ? READ : READ | WRITE;
    const byRegister = t.form.operands[1]!.place === 'G';
    const offset = t.let(byRegister ? t.read(t.place(1, READ)) : size === 8 ? extendU(t.immediate(1)) : t.immediate(1));
    let place: Place;
    if (byRegister && t.isMemory) {
      // The offset counts from the address, in operands of which the bit is in one.
      const units = shrS(extendS(signed(size, offset)), i64(size === 8 ? 6 : size === 4 ? 5 : 4));
      // With addresses of 32 bits the sum is one too; a handler of the interpreter has the segment in it already.
      const far = add(t.effectiveAddress(), shl(units, i64(size === 8 ? 3 : size === 4 ? 2 : 1)));
      const address = add(t.addressSize === 4 ? extendU(wrap(far)) : far, t.segmentBase());
      place = { kind: 'memory', register: 0, size, node: t.indexOf(address, size, access) };
    } else {
      place = t.place(0, access);
    }
    const value = t.let(t.read(place));
    const within = t.let(and(offset, constant(type, size * 8 - 1)));
    if (change !== 'test') {
      const one = shl(constant(type, 1), within);
      const all = constant(type, -1);
      t.write(place, truncated(size, change === 'set' ? or(value, one) : change === 'reset' ? and(value, xor(one, all)) : xor(value, one)));
    }
    t.flagsEach([[CARRY, () => and(wrap(shrU(value, within)), i32(1))]]);
  };
}

/** Scans leave the destination alone where there is no bit to find. */
function scan(forward: boolean): (t: Emitter) => void {
  return (t) => {
    const destination = t.place(0, WRITE);
    const value = t.let(t.read(t.place(1, READ)));
    const { size } = destination;
    const type = typeOf(size);
    const found = forward ? ctz(value) : sub(constant(type, size === 8 ? 63 : 31), clz(value));
    const none = t.let(eqz(value));
    if (size === 2) t.write(destination, select(none, t.read(destination), found));
    else t.setGeneral(destination.register, 8, select(none, t.general(destination.register, 8), extendU(found)));
    t.flagsEach([[ZERO, () => none]]);
  };
}

function count(t: Emitter): void {
  const destination = t.place(0, WRITE);
  const value = t.let(t.read(t.place(1, READ)));
  t.write(destination, popcnt(value));
  if (t.wants(ARITHMETIC_FLAGS)) t.flagsWord(ARITHMETIC_FLAGS, t.let(shl(eqz(value), i32(6))));
}

/** By name. */
export const BITS: SemanticsTable = {
  bt: bit('test'),
  bts: bit('set'),
  btr: bit('reset'),
  btc: bit('complement'),
  bsf: scan(true),
  bsr: scan(false),
  popcnt: count,
};
