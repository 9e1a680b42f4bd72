/** Packed decimal numbers, as fbld and fbstp have them: nine bytes of two digits, the lowest first, and a sign in bit 7 of the tenth. */

import { type Environment, INVALID_OPERATION } from './environment.ts';
import { FINITE, type Float, ZERO } from './number.ts';
import { integerHigh, integerLow, toInteger } from './arithmetic.ts';

/** The number at an index of memory. Digits above 9 count as what their bits are. */
export function fromDecimal(into: Float, view: DataView, at: number): void {
  let value = 0n;
  for (let byte = 8; byte >= 0; byte--) {
    const pair = view.getUint8(at + byte);
    value = value * 100n + BigInt((pair >>> 4) * 10 + (pair & 15));
  }
  into.setFinite(view.getUint8(at + 9) >>> 7, 63, Number((value >> 32n) & 0xffffffffn) | 0, Number(value & 0xffffffffn) | 0);
}

/** Rounds a number to an integer of 18 digits and keeps it in `digits`, 10 bytes; what does not fit is an invalid operation and the indefinite. */
export function toDecimal(digits: Uint8Array, value: Float, environment: Environment): void {
  const integral = (value.kind === FINITE || value.kind === ZERO) && toInteger(value, environment.rounding, environment);
  let rest = integral ? (BigInt(integerHigh >>> 0) << 32n) | BigInt(integerLow >>> 0) : 0n;
  if (!integral || rest >= 1000000000000000000n) {
    environment.flags = (environment.flags & ~63) | INVALID_OPERATION;
    environment.roundedUp = false;
    digits.fill(0, 0, 7);
    digits[7] = 0xc0;
    digits[8] = 0xff;
    digits[9] = 0xff;
    return;
  }
  for (let byte = 0; byte < 9; byte++) {
    const pair = Number(rest % 100n);
    rest /= 100n;
    digits[byte] = (Math.floor(pair / 10) << 4) | (pair % 10);
  }
  digits[9] = value.sign << 7;
}
