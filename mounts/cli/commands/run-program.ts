/** What compatfs run does. */

import { openSync, readFileSync, writeSync } from 'node:fs';
import { getPriority } from 'node:os';
import { posix } from 'node:path';
import { FixedCaller } from '../../../fs/caller.ts';
import { EACCES, ENOENT, ENOEXEC, ENOTDIR, type Errno, errnoMessage, isErrno } from '../../../fs/errno.ts';
import { S_IFDIR } from '../../../fs/stat.ts';
import type { Vfs } from '../../../fs/vfs.ts';
import { BRANDS } from '../../../emulator/brand/brand.ts';
import { Emulator, type GuestStatus, StartError, bytesOf } from '../../../emulator/emulator.ts';
import { type Identity, findUser } from '../../../emulator/host/user-database.ts';
import { DEFAULT_MOUNTS, type GuestMount, guestType } from '../../../emulator/tree.ts';
import type { Words } from '../command.ts';
import { endLike } from '../ending.ts';
import { Failure, NOT_FOUND, NOT_RUNNABLE, badUsage } from '../failure.ts';
import { complain } from '../output.ts';

/** Runs the program that a command line names; returns its exit status. Throws what `explain` explains. */
export async function runProgram(words: Words): Promise<number> {
  const [program] = words.operands;
  if (program === undefined) throw badUsage('run', 'PROGRAM is missing; see compatfs run --help');
  const root = words.value('root') ?? '/';
  const reports = new Set<string>();
  const strace = words.has('strace') ? new (await import('../../../emulator/trace/strace.ts')).Strace(traceSink(words.value('strace'))) : undefined;
  const isMeasured = words.has('stats') || words.has('profile');
  const measuring = isMeasured ? new (await import('../measuring.ts')).Measuring(words.has('stats'), words.value('profile')) : undefined;
  const tracer = measuring ? measuring.tracer(strace) : strace;
  const vm = new Emulator({
    root: { directory: root, changes: words.has('writable') ? 'host' : 'memory' },
    ...(words.has('mount') && { mounts: [...DEFAULT_MOUNTS, ...words.values('mount').map(parseMount)] }),
    ...numberOption(words, 'cpus', 1, 4096),
    ...memoryOption(words),
    ...textOption(words, 'osrelease'),
    ...textOption(words, 'hostname'),
    ...brandsOption(words),
    ...emulationOption(words),
    ...(words.has('interpret') && { threshold: 0 }),
    counts: words.has('stats'),
    checked: words.has('check-memory'),
    ...(tracer && { tracer }),
    unsupported: ({ task, kind, what }) => {
      measuring?.unsupported(kind, what);
      const line = `${task.name}: ${kind} ${what} is not supported`;
      if (!words.has('unsupported') || reports.has(line)) return;
      complain(line);
      reports.add(line);
    },
  });
  const { vfs } = await vm.start().catch(cannotStart);
  await measuring?.watch(vm);
  const user = identity(words, vfs);
  const env = environment(words);
  const cwd = workingDirectory(words, root, vfs);
  const common = { env: Object.entries(env).map(([name, value]) => `${name}=${value}`), cwd, user, nice: getPriority(), stdin: 'inherit', stdout: 'inherit', stderr: 'inherit', inPlace: true } as const;
  const path = findProgram(vfs, program, env['PATH'], cwd, user);
  if (isErrno(path)) throw cannotRun(program, path);
  let status: GuestStatus;
  try {
    status = await vm.run({ ...common, program: path, argv: words.operands });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    if (error.reason !== undefined) throw new Failure(program, error.reason, NOT_RUNNABLE);
    if (error.errno !== ENOEXEC) throw cannotRun(program, error.errno);
    // As execvp(3) has it, what no loader knows is a shell's.
    status = await vm.run({ ...common, program: '/bin/sh', argv: ['/bin/sh', path, ...words.operands.slice(1)] });
  }
  strace?.finish();
  measuring?.finish(vm, words.operands.join(' '));
  vm.dispose();
  return endLike({ status: status.code, signal: status.signalName as NodeJS.Signals | undefined, signalNumber: status.signal, error: undefined });
}

function cannotRun(program: string, errno: Errno): Failure {
  return new Failure(program, errno === ENOENT ? 'not found' : errnoMessage(errno), errno === ENOENT ? NOT_FOUND : NOT_RUNNABLE);
}

/** What is said where the tree does not do: its root, or a place to mount something. */
function cannotStart(error: unknown): never {
  if (!(error instanceof StartError)) throw error;
  throw new Failure(error.program, errnoMessage(error.errno));
}

/** Where the program starts. Throws for what is no directory. */
function workingDirectory(words: Words, root: string, vfs: Vfs): string {
  const ours = root === '/' ? process.cwd() : '/';
  const wanted = words.value('cwd');
  if (wanted === undefined) return ours;
  const directory = posix.resolve(ours, wanted);
  const place = vfs.find(bytesOf(directory), 0, new FixedCaller({ uid: 0, gid: 0, groups: [], root: vfs.mounts.root }));
  if (isErrno(place)) throw new Failure(wanted, errnoMessage(place));
  if (place.vnode.type !== S_IFDIR) throw new Failure(wanted, errnoMessage(ENOTDIR));
  return directory;
}

function parseMount(words: string): GuestMount {
  const colon = words.indexOf(':');
  const type = words.slice(0, Math.max(0, colon));
  const target = words.slice(colon + 1);
  if (guestType(type) === undefined || !target.startsWith('/')) throw badUsage('run', `--mount ${words}: not TYPE:TARGET`);
  return { type, target };
}

/** How long what uname(2) says may be, in bytes (include/uapi/linux/utsname.h). */
const LONGEST_NAME = 64;

function textOption<Name extends string>(words: Words, name: Name): Partial<Record<Name, string>> {
  const value = words.value(name);
  if (value === '') throw badUsage('run', `--${name}: it may not be empty`);
  if (value !== undefined && Buffer.byteLength(value) > LONGEST_NAME) throw badUsage('run', `--${name}: longer than ${LONGEST_NAME} bytes`);
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}

function numberOption<Name extends string>(words: Words, name: Name, least: number, most: number): Partial<Record<Name, number>> {
  const value = words.value(name);
  if (value === undefined) return {};
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most) throw badUsage('run', `--${name} ${value}: not a number from ${least} to ${most}`);
  return { [name]: number } as Record<Name, number>;
}

function emulationOption(words: Words): { emulation?: { directory: string; freebsd: boolean } } {
  const directory = words.value('emul');
  const freebsd = words.has('emul-freebsd');
  if (directory === undefined) {
    if (freebsd) throw badUsage('run', '--emul-freebsd is about the directory of --emul, which is missing');
    return {};
  }
  return { emulation: { directory, freebsd } };
}

function brandsOption(words: Words): { brands?: readonly string[] } {
  const brands = words.value('brands')?.split(',');
  const unknown = brands?.find((name) => !BRANDS.some((brand) => brand.name === name));
  if (unknown !== undefined) throw badUsage('run', `--brands: there is no brand ${unknown}`);
  return brands ? { brands } : {};
}

const MIB = 2 ** 20;

function memoryOption(words: Words): { memory?: number } {
  const { memory } = numberOption(words, 'memory', 1, 2 ** 30);
  return memory === undefined ? {} : { memory: memory * MIB };
}

/** Our environment as the options change it. */
function environment(words: Words): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  for (const setting of words.values('env')) {
    const equals = setting.indexOf('=');
    if (equals > 0) env[setting.slice(0, equals)] = setting.slice(equals + 1);
    else if (equals < 0) delete env[setting];
    else throw badUsage('run', `--env ${setting}: not NAME=VALUE`);
  }
  return env;
}

/** Who the program runs as. Throws for a user that the guest does not have. */
function identity(words: Words, vfs: Vfs): Identity {
  const user = words.value('user');
  if (user === undefined) return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, groups: ownGroups() };
  const found = findUser(vfs, bytesOf(user));
  if (!found) throw new Failure(user, 'no such user');
  return found;
}

/** Our supplementary groups; Node adds the effective group to them. */
function ownGroups(): number[] {
  try {
    const [, groups] = /^Groups:(.*)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
    if (groups !== undefined) return groups.trim().split(/\s+/).filter((word) => word !== '').map(Number);
  } catch {
    // There is no such file.
  }
  return process.getgroups?.() ?? [];
}

/** What execvp(3) looks in where there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** The path of a program as execvp(3) finds it. Errors: ENOENT, EACCES where one is there that may not be run. */
function findProgram(vfs: Vfs, program: string, path: string | undefined, cwd: string, user: Identity): string | Errno {
  if (program === '') return ENOENT;
  if (program.includes('/')) return program;
  const caller = new FixedCaller({ ...user, root: vfs.mounts.root });
  let error: Errno = ENOENT;
  for (const directory of (path ?? DEFAULT_PATH).split(':')) {
    const file = `${directory === '' ? '.' : directory}/${program}`;
    const place = vfs.find(bytesOf(file.startsWith('/') ? file : `${cwd}/${file}`), 0, caller);
    if (isErrno(place)) {
      if (place === EACCES) error = EACCES;
      else if (place !== ENOENT && place !== ENOTDIR) return place;
      continue;
    }
    const allowed = vfs.mayExecute(place, caller);
    if (!isErrno(allowed)) return file;
    error = EACCES;
  }
  return error;
}

/** Where a trace goes. */
function traceSink(file: string | undefined): (text: string) => void {
  const descriptor = file ? openSync(file, 'w') : 2;
  return (text) => {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(descriptor, bytes, at);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      }
    }
  };
}
