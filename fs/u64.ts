/**
 * Unsigned 64-bit kernel values. Nearly all fit a double exactly, and numbers are ten times as fast as bigints, so a
 * value is a number while it is a safe integer and a bigint beyond. The form is canonical: a bigint is always > 2^53-1.
 */
export type U64 = number | bigint;

/** 2^64-1: what the kernel prints for "unlimited" in several files. */
export const U64_MAX: bigint = 0xffff_ffff_ffff_ffffn;

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** The canonical form of a bigint, taken modulo 2^64 as the kernel's casts do. */
export function u64(value: bigint): U64 {
  const wrapped = BigInt.asUintN(64, value);
  return wrapped <= SAFE_MAX ? Number(wrapped) : wrapped;
}

/** The value of two 32-bit halves. */
export function u64FromHalves(high: number, low: number): U64 {
  if (high === 0xffff_ffff && low === 0xffff_ffff) return U64_MAX;
  return high < 0x20_0000 ? high * 0x1_0000_0000 + (low >>> 0) : (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** The high 32 bits. */
export function u64High(value: U64): number {
  if (typeof value === 'number') return Math.floor(value / 0x1_0000_0000);
  return value === U64_MAX ? 0xffff_ffff : Number(value >> 32n);
}

/** The low 32 bits. */
export function u64Low(value: U64): number {
  if (typeof value === 'number') return value >>> 0;
  return value === U64_MAX ? 0xffff_ffff : Number(value & 0xffff_ffffn);
}
