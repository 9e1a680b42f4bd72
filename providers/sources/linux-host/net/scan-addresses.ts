/** Reads network and kernel addresses as the kernel prints them. */

import type { U64 } from '../../../../fs/u64.ts';
import type { Ipv4Address, Ipv6Address } from '../../../model/network-routes.ts';
import type { Pointer } from '../../../model/network.ts';
import type { Scanner } from '../scanner.ts';

const COLON = 0x3a;
const DOT = 0x2e;
const MINUS = 0x2d;

/** `count` hexadecimal digits behind blanks, at most eight. */
export function fixedHex(scanner: Scanner, count: number): number {
  scanner.blanks();
  const { bytes, at } = scanner;
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const code = bytes[index] as number;
    value = (value << 4) | ((code & 15) + (code >= 0x41 ? 9 : 0));
  }
  scanner.at = at + count;
  return value >>> 0;
}

/** A 32-bit word with its bytes in the other order. */
function swapped(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/** %08X of an IPv4 address in a little-endian machine's memory. */
export function memoryAddress(scanner: Scanner): Ipv4Address {
  return swapped(fixedHex(scanner, 8));
}

/** Four such words: an IPv6 address. */
export function memoryAddress6(scanner: Scanner): Ipv6Address {
  return [memoryAddress(scanner), memoryAddress(scanner), memoryAddress(scanner), memoryAddress(scanner)];
}

/** %pi6: 32 hexadecimal digits. */
export function hexAddress6(scanner: Scanner): Ipv6Address {
  return [fixedHex(scanner, 8), fixedHex(scanner, 8), fixedHex(scanner, 8), fixedHex(scanner, 8)];
}

/** %pI6: eight groups of four hexadecimal digits. */
export function groupedAddress6(scanner: Scanner): Ipv6Address {
  const word = (): number => {
    const high = fixedHex(scanner, 4);
    scanner.take(COLON);
    const low = fixedHex(scanner, 4);
    scanner.take(COLON);
    return ((high << 16) | low) >>> 0;
  };
  const words: Ipv6Address = [word(), word(), word(), word()];
  return words;
}

/** %pI4: dotted decimal. */
export function dotted(scanner: Scanner): Ipv4Address {
  let address = 0;
  for (let part = 0; part < 4; part++) {
    address = (address << 8) | scanner.number();
    if (part < 3) scanner.take(DOT);
  }
  return address >>> 0;
}

/** %pI4 or %pI6, by how it looks. */
export function anyAddress(scanner: Scanner): Ipv4Address | Ipv6Address {
  scanner.blanks();
  const { bytes, at } = scanner;
  return bytes[at + 4] === COLON ? groupedAddress6(scanner) : dotted(scanner);
}

/** %p of a kernel address. */
export function pointer(scanner: Scanner): Pointer {
  scanner.blanks();
  if (scanner.takeText('(____ptrval____)')) return undefined;
  return scanner.hex();
}

/** A decimal number that may be negative and of any size. */
export function anySigned(scanner: Scanner): number | bigint {
  scanner.blanks();
  if (!scanner.take(MINUS)) return scanner.decimal();
  const value: U64 = scanner.decimal();
  return -value;
}
