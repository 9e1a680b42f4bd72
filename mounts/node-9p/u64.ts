/**
 * Unsigned 64-bit values: a number while it is a safe integer, a bigint beyond. Nearly all are numbers, which are ten
 * times as fast.
 */
export type U64 = number | bigint;

/** The value of two 32-bit halves. */
export function u64FromHalves(high: number, low: number): U64 {
  return high >>> 0 < 0x20_0000
    ? (high >>> 0) * 0x1_0000_0000 + (low >>> 0)
    : (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** The high 32 bits. */
export function u64High(value: U64): number {
  return typeof value === 'number' ? Math.floor(value / 0x1_0000_0000) >>> 0 : Number((value >> 32n) & 0xffff_ffffn);
}

/** The low 32 bits. */
export function u64Low(value: U64): number {
  return typeof value === 'number' ? value >>> 0 : Number(value & 0xffff_ffffn);
}
