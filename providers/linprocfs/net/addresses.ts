/** Network and kernel addresses as the kernel prints them (lib/vsprintf.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { LinkAddress } from '../../model/network-devices.ts';
import type { Endpoint, Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import type { Pointer } from '../../model/network.ts';

const COLON = 0x3a;
const DOT = 0x2e;

/** %pI4: `127.0.0.1` */
export function dotted(out: TextWriter, address: Ipv4Address): TextWriter {
  out.decimal(address >>> 24).byte(DOT).decimal((address >>> 16) & 255).byte(DOT);
  return out.decimal((address >>> 8) & 255).byte(DOT).decimal(address & 255);
}

/** %pi6: 32 hexadecimal digits. */
export function hexAddress6(out: TextWriter, address: Ipv6Address): TextWriter {
  for (const word of address) out.hexZero(word, 8);
  return out;
}

/** %pI6: eight groups of four hexadecimal digits. */
export function groupedAddress6(out: TextWriter, address: Ipv6Address): TextWriter {
  for (let index = 0; index < 4; index++) {
    const word = address[index] as number;
    if (index > 0) out.byte(COLON);
    out.hexZero(word >>> 16, 4).byte(COLON).hexZero(word & 0xffff, 4);
  }
  return out;
}

/**
 * %pI6c: the groups without leading zeros, the longest run of two or more zero groups as `::`, and the last two groups
 * dotted where the address is of IPv4 (ip6_compressed_string).
 */
export function compressedAddress6(out: TextWriter, address: Ipv6Address): TextWriter {
  const groups = address.flatMap((word) => [word >>> 16, word & 0xffff]);
  const embedded = isEmbedded4(address);
  const count = embedded ? 6 : 8;
  const { start, length } = longestZeros(groups.slice(0, count));
  let separate = false;
  for (let index = 0; index < count; index++) {
    if (index === start) {
      if (separate || index === 0) out.byte(COLON);
      out.byte(COLON);
      separate = false;
      index += length - 1;
      continue;
    }
    if (separate) out.byte(COLON);
    out.hex(groups[index] as number);
    separate = true;
  }
  if (!embedded) return out;
  if (separate) out.byte(COLON);
  return dotted(out, address[3]);
}

/** Whether an IPv4 address is in it: mapped (::ffff:1.2.3.4) or of ISATAP. */
function isEmbedded4([first, second, third]: Ipv6Address): boolean {
  const mapped = first === 0 && second === 0 && third === 0xffff;
  return mapped || ((third | 0x02000000) >>> 0) === 0x02005efe;
}

/** The first of the longest runs of zero groups, if that has more than one. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 1 };
  for (let index = 0; index < groups.length; index++) {
    let length = 0;
    while (groups[index + length] === 0) length++;
    if (length > best.length) best = { start: index, length };
  }
  return best;
}

/** %pISpc: `192.0.2.1:80` or `[2001:db8::1]:80`. */
export function endpoint(out: TextWriter, value: Endpoint): TextWriter {
  if (typeof value === 'string') return out.text(value);
  const { address, port } = value;
  if (typeof address === 'number') dotted(out, address);
  else compressedAddress6(out.byte(0x5b), address).byte(0x5d);
  return out.byte(COLON).decimal(port);
}

/** %pI4 or %pI6, by what the address is. */
export function anyAddress(out: TextWriter, address: Ipv4Address | Ipv6Address): TextWriter {
  return typeof address === 'number' ? dotted(out, address) : groupedAddress6(out, address);
}

/** %08X of an IPv4 address in memory, on a little-endian machine: the bytes from last to first. */
export function memoryAddress(out: TextWriter, address: Ipv4Address): TextWriter {
  return out.hexZeroUpper(swapped(address), 8);
}

/** The same of the four words of an IPv6 address. */
export function memoryAddress6(out: TextWriter, address: Ipv6Address): TextWriter {
  for (let index = 0; index < 4; index++) out.hexZeroUpper(swapped(address[index] as number), 8);
  return out;
}

/** A 32-bit word with its bytes in the other order. */
export function swapped(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/** The bytes of a link-layer address as hexadecimal digits with something between them: %*ph, %*phN. */
export function linkAddress(out: TextWriter, address: LinkAddress, separator: string): TextWriter {
  for (let index = 0; index < address.length; index++) {
    if (index > 0) out.text(separator);
    out.hexZero(address[index] as number, 2);
  }
  return out;
}

/** %p: sixteen digits, or what the kernel says as long as it cannot hash them. */
export function pointer(out: TextWriter, value: Pointer, hidden: boolean): TextWriter {
  if (value === undefined) return out.text('(____ptrval____)');
  return out.hexZero(hidden ? 0 : value, 16);
}
