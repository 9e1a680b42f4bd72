/** The text of a file below /sys, taken apart into the value that its row describes. */

import type { U64 } from '../../../fs/u64.ts';
import type {
  SysfsCell,
  SysfsChoice,
  SysfsCounts,
  SysfsKeyed,
  SysfsNodeMemory,
  SysfsNumber,
  SysfsValue,
} from '../../model/sysfs.ts';
import type { SysfsRow } from '../../model/sysfs/row.ts';
import { type TemplatePiece, type TemplatePlace, templatePieces } from '../../model/sysfs/template.ts';
import { parseMask, parseRanges } from './parse-sysctl.ts';
import type { Scanner } from './scanner.ts';

const NEWLINE = 0x0a;
const MINUS = 0x2d;
const EQUALS = 0x3d;
const OPENING = 0x28;
const CLOSING = 0x29;

/** Undefined for a text that no value of the row's kind has: nothing is passed on that was not understood. */
export function parseAttribute(row: SysfsRow, scanner: Scanner): SysfsValue | undefined {
  if (scanner.done) return null;
  switch (row.kind) {
    case 'pairs':
      return allLines(scanner, pair);
    case 'rows':
      return rows(scanner, row.template, row.heading);
    case 'keyed':
      return allLines(scanner, keyed);
    case 'memory':
      return memory(scanner);
    default: {
      const { end } = scanner;
      const closed = scanner.bytes[end - 1] === NEWLINE;
      // The text goes up to the line end, and that is where it says that it is.
      if (closed === (row.bare === true)) return undefined;
      if (closed) scanner.end--;
      const value = parseText(row, scanner);
      return scanner.done ? value : undefined;
    }
  }
}

function parseText(row: SysfsRow, scanner: Scanner): SysfsValue | undefined {
  switch (row.kind) {
    case 'decimal': {
      const value = number(scanner);
      return value !== undefined && scanner.takeText(row.suffix) ? value : undefined;
    }
    case 'hex':
      return scanner.takeText(row.prefix) ? hexNumber(scanner) : undefined;
    case 'flag': {
      const word = rest(scanner);
      return word === row.yes ? true : word === row.no ? false : undefined;
    }
    case 'line': {
      const text = rest(scanner);
      return text.includes('\n') ? undefined : text;
    }
    case 'words': {
      const text = rest(scanner);
      if (text === '') return [];
      const words = text.split(row.separator);
      if (row.closed && words.at(-1) === '') words.pop();
      return words.some((word) => word.includes('\n')) ? undefined : words;
    }
    case 'choice':
      return choice(rest(scanner));
    case 'ranges':
      return parseRanges(scanner);
    case 'mask':
      return parseMask(scanner);
    case 'bits':
      return Array.from(rest(scanner), Number);
    case 'bytes':
      return hexBytes(rest(scanner), row.separator);
    case 'fields':
      return fields(scanner, templatePieces(row.template));
    case 'parameter':
      return parameter(rest(scanner));
    case 'counts':
      return counts(scanner);
    default:
      return undefined;
  }
}

/** All that is left. */
function rest(scanner: Scanner): string {
  const { bytes, at, end } = scanner;
  scanner.at = end;
  return bytes.toString('latin1', at, end);
}

/** A decimal number, which begins here; undefined where none does. */
function number(scanner: Scanner): SysfsNumber | undefined {
  const negative = scanner.take(MINUS);
  const start = scanner.at;
  const magnitude = scanner.decimal();
  if (scanner.at === start) return undefined;
  return negative ? -magnitude : magnitude;
}

function hexNumber(scanner: Scanner): U64 | undefined {
  const start = scanner.at;
  const value = scanner.hex();
  return scanner.at === start ? undefined : value;
}

function hexBytes(text: string, separator: string): Uint8Array | undefined {
  if (text === '') return Buffer.alloc(0);
  const digits = separator === '' ? text : text.split(separator).join('');
  return /^(?:[0-9a-f]{2})+$/.test(digits) ? Buffer.from(digits, 'hex') : undefined;
}

/** A trailing blank is the row's, not a word. */
function choice(text: string): SysfsChoice {
  const options = text.split(' ');
  if (options.at(-1) === '') options.pop();
  const selected = options.findIndex((option) => option.startsWith('[') && option.endsWith(']'));
  if (selected >= 0) options[selected] = (options[selected] as string).slice(1, -1);
  return { options, selected };
}

/** Whatever `line` makes of each line; the last one may lack its end. */
function allLines<T>(scanner: Scanner, parse: (text: string) => T | undefined): T[] | undefined {
  const found: T[] = [];
  while (!scanner.done) {
    const value = parse(scanner.line());
    if (value === undefined) return undefined;
    found.push(value);
  }
  return found;
}

/** A line without a sign is a key alone: the last line of a processor's is empty. */
function pair(text: string): readonly string[] {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function keyed(text: string): SysfsKeyed | undefined {
  const [name = '', ...words] = text.split(' ');
  const values: (readonly [string, string])[] = [];
  for (const word of words) {
    const [key = '', value] = pair(word);
    if (value === undefined) return undefined;
    values.push([key, value]);
  }
  return { name, values };
}

function rows(scanner: Scanner, template: string, heading: string | undefined): SysfsCell[][] | undefined {
  if (heading !== undefined && (!scanner.takeText(heading) || !scanner.take(NEWLINE))) return undefined;
  const pieces = templatePieces(template);
  const found: SysfsCell[][] = [];
  while (!scanner.done) {
    const cells = fields(scanner, pieces);
    if (!cells || !scanner.take(NEWLINE)) return undefined;
    found.push(cells);
  }
  return found;
}

/** The values of one line, which may end early; undefined where it does not fit. */
function fields(scanner: Scanner, pieces: readonly TemplatePiece[]): SysfsCell[] | undefined {
  const cells: SysfsCell[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece === 'string') {
      if (scanner.takeText(piece)) continue;
      return cells.length > 0 && lineEnds(scanner) ? cells : undefined;
    }
    const value = cell(scanner, piece, pieces[index + 1]);
    if (value === undefined) return undefined;
    cells.push(value);
  }
  return cells;
}

function lineEnds(scanner: Scanner): boolean {
  return scanner.done || scanner.peek() === NEWLINE;
}

function cell(scanner: Scanner, { conversion, left }: TemplatePlace, next: TemplatePiece | undefined): SysfsCell | undefined {
  if (conversion === 's') return textBefore(scanner, typeof next === 'string' ? next : undefined);
  scanner.blanks();
  const value = conversion === 'x' || conversion === 'X' ? hexNumber(scanner) : number(scanner);
  if (left) scanner.blanks();
  return value;
}

/** The text up to the literal that comes next, or to the line's end. */
function textBefore(scanner: Scanner, literal: string | undefined): string {
  const { bytes, at } = scanner;
  const newline = bytes.indexOf(NEWLINE, at);
  const lineEnd = newline < 0 || newline > scanner.end ? scanner.end : newline;
  let end = lineEnd;
  if (literal !== undefined) {
    const found = bytes.indexOf(literal, at, 'latin1');
    if (found >= 0 && found < lineEnd) end = found;
  }
  scanner.at = end;
  return bytes.toString('latin1', at, end);
}

/** What looks like the text of one of the types that parameters have; a text that would be printed otherwise is text. */
function parameter(text: string): SysfsValue {
  if (text === 'Y' || text === 'N') return text === 'Y';
  if (/^(?:0|-?[1-9]\d{0,19})$/.test(text)) return canonical(text);
  if (/^(?:0|-?[1-9]\d{0,19})(?:,(?:0|-?[1-9]\d{0,19}))+$/.test(text)) return text.split(',').map(canonical);
  return text;
}

function canonical(text: string): SysfsNumber {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function counts(scanner: Scanner): SysfsCounts | undefined {
  const total = number(scanner);
  if (total === undefined) return undefined;
  const slabs = inParentheses(scanner);
  const parts: { sort: string; id: number; count: SysfsNumber; slabs?: number }[] = [];
  while (!scanner.lineDone()) {
    const sort = String.fromCharCode(scanner.peek());
    const id = scanner.skip(1).number();
    if (!scanner.take(EQUALS)) return undefined;
    const count = number(scanner);
    if (count === undefined) return undefined;
    const within = inParentheses(scanner);
    parts.push({ sort, id, count, ...(within !== undefined && { slabs: within }) });
  }
  return { total, ...(slabs !== undefined && { slabs }), parts };
}

function inParentheses(scanner: Scanner): number | undefined {
  if (!scanner.take(OPENING)) return undefined;
  const value = scanner.number();
  scanner.take(CLOSING);
  return value;
}

function memory(scanner: Scanner): SysfsNodeMemory | undefined {
  let node = 0;
  const found: { name: string; value: SysfsNumber; kilobytes: boolean }[] = [];
  while (!scanner.done) {
    if (!scanner.takeText('Node ')) return undefined;
    node = scanner.number();
    const name = scanner.blanks().until(0x3a);
    const value = number(scanner.blanks());
    if (value === undefined) return undefined;
    found.push({ name, value, kilobytes: scanner.takeText(' kB') });
    if (!scanner.take(NEWLINE)) return undefined;
  }
  return { node, rows: found };
}
