/** Scaling, splitting and remainders: operations of the x87 that are exact. */

import {
  DENORMAL_OPERAND,
  DIVIDE_BY_ZERO,
  type Environment,
  INVALID_OPERATION,
} from './environment.ts';
import { integerLow, roundParts, roundTo, takeNaN, toInteger } from './arithmetic.ts';
import { EXTENDED, FINITE, type Float, INFINITY, ZERO } from './number.ts';
import { TO_ZERO } from './environment.ts';

/** The lowest bits of the quotient that `remainder` found; or -1 if it did but a part of the work. */
export let quotient = 0;

/**
 * first - second * quotient, the quotient rounded to zero, or `nearest`. If the exponents differ by 64 or more, the result is what
 * is left after subtracting a multiple that leaves a difference smaller by 32 to 63, as the processor does it.
 */
export function remainder(into: Float, first: Float, second: Float, nearest: boolean, environment: Environment): void {
  quotient = 0;
  if (takeNaN(into, first, second, environment)) return;
  environment.roundedUp = false;
  if (first.kind === INFINITY || second.kind === ZERO) {
    environment.flags |= INVALID_OPERATION;
    into.setIndefinite();
    return;
  }
  if (first.denormal || second.denormal) environment.flags |= DENORMAL_OPERAND;
  if (first.kind === ZERO) {
    into.setZero(first.sign);
    return;
  }
  let difference = first.exponent - second.exponent;
  if (second.kind === INFINITY || difference < -1) {
    roundTo(into, first, EXTENDED, environment);
    return;
  }
  const { sign } = first;
  let { exponent } = second;
  let partial = false;
  if (difference >= 64) {
    partial = true;
    const steps = 32 + (difference & 31);
    exponent += difference - steps;
    difference = steps;
  }
  const divisorHigh = second.high;
  const divisorLow = second.low;
  let { high, low } = first;
  let carry = 0;
  let bits = 0;
  if (difference === -1) {
    // Less than half, or up to the whole of the divisor: only a nearest quotient can be 1.
    if (!nearest) {
      roundTo(into, first, EXTENDED, environment);
      return;
    }
    exponent--;
  } else {
    for (let step = difference; ; step--) {
      bits = (bits << 1) & 0xff;
      if (carry !== 0 || high >>> 0 > divisorHigh >>> 0 || (high === divisorHigh && low >>> 0 >= divisorLow >>> 0)) {
        bits |= 1;
        const borrow = low >>> 0 < divisorLow >>> 0 ? 1 : 0;
        low = (low - divisorLow) | 0;
        high = (high - divisorHigh - borrow) | 0;
      }
      if (step === 0) break;
      carry = high >>> 31;
      high = (high << 1) | (low >>> 31);
      low <<= 1;
    }
  }
  let negated = 0;
  if (nearest && !partial) {
    // The rest, in halves of the divisor: for `difference` -1 it is counted in them already.
    const doubledCarry = difference === -1 ? 0 : high >>> 31;
    const doubledHigh = difference === -1 ? high : (high << 1) | (low >>> 31);
    const doubledLow = difference === -1 ? low : low << 1;
    const equal = doubledCarry === 0 && doubledHigh === divisorHigh && doubledLow === divisorLow;
    const more =
      doubledCarry !== 0 || doubledHigh >>> 0 > divisorHigh >>> 0 || (doubledHigh === divisorHigh && doubledLow >>> 0 > divisorLow >>> 0);
    if (more || (equal && (bits & 1) !== 0)) {
      bits++;
      negated = 1;
      if (difference === -1) {
        // divisor * 2 - rest, in halves.
        const topHigh = (divisorHigh << 1) | (divisorLow >>> 31);
        const topLow = divisorLow << 1;
        const borrow = topLow >>> 0 < low >>> 0 ? 1 : 0;
        low = (topLow - low) | 0;
        high = (topHigh - high - borrow) | 0;
      } else {
        const borrow = divisorLow >>> 0 < low >>> 0 ? 1 : 0;
        low = (divisorLow - low) | 0;
        high = (divisorHigh - high - borrow) | 0;
      }
    }
  }
  quotient = partial ? -1 : bits;
  into.setFinite(sign, exponent, high, low);
  if (into.kind === ZERO) into.sign = sign;
  else {
    into.sign = sign ^ negated;
    roundTo(into, into, EXTENDED, environment);
  }
}

/** Value times two to the power of the truncated `scale`. */
export function scaleBy(into: Float, value: Float, scale: Float, environment: Environment): void {
  if (takeNaN(into, value, scale, environment)) return;
  environment.roundedUp = false;
  const { sign } = value;
  if (scale.kind === INFINITY) {
    const grows = scale.sign === 0;
    if (value.kind === (grows ? ZERO : INFINITY)) {
      environment.flags |= INVALID_OPERATION;
      into.setIndefinite();
      return;
    }
    if (value.denormal) environment.flags |= DENORMAL_OPERAND;
    if (grows) into.setInfinity(sign);
    else into.setZero(sign);
    return;
  }
  if (value.denormal || scale.denormal) environment.flags |= DENORMAL_OPERAND;
  if (value.kind !== FINITE) {
    into.copy(value);
    into.denormal = false;
    return;
  }
  let steps = 0;
  if (scale.kind === FINITE && scale.exponent >= 0) {
    if (scale.exponent > 16) steps = 0x10000;
    else {
      const { flags } = environment;
      toInteger(scale, TO_ZERO, environment);
      environment.flags = flags;
      steps = Math.min(integerLow, 0x10000);
    }
    if (scale.sign === 1) steps = -steps;
  }
  roundParts(into, sign, value.exponent + steps, value.high, value.low, 0, EXTENDED, environment);
}

/** Splits a number into its exponent, as a number, and its significand, with an exponent of 0. */
export function extract(exponent: Float, significand: Float, value: Float, environment: Environment): void {
  if (takeNaN(significand, value, value, environment)) {
    exponent.copy(significand);
    return;
  }
  environment.roundedUp = false;
  if (value.denormal) environment.flags |= DENORMAL_OPERAND;
  significand.copy(value);
  significand.denormal = false;
  if (value.kind === ZERO) {
    environment.flags |= DIVIDE_BY_ZERO;
    exponent.setInfinity(1);
  } else if (value.kind === INFINITY) exponent.setInfinity(0);
  else {
    exponent.fromInteger(value.exponent, value.exponent >> 31);
    significand.exponent = 0;
  }
}
