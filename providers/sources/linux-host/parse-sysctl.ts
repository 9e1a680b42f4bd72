/** The text of a file below /proc/sys, taken apart into the value that its row describes. */

import type { BitMask } from '../../model/bit-mask.ts';
import type { SysctlDrives, SysctlNumber, SysctlRange, SysctlTransports, SysctlValue } from '../../model/sysctl.ts';
import type { SysctlRow } from '../../model/sysctl/row.ts';
import type { Scanner } from './scanner.ts';

const MINUS = 0x2d;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

/** The value of a text; null for no text at all. */
export function parseSysctl(row: SysctlRow, scanner: Scanner): SysctlValue {
  if (scanner.done) return null;
  switch (row.kind) {
    case 'numbers':
      return numbers(scanner);
    case 'hex':
      scanner.takeText('0x');
      return [Number(scanner.hex())];
    case 'text':
      return lines(scanner);
    case 'words': {
      const text = rest(scanner);
      return text === '' ? [] : text.split(row.separator);
    }
    case 'ranges':
      return parseRanges(scanner);
    case 'mask':
      return parseMask(scanner);
    case 'uuid':
    case 'bytes':
    case 'address':
      return Buffer.from(scanner.line().replaceAll(/[-:]/g, ''), 'hex');
    case 'keys':
      return scanner.line().split(',').map(key);
    case 'nothing':
      return null;
    case 'transports':
      return transports(scanner);
    case 'drives':
      return drives(scanner);
  }
}

function numbers(scanner: Scanner): SysctlNumber[] {
  const values: SysctlNumber[] = [];
  while (!scanner.lineDone()) {
    const negative = scanner.take(MINUS);
    const start = scanner.at;
    const magnitude = scanner.decimal();
    if (scanner.at === start) break;
    values.push(negative ? -magnitude : magnitude);
  }
  return values;
}

/** All but the last line end. */
function rest(scanner: Scanner): string {
  const { bytes, at, end } = scanner;
  return bytes.toString('latin1', at, end > at && bytes[end - 1] === NEWLINE ? end - 1 : end);
}

function lines(scanner: Scanner): string | string[] {
  const text = rest(scanner);
  return text.includes('\n') ? text.split('\n') : text;
}

/** Ranges with commas between: `1-3,7`. */
export function parseRanges(scanner: Scanner): SysctlRange[] {
  const found: SysctlRange[] = [];
  while (!scanner.lineDone()) {
    const start = scanner.at;
    const first = scanner.number();
    if (scanner.at === start) break;
    found.push({ first, last: scanner.take(MINUS) ? scanner.number() : first });
    scanner.take(COMMA);
  }
  return found;
}

/** The kernel prints as many digits as the mask is wide, so the digits tell the width as far as it matters. */
export function parseMask(scanner: Scanner): BitMask {
  const groups = scanner.line().split(',');
  const [first = ''] = groups;
  return {
    bits: first.length * 4 + (groups.length - 1) * 32,
    words: groups.reverse().map((group) => Number.parseInt(group, 16) || 0),
  };
}

function key(text: string): Uint8Array {
  const bytes = Buffer.alloc(16);
  text.split('-').forEach((group, index) => bytes.writeUInt32LE(Number.parseInt(group, 16) || 0, index * 4));
  return bytes;
}

function transports(scanner: Scanner): SysctlTransports {
  const transports: { name: string; maximum: number }[] = [];
  while (!scanner.done) {
    transports.push({ name: scanner.word(), maximum: scanner.number() });
    scanner.nextLine();
  }
  return { transports };
}

/** Each line has a heading and then a column for each drive; the headings are always the same. */
function drives(scanner: Scanner): SysctlDrives {
  scanner.takeText('CD-ROM information, Id: ');
  const driver = scanner.line();
  scanner.nextLine();
  const columns = (): string[] => {
    const line = scanner.line();
    return line.slice(line.indexOf(':') + 1).split('\t').filter(Boolean);
  };
  const names = columns();
  const speeds = columns();
  const slots = columns();
  const abilities: string[][] = [];
  while (!scanner.lineDone()) abilities.push(columns());
  return {
    driver,
    drives: names.map((name, drive) => ({
      name,
      speed: Number(speeds[drive]),
      slots: Number(slots[drive]),
      abilities: abilities.map((ability) => Number(ability[drive])),
    })),
  };
}
