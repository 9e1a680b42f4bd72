/**
 * Sums, products, quotients and comparisons of normal numbers of 80 bits, as WebAssembly functions. Results are rounded to nearest, into a register;
 * the status word gets C1 and the inexact flag. What is not simple is left alone, and the function says so.
 */

import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, I64, Memory } from '../../wasm/opcodes.ts';
import { type Node, add, and, call, clz, divU, eq, eqz, extendU, geU, gtU, i32, i64, leS, load, ltS, ltU, mul, ne, or, select, shl, shrU, sub, wrap, xor } from '../emit/expression.ts';
import { FunctionWriter } from './function-writer.ts';
import { C1 } from './x87-stack.ts';

/** The functions' numbers. Each takes two numbers; but for `compare`, then the register's place; and returns 1 if it is done. */
export interface Arithmetic {
  readonly add: number;
  readonly multiply: number;
  readonly divide: number;
  /** 0 greater, 1 less, 2 equal; -1 not simple. */
  readonly compare: number;
}

const TOP_BIT = i64(0, 0x80000000 | 0);
const LOW_HALF = i64(-1, 0);
const BIAS = 16383;
const HIGHEST = 0x7fff;
const NUMBERS = [I64, I32, I64, I32] as const;

const exponentOf = (top: Node): Node => and(top, i32(HIGHEST));
const isNormal = (mantissa: Node, top: Node): Node =>
  and(ltU(sub(exponentOf(top), i32(1)), i32(HIGHEST - 1)), ltS(mantissa, i64(0)));

class Operation extends FunctionWriter {
  readonly first: Node = this.parameter(0, I64);
  readonly firstTop: Node = this.parameter(1, I32);
  readonly second: Node = this.parameter(2, I64);
  readonly secondTop: Node = this.parameter(3, I32);
  readonly at: Node = this.parameter(4, I32);

  constructor(module: ModuleBuilder) {
    super(module, [...NUMBERS, I32], [I32]);
    this.if(eqz(and(isNormal(this.first, this.firstTop), isNormal(this.second, this.secondTop))), () => this.return(i32(0)));
  }
}

/** Writes the functions; registers begin at an index of memory, the status word is at another. */
export function writeArithmetic(module: ModuleBuilder, registers: number, status: number): Arithmetic {
  const round = writeRound(module, registers, status);
  return {
    add: writeAdd(module, round, registers, status),
    multiply: writeMultiply(module, round),
    divide: writeDivide(module, round),
    compare: writeCompare(module),
  };
}

/** Rounds a mantissa of 128 bits whose top bit is set, with a sign (bit 15) and an exponent. */
function writeRound(module: ModuleBuilder, registers: number, status: number): number {
  const w = new FunctionWriter(module, [I64, I64, I32, I32, I32], [I32]);
  const high = w.parameter(0, I64);
  const low = w.parameter(1, I64);
  const sign = w.parameter(2, I32);
  const exponent = w.parameter(3, I32);
  const at = w.parameter(4, I32);
  const up = w.let(or(gtU(low, TOP_BIT), and(eq(low, TOP_BIT), wrap(and(high, i64(1))))));
  const mantissa = w.let(add(high, extendU(up)));
  w.if(and(up, eqz(mantissa)), () => {
    w.set(mantissa, TOP_BIT);
    w.set(exponent, add(exponent, i32(1)));
  });
  // Tiny and huge ones are not simple; nor is what only rounding keeps from being tiny.
  w.if(geU(sub(exponent, i32(1)), i32(HIGHEST - 1)), () => w.return(i32(0)));
  w.store(Memory.i64Store, at, mantissa, registers);
  w.store(Memory.i32Store, at, or(sign, exponent), registers + 8);
  const before = and(load(Memory.i32Load16U, I32, i32(0), status), i32(~C1));
  w.store(Memory.i32Store16, i32(0), or(or(before, shl(ne(low, i64(0)), i32(5))), shl(up, i32(9))), status);
  w.return(i32(1));
  w.end();
  return w.number;
}

function writeAdd(module: ModuleBuilder, round: number, registers: number, status: number): number {
  const w = new Operation(module);
  const { first, firstTop, second, secondTop, at } = w;
  const [firstExponent, secondExponent] = [exponentOf(firstTop), exponentOf(secondTop)];
  const swaps = w.let(or(ltU(firstExponent, secondExponent), and(eq(firstExponent, secondExponent), ltU(first, second))));
  const high = w.let(select(swaps, second, first));
  const top = w.let(select(swaps, secondTop, firstTop));
  const small = w.let(select(swaps, first, second));
  const smallTop = w.let(select(swaps, firstTop, secondTop));
  const exponent = w.let(exponentOf(top));
  const sign = w.let(and(top, i32(0x8000)));
  const distance = w.let(sub(exponent, exponentOf(smallTop)));
  // The smaller one, shifted into place: its lower half, whose lowest bit stands for all that is lost.
  const low = w.let(i64(0));
  w.if(ne(distance, i32(0)), () => {
    const shift = w.let(extendU(distance));
    w.if(
      ltU(distance, i32(64)),
      () => {
        w.set(low, shl(small, sub(i64(64), shift)));
        w.set(small, shrU(small, shift));
      },
      () => {
        w.if(
          ltU(distance, i32(128)),
          () => {
            const lost = w.let(select(eq(distance, i32(64)), i64(0), shl(small, sub(i64(128), shift))));
            w.set(low, or(shrU(small, sub(shift, i64(64))), extendU(ne(lost, i64(0)))));
          },
          () => w.set(low, i64(1)),
        );
        w.set(small, i64(0));
      },
    );
  });
  w.if(
    and(xor(top, smallTop), i32(0x8000)),
    () => {
      w.set(high, sub(sub(high, small), extendU(ne(low, i64(0)))));
      w.set(low, sub(i64(0), low));
      w.if(eqz(or(high, low)), () => {
        w.store(Memory.i64Store, at, i64(0), registers);
        w.store(Memory.i32Store, at, i32(0), registers + 8);
        w.store(Memory.i32Store16, i32(0), and(load(Memory.i32Load16U, I32, i32(0), status), i32(~C1)), status);
        w.return(i32(1));
      });
      w.if(eqz(high), () => {
        w.set(high, low);
        w.set(low, i64(0));
        w.set(exponent, sub(exponent, i32(64)));
      });
      const lead = w.let(clz(high));
      w.if(wrap(lead), () => {
        w.set(high, or(shl(high, lead), shrU(low, sub(i64(64), lead))));
        w.set(low, shl(low, lead));
        w.set(exponent, sub(exponent, wrap(lead)));
      });
      // Less than the lowest exponent before rounding.
      w.if(leS(exponent, i32(0)), () => w.return(i32(0)));
    },
    () => {
      const sum = w.let(add(high, small));
      w.if(
        ltU(sum, high),
        () => {
          w.set(low, or(or(shl(sum, i64(63)), shrU(low, i64(1))), and(low, i64(1))));
          w.set(high, or(shrU(sum, i64(1)), TOP_BIT));
          w.set(exponent, add(exponent, i32(1)));
        },
        () => w.set(high, sum),
      );
    },
  );
  w.return(call(round, I32, [high, low, sign, exponent, at]));
  w.end();
  return w.number;
}

function writeMultiply(module: ModuleBuilder, round: number): number {
  const w = new Operation(module);
  const { first, firstTop, second, secondTop, at } = w;
  const [a, b] = [w.let(shrU(first, i64(32))), w.let(and(first, LOW_HALF))];
  const [c, d] = [w.let(shrU(second, i64(32))), w.let(and(second, LOW_HALF))];
  const lowest = w.let(mul(b, d));
  const [one, other] = [w.let(mul(a, d)), w.let(mul(b, c))];
  const middle = w.let(add(add(shrU(lowest, i64(32)), and(one, LOW_HALF)), and(other, LOW_HALF)));
  const high = w.let(add(add(mul(a, c), shrU(one, i64(32))), add(shrU(other, i64(32)), shrU(middle, i64(32)))));
  const low = w.let(or(and(lowest, LOW_HALF), shl(middle, i64(32))));
  const exponent = w.let(sub(add(exponentOf(firstTop), exponentOf(secondTop)), i32(BIAS - 1)));
  w.if(eqz(ltS(high, i64(0))), () => {
    w.set(high, or(shl(high, i64(1)), shrU(low, i64(63))));
    w.set(low, shl(low, i64(1)));
    w.set(exponent, sub(exponent, i32(1)));
  });
  w.if(leS(exponent, i32(0)), () => w.return(i32(0)));
  w.return(call(round, I32, [high, low, and(xor(firstTop, secondTop), i32(0x8000)), exponent, at]));
  w.end();
  return w.number;
}

/** The schoolbook's division by digits of 32 bits: a digit is estimated from the divisor's first, and is then at most two too large. */
function writeDivide(module: ModuleBuilder, round: number): number {
  const w = new Operation(module);
  const { first, firstTop, second: divisor, secondTop, at } = w;
  const less = w.let(ltU(first, divisor));
  const exponent = w.let(sub(add(sub(exponentOf(firstTop), exponentOf(secondTop)), i32(BIAS)), less));
  w.if(leS(exponent, i32(0)), () => w.return(i32(0)));
  const rest = w.let(select(less, first, shrU(first, i64(1))));
  const below = w.let(select(less, i64(0), shl(first, i64(63))));
  const [upper, lower] = [w.let(shrU(divisor, i64(32))), w.let(and(divisor, LOW_HALF))];
  const digitOf = (next: Node): Node => {
    const digit = w.let(divU(rest, upper));
    const left = w.let(sub(rest, mul(digit, upper)));
    w.loop((again) => {
      // Too large a digit: of 33 bits, or its product with the divisor's second is more than what is left.
      const tooLarge = or(
        gtU(digit, LOW_HALF),
        gtU(mul(digit, lower), or(shl(left, i64(32)), next)),
      );
      w.if(tooLarge, () => {
        w.set(digit, sub(digit, i64(1)));
        w.set(left, add(left, upper));
        w.if(leUnsigned(left, LOW_HALF), again);
      });
    });
    w.set(rest, sub(or(shl(rest, i64(32)), next), mul(digit, divisor)));
    return digit;
  };
  const firstDigit = digitOf(w.let(shrU(below, i64(32))));
  const secondDigit = digitOf(w.let(and(below, LOW_HALF)));
  const quotient = w.let(or(shl(firstDigit, i64(32)), secondDigit));
  // How the rest compares with half of the divisor.
  const other = w.let(sub(divisor, rest));
  const low = select(eqz(rest), i64(0), select(eq(rest, other), TOP_BIT, select(gtU(rest, other), i64(1, 0x80000000 | 0), i64(1))));
  w.return(call(round, I32, [quotient, low, and(xor(firstTop, secondTop), i32(0x8000)), exponent, at]));
  w.end();
  return w.number;
}

const leUnsigned = (a: Node, b: Node): Node => eqz(gtU(a, b));

function writeCompare(module: ModuleBuilder): number {
  const w = new FunctionWriter(module, NUMBERS, [I32]);
  const [first, firstTop, second, secondTop] = [w.parameter(0, I64), w.parameter(1, I32), w.parameter(2, I64), w.parameter(3, I32)];
  const isZero = (mantissa: Node, top: Node): Node => w.let(eqz(or(mantissa, extendU(exponentOf(top)))));
  const [firstZero, secondZero] = [isZero(first, firstTop), isZero(second, secondTop)];
  const simple = and(or(firstZero, isNormal(first, firstTop)), or(secondZero, isNormal(second, secondTop)));
  w.if(eqz(simple), () => w.return(i32(-1)));
  w.if(and(firstZero, secondZero), () => w.return(i32(2)));
  const negative = w.let(shrU(firstTop, i32(15)));
  w.if(ne(negative, shrU(secondTop, i32(15))), () => w.return(negative));
  const [one, other] = [w.let(exponentOf(firstTop)), w.let(exponentOf(secondTop))];
  w.if(and(eq(one, other), eq(first, second)), () => w.return(i32(2)));
  const isLess = or(ltU(one, other), and(eq(one, other), ltU(first, second)));
  w.return(xor(isLess, negative));
  w.end();
  return w.number;
}
