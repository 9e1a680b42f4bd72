/** How the function of an x87 form is written that does the simple cases (fast-x87.ts): what its forms have in common. */

import { indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE, PERMISSION_READ, REBASE } from '../../memory/layout.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, I64, Memory, type ValueType } from '../../wasm/opcodes.ts';
import { type Node, add, and, call, clz, eqz, extendU, geU, i32, i64, load, ltS, or, select, shl, shrU, sub, wrap, xor } from '../emit/expression.ts';
import type { Form } from '../forms.ts';
import { X87_CONTROL, X87_REGISTERS, X87_STATUS, X87_TAGS } from '../state.ts';
import type { Arithmetic } from './fast-arithmetic.ts';
import { FunctionWriter } from './function-writer.ts';
import * as op from './x87-operations.ts';
import { C1 } from './x87-stack.ts';

const STATE = indexOf(CPU_STATE);
/** The index of the first register. */
export const REGISTERS: number = STATE + X87_REGISTERS;
/** Bits of the status word. */
const TOP = 0x3800;
export const PENDING = 0x80;
/** Parameters of the function of a form. */
const FORM = 0;
const ADDRESS = 1;
const REGISTER = 2;
const SIZE = 3;
/** All of them. */
export const PARAMETERS: readonly number[] = [FORM, ADDRESS, REGISTER, SIZE];
/** Their types. */
export const SIGNATURE: readonly ValueType[] = [I32, I32, I32, I32];

/** Bytes and words of the state. */
export const byte = (offset: number): Node => load(Memory.i32Load8U, I32, i32(0), STATE + offset);
export const half = (offset: number): Node => load(Memory.i32Load16U, I32, i32(0), STATE + offset);

/** Functions that forms share. */
export interface Shared extends Arithmetic {
  readonly slow: number;
  readonly reachable: number;
  readonly remember: number;
}

/** Writes the function of one form. */
export class FormWriter extends FunctionWriter {
  readonly #shared: Shared;
  readonly #form: Form;
  readonly address: Node = this.parameter(ADDRESS, I32);
  readonly register: Node = this.parameter(REGISTER, I32);
  status: Node = i32(0);
  top: Node = i32(0);

  constructor(module: ModuleBuilder, shared: Shared, form: Form) {
    super(module, SIGNATURE, [I32]);
    this.#shared = shared;
    this.#form = form;
  }

  /** Hands on to the complete implementation. */
  slowIf(condition: Node): void {
    this.if(condition, () => this.slow());
  }

  slow(): void {
    const all = PARAMETERS.map((number) => this.parameter(number, I32));
    this.return(call(this.#shared.slow, I32, all));
  }

  /** Nothing is pending, and of the control word some bits are as said. */
  begin(mask: number, value: number): void {
    this.status = this.let(half(X87_STATUS));
    this.slowIf(or(and(this.status, i32(PENDING)), xor(and(half(X87_CONTROL), i32(mask)), i32(value))));
    this.top = this.let(and(shrU(this.status, i32(11)), i32(7)));
  }

  /** The index of ST(i) from the first register on, in bytes. */
  at(register: Node): Node {
    return shl(and(add(this.top, register), i32(7)), i32(4));
  }

  isFull(register: Node): Node {
    return and(shrU(byte(X87_TAGS), and(add(this.top, register), i32(7))), i32(1));
  }

  mantissa(at: Node): Node {
    return load(Memory.i64Load, I64, at, REGISTERS);
  }

  exponent(at: Node): Node {
    return load(Memory.i32Load, I32, at, REGISTERS + 8);
  }

  put(at: Node, mantissa: Node, exponent: Node): void {
    this.store(Memory.i64Store, at, mantissa, REGISTERS);
    this.store(Memory.i32Store, at, exponent, REGISTERS + 8);
  }

  setStatus(value: Node): void {
    this.store(Memory.i32Store16, i32(0), value, STATE + X87_STATUS);
  }

  /** Memory can be read, or written. */
  reach(length: number, permission: number): void {
    this.slowIf(eqz(call(this.#shared.reachable, I32, [this.address, i32(length), i32(permission)])));
  }

  /** What memory has: at the guest's address. */
  fetch(code: number, type: typeof I32 | typeof I64, offset = 0): Node {
    return load(code, type, sub(this.address, i32(REBASE)), offset);
  }

  keep(code: number, value: Node, offset = 0): void {
    this.store(code, sub(this.address, i32(REBASE)), value, offset);
  }

  /** The pointers to this instruction. */
  remember(): void {
    this.drop(call(this.#shared.remember, I32, [this.#form.rmRule === 'memory' ? i32(1) : i32(0), this.address]));
  }

  done(): void {
    this.return(i32(0));
  }

  /** Checks that there is room for one more. */
  room(): void {
    this.slowIf(this.isFull(i32(7)));
  }

  push(mantissa: Node, exponent: Node): void {
    this.remember();
    const top = this.let(and(add(this.top, i32(7)), i32(7)));
    this.put(shl(top, i32(4)), mantissa, exponent);
    this.store(Memory.i32Store8, i32(0), or(byte(X87_TAGS), shl(i32(1), top)), STATE + X87_TAGS);
    this.setStatus(or(and(this.status, i32(~(TOP | C1))), shl(top, i32(11))));
    this.done();
  }

  /** Ends an instruction that leaves this status but for the top, and pops. */
  finish(status: Node, pops: number): void {
    if (pops === 0) this.setStatus(status);
    else {
      const tags = pops === 1 ? shl(i32(1), this.top) : or(shl(i32(1), this.top), shl(i32(1), and(add(this.top, i32(1)), i32(7))));
      this.store(Memory.i32Store8, i32(0), and(byte(X87_TAGS), xor(tags, i32(-1))), STATE + X87_TAGS);
      this.setStatus(or(and(status, i32(~TOP)), shl(and(add(this.top, i32(pops)), i32(7)), i32(11))));
    }
    this.done();
  }

  /** A number of memory as a register has it; others than normal ones and zeros are handed on. */
  fromMemory(place: number): [mantissa: Node, exponent: Node] {
    switch (place) {
      case op.PLACE_SINGLE: {
        this.reach(4, PERMISSION_READ);
        const bits = this.let(this.fetch(Memory.i32Load, I32));
        const biased = this.let(and(shrU(bits, i32(23)), i32(0xff)));
        const isZero = this.let(eqz(shl(bits, i32(1))));
        this.slowIf(and(geU(sub(biased, i32(1)), i32(0xfe)), eqz(isZero)));
        const sign = and(shrU(bits, i32(16)), i32(0x8000));
        return this.#scaled(isZero, shl(extendU(bits), i64(40)), biased, 127, sign);
      }
      case op.PLACE_DOUBLE: {
        this.reach(8, PERMISSION_READ);
        const bits = this.let(this.fetch(Memory.i64Load, I64));
        const biased = this.let(and(wrap(shrU(bits, i64(52))), i32(0x7ff)));
        const isZero = this.let(eqz(shl(bits, i64(1))));
        this.slowIf(and(geU(sub(biased, i32(1)), i32(0x7fe)), eqz(isZero)));
        const sign = and(wrap(shrU(bits, i64(48))), i32(0x8000));
        return this.#scaled(isZero, shl(bits, i64(11)), biased, 1023, sign);
      }
      case op.PLACE_WORD:
        this.reach(2, PERMISSION_READ);
        return this.#fromInteger(this.let(this.fetch(Memory.i64Load16S, I64)));
      case op.PLACE_INTEGER:
        this.reach(4, PERMISSION_READ);
        return this.#fromInteger(this.let(this.fetch(Memory.i64Load32S, I64)));
      default:
        this.reach(8, PERMISSION_READ);
        return this.#fromInteger(this.let(this.fetch(Memory.i64Load, I64)));
    }
  }

  #scaled(isZero: Node, fraction: Node, biased: Node, bias: number, sign: Node): [Node, Node] {
    const mantissa = this.let(select(isZero, i64(0), or(fraction, i64(0, 0x80000000 | 0))));
    return [mantissa, this.let(or(sign, select(isZero, i32(0), add(biased, i32(16383 - bias)))))];
  }

  #fromInteger(value: Node): [Node, Node] {
    const negative = this.let(ltS(value, i64(0)));
    const magnitude = this.let(select(negative, sub(i64(0), value), value));
    const lead = this.let(clz(magnitude));
    const exponent = or(shl(negative, i32(15)), sub(i32(16383 + 63), wrap(lead)));
    return [this.let(shl(magnitude, lead)), this.let(select(eqz(value), i32(0), exponent))];
  }
}
