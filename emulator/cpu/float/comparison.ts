/** Which of two numbers is larger. */

import { isSmaller, noteDenormals } from './arithmetic.ts';
import { type Environment, INVALID_OPERATION } from './environment.ts';
import { type Float, INFINITY, QUIET, ZERO } from './number.ts';

export const LESS = -1;
export const EQUAL = 0;
export const GREATER = 1;
export const UNORDERED = 2;

/** LESS, EQUAL, GREATER or UNORDERED. Quiet NaNs are reported unless it is a `quiet` comparison. */
export function compare(first: Float, second: Float, quiet: boolean, environment: Environment): number {
  environment.roundedUp = false;
  if (first.kind >= QUIET || second.kind >= QUIET) {
    if (!quiet || first.kind > QUIET || second.kind > QUIET) environment.flags |= INVALID_OPERATION;
    return UNORDERED;
  }
  noteDenormals(first, second, environment);
  if (first.kind === ZERO && second.kind === ZERO) return EQUAL;
  if (first.kind === ZERO) return second.sign === 1 ? GREATER : LESS;
  const greater = first.sign === 1 ? LESS : GREATER;
  if (second.kind === ZERO || first.sign !== second.sign) return greater;
  if (first.kind === INFINITY || second.kind === INFINITY) {
    return first.kind === second.kind ? EQUAL : first.kind === INFINITY ? greater : -greater;
  }
  if (isSmaller(first, second)) return -greater;
  return isSmaller(second, first) ? greater : EQUAL;
}
