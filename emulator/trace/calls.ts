/**
 * How strace(1) prints each call: the kinds of its arguments where the system call table's own signature says too little, and calls
 * whose arguments mean something only together.
 */

import type { Argument } from '../syscalls/row.ts';
import {
  KINDS,
  type Printed,
  buffer,
  countOfStrings,
  descriptorSet,
  failed,
  fileLock,
  fileName,
  hex,
  number,
  octal,
  pointer,
  pollSet,
  processorSet,
  signalSet,
  strings,
  text,
  timespec,
  vectors,
} from './arguments.ts';
import { FLAGS, IOCTLS, MAP_TYPES, NUMBERS, flagNames, openFlags, signalName } from './symbols.ts';

/** Arguments as words: a kind, `flags:NAME`, `enum:NAME`, `in:N` and `out:N` for buffers as long as argument N or the result. */
const SIGNATURES: Readonly<Record<string, string>> = {
  read: 'fd out:2 size',
  pread64: 'fd out:2 size off',
  write: 'fd in:2 size',
  pwrite64: 'fd in:2 size off',
  close: 'fd',
  stat: 'path outstat',
  lstat: 'path outstat',
  fstat: 'fd outstat',
  newfstatat: 'dirfd path outstat flags:at',
  statx: 'dirfd path statxsync flags:statx outstatx',
  statfs: 'path outstatfs',
  fstatfs: 'fd outstatfs',
  lseek: 'fd off enum:whence',
  munmap: 'ptr size',
  mprotect: 'ptr size flags:prot',
  msync: 'ptr size flags:msync',
  madvise: 'ptr size enum:madvise',
  mlock: 'ptr size',
  munlock: 'ptr size',
  brk: 'ptr',
  rt_sigaction: 'signal sigaction outsigaction size',
  rt_sigprocmask: 'enum:sigmask sigset outsigset size',
  rt_sigpending: 'outsigset size',
  rt_sigsuspend: 'sigset size',
  access: 'path flags:access',
  faccessat: 'dirfd path flags:access',
  faccessat2: 'dirfd path flags:access flags:faccessat',
  pipe: 'outpair',
  pipe2: 'outpair flags:pipe',
  dup: 'fd',
  dup2: 'fd fd',
  dup3: 'fd fd flags:dup3',
  nanosleep: 'timespec ptr',
  getitimer: 'enum:itimer outitimer',
  setitimer: 'enum:itimer itimer outitimer',
  alarm: 'uint',
  uname: 'oututsname',
  sysinfo: 'outsysinfo',
  getrusage: 'enum:rusage outrusage',
  getrlimit: 'enum:rlimit outrlimit',
  setrlimit: 'enum:rlimit rlimit',
  prlimit64: 'pid enum:rlimit rlimit outrlimit',
  getcwd: 'outstr size',
  chdir: 'path',
  fchdir: 'fd',
  chroot: 'path',
  rename: 'path path',
  renameat: 'dirfd path dirfd path',
  renameat2: 'dirfd path dirfd path flags:rename',
  mkdir: 'path mode',
  mkdirat: 'dirfd path mode',
  rmdir: 'path',
  link: 'path path',
  linkat: 'dirfd path dirfd path flags:linkat',
  unlink: 'path',
  unlinkat: 'dirfd path flags:unlinkat',
  symlink: 'path path',
  symlinkat: 'path dirfd path',
  readlink: 'path out:2 size',
  readlinkat: 'dirfd path out:3 size',
  chmod: 'path mode',
  fchmod: 'fd mode',
  fchmodat: 'dirfd path mode',
  chown: 'path uid uid',
  fchown: 'fd uid uid',
  lchown: 'path uid uid',
  fchownat: 'dirfd path uid uid flags:at',
  mknod: 'path filemode',
  truncate: 'path off',
  ftruncate: 'fd off',
  umask: 'mode',
  kill: 'pid signal',
  tkill: 'pid signal',
  tgkill: 'pid pid signal',
  set_tid_address: 'ptr',
  set_robust_list: 'ptr size',
  rseq: 'ptr hex hex hex',
  exit: 'int',
  exit_group: 'int',
  getrandom: 'random:1 size flags:getrandom',
  fadvise64: 'fd off off enum:fadvise',
  fsync: 'fd',
  fdatasync: 'fd',
  flock: 'fd enum:flock',
  clock_gettime: 'enum:clock outtimespec',
  clock_getres: 'enum:clock outtimespec',
  clock_settime: 'enum:clock timespec',
  gettimeofday: 'outtimeval ptr',
  memfd_create: 'str flags:memfd',
  eventfd2: 'uint flags:eventfd',
  epoll_create1: 'flags:epoll',
  inotify_init1: 'flags:inotify',
  sendfile: 'fd fd ptr size',
  setpgid: 'pid pid',
  getsid: 'pid',
  getpgid: 'pid',
  setuid: 'uid',
  setgid: 'uid',
  setreuid: 'uid uid',
  setregid: 'uid uid',
  setresuid: 'uid uid uid',
  setresgid: 'uid uid uid',
};

type Special = (call: Printed) => string[];

/** Prints arguments by words. */
function byWords(call: Printed, words: readonly string[]): string[] {
  return words.map((word, index) => byWord(call, word, index));
}

function byWord(call: Printed, word: string, index: number): string {
  const { reader, args, result } = call;
  const value = args[index] ?? 0;
  const colon = word.indexOf(':');
  const kind = colon < 0 ? word : word.slice(0, colon);
  const detail = colon < 0 ? '' : word.slice(colon + 1);
  switch (kind) {
    case 'flags': {
      if (detail === 'access' && value === 0) return 'F_OK';
      const names = FLAGS[detail];
      if (detail === 'prot' && value === 0) return 'PROT_NONE';
      return names ? flagNames(value >>> 0, names) : hex(value >>> 0);
    }
    case 'enum':
      return NUMBERS[detail] ? number(detail, value) : String(value);
    case 'in':
      return buffer(reader, value, args[Number(detail)] ?? 0);
    case 'out':
      return failed(call) ? pointer(value) : buffer(reader, value, result ?? 0);
    case 'random':
      return failed(call) ? pointer(value) : buffer(reader, value, result ?? 0, true);
    default:
      return KINDS[kind]?.(call, value, index) ?? hex(value);
  }
}

const O_CREAT = 0x40;
const O_TMPFILE = 0x400000;

/** The flags of open(2), with the mode where one is looked at. */
function opening(flags: number, mode: number): string[] {
  return flags & (O_CREAT | O_TMPFILE) ? [openFlags(flags), octal(mode & 0o7777)] : [openFlags(flags)];
}

function limited(call: Printed, count: number): number {
  return failed(call) ? 0 : count;
}

const SPECIAL: Readonly<Record<string, Special>> = {
  execve: ({ reader, args: [path = 0, argv = 0, envp = 0] }) => [
    fileName(reader, path),
    strings(reader, argv),
    envp === 0 ? 'NULL' : `${pointer(envp)} /* ${variables(countOfStrings(reader, envp))} */`,
  ],
  open: ({ reader, args: [path = 0, flags = 0, mode = 0] }) => [fileName(reader, path), ...opening(flags, mode)],
  creat: ({ reader, args: [path = 0, mode = 0] }) => [fileName(reader, path), octal(mode)],
  openat: (call) => [byWord(call, 'dirfd', 0), fileName(call.reader, call.args[1] ?? 0), ...opening(call.args[2] ?? 0, call.args[3] ?? 0)],
  mmap: ({ args: [address = 0, length = 0, protection = 0, flags = 0, fd = 0, offset = 0] }) => {
    const type = flags & 15;
    const rest = flags & ~15;
    const shown = MAP_TYPES.get(type) ?? hex(type);
    return [
      pointer(address),
      String(length),
      protection === 0 ? 'PROT_NONE' : flagNames(protection >>> 0, FLAGS['prot']!),
      rest === 0 ? shown : `${shown}|${flagNames(rest >>> 0, FLAGS['map']!)}`,
      String(fd | 0),
      hex(offset),
    ];
  },
  mremap: ({ args: [old = 0, oldLength = 0, length = 0, flags = 0, address = 0] }) => [
    pointer(old), String(oldLength), String(length), flagNames(flags >>> 0, FLAGS['mremap']!), ...(flags & 6 ? [pointer(address)] : []),
  ],
  arch_prctl: ({ args: [code = 0, address = 0] }) => [number('arch_prctl', code), NUMBERS['arch_prctl']![0].has(code) ? pointer(address) : hex(address)],
  prctl: ({ reader, args }) => {
    const [option = 0, a = 0, b = 0, c = 0, d = 0] = args;
    const name = number('prctl', option);
    switch (option) {
      case 15:
        return [name, text(reader, a)];
      case 1:
        return [name, signalName(a)];
      case 3: case 7: case 21: case 27: case 30:
        return [name];
      case 4: case 8: case 29: case 36:
        return [name, String(a)];
      case 38: case 39:
        return [name, String(a), String(b), String(c), String(d)];
      default:
        return [name, hex(a), hex(b), hex(c), hex(d)];
    }
  },
  writev: ({ reader, args: [fd = 0, address = 0, count = 0] }) => [String(fd), vectors(reader, address, count, Infinity), String(count)],
  readv: (call) => {
    const { reader, args: [fd = 0, address = 0, count = 0], result } = call;
    return [String(fd), failed(call) ? pointer(address) : vectors(reader, address, count, result ?? 0), String(count)];
  },
  pwritev: ({ reader, args: [fd = 0, address = 0, count = 0, offset = 0] }) => [String(fd), vectors(reader, address, count, Infinity), String(count), String(offset)],
  fcntl: (call) => {
    const { reader, args: [fd = 0, command = 0, argument = 0] } = call;
    const name = number('fcntl', command);
    switch (command) {
      case 1: case 3: case 9: case 11: case 1025: case 1032: case 1034:
        return [String(fd), name];
      case 2:
        return [String(fd), name, flagNames(argument >>> 0, FLAGS['fd']!)];
      case 4:
        return [String(fd), name, openFlags(argument)];
      case 5: case 36:
        return [String(fd), name, failed(call) ? pointer(argument) : fileLock(reader, argument, true)];
      case 6: case 7: case 37: case 38:
        return [String(fd), name, fileLock(reader, argument, false)];
      case 10:
        return [String(fd), name, signalName(argument)];
      default:
        return [String(fd), name, String(argument)];
    }
  },
  ioctl: (call) => {
    const { reader, args: [fd = 0, command = 0, argument = 0] } = call;
    const name = IOCTLS.get(command >>> 0) ?? hex(command >>> 0);
    const good = !failed(call);
    switch (command >>> 0) {
      case 0x5413:
        if (!good || !reader.has(argument, 8)) break;
        return [String(fd), name, `{ws_row=${reader.u16(argument)}, ws_col=${reader.u16(argument + 2)}, ws_xpixel=${reader.u16(argument + 4)}, ws_ypixel=${reader.u16(argument + 6)}}`];
      case 0x540f: case 0x541b:
        if (!good || !reader.has(argument, 4)) break;
        return [String(fd), name, `[${reader.i32(argument)}]`];
      case 0x5421:
        return reader.has(argument, 4) ? [String(fd), name, `[${reader.i32(argument)}]`] : [String(fd), name, pointer(argument)];
      case 0x5450: case 0x5451: case 0x540e: case 0x5422:
        return [String(fd), name];
      case 0x40049409:
        return [String(fd), name, String(argument)];
    }
    return [String(fd), name, pointer(argument)];
  },
  getdents64: (call) => {
    const { reader, args: [fd = 0, address = 0, length = 0], result } = call;
    if (failed(call)) return [String(fd), pointer(address), String(length)];
    let count = 0;
    for (let at = 0; at < (result ?? 0) && reader.has(address + at, 18); at += Math.max(1, reader.u16(address + at + 16))) count++;
    return [String(fd), `${pointer(address)} /* ${count} entries */`, String(length)];
  },
  poll: ({ reader, args: [address = 0, count = 0, timeout = 0] }) => [pollSet(reader, address, count), String(count), String(timeout | 0)],
  ppoll: (call) => {
    const { reader, args: [address = 0, count = 0, timeout = 0, mask = 0, size = 0] } = call;
    return [pollSet(reader, address, count), String(count), timeout === 0 ? 'NULL' : timespec(reader, timeout), mask === 0 ? 'NULL' : signalSet(reader, mask), String(size)];
  },
  select: (call) => {
    const { reader, args: [count = 0, read = 0, write = 0, except = 0, timeout = 0] } = call;
    const set = (address: number): string => descriptorSet(reader, address, count);
    return [String(count), set(read), set(write), set(except), byWord({ ...call, args: [timeout] }, 'timeval', 0)];
  },
  pselect6: (call) => {
    const { reader, args: [count = 0, read = 0, write = 0, except = 0, timeout = 0, mask = 0] } = call;
    const set = (address: number): string => descriptorSet(reader, address, count);
    const signals = mask === 0 || !reader.has(mask, 16) ? pointer(mask) : `{sigmask=${reader.u64(mask) === 0 ? 'NULL' : signalSet(reader, reader.u64(mask))}, sigsetsize=${reader.u64(mask + 8)}}`;
    return [String(count), set(read), set(write), set(except), timeout === 0 ? 'NULL' : timespec(reader, timeout), signals];
  },
  clock_nanosleep: (call) => {
    const { args: [clock = 0, flags = 0, request = 0, remaining = 0], reader } = call;
    return [number('clock', clock), flags === 0 ? '0' : 'TIMER_ABSTIME', timespec(reader, request), remaining === 0 ? 'NULL' : pointer(remaining)];
  },
  futex: ({ reader, args: [address = 0, operation = 0, value = 0, timeout = 0, second = 0, third = 0] }) => {
    const command = operation & 127;
    const suffix = `${operation & 128 ? '_PRIVATE' : ''}${operation & 256 ? '|FUTEX_CLOCK_REALTIME' : ''}`;
    const name = `${NUMBERS['futex']![0].get(command) ?? hex(command)}${suffix}`;
    const time = timeout === 0 ? 'NULL' : timespec(reader, timeout);
    switch (command) {
      case 0: case 6: case 13:
        return [pointer(address), name, String(value), time];
      case 1:
        return [pointer(address), name, String(value)];
      case 7: case 8:
        return [pointer(address), name];
      case 9:
        return [pointer(address), name, String(value), time, bitset(third)];
      case 10:
        return [pointer(address), name, String(value), bitset(third)];
      case 3:
        return [pointer(address), name, String(value), String(timeout), pointer(second)];
      default:
        return [pointer(address), name, String(value), String(timeout), pointer(second), hex(third)];
    }
  },
  sched_getaffinity: (call) => {
    const { reader, args: [pid = 0, length = 0, address = 0], result } = call;
    return [String(pid), String(length), failed(call) ? pointer(address) : processorSet(reader, address, result ?? 0)];
  },
  sched_setaffinity: ({ reader, args: [pid = 0, length = 0, address = 0] }) => [String(pid), String(length), processorSet(reader, address, length)],
  getgroups: (call) => {
    const { reader, args: [size = 0, address = 0], result = 0 } = call;
    const count = limited(call, result);
    if (failed(call)) return [String(size), pointer(address)];
    if (size === 0) return [String(size), pointer(address)];
    return [String(size), `[${Array.from({ length: count }, (_, index) => reader.u32(address + index * 4)).join(', ')}]`];
  },
  utimensat: (call) => {
    const { reader, args: [, , times = 0, flags = 0] } = call;
    const path = call.args[1] ?? 0;
    const pair = times === 0 ? 'NULL' : reader.has(times, 32) ? `[${moment(reader, times)}, ${moment(reader, times + 16)}]` : pointer(times);
    return [byWord(call, 'dirfd', 0), fileName(reader, path), pair, flagNames(flags >>> 0, FLAGS['at']!)];
  },
  wait4: (call) => {
    const { reader, args: [pid = 0, status = 0, options = 0, usage = 0], result = 0 } = call;
    const known = !failed(call) && result > 0 && reader.has(status, 4);
    return [String(pid), known ? `[${waitStatus(reader.u32(status))}]` : pointer(status), flagNames(options >>> 0, FLAGS['wait']!), failed(call) || usage === 0 ? pointer(usage) : byWord({ ...call, args: [usage] }, 'outrusage', 0)];
  },
  clone: ({ args: [flags = 0, stack = 0, parent = 0, child = 0, tls = 0] }) => {
    const names = [flagNames((flags & ~255) >>> 0, FLAGS['clone']!, ''), (flags & 255) === 0 ? '' : signalName(flags & 255)].filter((name) => name !== '');
    const parts = [`child_stack=${pointer(stack)}`, `flags=${names.join('|') || '0'}`];
    if (flags & 0x100000) parts.push(`parent_tid=${pointer(parent)}`);
    if (flags & 0x80000) parts.push(`tls=${pointer(tls)}`);
    if (flags & 0x1200000) parts.push(`child_tidptr=${pointer(child)}`);
    return parts;
  },
  rt_sigreturn: ({ reader, args: [mask = 0] }) => [`{mask=${reader.has(mask, 8) ? signalSet(reader, mask) : '[]'}}`],
  time: ({ args: [address = 0] }) => [pointer(address)],
  times: ({ args: [address = 0] }) => [pointer(address)],
};

const UTIME_NOW = 0x3fff_ffff;
const UTIME_OMIT = 0x3fff_fffe;

function moment(reader: Printed['reader'], address: number): string {
  const nanoseconds = reader.i64(address + 8);
  if (nanoseconds === UTIME_NOW) return 'UTIME_NOW';
  if (nanoseconds === UTIME_OMIT) return 'UTIME_OMIT';
  return `${timespec(reader, address)}${comment(reader.i64(address), nanoseconds)}`;
}

/** A moment in words. */
export function comment(seconds: number, nanoseconds?: number): string {
  if (seconds === 0 && !nanoseconds) return '';
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  const fraction = nanoseconds === undefined ? '' : `.${String(nanoseconds).padStart(9, '0')}`;
  return ` /* ${date}${nanoseconds === 0 ? '' : fraction}+0000 */`;
}

function bitset(value: number): string {
  return value >>> 0 === 0xffff_ffff ? 'FUTEX_BITSET_MATCH_ANY' : hex(value >>> 0);
}

function variables(count: number): string {
  return `${count} var${count === 1 ? '' : 's'}`;
}

function waitStatus(status: number): string {
  const signal = status & 127;
  if (signal === 0) return `{WIFEXITED(s) && WEXITSTATUS(s) == ${(status >> 8) & 255}}`;
  if ((status & 255) === 127) return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${signalName((status >> 8) & 255)}}`;
  return `{WIFSIGNALED(s) && WTERMSIG(s) == ${signalName(signal)}${status & 128 ? ' && WCOREDUMP(s)' : ''}}`;
}

/** The word for an argument of the system call table. */
function wordOf({ kind, detail, out, length }: Argument): string {
  if (kind === 'buf') return out ? `out:${length ?? 0}` : `in:${length ?? 0}`;
  if (kind === 'flags' && detail === 'open') return 'open';
  if (kind === 'flags' || kind === 'enum') return `${kind}:${detail ?? ''}`;
  return out && KINDS[`out${kind}`] ? `out${kind}` : kind;
}

/** The arguments of a call, printed. */
export function printArguments(name: string, call: Printed, signature: readonly Argument[]): string[] {
  const special = SPECIAL[name];
  if (special) return special(call);
  const words = SIGNATURES[name];
  if (words !== undefined) return byWords(call, words.split(' '));
  return byWords(call, signature.map(wordOf));
}
