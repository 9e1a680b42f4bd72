/** The checksum of a section of a recording: CRC-32 as in ISO 3309 and gzip (RFC 1952, 8). */

const POLYNOMIAL = 0xedb8_8320;

/** What each byte does; and, for four bytes at a time, what it does that many bytes later. */
const TABLES: readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] = makeTables();

function makeTables(): [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const first = new Uint32Array(256).map((_zero, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  const later = (before: Uint32Array): Uint32Array => before.map((value) => (value >>> 8) ^ (first[value & 0xff] as number));
  const second = later(first);
  const third = later(second);
  return [first, second, third, later(third)];
}

/** The checksum of bytes. */
export function checksum(bytes: Uint8Array): number {
  const [first, second, third, fourth] = TABLES;
  let value = 0xffff_ffff;
  let at = 0;
  for (const end = bytes.length & ~3; at < end; at += 4) {
    value ^= (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    value =
      (fourth[value & 0xff] as number) ^
      (third[(value >>> 8) & 0xff] as number) ^
      (second[(value >>> 16) & 0xff] as number) ^
      (first[value >>> 24] as number);
  }
  for (; at < bytes.length; at++) value = (value >>> 8) ^ (first[(value ^ (bytes[at] as number)) & 0xff] as number);
  return ~value >>> 0;
}
