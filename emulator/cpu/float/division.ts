/** Division and the square root: bit by bit, as many as are needed to round. */

import { invalid, noteDenormals, roundParts, takeNaN } from './arithmetic.ts';
import { DENORMAL_OPERAND, DIVIDE_BY_ZERO, type Environment } from './environment.ts';
import { type Float, type Format, INFINITY, ZERO } from './number.ts';

const TOP_BIT = 0x80000000 | 0;
const HALF = 0x80000000 | 0;

/** How many bits of a mantissa to find: at least two more than a result has, if that is less than all. */
const bitsFor = (format: Format): number => (format.precision === 24 ? 34 : format.precision === 53 ? 56 : 64);

export function divide(into: Float, first: Float, second: Float, format: Format, environment: Environment): void {
  if (takeNaN(into, first, second, environment)) return;
  environment.roundedUp = false;
  const sign = first.sign ^ second.sign;
  if (first.kind === INFINITY) {
    if (second.kind === INFINITY) invalid(into, environment);
    else {
      noteDenormals(first, second, environment);
      into.setInfinity(sign);
    }
    return;
  }
  if (second.kind === INFINITY) {
    noteDenormals(first, second, environment);
    into.setZero(sign);
    return;
  }
  if (second.kind === ZERO) {
    if (first.kind === ZERO) invalid(into, environment);
    else {
      // That the other operand is denormal is not reported.
      environment.flags |= DIVIDE_BY_ZERO;
      into.setInfinity(sign);
    }
    return;
  }
  noteDenormals(first, second, environment);
  if (first.kind === ZERO) {
    into.setZero(sign);
    return;
  }
  let exponent = first.exponent - second.exponent;
  let restHigh = first.high;
  let restLow = first.low;
  const { high: divisorHigh, low: divisorLow } = second;
  const unsignedHigh = divisorHigh >>> 0;
  const unsignedLow = divisorLow >>> 0;
  /** The bit above the rest. */
  let carry = 0;
  if (restHigh >>> 0 < unsignedHigh || (restHigh === divisorHigh && restLow >>> 0 < unsignedLow)) {
    carry = 1;
    restHigh = (restHigh << 1) | (restLow >>> 31);
    restLow <<= 1;
    exponent--;
  }
  let high = 0;
  let low = 0;
  let extra = 0;
  const bits = bitsFor(format);
  for (let bit = 0; bit < bits; bit++) {
    high = (high << 1) | (low >>> 31);
    low <<= 1;
    if (carry !== 0 || restHigh >>> 0 > unsignedHigh || (restHigh === divisorHigh && restLow >>> 0 >= unsignedLow)) {
      low |= 1;
      const borrow = restLow >>> 0 < unsignedLow ? 1 : 0;
      restLow = (restLow - divisorLow) | 0;
      restHigh = (restHigh - divisorHigh - borrow) | 0;
    }
    carry = restHigh >>> 31;
    restHigh = (restHigh << 1) | (restLow >>> 31);
    restLow <<= 1;
  }
  if (bits < 64) {
    const shift = 64 - bits;
    high = (high << shift) | (low >>> (32 - shift));
    low <<= shift;
    extra = (carry | restHigh | restLow) === 0 ? 0 : 1;
  } else {
    const more = carry !== 0 || restHigh >>> 0 > unsignedHigh || (restHigh === divisorHigh && restLow >>> 0 >= unsignedLow);
    const equal = carry === 0 && restHigh === divisorHigh && restLow === divisorLow;
    extra = more ? HALF | (equal ? 0 : 1) : (restHigh | restLow) === 0 ? 0 : 1;
  }
  roundParts(into, sign, exponent, high, low, extra, format, environment);
}

/** The square root: bit by bit, with the rest doubled at each, so that the bit to try stays where it can be. */
export function squareRoot(into: Float, value: Float, format: Format, environment: Environment): void {
  if (takeNaN(into, value, value, environment)) return;
  environment.roundedUp = false;
  if (value.kind === ZERO) {
    into.setZero(value.sign);
    return;
  }
  if (value.sign === 1) {
    invalid(into, environment);
    return;
  }
  if (value.kind === INFINITY) {
    into.setInfinity(0);
    return;
  }
  if (value.denormal) environment.flags |= DENORMAL_OPERAND;
  // The rest has 3 bits before the point (`top`) and 64 behind it; the root is 1 and its fraction, 63 bits, then a bit more.
  const odd = value.exponent & 1;
  let top = odd === 0 ? 1 : 2 | ((value.high >>> 30) & 1);
  let restHigh = odd === 0 ? (value.high << 1) | (value.low >>> 31) : (value.high << 2) | (value.low >>> 30);
  let restLow = odd === 0 ? value.low << 1 : value.low << 2;
  let high = TOP_BIT;
  let low = 0;
  let extra = 0;
  top = ((top - 1) << 1) | (restHigh >>> 31);
  restHigh = (restHigh << 1) | (restLow >>> 31);
  restLow <<= 1;
  const bits = bitsFor(format);
  for (let bit = 1; bit <= bits; bit++) {
    // To try: twice the root, and the bit itself, which is bit 64 - `bit` behind the point.
    const place = 64 - bit;
    const tryTop = 2 | ((high >>> 30) & 1);
    let tryHigh = (high << 2) | (low >>> 30);
    let tryLow = low << 2;
    if (place >= 32) tryHigh |= 1 << (place - 32);
    else tryLow |= 1 << place;
    const fits =
      top !== tryTop ? top > tryTop : restHigh !== tryHigh ? restHigh >>> 0 > tryHigh >>> 0 : restLow >>> 0 >= tryLow >>> 0;
    if (fits) {
      const lowBorrow = restLow >>> 0 < tryLow >>> 0 ? 1 : 0;
      restLow = (restLow - tryLow) | 0;
      const difference = (restHigh >>> 0) - (tryHigh >>> 0) - lowBorrow;
      restHigh = difference | 0;
      top -= tryTop + (difference < 0 ? 1 : 0);
      if (bit === 64) extra = HALF;
      else if (place >= 33) high |= 1 << (place - 33);
      else low |= 1 << (place - 1);
    }
    top = (top << 1) | (restHigh >>> 31);
    restHigh = (restHigh << 1) | (restLow >>> 31);
    restLow <<= 1;
  }
  if ((top | restHigh | restLow) !== 0) extra |= 1;
  roundParts(into, 0, value.exponent >> 1, high, low, extra, format, environment);
}
