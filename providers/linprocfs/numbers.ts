/** How the kernel reads numbers out of what is written to it (lib/kstrtox.c, lib/string_helpers.c). */

import { EINVAL, ERANGE, type Errno, isErrno } from '../../fs/errno.ts';
import { type U64, U64_MAX, u64 } from '../../fs/u64.ts';

/** The number base: 0 tells it by the prefix, as C does. */
export type Base = 0 | 8 | 10 | 16;

/** A number that may be negative, which an errno could be taken for. */
export interface Parsed {
  readonly value: number;
}

/** The written bytes as the C string that they make: at most `limit` of them, up to the first NUL. */
export function cString(bytes: Uint8Array, limit: number = bytes.length): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, limit)).toString('latin1');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** The kernel's isspace: no-break space counts. */
function isSpace(code: number): boolean {
  return (code >= 0x09 && code <= 0x0d) || code === 0x20 || code === 0xa0;
}

/** Without white space at both ends. */
export function strstrip(text: string): string {
  let start = 0;
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  return text.slice(start, end);
}

/** An unsigned number of 64 bits, behind an optional plus sign and before an optional newline. Errors: EINVAL, ERANGE. */
export function kstrtoull(text: string, base: Base): U64 | Errno {
  return parse(text.startsWith('+') ? text.slice(1) : text, base);
}

function parse(text: string, base: Base): U64 | Errno {
  const digits = text.endsWith('\n') ? text.slice(0, -1) : text;
  let rest = digits;
  let radix: number = base;
  if (base === 0) radix = /^0x[0-9a-f]/i.test(digits) ? 16 : digits.startsWith('0') ? 8 : 10;
  if (radix === 16 && /^0x/i.test(rest)) rest = rest.slice(2);
  const valid = radix === 16 ? /^[0-9a-f]+$/i : radix === 8 ? /^[0-7]+$/ : /^[0-9]+$/;
  if (!valid.test(rest)) {
    // What comes first counts: a number that is too large is that, whatever follows it.
    const head = (radix === 16 ? /^[0-9a-f]+/i : radix === 8 ? /^[0-7]+/ : /^[0-9]+/).exec(rest)?.[0];
    return head !== undefined && toBigInt(head, radix) > U64_MAX ? ERANGE : EINVAL;
  }
  const value = toBigInt(rest, radix);
  return value > U64_MAX ? ERANGE : u64(value);
}

function toBigInt(digits: string, radix: number): bigint {
  return BigInt(radix === 16 ? `0x${digits}` : radix === 8 ? `0o${digits}` : digits);
}

/** An unsigned number of 32 bits. Errors: EINVAL, ERANGE. */
export function kstrtouint(text: string, base: Base): number | Errno {
  const value = kstrtoull(text, base);
  return isErrno(value) ? value : value > 0xffff_ffff ? ERANGE : Number(value);
}

/** A signed number of 32 bits. Errors: EINVAL, ERANGE. */
export function kstrtoint(text: string, base: Base): Parsed | Errno {
  const negative = text.startsWith('-');
  const value = negative ? parse(text.slice(1), base) : kstrtoull(text, base);
  if (isErrno(value)) return value;
  if (value > (negative ? 0x8000_0000 : 0x7fff_ffff)) return ERANGE;
  return { value: negative ? -Number(value) : Number(value) };
}

/** How much of a written number PROC_NUMBUF has room for (fs/proc/base.c). */
export const NUMBER_LIMIT = 12;
/** How much kstrtouint_from_user and kstrtoull_from_user take: sign, binary digits, newline. */
export const UINT_LIMIT = 34;
export const ULL_LIMIT = 66;
