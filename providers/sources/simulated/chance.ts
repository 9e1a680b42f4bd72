/**
 * Numbers that look like chance and are none: each follows from a seed and what it is about, so that the same moment of the same
 * machine is always the same.
 */

/** A number of 32 bits from three others (the finalizer of MurmurHash3, once for each). */
export function scramble(seed: number, a: number, b: number): number {
  let hash = seed | 0;
  hash = mix(hash ^ Math.imul(a | 0, 0x9e3779b1));
  hash = mix(hash ^ Math.imul(b | 0, 0x85ebca77));
  return hash >>> 0;
}

function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The same as a fraction, from 0 up to but without 1. */
export function chance(seed: number, a: number, b = 0): number {
  return scramble(seed, a, b) / 0x1_0000_0000;
}

/** No slope of `wobble` is steeper than this. */
export const STEEPEST = 3;

/** A smooth line between -1 and 1 that passes another random height at each whole number. */
export function wobble(seed: number, at: number): number {
  const knot = Math.floor(at);
  const part = at - knot;
  const from = 2 * chance(seed, knot) - 1;
  const to = 2 * chance(seed, knot + 1) - 1;
  return from + (to - from) * part * part * (3 - 2 * part);
}
