/** Network and kernel addresses as the kernel prints them (lib/vsprintf.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { LinkAddress } from '../../model/network-devices.ts';
import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
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
