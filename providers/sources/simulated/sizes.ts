/** Sizes as a description has them. */

import type { SizeText } from './description.ts';

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** Bytes. */
export function bytesOf(size: SizeText | undefined, fallback: number): number {
  if (size === undefined) return fallback;
  if (typeof size === 'number') return Math.floor(size);
  const [, number = '0', unit = 'B'] = /^([\d.]+)(.*)$/.exec(size) ?? [];
  return Math.floor(Number(number) * (UNITS[unit] ?? 1));
}
