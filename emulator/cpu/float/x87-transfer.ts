/** What the x87 moves: between its registers, and from and to memory. */

import { type GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CARRY, PARITY, ZERO as ZERO_FLAG } from '../state.ts';
import { convert, fitsInteger, integerHigh, integerLow, toInteger } from './arithmetic.ts';
import { conditionFlags } from './arithmetic-flags.ts';
import { fromDecimal, toDecimal } from './decimal.ts';
import { INVALID_OPERATION, OVERFLOWED, TO_NEAREST, UNDERFLOWED, UP } from './environment.ts';
import { DOUBLE, EXTENDED, FINITE, Float, SINGLE, ZERO } from './number.ts';
import { CONSTANT_VALUES } from './transcendental.ts';
import * as op from './x87-operations.ts';
import { C1, type X87Stack } from './x87-stack.ts';

/** By PLACE_*: how many bits an integer has. */
const INTEGER_BITS = [0, 0, 0, 0, 16, 32, 64];

export class X87Transfer {
  readonly #memory: GuestMemory;
  readonly #stack: X87Stack;
  readonly #first = new Float();
  readonly #result = new Float();
  readonly #digits = new Uint8Array(10);

  constructor(memory: GuestMemory, stack: X87Stack) {
    this.#memory = memory;
    this.#stack = stack;
  }

  readMemory(into: Float, place: number, address: number): void {
    const { view } = this.#stack;
    const at = indexOf(address);
    switch (place) {
      case op.PLACE_SINGLE:
        into.fromSingle(view.getInt32(at, true));
        break;
      case op.PLACE_DOUBLE:
        into.fromDouble(view.getInt32(at, true), view.getInt32(at + 4, true));
        break;
      case op.PLACE_WORD: {
        const value = view.getInt16(at, true);
        into.fromInteger(value, value >> 31);
        break;
      }
      case op.PLACE_INTEGER: {
        const value = view.getInt32(at, true);
        into.fromInteger(value, value >> 31);
        break;
      }
      case op.PLACE_LONG:
        into.fromInteger(view.getInt32(at, true), view.getInt32(at + 4, true));
        break;
      default:
        fromDecimal(into, view, at);
    }
  }

  load(place: number, address: number, register: number): void {
    if (place === op.PLACE_STACK) {
      if (this.#stack.isEmpty(register)) {
        if (this.#stack.stackFault(false)) return;
        this.#stack.push();
        this.#stack.writeIndefinite(0);
        return;
      }
      if (this.#stack.overflows()) return;
      const at = this.#stack.at(register);
      const { words } = this.#stack;
      this.#stack.setConditions(C1, 0);
      this.#stack.push();
      this.#stack.writeParts(0, words[at]!, words[at + 1]!, words[at + 2]!);
      return;
    }
    if (this.#stack.overflows()) return;
    if (place === op.PLACE_EXTENDED) {
      const at = indexOf(address);
      this.#stack.setConditions(C1, 0);
      this.#stack.push();
      this.#stack.writeParts(0, this.#stack.view.getInt32(at, true), this.#stack.view.getInt32(at + 4, true), this.#stack.view.getUint16(at + 8, true));
      return;
    }
    this.readMemory(this.#first, place, address);
    convert(this.#result, this.#first, EXTENDED, this.#stack.environment);
    // A denormal operand is loaded also where that exception is not masked.
    if (this.#stack.report() && (this.#stack.environment.flags & INVALID_OPERATION) !== 0) return;
    this.#stack.push();
    this.#stack.write(0, this.#result);
  }

  constant(which: number): void {
    if (this.#stack.overflows()) return;
    const value = CONSTANT_VALUES[which]!;
    const { rounding } = this.#stack.environment;
    this.#stack.setConditions(C1, 0);
    this.#stack.push();
    // The mantissas are rounded down; those that are nearer to the next are the next when that is asked for.
    const up = rounding === UP ? value.inexact : rounding === TO_NEAREST && value.nearestIsUp;
    this.#stack.writeParts(0, value.low + (up ? 1 : 0), value.high, value.top);
  }

  copyTo(register: number, pops: number, unchecked: boolean): void {
    if (this.#stack.isEmpty(0) && unchecked) this.#stack.setConditions(C1, 0);
    else if (this.#stack.isEmpty(0)) {
      if (this.#stack.stackFault(false)) return;
      this.#stack.writeIndefinite(register);
    } else {
      const at = this.#stack.at(0);
      const { words } = this.#stack;
      this.#stack.setConditions(C1, 0);
      this.#stack.writeParts(register, words[at]!, words[at + 1]!, words[at + 2]!);
    }
    this.#stack.popTimes(pops);
  }

  store(place: number, address: number, pops: number): void {
    const { view } = this.#stack;
    const at = indexOf(address);
    const { environment } = this.#stack;
    const result = this.#result;
    const empty = this.#stack.isEmpty(0);
    if (place === op.PLACE_EXTENDED) {
      if (empty) {
        if (this.#stack.stackFault(false)) return;
        this.#result.setIndefinite();
        view.setInt32(at, 0, true);
        view.setInt32(at + 4, 0xc0000000 | 0, true);
        view.setUint16(at + 8, 0xffff, true);
      } else {
        const from = this.#stack.at(0);
        this.#stack.setConditions(C1, 0);
        view.setInt32(at, this.#stack.words[from]!, true);
        view.setInt32(at + 4, this.#stack.words[from + 1]!, true);
        view.setUint16(at + 8, this.#stack.words[from + 2]!, true);
      }
      this.#stack.popTimes(pops);
      return;
    }
    if (empty) {
      if (this.#stack.stackFault(false)) return;
      result.setIndefinite();
    } else {
      this.#stack.read(this.#first, 0);
      // A store does not report that the register has a denormal number.
      this.#first.denormal = false;
      convert(result, this.#first, place === op.PLACE_SINGLE ? SINGLE : DOUBLE, environment);
      const huge = environment.flags & ~environment.masks & (OVERFLOWED | UNDERFLOWED);
      if (huge !== 0) {
        environment.flags = huge;
        environment.roundedUp = false;
      }
      if (this.#stack.report() || huge !== 0) return;
    }
    if (place === op.PLACE_SINGLE) view.setInt32(at, result.toSingle(), true);
    else {
      view.setInt32(at, result.toDoubleLow(), true);
      view.setInt32(at + 4, result.toDoubleHigh(), true);
    }
    this.#stack.popTimes(pops);
  }

  storeInteger(place: number, address: number, rounding: number, pops: number): void {
    const { environment } = this.#stack;
    const bits = INTEGER_BITS[place]!;
    let low = 0;
    let high = 0x80000000 | 0;
    if (this.#stack.isEmpty(0)) {
      if (this.#stack.stackFault(false)) return;
    } else {
      const value = this.#first;
      this.#stack.read(value, 0);
      const fits = (value.kind === FINITE || value.kind === ZERO) && toInteger(value, rounding, environment) && fitsInteger(bits, value.sign);
      if (fits) {
        low = value.sign === 0 ? integerLow : -integerLow | 0;
        high = value.sign === 0 ? integerHigh : (~integerHigh + (integerLow === 0 ? 1 : 0)) | 0;
      } else {
        environment.flags = INVALID_OPERATION;
        environment.roundedUp = false;
      }
      if (this.#stack.report()) return;
      if (!fits) low = bits === 64 ? 0 : 1 << (bits - 1);
    }
    const at = indexOf(address);
    if (this.#stack.isEmpty(0)) low = bits === 64 ? 0 : 1 << (bits - 1);
    if (bits === 16) this.#stack.view.setInt16(at, low, true);
    else this.#stack.view.setInt32(at, low, true);
    if (bits === 64) this.#stack.view.setInt32(at + 4, high, true);
    this.#stack.popTimes(pops);
  }

  storeDecimal(address: number): void {
    const empty = this.#stack.isEmpty(0);
    if (empty) {
      if (this.#stack.stackFault(false)) return;
      this.#first.setIndefinite();
    } else this.#stack.read(this.#first, 0);
    toDecimal(this.#digits, this.#first, this.#stack.environment);
    if (!empty && this.#stack.report()) return;
    this.#memory.bytes.set(this.#digits, indexOf(address));
    this.#stack.pop();
  }

  exchange(register: number): void {
    if (this.#stack.isEmpty(0) || this.#stack.isEmpty(register)) {
      if (this.#stack.stackFault(false)) return;
      if (this.#stack.isEmpty(0)) this.#stack.writeIndefinite(0);
      if (this.#stack.isEmpty(register)) this.#stack.writeIndefinite(register);
    } else this.#stack.setConditions(C1, 0);
    const { words } = this.#stack;
    const first = this.#stack.at(0);
    const second = this.#stack.at(register);
    for (let word = 0; word < 3; word++) {
      const kept = words[first + word]!;
      words[first + word] = words[second + word]!;
      words[second + word] = kept;
    }
  }

  conditionalMove(condition: number, register: number): void {
    if (this.#stack.isEmpty(0) || this.#stack.isEmpty(register)) {
      if (!this.#stack.stackFault(false)) this.#stack.writeIndefinite(0);
      return;
    }
    const flags = conditionFlags(this.#memory);
    const kind = condition & 3;
    const mask = kind === 0 ? CARRY : kind === 1 ? ZERO_FLAG : kind === 2 ? CARRY | ZERO_FLAG : PARITY;
    if (((flags & mask) !== 0) === condition >= 4) return;
    const at = this.#stack.at(register);
    this.#stack.writeParts(0, this.#stack.words[at]!, this.#stack.words[at + 1]!, this.#stack.words[at + 2]!);
  }
}
