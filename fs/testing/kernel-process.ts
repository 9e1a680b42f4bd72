/**
 * A process on a real Linux kernel, for tests: a small C program that makes the system calls it is told (see
 * kernel-agent.c), in a directory of some mounted file system. Its calls are synchronous, so it must not be used on a
 * mount that the calling thread serves.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Errno, isErrno } from '../errno.ts';
import { AT_SYMLINK_NOFOLLOW } from '../flags.ts';
import { AT_FDCWD, type Identity, type IoctlResult, type Process, type ProcessEntry, type ProcessStat, type ProcessStatFs, type SetTime } from './process.ts';

const SOURCE = fileURLToPath(new URL('../../../fs/testing/kernel-agent.c', import.meta.url));
const AT_REMOVEDIR = 0x200;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;
const UTIME_NOW = 0x3fff_ffff;
const UTIME_OMIT = 0x3fff_fffe;

type Argument = number | string | { readonly output: number } | { readonly both: Uint8Array };

/** Why there can be no such process here, or undefined. */
export function kernelProcessMissing(): string | undefined {
  if (process.platform !== 'linux') return 'no Linux kernel';
  if (process.getuid?.() !== 0) return 'not root';
  if (spawnSync('cc', ['--version']).error) return 'no C compiler';
  return undefined;
}

let agentProgram: string | undefined;

/** The compiled program; compiled once, and removed when we end. */
function compiledAgent(): string {
  if (agentProgram) return agentProgram;
  const directory = mkdtempSync(join(tmpdir(), 'compatfs-agent-'));
  const program = join(directory, 'agent');
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const made = spawnSync('cc', ['-O1', '-w', '-o', program, SOURCE], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`cannot compile ${SOURCE}: ${made.stderr}`);
  agentProgram = program;
  return program;
}

export class KernelProcess implements Process {
  readonly #directory: string;
  readonly #child: ChildProcess;
  readonly #requests: number;
  readonly #answers: number;
  readonly #buffer = Buffer.alloc(1 << 18);
  #output: Buffer = Buffer.alloc(0);

  /** Starts a process as root with this working directory. */
  constructor(cwd: string) {
    this.#directory = mkdtempSync(join(tmpdir(), 'compatfs-agent-'));
    const agent = compiledAgent();
    const [requests, answers] = [join(this.#directory, 'requests'), join(this.#directory, 'answers')];
    if (spawnSync('mkfifo', [requests, answers]).status !== 0) throw new Error('cannot make FIFOs');
    this.#child = spawn(agent, [requests, answers], { cwd, stdio: 'ignore' });
    this.#child.unref();
    this.#requests = openSync(requests, constants.O_RDWR);
    this.#answers = openSync(answers, 'r');
    this.umask(0);
  }

  end(): void {
    closeSync(this.#requests);
    closeSync(this.#answers);
    this.#child.kill('SIGKILL');
    if (existsSync(this.#directory)) rmSync(this.#directory, { recursive: true });
  }

  #call(name: string, ...given: Argument[]): number {
    const words = given.map((argument) => {
      if (typeof argument === 'number') return String(argument);
      if (typeof argument === 'object' && 'both' in argument) return `b${Buffer.from(argument.both).toString('hex')}`;
      return typeof argument === 'string' ? `s${Buffer.from(argument, 'latin1').toString('hex')}` : `o${argument.output}`;
    });
    writeSync(this.#requests, `${[name, ...words].join(' ')}\n`);
    let answer = '';
    while (!answer.endsWith('\n')) {
      const count = readSync(this.#answers, this.#buffer, 0, this.#buffer.length, null);
      if (count === 0) throw new Error(`the process ended during ${name}`);
      answer += this.#buffer.toString('latin1', 0, count);
    }
    const [result = '', output = ''] = answer.trimEnd().split(' ');
    this.#output = Buffer.from(output, 'hex');
    return Number(result);
  }

  become({ uid, gid, groups = [] }: Identity): void {
    // The saved user id stays root's, to come back by.
    this.#call('setresuid', 0, 0, 0);
    const list = Buffer.from(Uint32Array.from(groups).buffer).toString('latin1');
    this.#call('setgroups', groups.length, list);
    this.#call('setresgid', gid, gid, gid);
    if (uid !== 0) this.#call('setresuid', uid, uid, 0);
  }

  umask(mask: number): void {
    this.#call('umask', mask);
  }

  chdir(path: string): Errno | 0 {
    return this.#call('chdir', path) as Errno | 0;
  }

  open(path: string, flags: number, mode = 0, directory: number = AT_FDCWD): number {
    return this.#call('openat', directory, path, flags, mode);
  }

  openat2(path: string, flags: number, mode: number, resolve: number, directory: number = AT_FDCWD): number {
    const how = Buffer.alloc(24);
    how.writeBigUInt64LE(BigInt(flags >>> 0), 0);
    how.writeBigUInt64LE(BigInt(mode), 8);
    how.writeBigUInt64LE(BigInt(resolve), 16);
    return this.#call('openat2', directory, path, how.toString('latin1'), 24);
  }

  close(fd: number): number {
    return this.#call('close', fd);
  }

  #text(result: number): string | Errno {
    return isErrno(result) ? result : this.#output.toString('latin1');
  }

  read(fd: number, length: number, at: number): string | Errno {
    return this.#text(this.#call('pread64', fd, { output: length }, length, at));
  }

  write(fd: number, text: string, at: number): number {
    return this.#call('pwrite64', fd, text, text.length, at);
  }

  append(fd: number, text: string): number {
    return this.#call('write', fd, text, text.length);
  }

  readNext(fd: number, length: number): string | Errno {
    return this.#text(this.#call('read', fd, { output: length }, length));
  }

  poll(fd: number): number {
    const asked = Buffer.alloc(8);
    asked.writeInt32LE(fd);
    asked.writeInt16LE(0x7fff, 4);
    const count = this.#call('poll', { both: asked }, 1, 0);
    return count < 0 ? count : this.#output.readUInt16LE(6);
  }

  ioctl(fd: number, command: number, argument: number | Uint8Array): IoctlResult {
    const bytes = typeof argument !== 'number';
    const result = this.#call('ioctl', fd, command, bytes ? { both: argument } : argument);
    return { result, output: bytes && result >= 0 ? Uint8Array.from(this.#output) : new Uint8Array(0) };
  }

  seek(fd: number, offset: number, whence: number): number {
    return this.#call('lseek', fd, offset, whence);
  }

  allocate(fd: number, mode: number, offset: number, length: number): number {
    return this.#call('fallocate', fd, mode, offset, length);
  }

  copyRange(from: number, fromAt: number, to: number, toAt: number, length: number): number {
    const offset = (at: number): string => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(at));
      return bytes.toString('latin1');
    };
    return this.#call('copy_file_range', from, offset(fromAt), to, offset(toAt), length, 0);
  }

  fsync(fd: number): number {
    return this.#call('fsync', fd);
  }

  entries(fd: number): readonly ProcessEntry[] | Errno {
    // Small, so that listings are resumed often.
    const result = this.#call('getdents64', fd, { output: 600 }, 600);
    if (isErrno(result)) return result;
    const found: ProcessEntry[] = [];
    for (let at = 0; at < result; at += this.#output.readUInt16LE(at + 16)) {
      const end = this.#output.indexOf(0, at + 19);
      found.push({
        ino: Number(this.#output.readBigUInt64LE(at)),
        cookie: Number(this.#output.readBigInt64LE(at + 8)),
        type: this.#output.readUInt8(at + 18),
        name: this.#output.toString('latin1', at + 19, end),
      });
    }
    return found;
  }

  #statx(directory: number, path: string, flags: number): ProcessStat | Errno {
    const result = this.#call('statx', directory, path, flags, STATX_BASIC_STATS, { output: 256 });
    if (isErrno(result)) return result;
    const out = this.#output;
    const time = (at: number): bigint => out.readBigInt64LE(at) * 1_000_000_000n + BigInt(out.readUInt32LE(at + 8));
    return {
      nlink: out.readUInt32LE(16),
      uid: out.readUInt32LE(20),
      gid: out.readUInt32LE(24),
      mode: out.readUInt16LE(28),
      ino: Number(out.readBigUInt64LE(32)),
      size: Number(out.readBigUInt64LE(40)),
      blocks: Number(out.readBigUInt64LE(48)),
      atime: time(64),
      ctime: time(96),
      mtime: time(112),
      rdevMajor: out.readUInt32LE(128),
      rdevMinor: out.readUInt32LE(132),
      device: out.readUInt32LE(136) * 0x10_0000 + out.readUInt32LE(140),
    };
  }

  stat(path: string): ProcessStat | Errno {
    return this.#statx(AT_FDCWD, path, 0);
  }

  lstat(path: string): ProcessStat | Errno {
    return this.#statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
  }

  fstat(fd: number): ProcessStat | Errno {
    return this.#statx(fd, '', AT_EMPTY_PATH);
  }

  statfs(path: string): ProcessStatFs | Errno {
    const result = this.#call('statfs', path, { output: 120 });
    if (isErrno(result)) return result;
    const word = (index: number): number => Number(this.#output.readBigUInt64LE(index * 8));
    return {
      type: word(0),
      blockSize: word(1),
      blocks: word(2),
      blocksFree: word(3),
      blocksAvailable: word(4),
      files: word(5),
      filesFree: word(6),
      nameLength: word(8),
    };
  }

  access(path: string, mask: number): number {
    return this.#call('faccessat', AT_FDCWD, path, mask);
  }

  readlink(path: string): string | Errno {
    return this.#text(this.#call('readlinkat', AT_FDCWD, path, { output: 4096 }, 4096));
  }

  mkdir(path: string, mode: number): number {
    return this.#call('mkdirat', AT_FDCWD, path, mode);
  }

  mknod(path: string, mode: number, major = 0, minor = 0): number {
    return this.#call('mknodat', AT_FDCWD, path, mode, (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12));
  }

  symlink(target: string, path: string): number {
    return this.#call('symlinkat', target, AT_FDCWD, path);
  }

  link(path: string, newPath: string, flags = 0, directory: number = AT_FDCWD): number {
    return this.#call('linkat', directory, path, AT_FDCWD, newPath, flags);
  }

  unlink(path: string): number {
    return this.#call('unlinkat', AT_FDCWD, path, 0);
  }

  rmdir(path: string): number {
    return this.#call('unlinkat', AT_FDCWD, path, AT_REMOVEDIR);
  }

  rename(path: string, newPath: string, flags = 0): number {
    return this.#call('renameat2', AT_FDCWD, path, AT_FDCWD, newPath, flags);
  }

  chmod(path: string, mode: number): number {
    return this.#call('fchmodat', AT_FDCWD, path, mode);
  }

  fchmod(fd: number, mode: number): number {
    return this.#call('fchmod', fd, mode);
  }

  chown(path: string, uid: number, gid: number): number {
    return this.#call('fchownat', AT_FDCWD, path, uid, gid, 0);
  }

  lchown(path: string, uid: number, gid: number): number {
    return this.#call('fchownat', AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
  }

  fchown(fd: number, uid: number, gid: number): number {
    return this.#call('fchown', fd, uid, gid);
  }

  #times(atime: SetTime, mtime: SetTime): string {
    const bytes = Buffer.alloc(32);
    for (const [at, time] of [
      [0, atime],
      [16, mtime],
    ] as const) {
      if (typeof time === 'bigint') {
        const nanoseconds = ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
        bytes.writeBigInt64LE((time - nanoseconds) / 1_000_000_000n, at);
        bytes.writeBigInt64LE(nanoseconds, at + 8);
      } else {
        bytes.writeBigInt64LE(BigInt(time === 'now' ? UTIME_NOW : UTIME_OMIT), at + 8);
      }
    }
    return bytes.toString('latin1');
  }

  utimens(path: string, atime: SetTime, mtime: SetTime): number {
    return this.#call('utimensat', AT_FDCWD, path, this.#times(atime, mtime), 0);
  }

  lutimens(path: string, atime: SetTime, mtime: SetTime): number {
    return this.#call('utimensat', AT_FDCWD, path, this.#times(atime, mtime), AT_SYMLINK_NOFOLLOW);
  }

  futimens(fd: number, atime: SetTime, mtime: SetTime): number {
    return this.#call('utimensat', fd, 0, this.#times(atime, mtime), 0);
  }

  truncate(path: string, size: number): number {
    return this.#call('truncate', path, size);
  }

  ftruncate(fd: number, size: number): number {
    return this.#call('ftruncate', fd, size);
  }

  getxattr(path: string, name: string): string | Errno {
    return this.#text(this.#call('getxattr', path, name, { output: 65536 }, 65536));
  }

  lgetxattr(path: string, name: string): string | Errno {
    return this.#text(this.#call('lgetxattr', path, name, { output: 65536 }, 65536));
  }

  listxattr(path: string): readonly string[] | Errno {
    const names = this.#text(this.#call('listxattr', path, { output: 65536 }, 65536));
    return isErrno(names) ? names : (names as string).split('\0').slice(0, -1);
  }

  setxattr(path: string, name: string, value: string, flags = 0): number {
    return this.#call('setxattr', path, name, value, value.length, flags);
  }

  lsetxattr(path: string, name: string, value: string, flags = 0): number {
    return this.#call('lsetxattr', path, name, value, value.length, flags);
  }

  removexattr(path: string, name: string): number {
    return this.#call('removexattr', path, name);
  }

  getcwd(): string | Errno {
    const path = this.#text(this.#call('getcwd', { output: 4096 }, 4096));
    return isErrno(path) ? path : path.replace(/\0$/, '');
  }
}
