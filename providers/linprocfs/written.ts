/** What one writes to files of /proc: texts and numbers as the kernel takes them. */

import type { Errno } from '../../fs/errno.ts';
import { type U64, u64 } from '../../fs/u64.ts';

/** The bytes of a write as a byte string. */
export function writtenText(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1');
}

/**
 * The number that a text begins with, and how many characters it takes (simple_strtoull): decimal, hexadecimal after 0x,
 * octal after 0. Where there is no digit the number is 0 and takes none.
 */
export function parseKernelNumber(text: string): { readonly value: U64; readonly length: number } {
  const hexadecimal = /^0[xX]([0-9a-fA-F]+)/.exec(text);
  if (hexadecimal) return { value: u64(BigInt(`0x${hexadecimal[1]}`)), length: hexadecimal[0].length };
  const octal = /^0[0-7]*/.exec(text);
  if (octal) return { value: u64(BigInt(`0o0${octal[0]}`)), length: octal[0].length };
  const decimal = /^\d+/.exec(text);
  return decimal ? { value: u64(BigInt(decimal[0])), length: decimal[0].length } : { value: 0, length: 0 };
}

/** Says how much a write took: all of it, unless the kernel refused. */
export function taken(result: Errno | 0, value: Uint8Array): number | Errno {
  return result || value.length;
}
