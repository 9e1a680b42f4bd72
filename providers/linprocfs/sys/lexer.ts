/** Numbers and blanks as the handlers of kernel/sysctl.c see them. */

import { type U64, u64 } from '../../../fs/u64.ts';
import type { SysctlNumber } from '../../model/sysctl.ts';

/** No handler of numbers looks further than this. */
export const PAGE_SIZE = 4096;
/** The longest number that proc_get_long takes, sign and prefix included. */
const LONGEST = 20;

/** isspace of lib/ctype.c, which has Latin-1's no-break space among the blanks. */
export function isSpace(code: number): boolean {
  return (code >= 0x09 && code <= 0x0d) || code === 0x20 || code === 0xa0;
}

/** The place of the first byte from `at` that is no blank. */
export function skipSpaces(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && isSpace(bytes[at] as number)) at++;
  return at;
}

/**
 * proc_get_long: a number that may have a minus sign, in the base that its prefix says, with one of `trailers` behind
 * it (undefined: anything) unless it is the last. Undefined: it is none.
 */
export function takeNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  trailers: string | undefined,
): { value: SysctlNumber; end: number } | undefined {
  const limit = Math.min(end, start + LONGEST + 1);
  let at = start;
  const negative = bytes[at] === 0x2d && end - start > 1;
  if (negative) at++;
  if (!(digit(bytes, at, limit) < 10)) return undefined;
  let base = 10;
  if (bytes[at] === 0x30) {
    const hex = at + 1 < limit && ((bytes[at + 1] as number) | 0x20) === 0x78 && digit(bytes, at + 2, limit) < 16;
    base = hex ? 16 : 8;
    if (hex) at += 2;
  }
  const first = at;
  while (digit(bytes, at, limit) < base) at++;
  if (at - start > LONGEST) return undefined;
  const magnitude = parse(bytes, first, at, base);
  if (magnitude === undefined) return undefined;
  if (at < end && trailers !== undefined && !trailers.includes(String.fromCharCode(bytes[at] as number))) return undefined;
  return { value: negative ? -magnitude : magnitude, end: at };
}

/** The value of the hexadecimal digit at a place; NaN, which is less than nothing, where there is none. */
function digit(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return NaN;
  const code = bytes[at] as number;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : NaN;
}

/** The digits' value, or undefined beyond 64 bits. */
function parse(bytes: Uint8Array, first: number, end: number, base: number): U64 | undefined {
  let value = 0;
  for (let at = first; at < end; at++) value = value * base + digit(bytes, at, end);
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  let exact = 0n;
  for (let at = first; at < end; at++) exact = exact * BigInt(base) + BigInt(digit(bytes, at, end));
  return exact > 0xffff_ffff_ffff_ffffn ? undefined : u64(exact);
}
