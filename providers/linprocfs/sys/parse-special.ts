/** The less common notations of kernel parameters: bitmaps, keys and addresses. */

import { EINVAL, EOVERFLOW, type Errno } from '../../../fs/errno.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { SysctlRange } from '../../model/sysctl.ts';
import { PAGE_SIZE, takeNumber } from './lexer.ts';

const NEWLINE = 0x0a;
const COMMA = 0x2c;
const MINUS = 0x2d;

/**
 * proc_do_large_bitmap: `1-3,7`. Of what is longer than a page the first page is taken, up to the last number that is
 * surely whole; the writer comes back with the rest. Undefined: it is not of this form.
 */
export function parseRanges(bytes: Uint8Array): { count: number; ranges: SysctlRange[] } | undefined {
  const end = Math.min(bytes.length, PAGE_SIZE - 1);
  const cut = end < bytes.length;
  const ranges: SysctlRange[] = [];
  let at = skipNewlines(bytes, 0, end);
  while (at < end) {
    const start = at;
    const first = takeNumber(bytes, at, end, '-,\n');
    if (first) at = first.end;
    if (cut && end - at <= 1) return { count: start, ranges };
    if (!first || !isBit(first.value)) return undefined;
    let last = first.value;
    const separator = at < end ? bytes[at++] : COMMA;
    if (separator === MINUS) {
      const second = takeNumber(bytes, at, end, ',\n\0');
      if (second) at = second.end;
      if (cut && at === end) return { count: start, ranges };
      if (!second || !isBit(second.value) || second.value < first.value) return undefined;
      last = second.value;
      if (at < end) at++;
    }
    ranges.push({ first: first.value, last });
    at = skipNewlines(bytes, at, end);
  }
  return { count: at, ranges };
}

function isBit(value: number | bigint): value is number {
  return typeof value === 'number' && value >= 0 && !Object.is(value, -0);
}

function skipNewlines(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] === NEWLINE) at++;
  return at;
}

/** bitmap_parse: groups of 32 bits in hexadecimal, the highest first. Errors: EINVAL, EOVERFLOW for a longer group. */
export function parseMask(line: string): BitMask | Errno {
  const words: number[] = [];
  for (const group of line.split(/[,\s]+/).reverse()) {
    if (group === '') continue;
    if (!/^[0-9a-fA-F]+$/.test(group)) return EINVAL;
    if (group.length > 8) return EOVERFLOW;
    words.push(Number.parseInt(group, 16));
  }
  if (words.length === 0) words.push(0);
  return { bits: words.length * 32, words };
}

/** One or two keys of four groups each, as sscanf's %x reads them: what follows the last group does not matter. */
export function parseKeys(line: string): Uint8Array[] | undefined {
  const keys: Uint8Array[] = [];
  for (const part of line.split(',').slice(0, 2)) {
    const groups = /^\s*(?:0[xX])?([0-9a-fA-F]+)-(?:0[xX])?([0-9a-fA-F]+)-(?:0[xX])?([0-9a-fA-F]+)-(?:0[xX])?([0-9a-fA-F]+)/.exec(part);
    if (!groups) return undefined;
    const key = Buffer.alloc(16);
    groups.slice(1).forEach((group, index) => key.writeUInt32LE(Number.parseInt(group.slice(-8), 16), index * 4));
    keys.push(key);
  }
  return keys;
}

/** in6_pton: an IPv6 address; what follows it does not matter. */
export function parseAddress(line: string): Uint8Array | undefined {
  const [text = ''] = /^[0-9a-fA-F:.]*/.exec(line) ?? [];
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  return Uint8Array.from([...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]);
}

/** The bytes of colon-separated groups, of which the last may be an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const quad = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(group);
    if (quad && index === groups.length - 1) {
      const parts = quad.slice(1).map(Number);
      if (parts.some((part) => part > 255)) return undefined;
      bytes.push(...parts);
    } else if (/^[0-9a-fA-F]+$/.test(group)) {
      const value = Number.parseInt(group.slice(-4), 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return undefined;
    }
  }
  return bytes;
}
