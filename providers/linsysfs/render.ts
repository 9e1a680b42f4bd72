/** Attributes as the kernel's show functions print them. */

import { EIO, type Errno } from '../../fs/errno.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { BitMask } from '../model/bit-mask.ts';
import type {
  SysfsCell,
  SysfsChoice,
  SysfsCounts,
  SysfsKeyed,
  SysfsNodeMemory,
  SysfsNumber,
  SysfsRange,
  SysfsValue,
} from '../model/sysfs.ts';
import type { SysfsRow } from '../model/sysfs/row.ts';
import { type TemplatePlace, templatePieces } from '../model/sysfs/template.ts';
import { hexMask } from '../linprocfs/bits.ts';

const MINUS = 0x2d;
const COMMA = 0x2c;
const EQUALS = 0x3d;

/** Writes a value as its row says. Errors: EIO for a value of another type than the row's. */
export function renderAttribute(out: TextWriter, row: SysfsRow, value: SysfsValue): Errno | 0 {
  // No text is no text, whatever the row.
  if (value === null) return 0;
  const error = renderText(out, row, value);
  if (error === 0 && !row.bare && !endsItsLines(row)) out.newline();
  return error;
}

/** Whether the text is made of lines that end themselves. */
function endsItsLines({ kind }: SysfsRow): boolean {
  return kind === 'pairs' || kind === 'rows' || kind === 'keyed' || kind === 'memory' || kind === 'binary';
}

function renderText(out: TextWriter, row: SysfsRow, value: Exclude<SysfsValue, null>): Errno | 0 {
  switch (row.kind) {
    case 'decimal':
      if (!isNumber(value)) return EIO;
      out.signed(value).text(row.suffix);
      return 0;
    case 'hex':
      if (!isNumber(value)) return EIO;
      out.text(row.prefix);
      if (row.upper) out.hexZeroUpper(value, row.width);
      else out.hexZero(value, row.width);
      return 0;
    case 'flag':
      if (typeof value !== 'boolean') return EIO;
      out.text(value ? row.yes : row.no);
      return 0;
    case 'line':
      if (typeof value !== 'string') return EIO;
      out.text(value);
      return 0;
    case 'words':
      if (!isArray<string>(value)) return EIO;
      value.forEach((word, index) => out.text(index === 0 ? '' : row.separator).text(word));
      if (row.closed && value.length > 0) out.text(row.separator);
      return 0;
    case 'choice':
      return choice(out, value as SysfsChoice, row.closed === true);
    case 'ranges':
      if (!isArray<SysfsRange>(value)) return EIO;
      ranges(out, value);
      return 0;
    case 'mask':
      hexMask(out, value as BitMask);
      return 0;
    case 'bits':
      if (!isArray<number>(value)) return EIO;
      for (const bit of value) out.decimal(bit);
      return 0;
    case 'bytes':
      if (!(value instanceof Uint8Array)) return EIO;
      value.forEach((byte, index) => out.text(index === 0 ? '' : row.separator).hexZero(byte, 2));
      return 0;
    case 'pairs':
      if (!isArray<readonly string[]>(value)) return EIO;
      for (const [key = '', text] of value) {
        out.text(key);
        if (text !== undefined) out.byte(EQUALS).text(text);
        out.newline();
      }
      return 0;
    case 'fields':
      return isArray<SysfsCell>(value) ? fields(out, row.template, value) : EIO;
    case 'rows':
      if (!isArray<readonly SysfsCell[]>(value)) return EIO;
      if (row.heading !== undefined) out.text(row.heading).newline();
      for (const cells of value) {
        const error = fields(out, row.template, cells);
        if (error !== 0) return error;
        out.newline();
      }
      return 0;
    case 'keyed':
      if (!isArray<SysfsKeyed>(value)) return EIO;
      for (const { name, values } of value) {
        out.text(name);
        for (const [key, text] of values) out.space().text(key).byte(EQUALS).text(text);
        out.newline();
      }
      return 0;
    case 'parameter':
      return parameter(out, value);
    case 'counts':
      return counts(out, value as SysfsCounts);
    case 'memory':
      return memory(out, value as SysfsNodeMemory);
    case 'binary':
      if (!(value instanceof Uint8Array)) return EIO;
      out.raw(value);
      return 0;
    case 'nothing':
      return EIO;
  }
}

function isNumber(value: SysfsValue): value is SysfsNumber {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isArray<T>(value: SysfsValue): value is Extract<SysfsValue, readonly unknown[]> & readonly T[] {
  return Array.isArray(value);
}

/** The chosen word in brackets; where none is chosen there are none. */
function choice(out: TextWriter, { options, selected }: SysfsChoice, closed: boolean): 0 {
  options.forEach((option, index) => {
    if (index > 0) out.space();
    if (index === selected) out.text('[').text(option).text(']');
    else out.text(option);
  });
  if (closed && options.length > 0 && (selected >= 0 || options.length > 1)) out.space();
  return 0;
}

function ranges(out: TextWriter, value: readonly SysfsRange[]): void {
  value.forEach(({ first, last }, index) => {
    if (index > 0) out.byte(COMMA);
    out.decimal(first);
    if (last > first) out.byte(MINUS).decimal(last);
  });
}

/** A line after a template. Cells may be fewer than the template has places: the line ends there. */
function fields(out: TextWriter, template: string, cells: readonly SysfsCell[]): Errno | 0 {
  let next = 0;
  let pending = '';
  for (const piece of templatePieces(template)) {
    if (typeof piece === 'string') {
      pending = piece;
      continue;
    }
    if (next === cells.length) return 0;
    out.text(pending);
    pending = '';
    if (!cell(out, piece, cells[next++] as SysfsCell)) return EIO;
  }
  out.text(pending);
  return 0;
}

function cell(out: TextWriter, { conversion, width, zeros, left }: TemplatePlace, value: SysfsCell): boolean {
  if (conversion === 's') {
    if (typeof value !== 'string') return false;
    if (left) out.textLeft(value, width);
    else out.textRight(value, width);
    return true;
  }
  if (typeof value === 'string') return false;
  if (left) out.decimalLeft(value, width);
  else if (conversion === 'x') zeros ? out.hexZero(value, width) : out.hexPadded(value, width);
  else if (conversion === 'X') out.hexZeroUpper(value, width);
  else if (zeros) out.decimalZero(value, width);
  else out.signedPadded(value, width);
  return true;
}

/** kernel/params.c: Y and N, numbers, arrays with commas, and text. */
function parameter(out: TextWriter, value: Exclude<SysfsValue, null>): Errno | 0 {
  if (typeof value === 'boolean') out.text(value ? 'Y' : 'N');
  else if (isNumber(value)) out.signed(value);
  else if (typeof value === 'string') out.text(value);
  else if (isArray<SysfsNumber>(value)) value.forEach((each, index) => out.text(index === 0 ? '' : ',').signed(each));
  else return EIO;
  return 0;
}

/** mm/slub.c: `8 N0=8`, and `512(2) C0=256(1)` where slabs are told. */
function counts(out: TextWriter, { total, slabs, parts }: SysfsCounts): 0 {
  out.signed(total);
  if (slabs !== undefined) out.text('(').decimal(slabs).text(')');
  for (const part of parts) {
    out.space().text(part.sort).decimal(part.id).byte(EQUALS).signed(part.count);
    if (part.slabs !== undefined) out.text('(').decimal(part.slabs).text(')');
  }
  return 0;
}

/** The width of names in node_read_meminfo, with the colon. */
const NAME_WIDTH = 16;

/** drivers/base/node.c node_read_meminfo */
function memory(out: TextWriter, { node, rows }: SysfsNodeMemory): 0 {
  for (const { name, value, kilobytes } of rows) {
    const start = out.text('Node ').decimal(node).space().length;
    out.text(name).text(':');
    out.padTo(start + NAME_WIDTH);
    if (kilobytes) out.signedPadded(value, 8).text(' kB').newline();
    else out.space().signedPadded(value, 5).newline();
  }
  return 0;
}
