/** Reads network and kernel addresses as the kernel prints them. */

import type { LinkAddress } from '../../../model/network-devices.ts';
import type { Endpoint, Ipv4Address, Ipv6Address } from '../../../model/network-routes.ts';
import type { Pointer } from '../../../model/network.ts';
import type { Scanner } from '../scanner.ts';

const COLON = 0x3a;
const OPEN = 0x5b;
const DOT = 0x2e;

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

/** %pI6c */
export function compressedAddress6(scanner: Scanner): Ipv6Address {
  const head: number[] = [];
  const tail: number[] = [];
  let groups = head;
  for (;;) {
    if (scanner.takeText('::')) groups = tail;
    else if (head.length + tail.length > 0) scanner.take(COLON);
    if (hexDigitsNext(scanner) === 0) break;
    if (dottedNext(scanner)) {
      const address = dotted(scanner);
      groups.push(address >>> 16, address & 0xffff);
      break;
    }
    groups.push(Number(scanner.hex()));
    if (scanner.peek() !== COLON) break;
  }
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  const all = [...head, ...zeros, ...tail];
  const word = (index: number): number => (((all[index] as number) << 16) | (all[index + 1] as number)) >>> 0;
  return [word(0), word(2), word(4), word(6)];
}

function isHexDigit(code: number): boolean {
  const letter = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}

/** %pI6c or %pI4, by how it looks. */
export function compressedOrDotted(scanner: Scanner): Ipv4Address | Ipv6Address {
  scanner.blanks();
  const { bytes, at } = scanner;
  for (let index = at; index < at + 5; index++) if (bytes[index] === COLON) return compressedAddress6(scanner);
  return dotted(scanner);
}

/** How many hexadecimal digits are next. */
function hexDigitsNext({ bytes, at, end }: Scanner): number {
  let index = at;
  while (index < end && isHexDigit(bytes[index] as number)) index++;
  return index - at;
}

function dottedNext(scanner: Scanner): boolean {
  return scanner.bytes[scanner.at + hexDigitsNext(scanner)] === DOT;
}

/** %pISpc, or a word instead. */
export function endpoint(scanner: Scanner): Endpoint {
  scanner.blanks();
  if (scanner.take(OPEN)) {
    const address = compressedAddress6(scanner);
    scanner.skip(2);
    return { address, port: scanner.number() };
  }
  if (!dottedNext(scanner)) return scanner.word();
  const address = dotted(scanner);
  scanner.take(COLON);
  return { address, port: scanner.number() };
}

/** %pM, %*phC: bytes with colons between them. */
export function linkAddress(scanner: Scanner): LinkAddress {
  scanner.blanks();
  const address: number[] = [];
  while (hexDigitsNext(scanner) >= 2) {
    address.push(fixedHex(scanner, 2));
    scanner.take(COLON);
  }
  return address;
}

/** %*phN: bytes with nothing between them. */
export function plainBytes(scanner: Scanner): LinkAddress {
  scanner.blanks();
  const address: number[] = [];
  while (hexDigitsNext(scanner) >= 2) address.push(fixedHex(scanner, 2));
  return address;
}

/** %p of a kernel address. */
export function pointer(scanner: Scanner): Pointer {
  scanner.blanks();
  if (scanner.takeText('(____ptrval____)')) return undefined;
  return scanner.hex();
}
