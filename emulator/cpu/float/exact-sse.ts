/**
 * Floating point of SSE to SSE4.1, to the bit: with MXCSR's rounding, denormals as zero and flush to zero, its flags, and exceptions
 * where they are not masked. The fast path computes as WebAssembly does, to nearest, and sets no flags; mxcsr.ts says when that is not enough.
 *
 * Not all instructions have to come here then. With the control bits of 1F80h, an addition, subtraction, multiplication, division or square root
 * can set no other flag than INEXACT, which soon is set anyway, if the exponents of its operands are neither 0 nor the highest one, and
 * that of its result is neither 0 nor 1 nor the highest.
 *
 * Differs: rcpss, rsqrtss and their like have their results to all 24 bits; each maker's processors have other 12 bits of them. Which flags packed
 * instructions set besides one that is not masked is as AMD's processors have it.
 */

import { type GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE } from '../../memory/layout.ts';
import { CARRY, MXCSR, PARITY, X87_REGISTERS, X87_STATUS, X87_TAGS, XMM, ZERO as ZERO_FLAG } from '../state.ts';
import { add, convert, fitsInteger, integerHigh, integerLow, multiply, roundTo, roundToIntegral, toInteger } from './arithmetic.ts';
import { setArithmeticFlags } from './arithmetic-flags.ts';
import { EQUAL, LESS, UNORDERED, compare } from './comparison.ts';
import { divide, squareRoot } from './division.ts';
import { DENORMAL_OPERAND, DIVIDE_BY_ZERO, Environment, INEXACT, INVALID_OPERATION, TO_ZERO } from './environment.ts';
import { mayRead, raise } from './guest-operand.ts';
import { DOUBLE, FINITE, Float, type Format, SINGLE, ZERO } from './number.ts';
import * as op from './sse-operations.ts';

const STATE = indexOf(CPU_STATE);
const FIRST_XMM = STATE + XMM;
const FIRST_MMX = STATE + X87_REGISTERS;
const CONTROL = STATE + MXCSR;

const DENORMALS_ARE_ZERO = 0x40;
const FLUSH_TO_ZERO = 0x8000;
const BEFORE_OPERATION = INVALID_OPERATION | DENORMAL_OPERAND | DIVIDE_BY_ZERO;
const VECTOR_PROTECTION = 13;
const VECTOR_X87 = 16;
const VECTOR_SIMD = 19;
const X87_PENDING = 0x80;

/** Bits of the immediate of rounding instructions. */
const ROUND_BY_MXCSR = 4;
const NOT_INEXACT = 8;

/** By predicate: whether it is true if the first operand is less, equal, greater, or neither; bits 0 to 3. */
const PREDICATES = [0b0010, 0b0001, 0b0011, 0b1000, 0b1101, 0b1110, 0b1100, 0b0111];
/** Predicates that quiet NaNs do not make invalid. */
const QUIET_PREDICATES = 0b10011001;

export class ExactSse {
  /** Whether accesses are checked against the permissions of pages. */
  checked = false;
  readonly #memory: GuestMemory;
  readonly #view: DataView;
  readonly #environment = new Environment();
  readonly #first = new Float();
  readonly #second = new Float();
  readonly #result = new Float();
  readonly #sums: readonly Float[] = [new Float(), new Float(), new Float(), new Float()];
  /** What the destination will be, if no exception comes in between. */
  readonly #out = new Int32Array(4);
  readonly #outFloats = new Float32Array(this.#out.buffer);
  #denormalsAreZero = false;
  /** What all elements found; and what they found in steps before. */
  #flags = 0;
  #settled = 0;

  constructor(memory: GuestMemory) {
    this.#memory = memory;
    this.#view = memory.view;
    this.#environment.firstNaN = true;
  }

  /**
   * Executes a form. `destination` and `source` are numbers of registers, of the kinds that the form has; a source of -1 is in memory at
   * `address`. `size` is the operand size. 0, EXIT_PAGE_FAULT or EXIT_EXCEPTION; the state then has the details.
   */
  execute(form: number, destination: number, source: number, address: number, immediate: number, size: number): number {
    const operation = op.OPERATION[form]!;
    const view = this.#view;
    const usesMmx = op.MMX_DESTINATION[form] === 1 || (op.MMX_SOURCE[form] === 1 && source >= 0);
    if (usesMmx && (view.getUint16(STATE + X87_STATUS, true) & X87_PENDING) !== 0) return raise(this.#memory, VECTOR_X87);
    const kind = op.SOURCE[form]!;
    let at = 0;
    if (source < 0) {
      const bytes = op.SOURCE_BYTES[form]! || size;
      if (bytes === 16 && (address & 15) !== 0) return raise(this.#memory, VECTOR_PROTECTION);
      const failed = mayRead(this.#memory, this.checked, address, bytes);
      if (failed !== 0) return failed;
      at = indexOf(address);
    } else if (op.MMX_SOURCE[form] === 1) at = FIRST_MMX + source * 16;
    else at = kind === op.GENERAL_INTEGER ? STATE + source * 8 : FIRST_XMM + source * 16;
    const control = view.getUint32(CONTROL, true);
    const environment = this.#environment;
    environment.rounding = (control >>> 13) & 3;
    environment.masks = (control >>> 7) & 63;
    environment.flushToZero = (control & FLUSH_TO_ZERO) !== 0;
    this.#denormalsAreZero = (control & DENORMALS_ARE_ZERO) !== 0;
    this.#flags = 0;
    this.#settled = 0;
    const to = FIRST_XMM + destination * 16;
    const count = op.COUNT[form]!;
    if (operation === op.CONVERT) return this.#convert(form, destination, at, size, usesMmx);
    if (operation === op.COMPARE_FLAGS) return this.#compareFlags(kind, to, at, op.DETAIL[form] === 1);
    this.#take(to);
    if (operation <= op.COMPARE) {
      for (let element = 0; element < count; element++) this.#element(operation, kind, to, at, element, immediate);
    } else if (operation === op.ROUND) {
      for (let element = 0; element < count; element++) this.#round(kind, at, element, immediate);
    } else if (operation === op.DOT_PRODUCT) this.#dotProduct(kind, to, at, count, immediate);
    else if (operation >= op.RECIPROCAL) {
      for (let element = 0; element < count; element++) this.#approximate(operation, at, element);
    } else this.#horizontal(operation, kind, to, at, count);
    const failed = this.#report();
    if (failed === 0) this.#give(to, 4);
    return failed;
  }

  /** Begins with what the destination has. */
  #take(from: number): void {
    const { words } = this.#memory;
    for (let word = 0; word < 4; word++) this.#out[word] = words[(from >>> 2) + word]!;
  }

  #give(to: number, count: number): void {
    const { words } = this.#memory;
    for (let word = 0; word < count; word++) words[(to >>> 2) + word] = this.#out[word]!;
  }

  /** Puts what was found into MXCSR. EXIT_EXCEPTION if some of it is not masked. */
  #report(): number {
    const view = this.#view;
    const control = view.getUint32(CONTROL, true);
    const masks = (control >>> 7) & 63;
    const unmasked = this.#flags & ~masks;
    let flags = this.#flags;
    if ((unmasked & BEFORE_OPERATION) !== 0) flags &= BEFORE_OPERATION;
    view.setUint32(CONTROL, control | flags | this.#settled, true);
    return unmasked === 0 ? 0 : raise(this.#memory, VECTOR_SIMD);
  }

  #read(into: Float, kind: number, at: number): void {
    const view = this.#view;
    if (kind === op.SINGLES) into.fromSingle(view.getInt32(at, true));
    else into.fromDouble(view.getInt32(at, true), view.getInt32(at + 4, true));
    if (into.denormal && this.#denormalsAreZero) into.setZero(into.sign);
  }

  #put(kind: number, element: number, value: Float): void {
    if (kind === op.SINGLES) this.#out[element] = value.toSingle();
    else {
      this.#out[element * 2] = value.toDoubleLow();
      this.#out[element * 2 + 1] = value.toDoubleHigh();
    }
  }

  /** Takes over what an element found. */
  #collect(): void {
    const environment = this.#environment;
    const stops = (environment.flags & ~environment.masks & BEFORE_OPERATION) !== 0;
    this.#flags |= stops ? environment.flags & BEFORE_OPERATION : environment.flags;
    environment.flags = 0;
  }

  #element(operation: number, kind: number, to: number, at: number, element: number, immediate: number): void {
    const offset = element * (kind === op.SINGLES ? 4 : 8);
    const format = formatOf(kind);
    const first = this.#first;
    const second = this.#second;
    const result = this.#result;
    const environment = this.#environment;
    environment.flags = 0;
    this.#read(second, kind, at + offset);
    if (operation !== op.SQUARE_ROOT) this.#read(first, kind, to + offset);
    switch (operation) {
      case op.ADD:
        add(result, first, second, 0, format, environment);
        break;
      case op.SUBTRACT:
        add(result, first, second, 1, format, environment);
        break;
      case op.MULTIPLY:
        multiply(result, first, second, format, environment);
        break;
      case op.DIVIDE:
        divide(result, first, second, format, environment);
        break;
      case op.SQUARE_ROOT:
        squareRoot(result, second, format, environment);
        break;
      case op.COMPARE: {
        const predicate = immediate & 7;
        const relation = compare(first, second, ((QUIET_PREDICATES >>> predicate) & 1) !== 0, environment);
        const value = ((PREDICATES[predicate]! >>> (relation + 1)) & 1) !== 0 ? -1 : 0;
        this.#out[offset >>> 2] = value;
        if (kind === op.DOUBLES) this.#out[(offset >>> 2) + 1] = value;
        this.#collect();
        return;
      }
      default: {
        // Of what cannot be ordered, and of zeros, the second operand.
        const relation = compare(first, second, false, environment);
        result.copy(relation === (operation === op.MINIMUM ? LESS : 1) ? first : second);
      }
    }
    this.#put(kind, element, result);
    this.#collect();
  }

  #compareFlags(kind: number, to: number, at: number, quiet: boolean): number {
    const environment = this.#environment;
    environment.flags = 0;
    this.#read(this.#first, kind, to);
    this.#read(this.#second, kind, at);
    const relation = compare(this.#first, this.#second, quiet, environment);
    this.#collect();
    const failed = this.#report();
    if (failed !== 0) return failed;
    setArithmeticFlags(
      this.#memory,
      relation === UNORDERED ? CARRY | PARITY | ZERO_FLAG : relation === LESS ? CARRY : relation === EQUAL ? ZERO_FLAG : 0,
    );
    return 0;
  }

  #round(kind: number, at: number, element: number, immediate: number): void {
    const environment = this.#environment;
    const value = this.#second;
    environment.flags = 0;
    this.#read(value, kind, at + element * (kind === op.SINGLES ? 4 : 8));
    value.denormal = false;
    const rounding = (immediate & ROUND_BY_MXCSR) !== 0 ? environment.rounding : immediate & 3;
    roundToIntegral(this.#result, value, rounding, environment);
    if ((immediate & NOT_INEXACT) !== 0) environment.flags &= ~INEXACT;
    this.#put(kind, element, this.#result);
    this.#collect();
  }

  /** haddps, hsubps, addsubps and those of doubles. */
  #horizontal(operation: number, kind: number, to: number, at: number, count: number): void {
    const environment = this.#environment;
    const format = formatOf(kind);
    const width = kind === op.SINGLES ? 4 : 8;
    for (let element = 0; element < count; element++) {
      environment.flags = 0;
      let negate = operation === op.HORIZONTAL_SUBTRACT ? 1 : 0;
      if (operation === op.ADD_SUBTRACT) {
        negate = (element & 1) ^ 1;
        this.#read(this.#first, kind, to + element * width);
        this.#read(this.#second, kind, at + element * width);
      } else {
        const half = count / 2;
        const from = element < half ? to + element * 2 * width : at + (element - half) * 2 * width;
        this.#read(this.#first, kind, from);
        this.#read(this.#second, kind, from + width);
      }
      add(this.#result, this.#first, this.#second, negate, format, environment);
      this.#put(kind, element, this.#result);
      this.#collect();
    }
  }

  #dotProduct(kind: number, to: number, at: number, count: number, immediate: number): void {
    const environment = this.#environment;
    const format = formatOf(kind);
    const width = kind === op.SINGLES ? 4 : 8;
    const sums = this.#sums;
    const unmasked = (): boolean => (this.#flags & ~environment.masks) !== 0;
    for (let element = 0; element < count; element++) {
      const sum = sums[element]!;
      environment.flags = 0;
      if (((immediate >>> (element + 4)) & 1) === 0) sum.setZero(0);
      else {
        this.#read(this.#first, kind, to + element * width);
        this.#read(this.#second, kind, at + element * width);
        multiply(sum, this.#first, this.#second, format, environment);
        this.#noteTiny(sum, format);
      }
      this.#collect();
    }
    if (unmasked()) return;
    this.#settled = this.#flags;
    this.#flags = 0;
    for (let step = 1; step < count; step *= 2) {
      for (let element = 0; element < count; element += step * 2) {
        const sum = sums[element]!;
        environment.flags = 0;
        add(sum, sum, sums[element + step]!, 0, format, environment);
        this.#noteTiny(sum, format);
        this.#collect();
      }
      if (unmasked()) return;
      this.#settled |= this.#flags;
      this.#flags = 0;
    }
    this.#out.fill(0);
    for (let element = 0; element < count; element++) if (((immediate >>> element) & 1) !== 0) this.#put(kind, element, sums[0]!);
  }

  /** An intermediate result is an operand, and may be denormal. */
  #noteTiny(value: Float, format: Format): void {
    value.denormal = value.kind === FINITE && value.exponent < format.minimum;
    if (value.denormal && this.#denormalsAreZero) value.setZero(value.sign);
  }

  /** 1 / x and 1 / sqrt(x): no flags, no denormals. */
  #approximate(operation: number, at: number, element: number): void {
    const bits = this.#view.getInt32(at + element * 4, true);
    const sign = bits & 0x80000000;
    const exponent = (bits >>> 23) & 0xff;
    let result = 0;
    if (exponent === 0xff && (bits & 0x7fffff) !== 0) result = bits | 0x400000;
    else if (exponent === 0) result = sign | 0x7f800000;
    else if (operation === op.RECIPROCAL_ROOT && sign !== 0) result = 0xffc00000 | 0;
    else {
      const value = this.#view.getFloat32(at + element * 4, true);
      this.#outFloats[element] = operation === op.RECIPROCAL ? 1 / value : 1 / Math.sqrt(value);
      if ((this.#out[element]! & 0x7f800000) === 0) this.#out[element] = sign;
      return;
    }
    this.#out[element] = result;
  }

  #convert(form: number, destination: number, at: number, size: number, enterMmx: boolean): number {
    const environment = this.#environment;
    const view = this.#view;
    const from = op.SOURCE[form]!;
    const into = op.DESTINATION[form]!;
    const count = op.COUNT[form]!;
    const toGeneral = into === op.GENERAL_INTEGER;
    const toMmx = op.MMX_DESTINATION[form] === 1;
    const to = toGeneral ? STATE + destination * 8 : toMmx ? FIRST_MMX + destination * 16 : FIRST_XMM + destination * 16;
    const out = this.#out;
    // What is narrower than it was leaves zeros above it; what is one element, or comes from MMX, leaves the rest alone.
    if (count === 1 || (op.MMX_SOURCE[form] === 1 && into === op.SINGLES)) this.#take(to);
    else this.#out.fill(0);
    for (let element = 0; element < count; element++) {
      environment.flags = 0;
      if (into >= op.INTEGERS) {
        this.#read(this.#second, from, at + element * (from === op.SINGLES ? 4 : 8));
        const bits = toGeneral ? size * 8 : 32;
        const wide = bits === 64;
        const fits = this.#toInteger(bits, op.DETAIL[form] === 1 ? TO_ZERO : environment.rounding);
        const negated = this.#second.sign === 1 && this.#second.kind !== ZERO;
        const low = !fits ? (wide ? 0 : 0x80000000) : negated ? -integerLow : integerLow;
        const high = !fits ? 0x80000000 : negated ? ~integerHigh + (integerLow === 0 ? 1 : 0) : integerHigh;
        out[element] = low;
        // A register of 64 bits gets zeros above 32.
        if (toGeneral) out[1] = wide ? high : 0;
      } else {
        const format = formatOf(into);
        if (from >= op.INTEGERS) {
          const wide = from === op.GENERAL_INTEGER && size === 8;
          const index = at + element * 4;
          const low = view.getInt32(index, true);
          this.#second.fromInteger(low, wide ? view.getInt32(index + 4, true) : low >> 31);
          roundTo(this.#result, this.#second, format, environment);
        } else {
          this.#read(this.#second, from, at + element * (from === op.SINGLES ? 4 : 8));
          convert(this.#result, this.#second, format, environment);
        }
        this.#put(into, element, this.#result);
      }
      this.#collect();
    }
    if (enterMmx) {
      view.setUint8(STATE + X87_TAGS, 0xff);
      view.setUint16(STATE + X87_STATUS, view.getUint16(STATE + X87_STATUS, true) & ~0x3800, true);
    }
    const failed = this.#report();
    if (failed !== 0) return failed;
    this.#give(to, toGeneral || toMmx ? 2 : 4);
    if (toMmx) view.setUint16(to + 8, 0xffff, true);
    return 0;
  }

  /** Rounds the second operand to an integer; if it does not fit, that is invalid, and false. */
  #toInteger(bits: number, rounding: number): boolean {
    const value = this.#second;
    const environment = this.#environment;
    if ((value.kind === FINITE || value.kind === ZERO) && toInteger(value, rounding, environment) && fitsInteger(bits, value.sign)) return true;
    environment.flags = INVALID_OPERATION;
    return false;
  }
}

const formatOf = (kind: number): Format => (kind === op.SINGLES ? SINGLE : DOUBLE);
