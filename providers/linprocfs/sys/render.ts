/** Kernel parameters as the handlers of kernel/sysctl.c and their relatives print them. */

import { EIO, type Errno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { SysctlDrives, SysctlNumber, SysctlRange, SysctlTransports, SysctlValue } from '../../model/sysctl.ts';
import type { SysctlRow } from '../../model/sysctl/row.ts';
import { hexMask } from '../bits.ts';

const TAB = 0x09;
const COLON = 0x3a;
const COMMA = 0x2c;
const MINUS = 0x2d;
const NEWLINE = 0x0a;

/** Writes a value as its row says, or nothing for null. Errors: EIO for a value of another type than the row's. */
export function renderValue(out: TextWriter, row: SysctlRow, value: SysctlValue): Errno | 0 {
  if (value === null) return 0;
  switch (row.kind) {
    case 'numbers':
      if (!isList<SysctlNumber>(value)) return EIO;
      joined(out, value, TAB, number).newline();
      return 0;
    case 'hex':
      if (!isList<number>(value)) return EIO;
      out.text('0x').hexZero(value[0] ?? 0, 4).newline();
      return 0;
    case 'text':
      if (typeof value === 'string') out.text(value).newline();
      else if (isList<string>(value) && typeof value[0] === 'string') joined(out, value, NEWLINE, word).newline();
      else return EIO;
      return 0;
    case 'words':
      if (!isList<string>(value)) return EIO;
      joined(out, value, row.separator.charCodeAt(0), word).newline();
      return 0;
    case 'ranges':
      if (!isList<SysctlRange>(value)) return EIO;
      joined(out, value, COMMA, range).newline();
      return 0;
    case 'keys':
      if (!isList<Uint8Array>(value)) return EIO;
      joined(out, value, COMMA, key).newline();
      return 0;
    case 'bytes':
      if (!(value instanceof Uint8Array)) return EIO;
      joined(out, value, COLON, hexByte).newline();
      return 0;
    case 'uuid':
      if (!(value instanceof Uint8Array)) return EIO;
      return uuid(out, value);
    case 'address':
      if (!(value instanceof Uint8Array)) return EIO;
      return address(out, value);
    case 'mask':
      hexMask(out, value as BitMask).newline();
      return 0;
    case 'nothing':
      return 0;
    case 'transports':
      for (const { name, maximum } of (value as SysctlTransports).transports) out.text(name).space().decimal(maximum).newline();
      return 0;
    case 'drives':
      return drives(out, value as SysctlDrives);
  }
}

function isList<T>(value: SysctlValue): value is Extract<SysctlValue, readonly unknown[]> & readonly T[] {
  return Array.isArray(value);
}

/** Items with one byte between any two. */
function joined<T>(out: TextWriter, items: Iterable<T>, separator: number, item: (out: TextWriter, item: T) => unknown): TextWriter {
  let first = true;
  for (const each of items) {
    if (!first) out.byte(separator);
    first = false;
    item(out, each);
  }
  return out;
}

function number(out: TextWriter, value: SysctlNumber): TextWriter {
  return Object.is(value, -0) ? out.text('-0') : out.signed(value);
}

function word(out: TextWriter, value: string): void {
  out.text(value);
}

function range(out: TextWriter, { first, last }: SysctlRange): void {
  out.decimal(first);
  if (last > first) out.byte(MINUS).decimal(last);
}

function hexByte(out: TextWriter, value: number): void {
  out.hexZero(value, 2);
}

/** Groups of four bytes; each is a little-endian number, as the kernel keeps them. */
function key(out: TextWriter, bytes: Uint8Array): void {
  for (let at = 0; at < 16; at += 4) {
    if (at > 0) out.byte(MINUS);
    for (let index = 3; index >= 0; index--) out.hexZero(bytes[at + index] ?? 0, 2);
  }
}

/** %pU: 8-4-4-4-12 digits. */
function uuid(out: TextWriter, bytes: Uint8Array): 0 {
  for (let at = 0; at < 16; at++) {
    if (at === 4 || at === 6 || at === 8 || at === 10) out.byte(MINUS);
    out.hexZero(bytes[at] ?? 0, 2);
  }
  out.newline();
  return 0;
}

/** %pI6: eight groups of four digits. */
function address(out: TextWriter, bytes: Uint8Array): 0 {
  for (let at = 0; at < 16; at++) {
    if (at > 0 && at % 2 === 0) out.byte(COLON);
    out.hexZero(bytes[at] ?? 0, 2);
  }
  out.newline();
  return 0;
}

/** The headings of the abilities of a CD-ROM drive, in the order in which cdrom_sysctl_info prints them. */
export const DRIVE_ABILITIES: readonly string[] = [
  'Can close tray:\t',
  'Can open tray:\t',
  'Can lock tray:\t',
  'Can change speed:',
  'Can select disk:',
  'Can read multisession:',
  'Can read MCN:\t',
  'Reports media changed:',
  'Can play audio:\t',
  'Can write CD-R:\t',
  'Can write CD-RW:',
  'Can read DVD:\t',
  'Can write DVD-R:',
  'Can write DVD-RAM:',
  'Can read MRW:\t',
  'Can write MRW:\t',
  'Can write RAM:\t',
];

/** /proc/sys/dev/cdrom/info (drivers/cdrom/cdrom.c cdrom_sysctl_info): a column for each drive. */
function drives(out: TextWriter, { driver, drives }: SysctlDrives): 0 {
  out.text('CD-ROM information, Id: ').text(driver).newline();
  out.text('\ndrive name:\t');
  for (const { name } of drives) out.byte(TAB).text(name);
  out.text('\ndrive speed:\t');
  for (const { speed } of drives) out.byte(TAB).decimal(speed);
  out.text('\ndrive # of slots:');
  for (const { slots } of drives) out.byte(TAB).decimal(slots);
  DRIVE_ABILITIES.forEach((heading, index) => {
    out.newline().text(heading);
    for (const { abilities } of drives) out.byte(TAB).decimal(abilities[index] ?? 0);
  });
  // The text's own lines, and the one that ends it as it ends every text.
  out.text('\n\n\n');
  return 0;
}
