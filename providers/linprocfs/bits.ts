/** Bit masks as the kernel prints them: %*pb and %*pbl of lib/vsprintf.c. */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { BitMask } from '../model/bit-mask.ts';

/** All bits as hexadecimal, as many digits as the mask's width needs, in comma-separated groups of 32 bits. */
export function hexMask(out: TextWriter, { bits, words }: BitMask): TextWriter {
  for (let index = words.length - 1; index >= 0; index--) {
    const width = Math.min(32, bits - index * 32);
    out.hexZero((words[index] as number) >>> 0, (width + 3) >> 2);
    if (index > 0) out.byte(0x2c);
  }
  return out;
}

/** Ranges of set bits in decimal: `0-3,8`. */
export function listOfBits(out: TextWriter, { words }: BitMask): TextWriter {
  const bits = words.length * 32;
  const isSet = (bit: number): boolean => bit < bits && (((words[bit >> 5] as number) >>> (bit & 31)) & 1) === 1;
  let first = true;
  for (let bit = 0; bit < bits; bit++) {
    if (!isSet(bit)) continue;
    const start = bit;
    while (isSet(bit + 1)) bit++;
    if (!first) out.byte(0x2c);
    first = false;
    out.decimal(start);
    if (bit > start) out.byte(0x2d).decimal(bit);
  }
  return out;
}
