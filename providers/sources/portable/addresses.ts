/** Internet addresses as systeminformation writes them. */

import { isIPv4, isIPv6 } from 'node:net';
import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';

/** Undefined for what is no address. */
export function readIpv4(text: string): Ipv4Address | undefined {
  if (!isIPv4(text)) return undefined;
  return text.split('.').reduce((address, byte) => address * 256 + Number(byte), 0);
}

/** Likewise; it may be in brackets and have the name of an interface behind it. */
export function readIpv6(text: string): Ipv6Address | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (!isIPv6(bare)) return undefined;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  const last = dotted ? (readIpv4(dotted[2] ?? '') ?? 0) : undefined;
  const whole = dotted ? `${dotted[1]}${((last ?? 0) >>> 16).toString(16)}:${((last ?? 0) & 0xffff).toString(16)}` : bare;
  const [before = '', after] = whole.split('::');
  const groups = (part: string | undefined): number[] => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const [first, rest] = [groups(before), groups(after)];
  const all = after === undefined ? first : [...first, ...new Array<number>(8 - first.length - rest.length).fill(0), ...rest];
  const word = (at: number): number => (((all[at] ?? 0) << 16) | (all[at + 1] ?? 0)) >>> 0;
  return [word(0), word(2), word(4), word(6)];
}

/** How many bits of a mask are set from its beginning. */
export function prefixOf(mask: Ipv6Address): number {
  return mask.reduce((sum, word) => sum + Math.clz32(~word), 0);
}
