/** Listings in the order of cookies that are made of the names alone, so that a cookie holds whatever comes and goes. */

/** A name in a listing. */
export interface ListedName {
  readonly name: string;
  readonly cookie: number;
}

/** 52 bits that depend on a name; never 0. */
function cookieOf(name: string): number {
  let high = 0x811c_9dc5;
  let low = 0x2545_f491;
  for (let index = 0; index < name.length; index++) {
    const byte = name.charCodeAt(index);
    high = Math.imul(high ^ byte, 0x0100_0193);
    low = Math.imul(low + byte, 0x85eb_ca6b) ^ (low >>> 15);
  }
  return ((high ^ (high >>> 9)) & 0x3ff_ffff) * 0x400_0000 + ((low ^ (low >>> 11)) & 0x3ff_ffff) + 1;
}

/** Names in the order of their cookies. */
export function listedNames(names: Iterable<string>): ListedName[] {
  return Array.from(names, (name) => ({ name, cookie: cookieOf(name) })).sort((a, b) => a.cookie - b.cookie);
}

/** Where in such a list the names begin whose cookies are greater. */
export function placeAfter(names: readonly ListedName[], cookie: number): number {
  let low = 0;
  for (let high = names.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((names[middle] as ListedName).cookie <= cookie) low = middle + 1;
    else high = middle;
  }
  return low;
}
