/** Bit masks as the kernel prints them: %*pb and %*pbl of lib/vsprintf.c. */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { BitMask } from '../model/bit-mask.ts';

/** From how many words on the notation of a mask is kept: one that has room for a thousand nodes is the same for all. */
const LONG = 8;
const kept = new WeakMap<BitMask, Buffer>();

/** All bits as hexadecimal, as many digits as the mask's width needs, in comma-separated groups of 32 bits. */
export function hexMask(out: TextWriter, mask: BitMask): TextWriter {
  if (mask.words.length < LONG) return writeHexMask(out, mask);
  const known = kept.get(mask);
  if (known) return out.raw(known);
  const start = out.length;
  writeHexMask(out, mask);
  kept.set(mask, Buffer.from(out.bytes.subarray(start, out.length)));
  return out;
}

function writeHexMask(out: TextWriter, { bits, words }: BitMask): TextWriter {
  for (let index = words.length - 1; index >= 0; index--) {
    const width = Math.min(32, bits - index * 32);
    out.hexZero((words[index] as number) >>> 0, (width + 3) >> 2);
    if (index > 0) out.byte(0x2c);
  }
  return out;
}

/** Ranges of set bits in decimal: `0-3,8`. */
export function listOfBits(out: TextWriter, { words }: BitMask): TextWriter {
  let first = true;
  let start = -1;
  // One bit further than the last, so that a range which ends there is closed.
  for (let bit = 0, bits = words.length * 32; bit <= bits; bit++) {
    const word = bit < bits ? (words[bit >> 5] as number) : 0;
    if (word === 0 && start < 0) {
      bit |= 31;
      continue;
    }
    const set = ((word >>> (bit & 31)) & 1) === 1;
    if (set && start < 0) start = bit;
    if (set || start < 0) continue;
    if (!first) out.byte(0x2c);
    first = false;
    out.decimal(start);
    if (bit - 1 > start) out.byte(0x2d).decimal(bit - 1);
    start = -1;
  }
  return out;
}
