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
import { CARRY, INSTRUCTION_POINTER, PARITY, X87_INSTRUCTION, X87_OPCODE, X87_OPERAND, ZERO as ZERO_FLAG } from '../state.ts';
import { add, multiply, roundToIntegral } from './arithmetic.ts';
import { setArithmeticFlags } from './arithmetic-flags.ts';
import { EQUAL, LESS, UNORDERED, compare } from './comparison.ts';
import { divide, squareRoot } from './division.ts';
import { TO_ZERO } from './environment.ts';
import { mayRead, mayWrite, raise } from './guest-operand.ts';
import { EXTENDED, EXTENDED_DOUBLE, EXTENDED_SINGLE, FINITE, Float, type Format, INFINITY, INVALID, QUIET, ZERO } from './number.ts';
import { extract, quotient, remainder, scaleBy } from './remainder.ts';
import { arcTangent, cosine, exponential, inRange, logarithm, logarithmNearOne, sine, tangent } from './transcendental.ts';
import { X87Images } from './x87-images.ts';
import * as op from './x87-operations.ts';
import { C0, C1, C2, C3, X87Stack } from './x87-stack.ts';
import { X87Transfer } from './x87-transfer.ts';

const STATE = indexOf(CPU_STATE);
const OPCODE = STATE + X87_OPCODE;
/** By words: the two pointers to the last instruction and its operand, and the instruction pointer. */
const LAST_INSTRUCTION = (STATE + X87_INSTRUCTION) >>> 2;
const LAST_OPERAND = (STATE + X87_OPERAND) >>> 2;
const POINTER = (STATE + INSTRUCTION_POINTER) >>> 2;

const PLACE_SIZES = [0, 4, 8, 10, 2, 4, 8, 10];
const VECTOR_X87 = 16;
/** The selector of 64-bit user code. */
const CODE_SELECTOR = 0x33;

/** Of the operations, those that do not look for pending exceptions. */
const NOT_WAITING = new Set([op.NOTHING, op.FNCLEX, op.FNINIT, op.FNSAVE, op.FNSTENV, op.FNSTSW, op.FNSTCW, op.FXSAVE, op.FXRSTOR, op.LDMXCSR, op.STMXCSR]);
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
  readonly #stack: X87Stack;
  readonly #transfer: X87Transfer;
  readonly #first = new Float();
  readonly #second = new Float();
  readonly #result = new Float();
  readonly #other = new Float();

  constructor(memory: GuestMemory) {
    this.#memory = memory;
    this.#view = memory.view;
    this.#words = memory.words;
    this.#images = new X87Images(memory);
    this.#stack = new X87Stack(memory);
    this.#transfer = new X87Transfer(memory, this.#stack);
  }

  /** Whether the next instruction that waits, also one of MMX, raises an exception. */
  pending(): boolean {
    return this.#stack.pending();
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
    this.#stack.begin();
    const control = this.#stack.control();
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
        this.#transfer.load(place, address, register);
        break;
      case op.FST:
        if (place === op.PLACE_STACK) this.#transfer.copyTo(register, pops, op.DETAIL[form]! === op.UNCHECKED);
        else this.#transfer.store(place, address, pops);
        break;
      case op.FIST:
      case op.FISTTP:
        this.#transfer.storeInteger(place, address, operation === op.FISTTP ? TO_ZERO : this.#stack.environment.rounding, pops);
        break;
      case op.FBST:
        this.#transfer.storeDecimal(address);
        break;
      case op.FXCH:
        this.#transfer.exchange(register);
        break;
      case op.FCMOV:
        this.#transfer.conditionalMove(op.DETAIL[form]!, register);
        break;
      case op.FFREE:
        this.#stack.free(register);
        this.#stack.setConditions(C1, 0);
        this.#stack.popTimes(pops);
        break;
      case op.FNOP:
        break;
      case op.FDECSTP:
      case op.FINCSTP:
        this.#stack.setTop(this.#stack.top() + (operation === op.FDECSTP ? 7 : 1));
        this.#stack.setConditions(C1, 0);
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
        this.#transfer.constant(op.DETAIL[form]!);
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
    if (this.#stack.isEmpty(0) || (onStack && this.#stack.isEmpty(register))) {
      if (this.#stack.stackFault(false)) return;
      this.#stack.writeIndefinite(destination);
      this.#stack.popTimes(pops);
      return;
    }
    const first = this.#first;
    const second = this.#second;
    this.#stack.read(first, toOther ? register : 0);
    if (toOther) this.#stack.read(second, 0);
    else if (onStack) this.#stack.read(second, register);
    else this.#transfer.readMemory(second, place, address);
    const format = formatOf(control);
    const result = this.#result;
    const { environment } = this.#stack;
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
    if (this.#stack.report()) return;
    this.#stack.write(destination, result);
    this.#stack.popTimes(pops);
  }

  #setComparison(relation: number): void {
    const conditions = relation === UNORDERED ? C0 | C2 | C3 : relation === LESS ? C0 : relation === EQUAL ? C3 : 0;
    this.#stack.setConditions(C0 | C2 | C3, conditions);
  }

  #compare(quiet: boolean, place: number, address: number, register: number, pops: number): void {
    const onStack = place === op.PLACE_STACK;
    let relation = UNORDERED;
    let stops = false;
    if (this.#stack.isEmpty(0) || (onStack && this.#stack.isEmpty(register))) stops = this.#stack.stackFault(false);
    else {
      this.#stack.read(this.#first, 0);
      if (onStack) this.#stack.read(this.#second, register);
      else this.#transfer.readMemory(this.#second, place, address);
      relation = compare(this.#first, this.#second, quiet, this.#stack.environment);
      stops = this.#stack.report();
    }
    // The relation is told in any case.
    this.#setComparison(relation);
    if (!stops) this.#stack.popTimes(pops);
  }

  #compareFlags(quiet: boolean, register: number, pops: number): void {
    let relation = UNORDERED;
    let stops = false;
    if (this.#stack.isEmpty(0) || this.#stack.isEmpty(register)) stops = this.#stack.stackFault(false);
    else {
      const kept = this.#stack.status() & C1;
      this.#stack.read(this.#first, 0);
      this.#stack.read(this.#second, register);
      relation = compare(this.#first, this.#second, quiet, this.#stack.environment);
      stops = this.#stack.report();
      this.#stack.setConditions(C1, kept);
    }
    setArithmeticFlags(
      this.#memory,
      relation === UNORDERED ? CARRY | PARITY | ZERO_FLAG : relation === LESS ? CARRY : relation === EQUAL ? ZERO_FLAG : 0,
    );
    if (!stops) this.#stack.popTimes(pops);
  }

  #test(): void {
    let relation = UNORDERED;
    if (this.#stack.isEmpty(0)) this.#stack.stackFault(false);
    else {
      this.#stack.read(this.#first, 0);
      this.#second.setZero(0);
      relation = compare(this.#first, this.#second, false, this.#stack.environment);
      this.#stack.report();
    }
    this.#setComparison(relation);
  }

  #examine(): void {
    const value = this.#first;
    this.#stack.read(value, 0);
    let conditions = value.sign === 1 ? C1 : 0;
    if (this.#stack.isEmpty(0)) conditions |= C3 | C0;
    else if (value.kind === FINITE) conditions |= value.denormal ? C3 | C2 : C2;
    else if (value.kind === ZERO) conditions |= C3;
    else if (value.kind === INFINITY) conditions |= C2 | C0;
    else if (value.kind !== INVALID) conditions |= C0;
    this.#stack.setConditions(C0 | C1 | C2 | C3, conditions);
  }

  #changeSign(clear: boolean): void {
    if (this.#stack.isEmpty(0)) {
      if (!this.#stack.stackFault(false)) this.#stack.writeIndefinite(0);
      return;
    }
    const at = this.#stack.at(0) + 2;
    this.#stack.setConditions(C1, 0);
    this.#words[at] = clear ? this.#words[at]! & 0x7fff : this.#words[at]! ^ 0x8000;
  }

  /** fsqrt, frndint, f2xm1, fsin, fcos: ST(0) becomes something of itself. */
  #unary(operation: number, control: number): void {
    if (operation === op.FSIN || operation === op.FCOS) this.#stack.setConditions(C2, 0);
    if (this.#stack.isEmpty(0)) {
      if (!this.#stack.stackFault(false)) this.#stack.writeIndefinite(0);
      return;
    }
    const value = this.#first;
    const result = this.#result;
    const { environment } = this.#stack;
    this.#stack.read(value, 0);
    if (operation === op.FSIN || operation === op.FCOS) {
      if (!inRange(value)) {
        this.#stack.setConditions(C1 | C2, C2);
        return;
      }
      if (operation === op.FSIN) sine(result, value, environment);
      else cosine(result, value, environment);
    } else if (operation === op.FSQRT) squareRoot(result, value, formatOf(control), environment);
    else if (operation === op.FRNDINT) roundToIntegral(result, value, environment.rounding, environment);
    else exponential(result, value, environment);
    if (!this.#stack.report()) this.#stack.write(0, result);
  }

  /** fprem, fprem1, fscale: ST(0) becomes something of itself and ST(1). */
  #withSecond(operation: number): void {
    if (operation !== op.FSCALE) this.#stack.setConditions(C2, 0);
    if (this.#stack.isEmpty(0) || this.#stack.isEmpty(1)) {
      if (!this.#stack.stackFault(false)) this.#stack.writeIndefinite(0);
      return;
    }
    this.#stack.read(this.#first, 0);
    this.#stack.read(this.#second, 1);
    if (operation === op.FSCALE) {
      scaleBy(this.#result, this.#first, this.#second, this.#stack.environment);
      if (!this.#stack.report()) this.#stack.write(0, this.#result);
      return;
    }
    remainder(this.#result, this.#first, this.#second, operation === op.FPREM1, this.#stack.environment);
    if (this.#stack.report()) return;
    this.#stack.write(0, this.#result);
    if (this.#result.kind >= QUIET) return;
    const bits = quotient;
    const conditions = bits < 0 ? C2 : ((bits & 4) !== 0 ? C0 : 0) | ((bits & 2) !== 0 ? C3 : 0) | ((bits & 1) !== 0 ? C1 : 0);
    this.#stack.setConditions(C0 | C1 | C2 | C3, conditions);
  }

  /** fyl2x, fyl2xp1, fpatan: ST(1) becomes something of both, and the other is popped. */
  #popping(operation: number): void {
    if (this.#stack.isEmpty(0) || this.#stack.isEmpty(1)) {
      if (this.#stack.stackFault(false)) return;
      this.#stack.writeIndefinite(1);
      this.#stack.pop();
      return;
    }
    const x = this.#first;
    const y = this.#second;
    this.#stack.read(x, 0);
    this.#stack.read(y, 1);
    if (operation === op.FPATAN) arcTangent(this.#result, y, x, this.#stack.environment);
    else if (operation === op.FYL2X) logarithm(this.#result, y, x, this.#stack.environment);
    else logarithmNearOne(this.#result, y, x, this.#stack.environment);
    if (this.#stack.report()) return;
    this.#stack.write(1, this.#result);
    this.#stack.pop();
  }

  /** fxtract, fptan, fsincos: one value becomes two. */
  #pushing(operation: number): void {
    const empty = this.#stack.isEmpty(0);
    if (operation !== op.FXTRACT) this.#stack.setConditions(C2, 0);
    if (empty || !this.#stack.isEmpty(7)) {
      if (this.#stack.stackFault(!empty)) return;
      this.#stack.writeIndefinite(0);
      this.#stack.push();
      this.#stack.writeIndefinite(0);
      return;
    }
    const value = this.#first;
    const below = this.#result;
    const above = this.#other;
    const { environment } = this.#stack;
    this.#stack.read(value, 0);
    if (operation === op.FXTRACT) extract(below, above, value, environment);
    else {
      if (!inRange(value)) {
        this.#stack.setConditions(C1 | C2, C2);
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
    if (this.#stack.report()) return;
    this.#stack.write(0, below);
    this.#stack.push();
    this.#stack.write(0, above);
  }

  #storeStatus(place: number, address: number): number {
    const status = this.#stack.status();
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
