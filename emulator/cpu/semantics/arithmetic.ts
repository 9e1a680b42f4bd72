/** Integer arithmetic: sums, comparisons, logic, products and quotients. */

import { type Emitter, RAX, RDX, READ, WRITE } from '../emit/emitter.ts';
import {
  type Node, add, and, constant, divS, divU, eq, eqz, extendS, extendU, gtS, gtU, i32, i64, ltS, mul, ne, or, remS, remU, shl, shrS, shrU, sub, unary, wrap, xor,
} from '../emit/expression.ts';
import { highProduct, parity, signed, topBit, truncated, typeOf } from '../emit/flags.ts';
import { Memory, Op, I64 } from '../../wasm/opcodes.ts';
import { ADJUST, ARITHMETIC_FLAGS, CARRY, OVERFLOW, PARITY, SCRATCH_REGISTER, SIGN, ZERO } from '../state.ts';
import { DIVIDE_ERROR, type SemanticsTable } from './semantics.ts';

const READ_WRITE = READ | WRITE;

/** Keeps a value that flags may be made of later; nothing is kept where nobody looks. */
const kept = (t: Emitter, value: Node): Node => (t.wants(ARITHMETIC_FLAGS) ? t.let(value) : value);

function sum(t: Emitter, subtract: boolean): void {
  const destination = t.place(0, READ_WRITE);
  const source = t.place(1, READ);
  const { size } = destination;
  const a = kept(t, t.read(destination));
  const b = kept(t, t.read(source));
  t.write(destination, truncated(size, subtract ? sub(a, b) : add(a, b)));
  if (subtract) t.flagsSubtract(size, a, b);
  else t.flagsAdd(size, a, b);
}

function compare(t: Emitter): void {
  if (!t.wants(ARITHMETIC_FLAGS)) {
    t.place(0, READ);
    t.place(1, READ);
    return;
  }
  const destination = t.place(0, READ);
  const source = t.place(1, READ);
  t.flagsSubtract(destination.size, t.let(t.read(destination)), t.let(t.read(source)));
}

function sumWithCarry(t: Emitter, subtract: boolean): void {
  const destination = t.place(0, READ_WRITE);
  const source = t.place(1, READ);
  const { size } = destination;
  const carry = t.flag(CARRY);
  const a = t.let(t.read(destination));
  const b = t.let(t.read(source));
  const c = t.let(size === 8 ? extendU(carry) : carry);
  const result = t.let(truncated(size, subtract ? sub(sub(a, b), c) : add(add(a, b), c)));
  t.write(destination, result);
  const all = constant(typeOf(size), -1);
  t.flagsEach([
    [
      CARRY,
      () =>
        topBit(
          size,
          subtract
            ? or(and(xor(a, all), b), and(or(xor(a, all), b), result))
            : or(and(a, b), and(or(a, b), xor(result, all))),
        ),
    ],
    ...rest(size, a, b, result, subtract),
  ]);
}

/** All flags but the carry, of a sum's operands and result. */
function rest(size: number, a: Node, b: Node, result: Node, subtract: boolean): (readonly [number, () => Node])[] {
  return [
    [PARITY, () => parity(result)],
    [ADJUST, () => and(wrap(shrU(xor(xor(a, b), result), constant(typeOf(size), 4))), i32(1))],
    [ZERO, () => eqz(result)],
    [SIGN, () => topBit(size, result)],
    [OVERFLOW, () => topBit(size, and(xor(a, result), subtract ? xor(a, b) : xor(b, result)))],
  ];
}

function logic(combine: (a: Node, b: Node) => Node, writes: boolean): (t: Emitter) => void {
  return (t) => {
    const destination = t.place(0, writes ? READ_WRITE : READ);
    const source = t.place(1, READ);
    const { size } = destination;
    const same = destination.kind === 'general' && source.kind === 'general' && destination.register === source.register && destination.register >= 0;
    let value: Node;
    if (same && combine === xor) value = constant(typeOf(size), 0);
    else if (same) value = t.read(destination);
    else value = combine(t.read(destination), t.read(source));
    const result = kept(t, value);
    if (writes) t.write(destination, result);
    t.flagsLogic(size, result);
  };
}

function step(t: Emitter, subtract: boolean): void {
  const place = t.place(0, READ_WRITE);
  const { size } = place;
  const a = kept(t, t.read(place));
  const one = constant(typeOf(size), 1);
  const result = kept(t, truncated(size, subtract ? sub(a, one) : add(a, one)));
  t.write(place, result);
  t.flagsEach(rest(size, a, one, result, subtract));
}

function negate(t: Emitter): void {
  const place = t.place(0, READ_WRITE);
  const { size } = place;
  const a = kept(t, t.read(place));
  const zero = constant(typeOf(size), 0);
  t.write(place, truncated(size, sub(zero, a)));
  t.flagsSubtract(size, zero, a);
}

function invert(t: Emitter): void {
  const place = t.place(0, READ_WRITE);
  t.write(place, truncated(place.size, xor(t.read(place), constant(typeOf(place.size), -1))));
}

/** The carry and overflow flags of a product: whether it needed its upper half. */
function productFlags(t: Emitter, overflow: () => Node): void {
  if (!t.wants(CARRY | OVERFLOW)) return;
  const flag = t.let(overflow());
  t.flagsEach([
    [CARRY, () => flag],
    [OVERFLOW, () => flag],
  ]);
}

/** The product that has twice the size of its factors. */
function wideProduct(t: Emitter, isSigned: boolean): void {
  const source = t.place(0, READ);
  const { size } = source;
  const extend = (value: Node): Node => (isSigned ? signed(size, value) : value);
  if (size === 1) {
    const product = t.let(mul(extend(t.general(RAX, 1)), extend(t.read(source))));
    t.setGeneral(RAX, 2, and(product, i32(0xffff)));
    productFlags(t, () => (isSigned ? ne(product, signed(1, product)) : gtU(product, i32(0xff))));
  } else if (size === 2) {
    const product = t.let(mul(extend(t.general(RAX, 2)), extend(t.read(source))));
    t.setGeneral(RAX, 2, and(product, i32(0xffff)));
    t.setGeneral(RDX, 2, shrU(product, i32(16)));
    productFlags(t, () => (isSigned ? ne(product, signed(2, product)) : gtU(product, i32(0xffff))));
  } else if (size === 4) {
    const wide = isSigned ? extendS : extendU;
    const product = t.let(mul(wide(t.general(RAX, 4)), wide(t.read(source))));
    t.setGeneral(RAX, 4, wrap(product));
    t.setGeneral(RDX, 4, wrap(shrU(product, i64(32))));
    productFlags(t, () => (isSigned ? ne(product, unary(Op.i64Extend32S, I64, product)) : ne(shrU(product, i64(32)), i64(0))));
  } else {
    const a = t.let(t.general(RAX, 8));
    const b = t.let(t.read(source));
    const high = t.let(highProduct(a, b, isSigned, (value) => t.let(value)));
    const low = t.let(mul(a, b));
    t.setGeneral(RAX, 8, low);
    t.setGeneral(RDX, 8, high);
    productFlags(t, () => (isSigned ? ne(high, shrS(low, i64(63))) : ne(high, i64(0))));
  }
}

/** The product that has the size of its factors. */
function product(t: Emitter): void {
  if (t.form.operands.length === 1) {
    wideProduct(t, true);
    return;
  }
  const destination = t.place(0, WRITE);
  const [first, second] = t.form.operands.length === 3 ? [t.place(1, READ), t.place(2, READ)] : [destination, t.place(1, READ)];
  const { size } = destination;
  const wanted = t.wants(CARRY | OVERFLOW);
  const keep = (value: Node): Node => (wanted ? t.let(value) : value);
  const a = keep(t.read(first));
  const b = keep(t.read(second, size));
  t.write(destination, truncated(size, mul(a, b)));
  if (wanted) t.flagsMultiply(size, a, b);
}

/** A dividend of 128 bits, which JavaScript divides: the divisor goes by the scratch register. */
function longDivision(t: Emitter, divisor: Node, isSigned: boolean): void {
  t.setState(Memory.i64Store, SCRATCH_REGISTER * 8, divisor);
  t.helper('divide', [i32(isSigned ? 1 : 0)]);
}

function divide(t: Emitter): void {
  const source = t.place(0, READ);
  const { size } = source;
  const divisor = t.let(t.read(source));
  t.raiseIf(eqz(divisor), DIVIDE_ERROR);
  if (size === 8) {
    t.if(
      eqz(t.general(RDX, 8)),
      () => {
        const dividend = t.let(t.general(RAX, 8));
        t.setGeneral(RAX, 8, divU(dividend, divisor));
        t.setGeneral(RDX, 8, remU(dividend, divisor));
      },
      () => longDivision(t, divisor, false),
    );
    return;
  }
  if (size === 4) {
    const dividend = t.let(or(extendU(t.general(RAX, 4)), shl(extendU(t.general(RDX, 4)), i64(32))));
    const wide = t.let(extendU(divisor));
    const quotient = t.let(divU(dividend, wide));
    t.raiseIf(gtU(quotient, i64(-1, 0)), DIVIDE_ERROR);
    t.setGeneral(RDX, 4, wrap(remU(dividend, wide)));
    t.setGeneral(RAX, 4, wrap(quotient));
    return;
  }
  const dividend = t.let(size === 1 ? t.general(RAX, 2) : or(t.general(RAX, 2), shl(t.general(RDX, 2), i32(16))));
  const quotient = t.let(divU(dividend, divisor));
  t.raiseIf(gtU(quotient, i32(size === 1 ? 0xff : 0xffff)), DIVIDE_ERROR);
  const remainder = remU(dividend, divisor);
  if (size === 1) {
    t.setGeneral(RAX, 2, or(quotient, shl(remainder, i32(8))));
  } else {
    t.setGeneral(RDX, 2, remainder);
    t.setGeneral(RAX, 2, quotient);
  }
}

function divideSigned(t: Emitter): void {
  const source = t.place(0, READ);
  const { size } = source;
  const divisor = t.let(t.read(source));
  t.raiseIf(eqz(divisor), DIVIDE_ERROR);
  if (size === 8) {
    const dividend = t.let(t.general(RAX, 8));
    const isShort = and(eq(t.general(RDX, 8), shrS(dividend, i64(63))), ne(divisor, i64(-1)));
    t.if(
      isShort,
      () => {
        t.setGeneral(RAX, 8, divS(dividend, divisor));
        t.setGeneral(RDX, 8, remS(dividend, divisor));
      },
      () => longDivision(t, divisor, true),
    );
    return;
  }
  const wide = t.let(extendS(signed(size, divisor)));
  let dividend: Node;
  if (size === 4) dividend = or(extendU(t.general(RAX, 4)), shl(extendU(t.general(RDX, 4)), i64(32)));
  else if (size === 2) dividend = extendS(or(t.general(RAX, 2), shl(t.general(RDX, 2), i32(16))));
  else dividend = extendS(signed(2, t.general(RAX, 2)));
  dividend = t.let(dividend);
  // The only quotient that WebAssembly's division traps at.
  if (size === 4) t.raiseIf(and(eq(wide, i64(-1)), eq(dividend, i64(0, 0x80000000))), DIVIDE_ERROR);
  const quotient = t.let(divS(dividend, wide));
  const limit = 2 ** (size * 8 - 1);
  t.raiseIf(or(gtS(quotient, i64(limit - 1, 0)), ltS(quotient, i64(-limit, -1))), DIVIDE_ERROR);
  const remainder = wrap(remS(dividend, wide));
  if (size === 1) {
    t.setGeneral(RAX, 2, or(and(wrap(quotient), i32(0xff)), shl(and(remainder, i32(0xff)), i32(8))));
  } else {
    t.setGeneral(RDX, size, truncated(size, remainder));
    t.setGeneral(RAX, size, truncated(size, wrap(quotient)));
  }
}

function exchangeAdd(t: Emitter): void {
  const destination = t.place(0, READ_WRITE);
  const source = t.place(1, READ_WRITE);
  const { size } = destination;
  const a = t.let(t.read(destination));
  const b = t.let(t.read(source));
  t.write(source, a);
  t.write(destination, truncated(size, add(a, b)));
  t.flagsAdd(size, a, b);
}

/** By name. */
export const ARITHMETIC: SemanticsTable = {
  add: (t) => sum(t, false),
  sub: (t) => sum(t, true),
  cmp: compare,
  adc: (t) => sumWithCarry(t, false),
  sbb: (t) => sumWithCarry(t, true),
  and: logic(and, true),
  or: logic(or, true),
  xor: logic(xor, true),
  test: logic(and, false),
  inc: (t) => step(t, false),
  dec: (t) => step(t, true),
  neg: negate,
  not: invert,
  mul: (t) => wideProduct(t, false),
  imul: product,
  div: divide,
  idiv: divideSigned,
  xadd: exchangeAdd,
};
