/**
 * The x87, to the bit: every form of its part of the instruction table, and the instructions that save and restore its state.
 *
 * The registers, the control, status and tag words and the pointers are in the state (cpu/state.ts); nothing is kept here between two
 * instructions. An exception that is not masked is pending (bit 7 of the status word) until the next instruction that waits.
 *
 * Differs: of C0 to C3, those that manuals call undefined are what AMD's processors leave; FDP is an address with its segment's
 * base, as are addresses that it is told. See transcendental.ts for the last bit of sines and logarithms.
 */

import { type GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE } from '../../memory/layout.ts';
import {
  CARRY,
  INSTRUCTION_POINTER,
  PARITY,
  X87_CONTROL,
  X87_INSTRUCTION,
  X87_OPCODE,
  X87_OPERAND,
  X87_REGISTERS,
  X87_STATUS,
  X87_TAGS,
  ZERO as ZERO_FLAG,
} from '../state.ts';
import {
  EQUAL,
  LESS,
  UNORDERED,
  add,
  compare,
  convert,
  divide,
  integerHigh,
  integerLow,
  multiply,
  roundToIntegral,
  squareRoot,
  toInteger,
} from './arithmetic.ts';
import { conditionFlags, setArithmeticFlags } from './arithmetic-flags.ts';
import { fromDecimal, toDecimal } from './decimal.ts';
import {
  DENORMAL_OPERAND,
  DIVIDE_BY_ZERO,
  Environment,
  INVALID_OPERATION,
  OVERFLOWED,
  TO_ZERO,
  UNDERFLOWED,
} from './environment.ts';
import { mayRead, mayWrite, raise } from './guest-operand.ts';
import { DOUBLE, EXTENDED, EXTENDED_DOUBLE, EXTENDED_SINGLE, FINITE, Float, type Format, INFINITY, INVALID, QUIET, SINGLE, ZERO } from './number.ts';
import { extract, quotient, remainder, scaleBy } from './remainder.ts';
import { CONSTANT_VALUES, arcTangent, cosine, exponential, inRange, logarithm, logarithmNearOne, sine, tangent } from './transcendental.ts';
import * as op from './x87-operations.ts';
import { X87Images } from './x87-images.ts';

const STATE = indexOf(CPU_STATE);
const CONTROL = STATE + X87_CONTROL;
const STATUS = STATE + X87_STATUS;
const TAGS = STATE + X87_TAGS;
const OPCODE = STATE + X87_OPCODE;
/** By words: the first register, the two pointers, the instruction pointer. */
const REGISTERS = (STATE + X87_REGISTERS) >>> 2;
const LAST_INSTRUCTION = (STATE + X87_INSTRUCTION) >>> 2;
const LAST_OPERAND = (STATE + X87_OPERAND) >>> 2;
const POINTER = (STATE + INSTRUCTION_POINTER) >>> 2;

export const C0 = 0x100;
export const C1 = 0x200;
export const C2 = 0x400;
export const C3 = 0x4000;
const STACK_FAULT = 0x40;
/** A summary of the exceptions that are not masked, and the busy bit, which is the same. */
const SUMMARY = 0x8080;
const PENDING = 0x80;
const BEFORE_OPERATION = INVALID_OPERATION | DENORMAL_OPERAND | DIVIDE_BY_ZERO;

const PLACE_SIZES = [0, 4, 8, 10, 2, 4, 8, 10];
/** By PLACE_*: how many bits an integer has. */
const INTEGER_BITS = [0, 0, 0, 0, 16, 32, 64];
const VECTOR_X87 = 16;
/** The selector of 64-bit user code. */
const CODE_SELECTOR = 0x33;

/** Of the operations, those that do not look for pending exceptions. */
const NOT_WAITING = new Set([op.NOTHING, op.FNCLEX, op.FNINIT, op.FNSAVE, op.FNSTENV, op.FNSTSW, op.FNSTCW, op.FXSAVE, op.FXRSTOR]);
/** Those that leave the pointers to the last instruction as they are. */
const CONTROLLING = new Set([...NOT_WAITING, op.FLDCW, op.FLDENV, op.FRSTOR, op.EMMS, op.FWAIT]);
const waits = Uint8Array.from({ length: 64 }, (_, index) => (NOT_WAITING.has(index) ? 0 : 1));
const remembers = Uint8Array.from({ length: 64 }, (_, index) => (CONTROLLING.has(index) ? 0 : 1));

export class X87 {
  /** Whether accesses are checked against the permissions of pages. */
  checked = false;
  readonly #memory: GuestMemory;
  readonly #view: DataView;
  readonly #words: Int32Array;
  readonly #images: X87Images;
  readonly #environment = new Environment();
  readonly #first = new Float();
  readonly #second = new Float();
  readonly #result = new Float();
  readonly #other = new Float();
  readonly #digits = new Uint8Array(10);

  constructor(memory: GuestMemory) {
    this.#memory = memory;
    this.#view = memory.view;
    this.#words = memory.words;
    this.#images = new X87Images(memory);
  }

  /** Whether the next instruction that waits, also one of MMX, raises an exception. */
  pending(): boolean {
    return (this.#view.getUint16(STATUS, true) & PENDING) !== 0;
  }

  /**
   * Executes a form: `address` is of its memory operand, `register` the number of ST(i), `size` the operand size. 0, EXIT_PAGE_FAULT or
   * EXIT_EXCEPTION; the state then has the details, and nothing else has changed.
   */
  execute(form: number, address: number, register: number, size: number): number {
    const operation = op.OPERATION[form]!;
    if (waits[operation] === 1 && this.pending()) return raise(this.#memory, VECTOR_X87);
    const place = op.PLACE[form]!;
    const inMemory = place !== op.PLACE_STACK && place !== op.PLACE_AX;
    if (remembers[operation] === 0) {
      if (operation !== op.FNSTSW) return this.#images.control(operation, address, size, this.checked);
      return this.#storeStatus(place, address);
    }
    if (inMemory) {
      const stores = operation >= op.FST && operation <= op.FBST;
      const length = PLACE_SIZES[place]!;
      const failed = stores ? mayWrite(this.#memory, this.checked, address, length) : mayRead(this.#memory, this.checked, address, length);
      if (failed !== 0) return failed;
    }
    this.#remember(inMemory, address);
    const environment = this.#environment;
    const control = this.#view.getUint16(CONTROL, true);
    environment.rounding = (control >>> 10) & 3;
    environment.masks = control & 63;
    environment.flags = 0;
    environment.roundedUp = false;
    const pops = op.POPS[form]!;
    switch (operation) {
      case op.FADD:
      case op.FMUL:
      case op.FSUB:
      case op.FSUBR:
      case op.FDIV:
      case op.FDIVR:
        this.#arithmetic(operation, place, address, register, op.DETAIL[form]! === 1, pops, control);
        break;
      case op.FCOM:
      case op.FUCOM:
        this.#compare(operation === op.FUCOM, place, address, pops === 2 ? 1 : register, pops);
        break;
      case op.FCOMI:
      case op.FUCOMI:
        this.#compareFlags(operation === op.FUCOMI, register, pops);
        break;
      case op.FLD:
        this.#load(place, address, register);
        break;
      case op.FST:
        if (place === op.PLACE_STACK) this.#copyTo(register, pops, op.DETAIL[form]! === op.UNCHECKED);
        else this.#store(place, address, pops);
        break;
      case op.FIST:
      case op.FISTTP:
        this.#storeInteger(place, address, operation === op.FISTTP ? TO_ZERO : environment.rounding, pops);
        break;
      case op.FBST:
        this.#storeDecimal(address);
        break;
      case op.FXCH:
        this.#exchange(register);
        break;
      case op.FCMOV:
        this.#conditionalMove(op.DETAIL[form]!, register);
        break;
      case op.FFREE:
        this.#view.setUint8(TAGS, this.#view.getUint8(TAGS) & ~(1 << ((this.#top() + register) & 7)));
        this.#setConditions(C1, 0);
        this.#popTimes(pops);
        break;
      case op.FNOP:
        break;
      case op.FDECSTP:
      case op.FINCSTP:
        this.#setTop(this.#top() + (operation === op.FDECSTP ? 7 : 1));
        this.#setConditions(C1, 0);
        break;
      case op.FCHS:
      case op.FABS:
        this.#changeSign(operation === op.FABS);
        break;
      case op.FTST:
        this.#test();
        break;
      case op.FXAM:
        this.#examine();
        break;
      case op.CONSTANT:
        this.#constant(op.DETAIL[form]!);
        break;
      case op.FXTRACT:
      case op.FPTAN:
      case op.FSINCOS:
        this.#pushing(operation);
        break;
      case op.FYL2X:
      case op.FYL2XP1:
      case op.FPATAN:
        this.#popping(operation);
        break;
      case op.FPREM:
      case op.FPREM1:
      case op.FSCALE:
        this.#withSecond(operation);
        break;
      default:
        this.#unary(operation, control);
    }
    return 0;
  }

  #top(): number {
    return (this.#view.getUint16(STATUS, true) >>> 11) & 7;
  }

  #setTop(top: number): void {
    this.#view.setUint16(STATUS, (this.#view.getUint16(STATUS, true) & ~0x3800) | ((top & 7) << 11), true);
  }

  #setConditions(mask: number, value: number): void {
    this.#view.setUint16(STATUS, (this.#view.getUint16(STATUS, true) & ~mask) | value, true);
  }

  #isEmpty(register: number): boolean {
    return (this.#view.getUint8(TAGS) & (1 << ((this.#top() + register) & 7))) === 0;
  }

  /** The first word of ST(i). */
  #at(register: number): number {
    return REGISTERS + (((this.#top() + register) & 7) << 2);
  }

  #read(into: Float, register: number): void {
    const at = this.#at(register);
    into.fromExtended(this.#words[at]!, this.#words[at + 1]!, this.#words[at + 2]!);
  }

  #writeParts(register: number, low: number, high: number, top: number): void {
    const at = this.#at(register);
    this.#words[at] = low;
    this.#words[at + 1] = high;
    this.#words[at + 2] = top;
    this.#view.setUint8(TAGS, this.#view.getUint8(TAGS) | (1 << ((this.#top() + register) & 7)));
  }

  #write(register: number, value: Float): void {
    this.#writeParts(register, value.toExtendedLow(), value.toExtendedHigh(), value.toExtendedTop());
  }

  #writeIndefinite(register: number): void {
    this.#writeParts(register, 0, 0xc0000000 | 0, 0xffff);
  }

  #pop(): void {
    const top = this.#top();
    this.#view.setUint8(TAGS, this.#view.getUint8(TAGS) & ~(1 << top));
    this.#setTop(top + 1);
  }

  #popTimes(count: number): void {
    for (let time = 0; time < count; time++) this.#pop();
  }

  /** Reports what the environment found. True if the operation must not have a result, because of an exception that is not masked. */
  #report(): boolean {
    const environment = this.#environment;
    const stops = (environment.flags & ~environment.masks & BEFORE_OPERATION) !== 0;
    if (stops) environment.flags &= BEFORE_OPERATION | STACK_FAULT;
    const upward = environment.roundedUp && !stops ? C1 : 0;
    let status = (this.#view.getUint16(STATUS, true) & ~C1) | environment.flags | upward;
    if ((status & ~environment.masks & 63) !== 0) status |= SUMMARY;
    this.#view.setUint16(STATUS, status, true);
    return stops;
  }

  /** An empty register was read, or with `overflow` one was to be filled that is not empty. True if there is no result. */
  #stackFault(overflow: boolean): boolean {
    this.#environment.flags = INVALID_OPERATION | STACK_FAULT;
    this.#environment.roundedUp = overflow;
    const stops = this.#report();
    if (overflow) this.#setConditions(C1, C1);
    return stops;
  }

  #remember(inMemory: boolean, address: number): void {
    const words = this.#words;
    const low = words[POINTER]!;
    words[LAST_INSTRUCTION] = low;
    words[LAST_INSTRUCTION + 1] = CODE_SELECTOR << 16;
    if (inMemory) {
      words[LAST_OPERAND] = address;
      words[LAST_OPERAND + 1] = 0;
    }
    const { bytes } = this.#memory;
    let at = indexOf(low >>> 0);
    for (const end = at + 14; at < end; at++) {
      const byte = bytes[at]!;
      if ((byte & 0xf8) !== 0xd8) continue;
      this.#view.setUint16(OPCODE, ((byte & 7) << 8) | bytes[at + 1]!, true);
      return;
    }
  }

  #readMemory(into: Float, place: number, address: number): void {
    const view = this.#view;
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

  #arithmetic(
    operation: number,
    place: number,
    address: number,
    register: number,
    toOther: boolean,
    pops: number,
    control: number,
  ): void {
    const onStack = place === op.PLACE_STACK;
    const destination = toOther ? register : 0;
    if (this.#isEmpty(0) || (onStack && this.#isEmpty(register))) {
      if (this.#stackFault(false)) return;
      this.#writeIndefinite(destination);
      this.#popTimes(pops);
      return;
    }
    const first = this.#first;
    const second = this.#second;
    this.#read(first, toOther ? register : 0);
    if (toOther) this.#read(second, 0);
    else if (onStack) this.#read(second, register);
    else this.#readMemory(second, place, address);
    const format = formatOf(control);
    const result = this.#result;
    const environment = this.#environment;
    switch (operation) {
      case op.FADD:
        add(result, first, second, 0, format, environment);
        break;
      case op.FMUL:
        multiply(result, first, second, format, environment);
        break;
      case op.FSUB:
        add(result, first, second, 1, format, environment);
        break;
      case op.FSUBR:
        add(result, second, first, 1, format, environment);
        break;
      case op.FDIV:
        divide(result, first, second, format, environment);
        break;
      default:
        divide(result, second, first, format, environment);
    }
    if (this.#report()) return;
    this.#write(destination, result);
    this.#popTimes(pops);
  }

  #setComparison(relation: number): void {
    const conditions = relation === UNORDERED ? C0 | C2 | C3 : relation === LESS ? C0 : relation === EQUAL ? C3 : 0;
    this.#setConditions(C0 | C2 | C3, conditions);
  }

  #compare(quiet: boolean, place: number, address: number, register: number, pops: number): void {
    const onStack = place === op.PLACE_STACK;
    let relation = UNORDERED;
    let stops = false;
    if (this.#isEmpty(0) || (onStack && this.#isEmpty(register))) stops = this.#stackFault(false);
    else {
      this.#read(this.#first, 0);
      if (onStack) this.#read(this.#second, register);
      else this.#readMemory(this.#second, place, address);
      relation = compare(this.#first, this.#second, quiet, this.#environment);
      stops = this.#report();
    }
    // The relation is told in any case.
    this.#setComparison(relation);
    if (!stops) this.#popTimes(pops);
  }

  #compareFlags(quiet: boolean, register: number, pops: number): void {
    let relation = UNORDERED;
    let stops = false;
    if (this.#isEmpty(0) || this.#isEmpty(register)) stops = this.#stackFault(false);
    else {
      const kept = this.#view.getUint16(STATUS, true) & C1;
      this.#read(this.#first, 0);
      this.#read(this.#second, register);
      relation = compare(this.#first, this.#second, quiet, this.#environment);
      stops = this.#report();
      this.#setConditions(C1, kept);
    }
    setArithmeticFlags(
      this.#memory,
      relation === UNORDERED ? CARRY | PARITY | ZERO_FLAG : relation === LESS ? CARRY : relation === EQUAL ? ZERO_FLAG : 0,
    );
    if (!stops) this.#popTimes(pops);
  }

  #test(): void {
    let relation = UNORDERED;
    if (this.#isEmpty(0)) this.#stackFault(false);
    else {
      this.#read(this.#first, 0);
      this.#second.setZero(0);
      relation = compare(this.#first, this.#second, false, this.#environment);
      this.#report();
    }
    this.#setComparison(relation);
  }

  #examine(): void {
    const value = this.#first;
    this.#read(value, 0);
    let conditions = value.sign === 1 ? C1 : 0;
    if (this.#isEmpty(0)) conditions |= C3 | C0;
    else if (value.kind === FINITE) conditions |= value.denormal ? C3 | C2 : C2;
    else if (value.kind === ZERO) conditions |= C3;
    else if (value.kind === INFINITY) conditions |= C2 | C0;
    else if (value.kind !== INVALID) conditions |= C0;
    this.#setConditions(C0 | C1 | C2 | C3, conditions);
  }

  /** Makes room for a result. False if it must not come; true with the indefinite in it if it is not to. */
  #push(): boolean {
    this.#setTop(this.#top() + 7);
    return true;
  }

  /** Whether the register below the top is in use; then the masked response is made. */
  #overflows(): boolean {
    if (this.#isEmpty(7)) return false;
    if (!this.#stackFault(true)) {
      this.#push();
      this.#writeIndefinite(0);
    }
    return true;
  }

  #load(place: number, address: number, register: number): void {
    if (place === op.PLACE_STACK) {
      if (this.#isEmpty(register)) {
        if (this.#stackFault(false)) return;
        this.#push();
        this.#writeIndefinite(0);
        return;
      }
      if (this.#overflows()) return;
      const at = this.#at(register);
      const words = this.#words;
      this.#setConditions(C1, 0);
      this.#push();
      this.#writeParts(0, words[at]!, words[at + 1]!, words[at + 2]!);
      return;
    }
    if (this.#overflows()) return;
    if (place === op.PLACE_EXTENDED) {
      const at = indexOf(address);
      this.#setConditions(C1, 0);
      this.#push();
      this.#writeParts(0, this.#view.getInt32(at, true), this.#view.getInt32(at + 4, true), this.#view.getUint16(at + 8, true));
      return;
    }
    this.#readMemory(this.#first, place, address);
    convert(this.#result, this.#first, EXTENDED, this.#environment);
    // A denormal operand is loaded also where that exception is not masked.
    if (this.#report() && (this.#environment.flags & INVALID_OPERATION) !== 0) return;
    this.#push();
    this.#write(0, this.#result);
  }

  #constant(which: number): void {
    if (this.#overflows()) return;
    const value = CONSTANT_VALUES[which]!;
    const { rounding } = this.#environment;
    this.#setConditions(C1, 0);
    this.#push();
    // The mantissas are rounded down; those that are nearer to the next are the next when that is asked for.
    const up = rounding === 2 ? value.inexact : rounding === 0 && value.nearestIsUp;
    this.#writeParts(0, value.low + (up ? 1 : 0), value.high, value.top);
  }

  #copyTo(register: number, pops: number, unchecked: boolean): void {
    if (this.#isEmpty(0) && unchecked) this.#setConditions(C1, 0);
    else if (this.#isEmpty(0)) {
      if (this.#stackFault(false)) return;
      this.#writeIndefinite(register);
    } else {
      const at = this.#at(0);
      const words = this.#words;
      this.#setConditions(C1, 0);
      this.#writeParts(register, words[at]!, words[at + 1]!, words[at + 2]!);
    }
    this.#popTimes(pops);
  }

  #store(place: number, address: number, pops: number): void {
    const view = this.#view;
    const at = indexOf(address);
    const environment = this.#environment;
    const result = this.#result;
    const empty = this.#isEmpty(0);
    if (place === op.PLACE_EXTENDED) {
      if (empty) {
        if (this.#stackFault(false)) return;
        this.#result.setIndefinite();
        view.setInt32(at, 0, true);
        view.setInt32(at + 4, 0xc0000000 | 0, true);
        view.setUint16(at + 8, 0xffff, true);
      } else {
        const from = this.#at(0);
        this.#setConditions(C1, 0);
        view.setInt32(at, this.#words[from]!, true);
        view.setInt32(at + 4, this.#words[from + 1]!, true);
        view.setUint16(at + 8, this.#words[from + 2]!, true);
      }
      this.#popTimes(pops);
      return;
    }
    if (empty) {
      if (this.#stackFault(false)) return;
      result.setIndefinite();
    } else {
      this.#read(this.#first, 0);
      // A store does not report that the register has a denormal number.
      this.#first.denormal = false;
      convert(result, this.#first, place === op.PLACE_SINGLE ? SINGLE : DOUBLE, environment);
      const huge = environment.flags & ~environment.masks & (OVERFLOWED | UNDERFLOWED);
      if (huge !== 0) {
        environment.flags = huge;
        environment.roundedUp = false;
      }
      if (this.#report() || huge !== 0) return;
    }
    if (place === op.PLACE_SINGLE) view.setInt32(at, result.toSingle(), true);
    else {
      view.setInt32(at, result.toDoubleLow(), true);
      view.setInt32(at + 4, result.toDoubleHigh(), true);
    }
    this.#popTimes(pops);
  }

  #storeInteger(place: number, address: number, rounding: number, pops: number): void {
    const environment = this.#environment;
    const bits = INTEGER_BITS[place]!;
    let low = 0;
    let high = 0x80000000 | 0;
    if (this.#isEmpty(0)) {
      if (this.#stackFault(false)) return;
    } else {
      const value = this.#first;
      this.#read(value, 0);
      const fits = (value.kind === FINITE || value.kind === ZERO) && toInteger(value, rounding, environment) && fitsInteger(bits, value.sign);
      if (fits) {
        low = value.sign === 0 ? integerLow : -integerLow | 0;
        high = value.sign === 0 ? integerHigh : (~integerHigh + (integerLow === 0 ? 1 : 0)) | 0;
      } else {
        environment.flags = INVALID_OPERATION;
        environment.roundedUp = false;
      }
      if (this.#report()) return;
      if (!fits) low = bits === 64 ? 0 : 1 << (bits - 1);
    }
    const at = indexOf(address);
    if (this.#isEmpty(0)) low = bits === 64 ? 0 : 1 << (bits - 1);
    if (bits === 16) this.#view.setInt16(at, low, true);
    else this.#view.setInt32(at, low, true);
    if (bits === 64) this.#view.setInt32(at + 4, high, true);
    this.#popTimes(pops);
  }

  #storeDecimal(address: number): void {
    const empty = this.#isEmpty(0);
    if (empty) {
      if (this.#stackFault(false)) return;
      this.#first.setIndefinite();
    } else this.#read(this.#first, 0);
    toDecimal(this.#digits, this.#first, this.#environment);
    if (!empty && this.#report()) return;
    this.#memory.bytes.set(this.#digits, indexOf(address));
    this.#pop();
  }

  #exchange(register: number): void {
    if (this.#isEmpty(0) || this.#isEmpty(register)) {
      if (this.#stackFault(false)) return;
      if (this.#isEmpty(0)) this.#writeIndefinite(0);
      if (this.#isEmpty(register)) this.#writeIndefinite(register);
    } else this.#setConditions(C1, 0);
    const words = this.#words;
    const first = this.#at(0);
    const second = this.#at(register);
    for (let word = 0; word < 3; word++) {
      const kept = words[first + word]!;
      words[first + word] = words[second + word]!;
      words[second + word] = kept;
    }
  }

  #conditionalMove(condition: number, register: number): void {
    if (this.#isEmpty(0) || this.#isEmpty(register)) {
      if (!this.#stackFault(false)) this.#writeIndefinite(0);
      return;
    }
    const flags = conditionFlags(this.#memory);
    const kind = condition & 3;
    const mask = kind === 0 ? CARRY : kind === 1 ? ZERO_FLAG : kind === 2 ? CARRY | ZERO_FLAG : PARITY;
    if (((flags & mask) !== 0) === condition >= 4) return;
    const at = this.#at(register);
    this.#writeParts(0, this.#words[at]!, this.#words[at + 1]!, this.#words[at + 2]!);
  }

  #changeSign(clear: boolean): void {
    if (this.#isEmpty(0)) {
      if (!this.#stackFault(false)) this.#writeIndefinite(0);
      return;
    }
    const at = this.#at(0) + 2;
    this.#setConditions(C1, 0);
    this.#words[at] = clear ? this.#words[at]! & 0x7fff : this.#words[at]! ^ 0x8000;
  }

  /** fsqrt, frndint, f2xm1, fsin, fcos: ST(0) becomes something of itself. */
  #unary(operation: number, control: number): void {
    if (operation === op.FSIN || operation === op.FCOS) this.#setConditions(C2, 0);
    if (this.#isEmpty(0)) {
      if (!this.#stackFault(false)) this.#writeIndefinite(0);
      return;
    }
    const value = this.#first;
    const result = this.#result;
    const environment = this.#environment;
    this.#read(value, 0);
    if (operation === op.FSIN || operation === op.FCOS) {
      if (!inRange(value)) {
        this.#setConditions(C1 | C2, C2);
        return;
      }
      if (operation === op.FSIN) sine(result, value, environment);
      else cosine(result, value, environment);
    } else if (operation === op.FSQRT) squareRoot(result, value, formatOf(control), environment);
    else if (operation === op.FRNDINT) roundToIntegral(result, value, environment.rounding, environment);
    else exponential(result, value, environment);
    if (!this.#report()) this.#write(0, result);
  }

  /** fprem, fprem1, fscale: ST(0) becomes something of itself and ST(1). */
  #withSecond(operation: number): void {
    if (operation !== op.FSCALE) this.#setConditions(C2, 0);
    if (this.#isEmpty(0) || this.#isEmpty(1)) {
      if (!this.#stackFault(false)) this.#writeIndefinite(0);
      return;
    }
    this.#read(this.#first, 0);
    this.#read(this.#second, 1);
    if (operation === op.FSCALE) {
      scaleBy(this.#result, this.#first, this.#second, this.#environment);
      if (!this.#report()) this.#write(0, this.#result);
      return;
    }
    remainder(this.#result, this.#first, this.#second, operation === op.FPREM1, this.#environment);
    if (this.#report()) return;
    this.#write(0, this.#result);
    if (this.#result.kind >= QUIET) return;
    const bits = quotient;
    const conditions = bits < 0 ? C2 : ((bits & 4) !== 0 ? C0 : 0) | ((bits & 2) !== 0 ? C3 : 0) | ((bits & 1) !== 0 ? C1 : 0);
    this.#setConditions(C0 | C1 | C2 | C3, conditions);
  }

  /** fyl2x, fyl2xp1, fpatan: ST(1) becomes something of both, and the other is popped. */
  #popping(operation: number): void {
    if (this.#isEmpty(0) || this.#isEmpty(1)) {
      if (this.#stackFault(false)) return;
      this.#writeIndefinite(1);
      this.#pop();
      return;
    }
    const x = this.#first;
    const y = this.#second;
    this.#read(x, 0);
    this.#read(y, 1);
    if (operation === op.FPATAN) arcTangent(this.#result, y, x, this.#environment);
    else if (operation === op.FYL2X) logarithm(this.#result, y, x, this.#environment);
    else logarithmNearOne(this.#result, y, x, this.#environment);
    if (this.#report()) return;
    this.#write(1, this.#result);
    this.#pop();
  }

  /** fxtract, fptan, fsincos: one value becomes two. */
  #pushing(operation: number): void {
    const empty = this.#isEmpty(0);
    if (operation !== op.FXTRACT) this.#setConditions(C2, 0);
    if (empty || !this.#isEmpty(7)) {
      if (this.#stackFault(!empty)) return;
      this.#writeIndefinite(0);
      this.#push();
      this.#writeIndefinite(0);
      return;
    }
    const value = this.#first;
    const below = this.#result;
    const above = this.#other;
    const environment = this.#environment;
    this.#read(value, 0);
    if (operation === op.FXTRACT) extract(below, above, value, environment);
    else {
      if (!inRange(value)) {
        this.#setConditions(C1 | C2, C2);
        return;
      }
      if (operation === op.FSINCOS) {
        cosine(above, value, environment);
        sine(below, value, environment);
      } else {
        tangent(below, value, environment);
        if (value.kind >= INFINITY) above.copy(below);
        else above.fromInteger(1, 0);
      }
    }
    if (this.#report()) return;
    this.#write(0, below);
    this.#push();
    this.#write(0, above);
  }

  #storeStatus(place: number, address: number): number {
    const status = this.#view.getUint16(STATUS, true);
    if (place === op.PLACE_AX) {
      this.#view.setUint16(STATE, status, true);
      return 0;
    }
    const failed = mayWrite(this.#memory, this.checked, address, 2);
    if (failed === 0) this.#view.setUint16(indexOf(address), status, true);
    return failed;
  }
}

/** What the precision control says of results. */
function formatOf(control: number): Format {
  const precision = control & 0x300;
  return precision === 0x300 ? EXTENDED : precision === 0x200 ? EXTENDED_DOUBLE : precision === 0 ? EXTENDED_SINGLE : EXTENDED;
}

/** Whether the magnitude that `toInteger` found is an integer of so many bits with that sign. */
export function fitsInteger(bits: number, sign: number): boolean {
  const high = integerHigh >>> 0;
  const low = integerLow >>> 0;
  if (bits === 64) return high < 0x80000000 || (sign === 1 && high === 0x80000000 && low === 0);
  const limit = 2 ** (bits - 1);
  return high === 0 && (low < limit || (sign === 1 && low === limit));
}
