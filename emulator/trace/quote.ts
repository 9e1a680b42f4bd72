/** Strings as strace(1) prints them. */

/** How many bytes of a string are shown (-s). */
export const SHOWN = 32;

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x0c, '\\f'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x0b, '\\v'],
]);

/** Bytes within quotes: others than printable ones in octal, as short as what follows allows. `cut`: there are more. */
export function quote(bytes: Uint8Array, cut = false): string {
  let text = '"';
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const escape = ESCAPES.get(byte);
    if (escape !== undefined) text += escape;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else {
      const next = bytes[at + 1];
      const digits = byte.toString(8);
      text += `\\${next !== undefined && next >= 0x30 && next <= 0x37 ? digits.padStart(3, '0') : digits}`;
    }
  }
  return `${text}"${cut ? '...' : ''}`;
}

/** Bytes that are data rather than text: all in hexadecimal. */
export function quoteHex(bytes: Uint8Array, cut = false): string {
  let text = '"';
  for (const byte of bytes) text += `\\x${byte.toString(16).padStart(2, '0')}`;
  return `${text}"${cut ? '...' : ''}`;
}
