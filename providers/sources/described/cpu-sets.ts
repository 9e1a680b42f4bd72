/** Sets of CPUs and the like, in both notations of the kernel. */

import type { BitMask } from '../../model/bit-mask.ts';
import type { SysfsRange } from '../../model/sysfs.ts';

/** A set as a mask of so many bits and as ranges. */
export function masksOf(members: readonly number[], bits: number): { readonly mask: BitMask; readonly ranges: SysfsRange[] } {
  const words = new Array<number>(Math.max(1, (bits + 31) >> 5)).fill(0);
  for (const member of members) words[member >> 5] = ((words[member >> 5] as number) | (1 << (member & 31))) >>> 0;
  return { mask: { bits, words }, ranges: rangesOf(members) };
}

/** Ascending ranges. */
export function rangesOf(members: readonly number[]): SysfsRange[] {
  const found: { first: number; last: number }[] = [];
  for (const member of [...members].sort((a, b) => a - b)) {
    const open = found.at(-1);
    if (open && member === open.last + 1) open.last = member;
    else found.push({ first: member, last: member });
  }
  return found;
}
