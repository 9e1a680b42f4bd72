/** Reads records by the format that they are written with. */

import type { Field, LineFormat, LineTable } from '../../../linprocfs/net/line-format.ts';
import { type U64, u64 } from '../../../../fs/u64.ts';
import type { Scanner } from '../scanner.ts';
import { Rows } from './rows.ts';
import {
  anyAddress,
  dotted,
  endpoint,
  groupedAddress6,
  hexAddress6,
  linkAddress,
  plainBytes,
  pointer,
} from './scan-addresses.ts';

const BLANK = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;
const DOT = 0x2e;

/** Reads a record. Blanks of the format stand for any number of them, for numbers and words may be padded. */
export function scanLine<T extends object>(scanner: Scanner, { parts }: LineFormat<T>): T {
  const record: Record<string, unknown> = {};
  parts.forEach((part, index) => {
    if (typeof part === 'string') {
      skipLiteral(scanner, part);
      return;
    }
    const end = endOf(part, parts[index + 1]);
    if (!part.list) {
      record[part.name] = scanField(scanner, part, end);
      return;
    }
    const items: unknown[] = [];
    while (!scanner.lineDone() && !end.stops.includes(String.fromCharCode(scanner.peek()))) {
      items.push(scanField(scanner, part, WORD));
    }
    record[part.name] = items;
  });
  return record as T;
}

/** Where a text ends: before one of some characters, or after so many, or with the line. */
interface TextEnd {
  readonly stops: string;
  readonly limit: number;
}

const WORD: TextEnd = { stops: ' \t', limit: Infinity };

/** Where the text of a field ends that this part follows. */
function endOf(field: Field, next: string | Field | undefined): TextEnd {
  if (next === undefined) return { stops: '', limit: Infinity };
  if (typeof next === 'string') return { stops: next.charAt(0), limit: Infinity };
  if (next.conversion === 'choice' && next.width === 0) return { stops: `${next.choices[0].charAt(0)} `, limit: Infinity };
  // What is never padded may follow without a blank.
  return next.conversion === 'm' || next.conversion === 'n' ? { stops: ' ', limit: field.width } : WORD;
}

function skipLiteral(scanner: Scanner, text: string): void {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === BLANK || code === TAB || code === NEWLINE) scanner.blanks();
    if (code !== BLANK && code !== TAB) scanner.take(code);
  }
}

function scanField(scanner: Scanner, { conversion, width, choices }: Field, end: TextEnd): unknown {
  switch (conversion) {
    case 'd':
    case 'u':
      return scanner.signedDecimal();
    case 'x':
    case 'X':
      return scanner.hex();
    case 'h':
      return hundredths(scanner);
    case 's':
      return scanText(scanner, end);
    case 'choice':
      if (width > 0) scanner.blanks();
      if (scanner.takeText(choices[0])) return true;
      scanner.takeText(choices[1]);
      return false;
    case 'i4':
      return dotted(scanner);
    case 'i6':
      return hexAddress6(scanner);
    case 'I6':
      return groupedAddress6(scanner);
    case 'a':
      return anyAddress(scanner);
    case 'e':
      return endpoint(scanner);
    case 'm':
      return linkAddress(scanner);
    case 'n':
      return plainBytes(scanner);
    case 'p':
      return pointer(scanner);
  }
}

function hundredths(scanner: Scanner): U64 {
  const whole = BigInt(scanner.decimal());
  scanner.take(DOT);
  return u64(whole * 100n + BigInt(scanner.decimal()));
}

/** A text without the blanks around it. */
function scanText(scanner: Scanner, { stops, limit }: TextEnd): string {
  scanner.blanks();
  const { bytes } = scanner;
  const start = scanner.at;
  const last = Math.min(scanner.end, start + limit);
  let at = start;
  while (at < last && bytes[at] !== NEWLINE && !stops.includes(String.fromCharCode(bytes[at] as number))) at++;
  scanner.at = at;
  return bytes.toString('latin1', start, at).trimEnd();
}

/** Reads a table of such records. */
export function parseTable<T extends object>({ heading, line }: LineTable<T>): (bytes: Buffer) => Iterable<T> {
  const headingLines = heading === '' ? 0 : heading.split('\n').length;
  return (bytes) =>
    new Rows(bytes, headingLines, (scanner) => {
      const row = scanLine(scanner, line);
      scanner.nextLine();
      return row;
    });
}

/** Reads a file that is one record. */
export function parseRecord<T extends object>(format: LineFormat<T>): (bytes: Buffer, scanner: Scanner) => T {
  return (_bytes, scanner) => scanLine(scanner, format);
}
