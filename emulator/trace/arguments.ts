/** Arguments of system calls as strace(1) prints them, by their kinds. */

import { deviceMajor, deviceMinor } from '../../fs/stat.ts';
import { SHOWN, quote, quoteHex } from './quote.ts';
import type { Reader } from './reader.ts';
import { FLAGS, IOCTLS, MAGIC, NUMBERS, STATX_SYNC, codeName, flagNames, openFlags, shortSignal, signalName } from './symbols.ts';

/** A call whose arguments are printed. */
export interface Printed {
  readonly reader: Reader;
  readonly args: readonly number[];
  /** What it gave; undefined where it has not come back. */
  readonly result: number | undefined;
}

const MODE_TYPES: ReadonlyMap<number, string> = new Map([
  [0o100000, 'S_IFREG'], [0o040000, 'S_IFDIR'], [0o120000, 'S_IFLNK'], [0o020000, 'S_IFCHR'], [0o060000, 'S_IFBLK'], [0o010000, 'S_IFIFO'], [0o140000, 'S_IFSOCK'],
]);

export function hex(value: number): string {
  return value === 0 ? '0' : `0x${value.toString(16)}`;
}

export function pointer(address: number): string {
  return address === 0 ? 'NULL' : `0x${address.toString(16)}`;
}

export function octal(mode: number): string {
  return mode === 0 ? '000' : `0${mode.toString(8).padStart(2, '0')}`;
}

/** A mode with the type of the file. */
export function fileMode(mode: number): string {
  const words = [MODE_TYPES.get(mode & 0o170000) ?? (mode & 0o170000 ? `0${(mode & 0o170000).toString(8)}` : '')].filter((word) => word !== '');
  if (mode & 0o4000) words.push('S_ISUID');
  if (mode & 0o2000) words.push('S_ISGID');
  if (mode & 0o1000) words.push('S_ISVTX');
  words.push(octal(mode & 0o777));
  return words.join('|');
}

/** Failed, or has not come back: what it would have filled means nothing. */
export function failed({ result }: Printed): boolean {
  return result === undefined || result < 0;
}

export function fileName(reader: Reader, address: number): string {
  if (address === 0) return 'NULL';
  const bytes = reader.string(address);
  return bytes ? quote(bytes) : pointer(address);
}

/** A string, cut where it is long. */
export function text(reader: Reader, address: number): string {
  if (address === 0) return 'NULL';
  const bytes = reader.string(address);
  return bytes ? quote(bytes.subarray(0, SHOWN), bytes.length > SHOWN) : pointer(address);
}

/** A buffer of a length. */
export function buffer(reader: Reader, address: number, length: number, asHex = false): string {
  if (address === 0) return 'NULL';
  const bytes = reader.bytes(address, Math.min(length, SHOWN));
  if (!bytes || bytes.length < Math.min(length, SHOWN)) return pointer(address);
  return asHex ? quoteHex(bytes, length > SHOWN) : quote(bytes, length > SHOWN);
}

export function number(which: string, value: number): string {
  const [names, unknown] = NUMBERS[which]!;
  return names.get(value) ?? `${hex(value >>> 0)} /* ${unknown} */`;
}

export function timespec(reader: Reader, address: number): string {
  if (!reader.has(address, 16)) return pointer(address);
  return `{tv_sec=${reader.i64(address)}, tv_nsec=${reader.i64(address + 8)}}`;
}

export function timeval(reader: Reader, address: number): string {
  if (!reader.has(address, 16)) return pointer(address);
  return `{tv_sec=${reader.i64(address)}, tv_usec=${reader.i64(address + 8)}}`;
}

/** A set of signals; one with most of them by those that it lacks. */
export function signalSet(reader: Reader, address: number): string {
  if (!reader.has(address, 8)) return pointer(address);
  const words = [reader.u32(address), reader.u32(address + 4)];
  const all = Array.from({ length: 64 }, (_, index) => index + 1);
  const has = (signal: number): boolean => (words[(signal - 1) >> 5]! & (1 << ((signal - 1) & 31))) !== 0;
  const members = all.filter(has);
  const inverted = members.length > 42;
  const shown = inverted ? all.filter((signal) => !has(signal)) : members;
  return `${inverted ? '~' : ''}[${shown.map(shortSignal).join(' ')}]`;
}

function makedev(device: number): string {
  return `makedev(${hex(deviceMajor(device))}, ${hex(deviceMinor(device))})`;
}

export function stat(reader: Reader, address: number): string {
  if (!reader.has(address, 144)) return pointer(address);
  const mode = reader.u32(address + 24);
  const type = mode & 0o170000;
  const size = type === 0o020000 || type === 0o060000 ? `st_rdev=${makedev(reader.u32(address + 40))}` : `st_size=${reader.i64(address + 48)}`;
  return `{st_mode=${fileMode(mode)}, ${size}, ...}`;
}

export function statx(reader: Reader, address: number): string {
  if (!reader.has(address, 256)) return pointer(address);
  const mask = flagNames(reader.u32(address), FLAGS['statx']!);
  const attributes = flagNames(reader.u32(address + 8), FLAGS['statxattr']!, '0', reader.u32(address + 12));
  return `{stx_mask=${mask}, stx_attributes=${attributes}, stx_mode=${fileMode(reader.u16(address + 28))}, stx_size=${reader.u64(address + 40)}, ...}`;
}

export function statfs(reader: Reader, address: number): string {
  if (!reader.has(address, 120)) return pointer(address);
  const u64 = (at: number): number => reader.u64(address + at);
  const type = u64(0);
  const id = [reader.u32(address + 56), reader.u32(address + 60)].map(hex).join(', ');
  return (
    `{f_type=${MAGIC.get(type) ?? hex(type)}, f_bsize=${u64(8)}, f_blocks=${u64(16)}, f_bfree=${u64(24)}, f_bavail=${u64(32)}, f_files=${u64(40)}, ` +
    `f_ffree=${u64(48)}, f_fsid={val=[${id}]}, f_namelen=${u64(64)}, f_frsize=${u64(72)}, f_flags=${flagNames(u64(80), FLAGS['statvfs']!)}}`
  );
}

function limit(reader: Reader, address: number): string {
  if (reader.u32(address) === 0xffff_ffff && reader.u32(address + 4) === 0xffff_ffff) return 'RLIM64_INFINITY';
  const value = reader.u64(address);
  return value > 1024 && value % 1024 === 0 ? `${value / 1024}*1024` : String(value);
}

export function rlimit(reader: Reader, address: number): string {
  return reader.has(address, 16) ? `{rlim_cur=${limit(reader, address)}, rlim_max=${limit(reader, address + 8)}}` : pointer(address);
}

const SA_RESTORER = 0x0400_0000;

export function signalAction(reader: Reader, address: number): string {
  if (!reader.has(address, 32)) return pointer(address);
  const handler = reader.u64(address);
  const low = reader.u32(address + 8);
  const high = reader.u32(address + 12);
  const name = handler === 0 ? 'SIG_DFL' : handler === 1 ? 'SIG_IGN' : pointer(handler);
  const restorer = low & SA_RESTORER ? `, sa_restorer=${pointer(reader.u64(address + 16))}` : '';
  return `{sa_handler=${name}, sa_mask=${signalSet(reader, address + 24)}, sa_flags=${flagNames(low, FLAGS['sigaction']!, '0', high)}${restorer}}`;
}

export function vectors(reader: Reader, address: number, count: number, shown: number): string {
  if (count === 0) return '[]';
  if (!reader.has(address, count * 16)) return pointer(address);
  const parts: string[] = [];
  let left = shown;
  for (let index = 0; index < count; index++) {
    const base = reader.u64(address + index * 16);
    const length = reader.u64(address + index * 16 + 8);
    const part = Math.min(left, length);
    left -= part;
    parts.push(`{iov_base=${buffer(reader, base, part)}, iov_len=${length}}`);
  }
  return `[${parts.join(', ')}]`;
}

export function pollSet(reader: Reader, address: number, count: number): string {
  if (count === 0) return address === 0 ? 'NULL' : '[]';
  if (!reader.has(address, count * 8)) return pointer(address);
  const one = (at: number): string => `{fd=${reader.i32(at)}${reader.i32(at) < 0 ? '' : `, events=${flagNames(reader.u16(at + 4), FLAGS['poll']!)}`}}`;
  return `[${Array.from({ length: count }, (_, index) => one(address + index * 8)).join(', ')}]`;
}

/** What poll(2) found. */
export function pollFound(reader: Reader, address: number, count: number): string {
  const parts: string[] = [];
  for (let index = 0; index < count; index++) {
    const at = address + index * 8;
    const events = reader.u16(at + 6);
    if (events !== 0) parts.push(`{fd=${reader.i32(at)}, revents=${flagNames(events, FLAGS['poll']!)}}`);
  }
  return `[${parts.join(', ')}]`;
}

export function descriptorSet(reader: Reader, address: number, count: number): string {
  if (address === 0) return 'NULL';
  const bytes = reader.bytes(address, Math.ceil(count / 8));
  if (!bytes) return pointer(address);
  const members: number[] = [];
  for (let fd = 0; fd < count; fd++) if (bytes[fd >> 3]! & (1 << (fd & 7))) members.push(fd);
  return `[${members.join(' ')}]`;
}

/** A list of strings that ends with a null pointer. */
export function strings(reader: Reader, address: number): string {
  const parts: string[] = [];
  for (let at = address; reader.has(at, 8); at += 8) {
    const one = reader.u64(at);
    if (one === 0) break;
    if (parts.length === SHOWN) {
      parts.push('...');
      break;
    }
    parts.push(text(reader, one));
  }
  return `[${parts.join(', ')}]`;
}

/** How many strings are in a list. */
export function countOfStrings(reader: Reader, address: number): number {
  let count = 0;
  while (reader.has(address + count * 8, 8) && reader.u64(address + count * 8) !== 0) count++;
  return count;
}

export function processorSet(reader: Reader, address: number, length: number): string {
  const bytes = reader.bytes(address, length);
  if (!bytes) return pointer(address);
  const members: number[] = [];
  for (let cpu = 0; cpu < bytes.length * 8; cpu++) if (bytes[cpu >> 3]! & (1 << (cpu & 7))) members.push(cpu);
  return `[${members.join(' ')}]`;
}

export function utsname(reader: Reader, address: number): string {
  if (!reader.has(address, 390)) return pointer(address);
  return `{sysname=${text(reader, address)}, nodename=${text(reader, address + 65)}, ...}`;
}

export function sysinfo(reader: Reader, address: number): string {
  if (!reader.has(address, 112)) return pointer(address);
  const u64 = (at: number): number => reader.u64(address + at);
  const names = ['totalram', 'freeram', 'sharedram', 'bufferram', 'totalswap', 'freeswap'];
  const amounts = names.map((name, index) => `${name}=${u64(32 + index * 8)}`).join(', ');
  return (
    `{uptime=${u64(0)}, loads=[${u64(8)}, ${u64(16)}, ${u64(24)}], ${amounts}, procs=${reader.u16(address + 80)}, ` +
    `totalhigh=${u64(88)}, freehigh=${u64(96)}, mem_unit=${reader.u32(address + 104)}}`
  );
}

export function rusage(reader: Reader, address: number): string {
  return reader.has(address, 144) ? `{ru_utime=${timeval(reader, address)}, ru_stime=${timeval(reader, address + 16)}, ...}` : pointer(address);
}

export function intervalTimer(reader: Reader, address: number): string {
  return reader.has(address, 32) ? `{it_interval=${timeval(reader, address)}, it_value=${timeval(reader, address + 16)}}` : pointer(address);
}

export function fileLock(reader: Reader, address: number, withOwner: boolean): string {
  if (!reader.has(address, 32)) return pointer(address);
  const type = number('lock', reader.u16(address));
  const owner = withOwner ? `, l_pid=${reader.i32(address + 24)}` : '';
  return `{l_type=${type}, l_whence=${number('whence', reader.u16(address + 2))}, l_start=${reader.i64(address + 8)}, l_len=${reader.i64(address + 16)}${owner}}`;
}

/** A kind of argument: how its value prints. Kinds with `out` in front are pointers to what a call fills. */
export type Kind = (call: Printed, value: number, index: number) => string;

const filled = (print: (reader: Reader, address: number) => string): Kind => (call, value) =>
  failed(call) ? pointer(value) : print(call.reader, value);
const given = (print: (reader: Reader, address: number) => string): Kind => (call, value) =>
  value === 0 ? 'NULL' : print(call.reader, value);

const dirfd = (value: number): string => (value === -100 ? 'AT_FDCWD' : String(value));

/** The kinds that need no further word. */
export const KINDS: Readonly<Record<string, Kind>> = {
  int: (_call, value) => String(value | 0),
  uint: (_call, value) => String(value >>> 0),
  fd: (_call, value) => String(value | 0),
  dirfd: (_call, value) => dirfd(value),
  pid: (_call, value) => String(value | 0),
  id: (_call, value) => String(value | 0),
  uid: (_call, value) => (value === -1 || value === 0xffff_ffff ? '-1' : String(value >>> 0)),
  off: (_call, value) => String(value),
  long: (_call, value) => String(value),
  size: (_call, value) => String(value),
  hex: (_call, value) => hex(value < 0 ? value >>> 0 : value),
  dev: (_call, value) => makedev(value >>> 0),
  mode: (_call, value) => octal(value),
  filemode: (_call, value) => fileMode(value),
  ptr: (_call, value) => pointer(value),
  path: ({ reader }, value) => fileName(reader, value),
  str: ({ reader }, value) => text(reader, value),
  signal: (_call, value) => signalName(value),
  open: (_call, value) => openFlags(value),
  statxsync: (_call, value) => {
    const sync = STATX_SYNC.get(value & 0x6000) ?? hex(value & 0x6000);
    const rest = value & ~0x6000;
    return rest === 0 ? sync : `${sync}|${flagNames(rest, FLAGS['at']!)}`;
  },
  sigset: given(signalSet),
  sigaction: given(signalAction),
  timespec: given(timespec),
  timeval: given(timeval),
  itimer: given(intervalTimer),
  rlimit: given(rlimit),
  ioctl: (_call, value) => IOCTLS.get(value >>> 0) ?? hex(value >>> 0),
  outsigset: filled(signalSet),
  outsigaction: filled(signalAction),
  outstat: filled(stat),
  outstatx: filled(statx),
  outstatfs: filled(statfs),
  oututsname: filled(utsname),
  outsysinfo: filled(sysinfo),
  outrusage: filled(rusage),
  outrlimit: filled(rlimit),
  outtimespec: filled(timespec),
  outtimeval: filled(timeval),
  outitimer: filled(intervalTimer),
  outpair: filled((reader, address) => (reader.has(address, 8) ? `[${reader.i32(address)}, ${reader.i32(address + 4)}]` : pointer(address))),
  outstr: filled(text),
};

/** Prints a signal's information. */
export function signalInfo(info: {
  readonly signal: number;
  readonly code: number;
  readonly pid?: number;
  readonly uid?: number;
  readonly status?: number;
  readonly utime?: number;
  readonly stime?: number;
  readonly address?: number;
}): string {
  const { signal, code, pid, uid, status, utime, stime, address } = info;
  const parts = [`si_signo=${signalName(signal)}`, `si_code=${codeName(signal, code)}`];
  if (signal === 17 && code > 0) {
    const how = code === 1 ? String(status ?? 0) : signalName(status ?? 0);
    parts.push(`si_pid=${pid ?? 0}`, `si_uid=${uid ?? 0}`, `si_status=${how}`, `si_utime=${utime ?? 0}`, `si_stime=${stime ?? 0}`);
  } else if (code <= 0) {
    if (code !== -2) parts.push(`si_pid=${pid ?? 0}`, `si_uid=${uid ?? 0}`);
  } else if (address !== undefined) {
    parts.push(`si_addr=${pointer(address)}`);
  }
  return `{${parts.join(', ')}}`;
}
