/** How an operation rounds, and what it reports. x87 and SSE number both alike, so one class serves both. */

export const INVALID_OPERATION = 1;
export const DENORMAL_OPERAND = 2;
export const DIVIDE_BY_ZERO = 4;
export const OVERFLOWED = 8;
export const UNDERFLOWED = 16;
export const INEXACT = 32;

export const TO_NEAREST = 0;
export const DOWN = 1;
export const UP = 2;
export const TO_ZERO = 3;

export class Environment {
  /** TO_NEAREST, DOWN, UP, TO_ZERO. */
  rounding: number = TO_NEAREST;
  /** Exceptions that are masked. */
  masks: number = 63;
  /** Exceptions that operations found. */
  flags: number = 0;
  /** SSE: tiny results become zero, if underflow is masked. */
  flushToZero: boolean = false;
  /** SSE: the first operand that is a NaN is the result, not the larger one. */
  firstNaN: boolean = false;
  /** The last rounding made the magnitude larger. */
  roundedUp: boolean = false;
}
