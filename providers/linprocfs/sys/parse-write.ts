/** What is written to a kernel parameter, taken apart as the handlers of kernel/sysctl.c do it. */

import { EINVAL, EIO, type Errno, isErrno } from '../../../fs/errno.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { SysctlNumber, SysctlRange, SysctlValue } from '../../model/sysctl.ts';
import type { SysctlNumbers, SysctlRow, SysctlText } from '../../model/sysctl/row.ts';
import { parseAddress, parseKeys, parseMask, parseRanges } from './parse-special.ts';
import { PAGE_SIZE, isSpace, skipSpaces, takeNumber } from './lexer.ts';
import { renderValue } from './render.ts';

/** What one write(2) comes to. */
export interface Written {
  /** How many bytes the writer is told that were taken, unless there is an error. */
  readonly count: number;
  /** The value to set; undefined where nothing changes. */
  readonly value?: SysctlValue;
  /** Told to the writer after the value has been set: some handlers set what they got before they found the fault. */
  readonly error?: Errno;
}

/**
 * Parses a write at a file offset. `current` gives the value so far, for those that a write at an offset adds to.
 * With `strict` (kernel.sysctl_writes_strict) numbers are taken at offset 0 only. Errors: EINVAL, EIO.
 *
 * Differs: the kernel's handlers of unsigned ints do not move the file offset, so a second write to the same descriptor
 * counts there; here the door moves it, and the second write is behind the start as it is for ints. A write of more than
 * a door takes at once comes in parts.
 */
export function parseWritten(
  row: SysctlRow,
  bytes: Uint8Array,
  at: number,
  strict: boolean,
  current: () => SysctlValue | Errno,
): Written | Errno {
  if (bytes.length === 0) return { count: 0 };
  switch (row.kind) {
    case 'numbers':
      return at > 0 && strict ? { count: bytes.length } : parseNumbers(row, bytes);
    case 'text':
      return parseText(row, bytes, strict ? at : 0, current);
    case 'words':
    case 'keys':
    case 'address': {
      const line = splice(row, LONG_LINE, bytes, strict ? at : 0, current);
      if (line === undefined) return { count: bytes.length };
      const value = isErrno(line) ? line : parseLine(row, line);
      return isErrno(value) ? value : { count: bytes.length, value };
    }
    case 'ranges':
      return mergeRanges(parseRanges(bytes), at, current);
    case 'hex':
      return at > 0 ? { count: bytes.length } : parseHex(bytes);
    case 'mask': {
      const mask = parseMask(lineOf(bytes, bytes.length));
      return isErrno(mask) ? mask : { count: bytes.length, value: mask };
    }
    case 'nothing':
      return { count: bytes.length, value: null };
    case 'bytes':
    case 'uuid':
    case 'transports':
    case 'drives':
      return EINVAL;
  }
}

/** Room for the lines that handlers take apart further. */
const LONG_LINE = 2048;

/** A line as proc_dostring takes it: up to a NUL, a line end or so many bytes, as a byte string. */
function lineOf(bytes: Uint8Array, most: number): string {
  let end = 0;
  const limit = Math.min(bytes.length, most);
  while (end < limit && bytes[end] !== 0 && bytes[end] !== 0x0a) end++;
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
}

/**
 * _proc_do_string: the line that there is once a write at an offset has replaced what was there from that place on.
 * Undefined: the write is behind the end, and ignored.
 */
function splice(
  row: SysctlRow,
  capacity: number,
  bytes: Uint8Array,
  at: number,
  current: () => SysctlValue | Errno,
): string | Errno | undefined {
  if (at === 0) return lineOf(bytes, capacity - 1);
  const value = current();
  if (isErrno(value)) return value;
  scratch.reset();
  const error = renderValue(scratch, row, value);
  if (isErrno(error)) return error;
  const line = scratch.toString().slice(0, -1);
  if (at > Math.min(line.length, capacity - 1)) return undefined;
  return line.slice(0, at) + lineOf(bytes, capacity - 1 - at);
}

const scratch = new TextWriter(256);

/** Errors: EINVAL, EIO. */
function parseLine(row: SysctlRow & { readonly kind: 'words' | 'keys' | 'address' }, line: string): SysctlValue | Errno {
  if (row.kind === 'keys') return parseKeys(line) ?? EINVAL;
  if (row.kind === 'address') return parseAddress(line) ?? EIO;
  return line.split(row.separator === ' ' ? /[ \t]+/ : row.separator).filter(Boolean);
}

/** do_proc_dointvec, do_proc_douintvec_w and do_proc_doulongvec_minmax, but for the ranges. */
function parseNumbers(row: SysctlNumbers, bytes: Uint8Array): Written | Errno {
  const end = Math.min(bytes.length, PAGE_SIZE - 1);
  const values: SysctlNumber[] = [];
  let at = 0;
  let error: Errno | undefined;
  while (at < end && values.length < row.count) {
    at = skipSpaces(bytes, at, end);
    if (at === end) break;
    const number = takeNumber(bytes, at, end, ' \t\n');
    if (!number) {
      error = EINVAL;
      break;
    }
    values.push(number.value);
    at = number.end;
  }
  if (values.length === 0 || (error !== undefined && row.atomic)) return EINVAL;
  if (error === undefined) at = skipSpaces(bytes, at, end);
  // The handlers of unsigned ints never say that they left something.
  const whole = row.type === 'uint' || row.type === 'u8';
  const count = whole ? bytes.length : bytes.length - (end - at);
  return error === undefined ? { count, value: values } : { count, value: values, error };
}

/** proc_dostring. */
function parseText(row: SysctlRow & SysctlText, bytes: Uint8Array, at: number, current: () => SysctlValue | Errno): Written | Errno {
  const line = splice(row, row.capacity, bytes, at, current);
  if (line === undefined) return { count: bytes.length };
  if (isErrno(line)) return line;
  if (row.terminated && bytes.length !== line.length - at + 1) return EINVAL;
  return { count: bytes.length, value: line };
}

/** proc_do_large_bitmap: a write that does not begin the file adds to what is there. */
function mergeRanges(
  parsed: { count: number; ranges: SysctlRange[] } | undefined,
  at: number,
  current: () => SysctlValue | Errno,
): Written | Errno {
  if (!parsed) return EINVAL;
  const { count, ranges } = parsed;
  if (at === 0) return { count, value: ordered(ranges) };
  const value = current();
  if (isErrno(value)) return value;
  return { count, value: ordered([...(value as readonly SysctlRange[]), ...ranges]) };
}

/** Ranges in ascending order, with those that touch made one. */
function ordered(ranges: SysctlRange[]): SysctlRange[] {
  const result: SysctlRange[] = [];
  for (const next of ranges.sort((a, b) => a.first - b.first)) {
    const last = result.at(-1);
    if (last && next.first <= last.last + 1) result[result.length - 1] = { first: last.first, last: Math.max(last.last, next.last) };
    else result.push(next);
  }
  return result;
}

/** proc_dodebug (net/sunrpc/sysctl.c). */
function parseHex(bytes: Uint8Array): Written | Errno {
  const start = skipSpaces(bytes, 0, bytes.length);
  if (start === bytes.length) return { count: bytes.length };
  if (bytes.length - start > 19) return EINVAL;
  const number = takeNumber(bytes, start, bytes.length, undefined);
  if (!number) return EINVAL;
  if (number.end < bytes.length && !isSpace(bytes[number.end] as number)) return EINVAL;
  const count = skipSpaces(bytes, number.end, bytes.length);
  return { count, value: [Number(BigInt.asUintN(32, BigInt(number.value)))] };
}
