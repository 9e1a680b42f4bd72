/**
 * Lines in the kernel's printf notation with the names of the fields: `%-16s{device} %04X{network}:%02X{node}`. One
 * format serves to write lines and, in a source, to read them: the many tables of rare protocols are nothing but that.
 *
 *     %d  a signed number       %u  an unsigned one        %x %X  hexadecimal     %h  hundredths: 12.34
 *     %s  a word, or what is left of the line, or what is before the next literal character
 *     %i4 %i6 %I6  addresses: dotted, 32 digits, eight groups      %a  the first or the last     %e  with a port
 *     %m  a link-layer address with colons, %n without     %p  a kernel address
 *     %(yes|no)  a boolean      %*  before any of them: a list, with a blank before each item
 */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { LinkAddress } from '../../model/network-devices.ts';
import type { Endpoint, Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import type { Pointer } from '../../model/network.ts';
import { anyAddress, dotted, endpoint, groupedAddress6, hexAddress6, linkAddress, pointer } from './addresses.ts';

export type Conversion = 'd' | 'u' | 'x' | 'X' | 'h' | 's' | 'i4' | 'i6' | 'I6' | 'a' | 'e' | 'm' | 'n' | 'p' | 'choice';

/** A field's place in a line. */
export interface Field {
  readonly name: string;
  readonly conversion: Conversion;
  readonly width: number;
  readonly left: boolean;
  readonly zero: boolean;
  readonly list: boolean;
  /** Of a choice: what stands for true and for false. */
  readonly choices: readonly [string, string];
}

/**
 * The literal texts and fields of a line, or of several lines that make up one record; or of a part of it, the other
 * fields being written and read by other means.
 */
export interface LineFormat<T> {
  readonly parts: readonly (string | Field)[];
  /** The record that it is about exists in the types alone. */
  readonly record?: T;
}

const FIELD = /%(\*?)([-0]*)(\d*)(d|u|x|X|h|s|i4|i6|I6|a|e|m|n|p|\(([^|)]*)\|([^)]*)\))\{(\w+)\}/g;

/** Compiles a format. */
export function lineFormat<T>(format: string): LineFormat<T> {
  const parts: (string | Field)[] = [];
  let end = 0;
  for (const match of format.matchAll(FIELD)) {
    const [whole, star, flags = '', width, conversion = '', yes = '', no = '', name = ''] = match;
    if (match.index > end) parts.push(format.slice(end, match.index));
    end = match.index + whole.length;
    parts.push({
      name,
      conversion: conversion.startsWith('(') ? 'choice' : (conversion as Conversion),
      width: Number(width),
      left: flags.includes('-'),
      zero: flags.includes('0'),
      list: star === '*',
      choices: [yes, no],
    });
  }
  if (end < format.length) parts.push(format.slice(end));
  return { parts };
}

/** Writes a record. */
export function writeLine<T extends object>(out: TextWriter, format: LineFormat<T>, record: T, hidden = false): TextWriter {
  for (const part of format.parts) {
    if (typeof part === 'string') {
      out.text(part);
      continue;
    }
    const value = (record as Readonly<Record<string, unknown>>)[part.name];
    if (part.list) for (const item of value as readonly unknown[]) writeField(out.space(), part, item, hidden);
    else writeField(out, part, value, hidden);
  }
  return out;
}

function writeField(out: TextWriter, field: Field, value: unknown, hidden: boolean): void {
  const { width } = field;
  if (field.left) {
    const start = out.length;
    writeValue(out, { ...field, width: 0 }, value, hidden);
    out.padTo(start + width);
    return;
  }
  writeValue(out, field, value, hidden);
}

function writeValue(out: TextWriter, { conversion, width, zero, choices }: Field, value: unknown, hidden: boolean): void {
  switch (conversion) {
    case 'd':
    case 'u':
      if (zero) out.decimalZero(value as number | bigint, width);
      else out.signedPadded(value as number | bigint, width);
      return;
    case 'x':
      if (zero) out.hexZero(value as number | bigint, width);
      else out.hexPadded(value as number | bigint, width);
      return;
    case 'X':
      if (zero) out.hexZeroUpper(value as number | bigint, width);
      else out.textRight((value as number | bigint).toString(16).toUpperCase(), width);
      return;
    case 'h':
      hundredths(out, value as U64, width);
      return;
    case 's':
      out.textRight(value as string, width);
      return;
    case 'choice':
      out.textRight(choices[value === true ? 0 : 1], width);
      return;
    case 'i4':
      dotted(out, value as Ipv4Address);
      return;
    case 'i6':
      hexAddress6(out, value as Ipv6Address);
      return;
    case 'I6':
      groupedAddress6(out, value as Ipv6Address);
      return;
    case 'a':
      anyAddress(out, value as Ipv4Address | Ipv6Address);
      return;
    case 'e':
      endpoint(out, value as Endpoint);
      return;
    case 'm':
      linkAddress(out, value as LinkAddress, ':');
      return;
    case 'n':
      linkAddress(out, value as LinkAddress, '');
      return;
    case 'p':
      // A width of its own takes the place of the leading zeros.
      if (width === 0) pointer(out, value as Pointer, hidden);
      else if (value === undefined) out.text('(____ptrval____)');
      else out.hexPadded(hidden ? 0 : (value as number | bigint), width);
  }
}

function hundredths(out: TextWriter, value: U64, width: number): void {
  const whole = BigInt(value) / 100n;
  out.textRight(`${whole}.${String(BigInt(value) % 100n).padStart(2, '0')}`, width);
}

/** A file that is a heading and lines, each padded with blanks to a width if there is one. */
export interface LineTable<T> {
  readonly heading: string;
  readonly line: LineFormat<T>;
  /** How wide a line is at least, without its end; the heading too. */
  readonly width: number;
}

export function lineTable<T>(heading: string, line: string, width = 0): LineTable<T> {
  return { heading, line: lineFormat(line), width };
}

/** Writes such a file; the line ends are not part of the formats. */
export function showTable<T extends object>({
  heading,
  line,
  width,
}: LineTable<T>): (out: TextWriter, rows: Iterable<T>, hidden: boolean) => void {
  return (out, rows, hidden) => {
    let start = out.length;
    if (heading !== '') out.text(heading).padTo(start + width).newline();
    for (const row of rows) {
      start = out.length;
      writeLine(out, line, row, hidden).padTo(start + width).newline();
    }
  };
}

/** Writes a file that is one record. */
export function showRecord<T extends object>(format: LineFormat<T>): (out: TextWriter, record: T, hidden: boolean) => void {
  return (out, record, hidden) => {
    writeLine(out, format, record, hidden);
  };
}
