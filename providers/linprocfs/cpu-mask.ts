/** CPU masks as one writes them: bitmap_parse and bitmap_parselist of lib/bitmap-str.c. */

import { EINVAL, EOVERFLOW, ERANGE, type Errno, isErrno } from '../../fs/errno.ts';
import type { BitMask } from '../model/bit-mask.ts';

/** The digits of one word of 32 bits. */
const WORD_DIGITS = 8;

/** The text that a write brought, up to its first line end or NUL. */
function firstLine(bytes: Uint8Array): string {
  let end = 0;
  while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0) end++;
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
}

/** Whether a character stands between groups: white space and the comma. */
function separates(character: string): boolean {
  return /[\s,\xa0]/.test(character);
}

/** Hexadecimal words, separated by commas or blanks. Errors: EINVAL, EOVERFLOW for bits that the mask has not. */
export function parseCpuMask(bytes: Uint8Array, bits: number): BitMask | Errno {
  const text = firstLine(bytes);
  const words = new Array<number>((bits + 31) >> 5).fill(0);
  let word = 0;
  for (let end = text.length; ; word++) {
    while (end > 0 && separates(text[end - 1] as string)) end--;
    if (end === 0) break;
    if (word === words.length) return EOVERFLOW;
    let start = end;
    while (start > 0 && end - start < WORD_DIGITS && !separates(text[start - 1] as string)) {
      if (!/[0-9a-fA-F]/.test(text[start - 1] as string)) return EINVAL;
      start--;
    }
    words[word] = Number.parseInt(text.slice(start, end), 16);
    end = start;
    if (end === 0 || separates(text[end - 1] as string)) continue;
    // A word of all its digits swallows the character before it, unless that is one more digit.
    if (/[0-9a-fA-F]/.test(text[end - 1] as string)) return EOVERFLOW;
    end--;
  }
  const spare = bits & 31;
  const last = words.at(-1) as number;
  return spare !== 0 && last >= 2 ** spare ? EOVERFLOW : { bits, words };
}

/** One range of a list, and which of its CPUs are meant: the first `used` of each `group`. */
interface Region {
  start: number;
  end: number;
  used: number;
  group: number;
}

/**
 * Ranges as `0-3,8`, `all`, `N` for the last one, and `0-15:2/4` for two of every four. Errors: EINVAL, ERANGE for a
 * CPU that the mask has not, EOVERFLOW.
 */
export function parseCpuList(bytes: Uint8Array, bits: number): BitMask | Errno {
  const words = new Array<number>((bits + 31) >> 5).fill(0);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const reader = new ListReader(text.split('\0', 1)[0] as string, bits - 1);
  for (let region = reader.next(); region !== undefined; region = reader.next()) {
    if (isErrno(region)) return region;
    if (region.start > region.end || region.group === 0 || region.used > region.group) return EINVAL;
    if (region.end >= bits) return ERANGE;
    for (let cpu = region.start; cpu <= region.end; cpu++) {
      if ((cpu - region.start) % region.group >= region.used) continue;
      words[cpu >> 5] = ((words[cpu >> 5] as number) | (1 << (cpu & 31))) >>> 0;
    }
  }
  return { bits, words };
}

class ListReader {
  readonly #text: string;
  readonly #last: number;
  #at = 0;
  #finished = false;

  constructor(text: string, last: number) {
    this.#text = text;
    this.#last = last;
  }

  /** A line end stands between groups as other white space does, but ends the list where it follows a number. */
  next(): Region | Errno | undefined {
    if (this.#finished) return undefined;
    while (this.#at < this.#text.length && separates(this.#text[this.#at] as string)) this.#at++;
    if (this.#at === this.#text.length) return undefined;
    let start = 0;
    let end = this.#last;
    if (/^all/i.test(this.#text.slice(this.#at, this.#at + 3))) {
      this.#at += 3;
    } else {
      const first = this.#number();
      if (isErrno(first)) return first;
      start = end = first;
      if (this.#ended()) return { start, end, used: end + 1, group: end + 1 };
      if (!this.#take('-')) return EINVAL;
      const last = this.#number();
      if (isErrno(last)) return last;
      end = last;
    }
    if (this.#ended()) return { start, end, used: end + 1, group: end + 1 };
    if (!this.#take(':')) return EINVAL;
    const used = this.#number();
    if (isErrno(used)) return used;
    if (!this.#take('/')) return EINVAL;
    const group = this.#number();
    return isErrno(group) ? group : { start, end, used, group };
  }

  #ended(): boolean {
    const next = this.#text[this.#at];
    if (next !== undefined && !separates(next)) return false;
    this.#finished = next === undefined || next === '\n';
    return true;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #number(): number | Errno {
    if (this.#take('N')) return this.#last;
    const digits = /^\d+/.exec(this.#text.slice(this.#at))?.[0];
    if (digits === undefined) return EINVAL;
    this.#at += digits.length;
    const value = Number(digits);
    return value > 0xffff_ffff ? EOVERFLOW : value;
  }
}
