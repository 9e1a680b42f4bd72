/**
 * Arithmetic on numbers that are taken apart (number.ts), correctly rounded, with the exceptions and NaNs of x86.
 *
 * Results are first exact enough to be rounded: a mantissa of 64 bits and a word behind it, whose lowest bit says that something else
 * follows. `round` then makes a number of a format of it.
 */

import {
  DENORMAL_OPERAND,
  DOWN,
  type Environment,
  INEXACT,
  INVALID_OPERATION,
  OVERFLOWED,
  TO_NEAREST,
  UNDERFLOWED,
  UP,
} from './environment.ts';
import { EXTENDED, FINITE, type Float, type Format, INFINITY, INVALID, QUIET, SIGNALLING, ZERO } from './number.ts';

const TOP_BIT = 0x80000000 | 0;
const HALF = 0x80000000 | 0;

/** Mantissas during an operation: module variables, so that helpers have several results without allocating. */
let high = 0;
let low = 0;
/** What follows the mantissa; the lowest bit stands for all further ones. */
let extra = 0;

/** Shifts high, low, extra down, and keeps in the lowest bit that something is lost. */
function shiftDown(count: number): void {
  if (count === 0) return;
  if (count > 95) {
    extra = (high | low | extra) === 0 ? 0 : 1;
    high = 0;
    low = 0;
    return;
  }
  while (count >= 32) {
    extra = low | (extra === 0 ? 0 : 1);
    low = high;
    high = 0;
    count -= 32;
  }
  if (count === 0) return;
  const lost = extra << (32 - count);
  extra = (extra >>> count) | (low << (32 - count)) | (lost === 0 ? 0 : 1);
  low = (low >>> count) | (high << (32 - count));
  high = high >>> count;
}

/** How what is cut off compares with half of the last bit that is kept: 0 nothing, 1 less, 2 half, 3 more. */
function cutOff(precision: number): number {
  let cut = 0;
  let half = 0;
  let rest = extra;
  if (precision === 64) {
    cut = extra;
    half = HALF;
    rest = 0;
  } else if (precision === 53) {
    cut = low & 0x7ff;
    half = 0x400;
  } else {
    cut = high & 0xff;
    half = 0x80;
    rest |= low;
  }
  if (cut === 0) return rest === 0 ? 0 : 1;
  if (cut === half) return rest === 0 ? 2 : 3;
  return cut >>> 0 > half >>> 0 ? 3 : 1;
}

/** Whether what is cut off makes the magnitude go up. */
function goesUp(cut: number, odd: boolean, sign: number, rounding: number): boolean {
  switch (rounding) {
    case TO_NEAREST:
      return cut === 3 || (cut === 2 && odd);
    case DOWN:
      return cut !== 0 && sign === 1;
    case UP:
      return cut !== 0 && sign === 0;
    default:
      return false;
  }
}

const isOdd = (precision: number): boolean => (precision === 64 ? low & 1 : precision === 53 ? low & 0x800 : high & 0x100) !== 0;

/** Rounds high and low to a precision; true if they went up and over the top, so that the mantissa is now 0. */
function roundMantissa(precision: number, up: boolean): boolean {
  extra = 0;
  if (precision === 24) {
    low = 0;
    high &= ~0xff;
    if (!up) return false;
    high = (high + 0x100) | 0;
    return high === 0;
  }
  const unit = precision === 64 ? 1 : 0x800;
  low &= -unit;
  if (!up) return false;
  const before = low >>> 0;
  low = (low + unit) | 0;
  if (low >>> 0 >= before) return false;
  high = (high + 1) | 0;
  return high === 0;
}

/**
 * Makes a number of the format of high, low, extra with a sign and an exponent; the mantissa's top bit is set. With an unmasked underflow
 * or overflow, the result is the one that x87 registers get: the exponent is off by the format's adjustment.
 */
function round(into: Float, sign: number, exponent: number, format: Format, environment: Environment): void {
  const { precision } = format;
  const { rounding } = environment;
  into.sign = sign;
  into.kind = FINITE;
  into.denormal = false;
  let cut = cutOff(precision);
  let up = goesUp(cut, isOdd(precision), sign, rounding);
  if (exponent < format.minimum) {
    // Tiny is what would be tiny if it were rounded with unlimited exponents.
    let tiny = true;
    if (up && exponent === format.minimum - 1) {
      const [keptHigh, keptLow, keptExtra] = [high, low, extra];
      tiny = !roundMantissa(precision, true);
      high = keptHigh;
      low = keptLow;
      extra = keptExtra;
    }
    if (tiny && (environment.masks & UNDERFLOWED) === 0) {
      environment.flags |= UNDERFLOWED;
      exponent += format.adjustment;
      if (exponent < format.minimum) {
        // So tiny that even this does not help: of the x87's instructions, only fscale can do it.
        if (cut !== 0 || format.maximum === EXTENDED.maximum) environment.flags |= INEXACT;
        environment.roundedUp = false;
        into.setZero(sign);
        return;
      }
    } else if (tiny && environment.flushToZero) {
      environment.flags |= UNDERFLOWED | INEXACT;
      environment.roundedUp = false;
      into.kind = ZERO;
      return;
    } else {
      const before = environment.flags;
      environment.flags &= ~INEXACT;
      shiftTiny(into, sign, format.minimum - exponent, format, environment);
      if (tiny && (environment.flags & INEXACT) !== 0) environment.flags |= UNDERFLOWED;
      environment.flags |= before;
      return;
    }
  }
  environment.roundedUp = up;
  if (cut !== 0) environment.flags |= INEXACT;
  if (roundMantissa(precision, up)) {
    high = TOP_BIT;
    exponent++;
  }
  if (exponent > format.maximum) {
    environment.flags |= OVERFLOWED;
    if ((environment.masks & OVERFLOWED) === 0) {
      exponent -= format.adjustment;
      if (exponent > format.maximum) {
        if (format.maximum === EXTENDED.maximum) environment.flags |= INEXACT;
        environment.roundedUp = true;
        into.setInfinity(sign);
        return;
      }
    } else {
      environment.flags |= INEXACT;
      const infinite = rounding === TO_NEAREST || rounding === (sign === 1 ? DOWN : UP);
      environment.roundedUp = infinite;
      if (infinite) {
        into.setInfinity(sign);
        return;
      }
      exponent = format.maximum;
      high = precision === 24 ? ~0xff : -1;
      low = precision === 24 ? 0 : precision === 53 ? ~0x7ff : -1;
    }
  }
  into.exponent = exponent;
  into.high = high;
  into.low = low;
}

/** Rounds a number whose exponent is too small by `count` at the place that a denormal number ends. */
function shiftTiny(into: Float, sign: number, count: number, format: Format, environment: Environment): void {
  const { precision } = format;
  shiftDown(count);
  const cut = cutOff(precision);
  const up = goesUp(cut, isOdd(precision), sign, environment.rounding);
  environment.roundedUp = up;
  if (cut !== 0) environment.flags |= INEXACT;
  roundMantissa(precision, up);
  into.setFinite(sign, format.minimum, high, low);
}

/** Rounds a number to a format. NaNs keep the bits that fit; signalling ones become quiet, and are reported. */
export function convert(into: Float, value: Float, format: Format, environment: Environment): void {
  environment.roundedUp = false;
  if (value.denormal) environment.flags |= DENORMAL_OPERAND;
  roundTo(into, value, format, environment);
}

/** As `convert`, of a number of which nobody wants to know whether it was denormal. */
export function roundTo(into: Float, value: Float, format: Format, environment: Environment): void {
  environment.roundedUp = false;
  if (value.kind === FINITE) {
    high = value.high;
    low = value.low;
    extra = 0;
    round(into, value.sign, value.exponent, format, environment);
    return;
  }
  if (value.kind === INVALID) {
    environment.flags |= INVALID_OPERATION;
    into.setIndefinite();
    return;
  }
  if (value.kind === SIGNALLING) environment.flags |= INVALID_OPERATION;
  into.copy(value);
  into.denormal = false;
  if (value.kind !== SIGNALLING) return;
  into.kind = QUIET;
  into.high |= 0x40000000;
}

/** Rounds a mantissa of 96 bits, whose lowest one may stand for more, to a format. The top bit is set. */
export function roundParts(
  into: Float,
  sign: number,
  exponent: number,
  partHigh: number,
  partLow: number,
  partExtra: number,
  format: Format,
  environment: Environment,
): void {
  high = partHigh;
  low = partLow;
  extra = partExtra;
  round(into, sign, exponent, format, environment);
}

/** The result of an invalid operation. */
export function invalid(into: Float, environment: Environment): void {
  environment.flags |= INVALID_OPERATION;
  into.setIndefinite();
}

/** The result of an operation on something that is no number: a NaN of an operand. False if both are numbers. */
export function takeNaN(into: Float, first: Float, second: Float, environment: Environment): boolean {
  if (first.kind < QUIET && second.kind < QUIET) return false;
  environment.roundedUp = false;
  if (first.kind === INVALID || second.kind === INVALID) {
    invalid(into, environment);
    return true;
  }
  if (first.kind === SIGNALLING || second.kind === SIGNALLING) environment.flags |= INVALID_OPERATION;
  into.copy(chooseNaN(first, second, environment) ? first : second);
  into.kind = QUIET;
  into.high |= 0x40000000;
  return true;
}

/** Whether of two operands the first is the NaN that counts. */
function chooseNaN(first: Float, second: Float, environment: Environment): boolean {
  if (!second.isNaN()) return true;
  if (!first.isNaN()) return false;
  if (environment.firstNaN) return true;
  // x87: a quiet one rather than a signalling one, the larger mantissa, the positive one.
  if (first.kind !== second.kind) return first.kind === QUIET;
  if (first.high !== second.high) return first.high >>> 0 > second.high >>> 0;
  if (first.low !== second.low) return first.low >>> 0 > second.low >>> 0;
  return first.sign <= second.sign;
}

/** NaNs are looked at first; only then whether an operand is denormal. */
export const noteDenormals = (first: Float, second: Float, environment: Environment): void => {
  if (first.denormal || second.denormal) environment.flags |= DENORMAL_OPERAND;
};

/** The sum, or with `negate` 1 the difference. `into` may be an operand. */
export function add(into: Float, first: Float, second: Float, negate: number, format: Format, environment: Environment): void {
  if (takeNaN(into, first, second, environment)) return;
  environment.roundedUp = false;
  const otherSign = second.sign ^ negate;
  if (first.kind === INFINITY || second.kind === INFINITY) {
    if (first.kind === second.kind && first.sign !== otherSign) invalid(into, environment);
    else {
      noteDenormals(first, second, environment);
      into.setInfinity(first.kind === INFINITY ? first.sign : otherSign);
    }
    return;
  }
  noteDenormals(first, second, environment);
  if (second.kind === ZERO) {
    if (first.kind === ZERO) {
      into.setZero(first.sign === otherSign ? otherSign : environment.rounding === DOWN ? 1 : 0);
    } else roundTo(into, first, format, environment);
    return;
  }
  if (first.kind === ZERO) {
    into.copy(second);
    into.sign = otherSign;
    roundTo(into, into, format, environment);
    return;
  }
  addFinite(into, first, second, otherSign, format, environment);
}

function addFinite(into: Float, first: Float, second: Float, otherSign: number, format: Format, environment: Environment): void {
  let larger = first;
  let smaller = second;
  let sign = first.sign;
  if (isSmaller(first, second)) {
    larger = second;
    smaller = first;
    sign = otherSign;
  }
  const subtracts = first.sign !== otherSign;
  let { exponent } = larger;
  high = smaller.high;
  low = smaller.low;
  extra = 0;
  shiftDown(exponent - smaller.exponent);
  const { high: largeHigh, low: largeLow } = larger;
  if (!subtracts) {
    const sumLow = (low >>> 0) + (largeLow >>> 0);
    const sumHigh = (high >>> 0) + (largeHigh >>> 0) + (sumLow > 0xffffffff ? 1 : 0);
    low = sumLow | 0;
    high = sumHigh | 0;
    if (sumHigh > 0xffffffff) {
      shiftDown(1);
      high |= TOP_BIT;
      exponent++;
    }
    round(into, sign, exponent, format, environment);
    return;
  }
  const borrow = extra === 0 ? 0 : 1;
  extra = -extra | 0;
  const differenceLow = (largeLow >>> 0) - (low >>> 0) - borrow;
  high = (largeHigh - high - (differenceLow < 0 ? 1 : 0)) | 0;
  low = differenceLow | 0;
  if ((high | low | extra) === 0) {
    into.setZero(environment.rounding === DOWN ? 1 : 0);
    return;
  }
  while (high === 0) {
    high = low;
    low = extra;
    extra = 0;
    exponent -= 32;
  }
  const lead = Math.clz32(high);
  if (lead > 0) {
    high = (high << lead) | (low >>> (32 - lead));
    low = (low << lead) | (extra >>> (32 - lead));
    extra <<= lead;
    exponent -= lead;
  }
  round(into, sign, exponent, format, environment);
}

/** Whether the magnitude of one finite number is less than the other's. */
export const isSmaller = (first: Float, second: Float): boolean => {
  if (first.exponent !== second.exponent) return first.exponent < second.exponent;
  if (first.high !== second.high) return first.high >>> 0 < second.high >>> 0;
  return first.low >>> 0 < second.low >>> 0;
};

/** The upper word of a product of two words; the lower is Math.imul's. */
function multiplyHigh(first: number, second: number): number {
  const a = first & 0xffff;
  const b = first >>> 16;
  const c = second & 0xffff;
  const d = second >>> 16;
  const middle = b * c + ((a * c) >>> 16);
  const other = a * d + (middle & 0xffff);
  return (b * d + (middle >>> 16) + (other >>> 16)) | 0;
}

export function multiply(into: Float, first: Float, second: Float, format: Format, environment: Environment): void {
  if (takeNaN(into, first, second, environment)) return;
  environment.roundedUp = false;
  const sign = first.sign ^ second.sign;
  if (first.kind === INFINITY || second.kind === INFINITY) {
    if (first.kind === ZERO || second.kind === ZERO) invalid(into, environment);
    else {
      noteDenormals(first, second, environment);
      into.setInfinity(sign);
    }
    return;
  }
  noteDenormals(first, second, environment);
  if (first.kind === ZERO || second.kind === ZERO) {
    into.setZero(sign);
    return;
  }
  const { high: a, low: b } = first;
  const { high: c, low: d } = second;
  const word0 = Math.imul(b, d);
  let sum = (multiplyHigh(b, d) >>> 0) + (Math.imul(a, d) >>> 0) + (Math.imul(b, c) >>> 0);
  const word1 = sum | 0;
  sum = Math.floor(sum / 0x100000000) + (multiplyHigh(a, d) >>> 0) + (multiplyHigh(b, c) >>> 0) + (Math.imul(a, c) >>> 0);
  low = sum | 0;
  high = (multiplyHigh(a, c) + Math.floor(sum / 0x100000000)) | 0;
  extra = word1 | (word0 === 0 ? 0 : 1);
  let exponent = first.exponent + second.exponent + 1;
  if (high >= 0) {
    high = (high << 1) | (low >>> 31);
    low = (low << 1) | (word1 >>> 31);
    extra = (word1 << 1) | (word0 === 0 ? 0 : 1);
    exponent--;
  }
  round(into, sign, exponent, format, environment);
}

/** The magnitude that `toInteger` found, as signed words. */
export let integerHigh = 0;
export let integerLow = 0;

/**
 * The magnitude of a finite number, rounded to an integer, into integerHigh and integerLow; INEXACT if it is not one. False if it
 * needs more than 64 bits.
 */
export function toInteger(value: Float, rounding: number, environment: Environment): boolean {
  environment.roundedUp = false;
  integerHigh = 0;
  integerLow = 0;
  if (value.kind === ZERO) return true;
  if (value.exponent > 63) return false;
  high = value.high;
  low = value.low;
  extra = 0;
  shiftDown(63 - value.exponent);
  const cut = cutOff(64);
  const up = goesUp(cut, (low & 1) !== 0, value.sign, rounding);
  if (cut !== 0) environment.flags |= INEXACT;
  environment.roundedUp = up;
  if (roundMantissa(64, up)) {
    return false;
  }
  integerHigh = high;
  integerLow = low;
  return true;
}

/** Whether the magnitude that `toInteger` found is an integer of so many bits with that sign. */
export function fitsInteger(bits: number, sign: number): boolean {
  const upper = integerHigh >>> 0;
  const lower = integerLow >>> 0;
  if (bits === 64) return upper < 0x80000000 || (sign === 1 && upper === 0x80000000 && lower === 0);
  const limit = 2 ** (bits - 1);
  return upper === 0 && (lower < limit || (sign === 1 && lower === limit));
}

/** The number rounded to an integer, as a number. Not-numbers are as with `roundTo`. */
export function roundToIntegral(into: Float, value: Float, rounding: number, environment: Environment): void {
  environment.roundedUp = false;
  if (value.kind >= QUIET) {
    takeNaN(into, value, value, environment);
    return;
  }
  if (value.denormal) environment.flags |= DENORMAL_OPERAND;
  if (value.kind === FINITE && value.exponent < 63) {
    const { sign } = value;
    toInteger(value, rounding, environment);
    into.setFinite(sign, 63, integerHigh, integerLow);
    return;
  }
  into.copy(value);
  into.denormal = false;
}

