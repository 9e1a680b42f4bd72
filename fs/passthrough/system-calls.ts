/**
 * System calls that Node.js has no functions for, made by a program of ours in Perl, which has `syscall` and is a part of
 * nearly every Linux system. It runs as long as its file system and has the same rights as we.
 *
 * A call goes to it as
 *
 *     u32      length of what follows
 *     u32      number of the system call
 *     u32      how many arguments
 *     u32 kind, i64 value, bytes      each argument: NUMBER, BYTES (value is their length), OUTPUT (value is the room)
 *
 * and its result comes back as `i64 result, u32 errno, u32 length, bytes`: what the call wrote into OUTPUT, as long as the
 * result says. All of it is little-endian, as the machines are that are in the table of calls.
 */

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EOPNOTSUPP, type Errno } from '../errno.ts';
import type { HostPath } from './host-access.ts';

const NUMBER = 0;
const BYTES = 1;
const OUTPUT = 2;

const SCRIPT = `
umask 0;
binmode STDIN;
binmode STDOUT;
$SIG{INT} = $SIG{HUP} = $SIG{PIPE} = 'IGNORE';
sub take {
  my ($size, $all) = ($_[0], '');
  while (length($all) < $size) {
    my $count = sysread(STDIN, $all, $size - length($all), length($all));
    exit unless $count;
  }
  return $all;
}
for (;;) {
  my $call = take(unpack('V', take(4)));
  my ($number, $count) = unpack('VV', $call);
  my ($at, $output, @arguments) = (8, -1);
  for my $index (0 .. $count - 1) {
    my ($kind, $value) = unpack('Vq<', substr($call, $at, 12));
    $at += 12;
    if ($kind == ${NUMBER}) { push @arguments, $value; next; }
    if ($kind == ${OUTPUT}) { push @arguments, "\\0" x ($value + 1); $output = $index; next; }
    push @arguments, substr($call, $at, $value) . '';
    $at += $value;
  }
  my $result = syscall($number, @arguments);
  my $errno = $result < 0 ? $! + 0 : 0;
  my $bytes = $output >= 0 && $result > 0 && $result < length($arguments[$output]) ? substr($arguments[$output], 0, $result) : '';
  my $reply = pack('q<VV', $result, $errno, length($bytes)) . $bytes;
  while (length($reply)) {
    my $written = syswrite(STDOUT, $reply);
    exit unless $written;
    substr($reply, 0, $written) = '';
  }
}
`;

/** The calls that are made here. */
type Call = 'setxattr' | 'getxattr' | 'listxattr' | 'removexattr' | 'mknodat' | 'renameat2' | 'utimensat';

/** Their numbers in the table that all newer architectures share (include/uapi/asm-generic/unistd.h). */
const GENERIC: Readonly<Record<Call, number>> = {
  setxattr: 5,
  getxattr: 8,
  listxattr: 11,
  removexattr: 14,
  mknodat: 33,
  renameat2: 276,
  utimensat: 88,
};

/** Their numbers by the architecture that Node.js was built for; all have addresses of 64 bits and are little-endian. */
const NUMBERS: Readonly<Record<string, Readonly<Record<Call, number>>>> = {
  x64: { setxattr: 188, getxattr: 191, listxattr: 194, removexattr: 197, mknodat: 259, renameat2: 316, utimensat: 280 },
  arm64: GENERIC,
  riscv64: GENERIC,
  loong64: GENERIC,
};

const AT_FDCWD = -100;
/** A directory of our own descriptors, as part of a path of a procfs. */
const OWN_DESCRIPTORS = 'self/fd/';
/** What utimensat(2) takes for a time that stays as it is. */
const UTIME_OMIT = 0x3fff_fffe;
/** The longest value and list of names of extended attributes (xattr(7)). */
const LONGEST = 65536;
/** How long a program may take to make two pipes. */
const PROGRAM_MS = 10_000;

/** A moment for utimensat(2). */
export interface Moment {
  readonly seconds: number;
  readonly nanoseconds: number;
}

type Argument = number | Uint8Array;

export class SystemCalls {
  /** The process id of the program. */
  readonly processId: number;
  readonly #numbers: Readonly<Record<Call, number>>;
  readonly #descriptors: string;
  readonly #theirs: string;
  /** What it reads and what it writes. */
  #requests: number;
  #replies: number;
  #ended = false;
  #users = 0;
  readonly #frame = Buffer.allocUnsafeSlow(LONGEST + 8192);
  readonly #output = Buffer.allocUnsafeSlow(LONGEST + 16);

  private constructor(processId: number, numbers: Readonly<Record<Call, number>>, descriptors: string, requests: number, replies: number) {
    this.processId = processId;
    this.#numbers = numbers;
    this.#descriptors = descriptors;
    this.#theirs = `${process.pid}/fd/`;
    this.#requests = requests;
    this.#replies = replies;
  }

  /**
   * Starts the program; undefined where that is not possible. `descriptors` is the path of our own descriptors in a
   * procfs, by which all files are reached. It is best started before a mount of ours may hide what it is made of.
   */
  static start(descriptors: string): SystemCalls | undefined {
    const numbers = NUMBERS[process.arch];
    if (process.platform !== 'linux' || !numbers || !descriptors.endsWith(OWN_DESCRIPTORS)) return undefined;
    const procfs = descriptors.slice(0, -OWN_DESCRIPTORS.length) || '.';
    let directory: string | undefined;
    try {
      directory = mkdtempSync(join(tmpdir(), 'compatfs-'));
      const paths = ['requests', 'replies'].map((name) => join(directory as string, name));
      if (spawnSync('mkfifo', ['-m', '600', '--', ...paths], { stdio: 'ignore', timeout: PROGRAM_MS }).status !== 0) return undefined;
      const [requests, replies] = paths.map(pipe) as [Pipe, Pipe];
      const program = spawn('perl', ['-e', SCRIPT], {
        stdio: [requests.reading, replies.writing, 'ignore'],
        cwd: procfs,
        env: { PATH: process.env['PATH'], LC_ALL: 'C' },
        detached: true,
      });
      program.on('error', () => {});
      program.unref();
      closeSync(requests.reading);
      closeSync(replies.writing);
      const calls = new SystemCalls(program.pid ?? 0, numbers, descriptors, requests.writing, replies.reading);
      return calls.#answers() ? calls : undefined;
    } catch {
      return undefined;
    } finally {
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    }
  }

  /** Whether it makes calls, and reaches what we have open. */
  #answers(): boolean {
    const answer = this.#call('listxattr', [this.#path(`${this.#descriptors}${this.#requests}`), 0, 0]);
    if (typeof answer !== 'number' || answer === EOPNOTSUPP) return true;
    this.close();
    return false;
  }

  /** A path that means the same to the program, with its NUL. */
  #path(path: HostPath): Uint8Array {
    const bytes = typeof path === 'string' ? Buffer.from(`${path}\0`, 'latin1') : Buffer.concat([path, Buffer.of(0)]);
    const own = this.#descriptors.length;
    if (bytes.toString('latin1', 0, own) !== this.#descriptors) return bytes;
    return Buffer.concat([Buffer.from(this.#theirs), bytes.subarray(own)]);
  }

  /** Makes a call. `room` is how much it may write, in place of the argument before the last. */
  #call(call: Call, values: readonly Argument[], room = 0): { result: number; bytes: Buffer } | Errno {
    if (this.#ended) return EOPNOTSUPP;
    const frame = this.#frame;
    let at = frame.writeUInt32LE(0, 0);
    at = frame.writeUInt32LE(this.#numbers[call], at);
    at = frame.writeUInt32LE(values.length, at);
    for (const [index, value] of values.entries()) {
      const output = room > 0 && index === values.length - 2;
      at = frame.writeUInt32LE(output ? OUTPUT : typeof value === 'number' ? NUMBER : BYTES, at);
      at = frame.writeBigInt64LE(BigInt(output ? room : typeof value === 'number' ? value : value.length), at);
      if (output || typeof value === 'number') continue;
      frame.set(value, at);
      at += value.length;
    }
    frame.writeUInt32LE(at - 4, 0);
    try {
      for (let done = 0; done < at; ) done += writeSync(this.#requests, frame, done, at - done);
      this.#read(0, 16);
      const length = this.#output.readUInt32LE(12);
      this.#read(16, length);
      const result = Number(this.#output.readBigInt64LE(0));
      if (result < 0) return -this.#output.readUInt32LE(8) as Errno;
      return { result, bytes: this.#output.subarray(16, 16 + length) };
    } catch {
      // It has ended, whatever ended it: from now on files are as they are where it cannot be had.
      this.close();
      return EOPNOTSUPP;
    }
  }

  #read(start: number, length: number): void {
    for (let done = 0; done < length; ) {
      const count = readSync(this.#replies, this.#output, start + done, length - done, null);
      if (count === 0) throw new Error('it has ended');
      done += count;
    }
  }

  /** The value of an extended attribute, which is the caller's. Errors: ENODATA, EOPNOTSUPP. */
  getAttribute(path: HostPath, name: string): Uint8Array | Errno {
    const found = this.#call('getxattr', [this.#path(path), text(name), 0, LONGEST], LONGEST);
    return typeof found === 'number' ? found : Buffer.from(found.bytes);
  }

  /** Errors: EEXIST, ENODATA, ENOSPC, EOPNOTSUPP. */
  setAttribute(path: HostPath, name: string, value: Uint8Array, flags: number): Errno | 0 {
    return status(this.#call('setxattr', [this.#path(path), text(name), value, value.length, flags]));
  }

  /** Errors: EOPNOTSUPP, E2BIG. */
  listAttributes(path: HostPath): readonly string[] | Errno {
    const found = this.#call('listxattr', [this.#path(path), 0, LONGEST], LONGEST);
    if (typeof found === 'number') return found;
    return found.bytes.toString('latin1').split('\0').slice(0, -1);
  }

  /** Errors: ENODATA, EOPNOTSUPP. */
  removeAttribute(path: HostPath, name: string): Errno | 0 {
    return status(this.#call('removexattr', [this.#path(path), text(name)]));
  }

  /** Makes a file of any type; no umask is applied. Errors: EEXIST, EPERM, and those of mknod(2). */
  makeNode(path: HostPath, mode: number, rdev: number): Errno | 0 {
    return status(this.#call('mknodat', [AT_FDCWD, this.#path(path), mode, rdev]));
  }

  /** Errors: EEXIST, ENOENT, EINVAL, and those of renameat2(2). */
  rename(from: HostPath, to: HostPath, flags: number): Errno | 0 {
    return status(this.#call('renameat2', [AT_FDCWD, this.#path(from), AT_FDCWD, this.#path(to), flags]));
  }

  /** Sets times to the nanosecond; an absent one stays. */
  setTimes(path: HostPath, accessed: Moment | undefined, modified: Moment | undefined): Errno | 0 {
    const times = Buffer.alloc(32);
    for (const [index, time] of [accessed, modified].entries()) {
      times.writeBigInt64LE(BigInt(time?.seconds ?? 0), index * 16);
      times.writeBigInt64LE(BigInt(time?.nanoseconds ?? UTIME_OMIT), index * 16 + 8);
    }
    return status(this.#call('utimensat', [AT_FDCWD, this.#path(path), times, 0]));
  }

  /** One more file system has it make calls. */
  use(): this {
    this.#users++;
    return this;
  }

  /** One fewer; the last one lets the program go. */
  release(): void {
    if (--this.#users === 0) this.close();
  }

  /** Lets the program go. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    closeSync(this.#requests);
    closeSync(this.#replies);
    this.#requests = this.#replies = -1;
  }
}

/** A byte string with its NUL. */
function text(value: string): Uint8Array {
  return Buffer.from(`${value}\0`, 'latin1');
}

function status(answer: { result: number } | Errno): Errno | 0 {
  return typeof answer === 'number' ? answer : 0;
}

/** Both ends of a FIFO: whoever reads it sees the end of who writes. */
interface Pipe {
  readonly reading: number;
  readonly writing: number;
}

function pipe(path: string): Pipe {
  // Neither end can be opened alone without waiting for the other.
  const both = openSync(path, constants.O_RDWR);
  const reading = openSync(path, constants.O_RDONLY);
  const writing = openSync(path, constants.O_WRONLY);
  closeSync(both);
  return { reading, writing };
}
