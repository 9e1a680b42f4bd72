/** The order in which sysfs lists names: that of kernfs, by a hash of the name (fs/kernfs/dir.c). */

const GOLDEN_RATIO = 0x61c8_8646_80b5_83ebn;
const INT_MAX = 0x7fff_ffff;

/**
 * kernfs_name_hash of a name that belongs to no namespace: partial_name_hash over its bytes, in 64 bits, and hash_long of
 * that in 31. 0, 1 and INT_MAX are for entries of other kinds.
 */
export function nameHash(name: string): number {
  // The number in two halves of 32 bits: a bigint for each byte would be slow.
  let low = 0;
  let high = 0;
  for (let index = 0; index < name.length; index++) {
    const byte = name.charCodeAt(index);
    const sum = low + (byte << 4) + (byte >> 4);
    const product = (sum >>> 0) * 11;
    const carried = high + (sum > 0xffff_ffff ? 1 : 0);
    low = product % 0x1_0000_0000;
    high = (carried * 11 + Math.floor(product / 0x1_0000_0000)) % 0x1_0000_0000;
  }
  const product = BigInt.asUintN(64, ((BigInt(high) << 32n) | BigInt(low)) * GOLDEN_RATIO);
  const hash = Number(product >> 32n) & INT_MAX;
  return hash < 2 ? hash + 2 : hash === INT_MAX ? INT_MAX - 1 : hash;
}

/** Names of the same hash are told apart by their order; there are hardly ever two. */
const SAME_HASH = 16;

/**
 * Sorts names as sysfs lists them and gives each a cookie that grows in that order and, but for names of the same hash,
 * depends on the name alone.
 *
 * Differs: interfaces in directories by network namespace are listed in another order, for there the kernel mixes an
 * address of its own into the hash.
 */
export function inListingOrder<T extends { readonly name: string }>(names: readonly T[]): readonly (T & { readonly cookie: number })[] {
  const hashed = names
    .map((entry) => ({ entry, hash: nameHash(entry.name) }))
    .sort((a, b) => a.hash - b.hash || (a.entry.name < b.entry.name ? -1 : 1));
  let same = 0;
  return hashed.map(({ entry, hash }, index) => {
    same = hashed[index - 1]?.hash === hash ? same + 1 : 0;
    return { ...entry, cookie: hash * SAME_HASH + same };
  });
}
