/** Making, executing, waiting for and ending processes (kernel/fork.c, kernel/exit.c, fs/exec.c). */

import { E2BIG, EBADF, ECHILD, EFAULT, EINVAL, ESRCH, WOULD_BLOCK, isErrno, type Errno } from '../../fs/errno.ts';
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW } from '../../fs/flags.ts';
import { encodeRusage, RUSAGE_SIZE } from '../abi/rusage.ts';
import { execute, findProgram } from '../kernel/exec.ts';
import { endProcess, exitTask, reap } from '../kernel/exit.ts';
import { type CloneRequest, clone as cloneTask } from '../kernel/fork.ts';
import type { Process } from '../kernel/process.ts';
import { CLD_CONTINUED, CLD_DUMPED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, SIGCHLD, SIGCONT } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';
import { getUnsigned, path as pathArgument, put32, readable, writable } from '../kernel/user-memory.ts';
import { base, isItself, any } from './files.ts';
import { NO_RESULT } from './row.ts';

export function exit(task: Task, status: number): number {
  const { process } = task;
  // The last thread's status is the process's.
  if (process.tasks.every((other) => other === task || other.state === 'dead')) process.ending ??= { code: status & 0xff, signal: 0, core: false };
  exitTask(task);
  return NO_RESULT;
}

export function exit_group(task: Task, status: number): number {
  endProcess(task.process, { code: status & 0xff, signal: 0, core: false });
  exitTask(task);
  return NO_RESULT;
}

/** Strings of at most so many bytes, and all together (MAX_ARG_STRLEN, ARG_MAX with a stack of 8 MiB). */
const LONGEST = 131072;
const MOST = 0x1fffff;

function strings(task: Task, address: number): string[] | Errno {
  const list: string[] = [];
  if (address === 0) return list;
  let total = 0;
  for (let at = address; ; at += 8) {
    const index = readable(task, at, 8);
    if (index < 0) return EFAULT;
    const pointer = getUnsigned(task.memory.view, index);
    if (pointer === 0) return list;
    const text = task.memory.string(pointer, LONGEST);
    if (isErrno(text)) return text === EFAULT ? EFAULT : E2BIG;
    total += text.length + 9;
    if (total > MOST) return E2BIG;
    list.push(text);
  }
}

function executeAt(task: Task, dirfd: number, address: number, argv: number, envp: number, flags: number): number {
  if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) return EINVAL;
  const path = pathArgument(task, address);
  if (isErrno(path)) return path;
  const from = base(task, dirfd, path);
  if (isErrno(from)) return from;
  const itself = isItself(dirfd, path, flags);
  if (itself && !any(task, dirfd)) return EBADF;
  const file = findProgram(task.kernel, path, task, from, flags);
  if (isErrno(file)) return file;
  const args = strings(task, argv);
  const environment = isErrno(args) ? args : strings(task, envp);
  if (isErrno(args) || isErrno(environment)) {
    file.release();
    return isErrno(args) ? args : (environment as Errno);
  }
  const name = itself ? `/dev/fd/${dirfd}` : from && path.charCodeAt(0) !== 0x2f ? `/dev/fd/${dirfd}/${path}` : path;
  // Somebody has to find argv[0].
  if (args.length === 0) args.push('');
  const error = execute(task, file, name, args, environment);
  return isErrno(error) ? error : NO_RESULT;
}

export function execve(task: Task, path: number, argv: number, envp: number): number {
  return executeAt(task, -100, path, argv, envp, 0);
}

export function execveat(task: Task, dirfd: number, path: number, argv: number, envp: number, flags: number): number {
  return executeAt(task, dirfd, path, argv, envp, flags);
}

const CLONE_VM = 0x100;
const CLONE_VFORK = 0x4000;

function start(task: Task, request: CloneRequest): number {
  const made = cloneTask(task, request);
  if (isErrno(made)) return made;
  return made.tid;
}

/** Whoever lent its memory goes on when it has it back. */
function waitForMemory(task: Task): number | undefined {
  const { continuation } = task;
  if (!task.retrying || !(continuation instanceof VforkWait)) return undefined;
  if (continuation.child.released) return continuation.tid;
  task.waitFor(continuation.child.memoryReleased);
  return WOULD_BLOCK;
}

class VforkWait {
  readonly child: Process;
  readonly tid: number;

  constructor(child: Process, tid: number) {
    this.child = child;
    this.tid = tid;
  }
}

function startAndWait(task: Task, request: CloneRequest): number {
  const waited = waitForMemory(task);
  if (waited !== undefined) return waited;
  const tid = start(task, request);
  if (tid < 0 || !(request.flags & CLONE_VFORK)) return tid;
  const child = task.kernel.tasks.get(tid)!.process;
  task.continuation = new VforkWait(child, tid);
  task.waitFor(child.memoryReleased);
  return WOULD_BLOCK;
}

export function fork(task: Task): number {
  return start(task, { flags: 0, exitSignal: SIGCHLD, stack: 0, parentTid: 0, childTid: 0, tls: 0 });
}

export function vfork(task: Task): number {
  return startAndWait(task, { flags: CLONE_VM | CLONE_VFORK, exitSignal: SIGCHLD, stack: 0, parentTid: 0, childTid: 0, tls: 0 });
}

export function clone(task: Task, flags: number, stack: number, parentTid: number, childTid: number, tls: number): number {
  const bits = flags % 0x1_0000_0000;
  return startAndWait(task, { flags: (bits & ~0xff) >>> 0, exitSignal: bits & 0xff, stack, parentTid, childTid, tls });
}

/** struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup. */
export function clone3(task: Task, address: number, size: number): number {
  if (size > 4096) return E2BIG;
  if (size < 64) return EINVAL;
  const at = readable(task, address, size);
  if (at < 0) return EFAULT;
  const word = (index: number): number => (index * 8 + 8 <= size ? getUnsigned(task.memory.view, at + index * 8) : 0);
  for (let index = 88; index < size; index++) if (task.memory.bytes[at + index] !== 0) return E2BIG;
  const flags = word(0);
  const stack = word(5);
  const stackSize = word(6);
  if (word(4) > 64 || (stack === 0) !== (stackSize === 0) || flags % 256 !== 0) return EINVAL;
  if (word(9) !== 0) return EINVAL;
  return startAndWait(task, {
    flags: flags % 0x1_0000_0000,
    exitSignal: word(4),
    stack: stack + stackSize,
    parentTid: word(3),
    childTid: word(2),
    tls: word(7),
    clearHandlers: flags >= 0x1_0000_0000 && Math.floor(flags / 0x1_0000_0000) % 2 === 1,
  });
}

const WNOHANG = 1;
const WUNTRACED = 2;
const WEXITED = 4;
const WCONTINUED = 8;
const WNOWAIT = 0x0100_0000;
const WCLONE = -0x8000_0000;
const WALL = 0x4000_0000;
const WNOTHREAD = 0x2000_0000;

/** Which children are waited for, by wait4(2)'s and waitid(2)'s ways to say it. */
type Choice = (child: Process) => boolean;

/** A child that has something to tell. */
interface Told {
  readonly child: Process;
  readonly what: 'ended' | 'stopped' | 'continued';
}

function findChild(task: Task, choice: Choice, options: number): Told | 'none' | 'wait' {
  let any = false;
  for (const child of task.process.children) {
    if (!choice(child)) continue;
    // Children that tell their end by another signal than SIGCHLD are waited for with __WCLONE.
    const isClone = child.exitSignal !== SIGCHLD;
    if (!(options & WALL) && isClone !== ((options & WCLONE) !== 0)) continue;
    any = true;
    if (!child.alive) {
      if (options & WEXITED) return { child, what: 'ended' };
      continue;
    }
    if (child.changed === 'stopped' && options & WUNTRACED) return { child, what: 'stopped' };
    if (child.changed === 'continued' && options & WCONTINUED) return { child, what: 'continued' };
  }
  return any ? 'wait' : 'none';
}

/** The status that wait4(2) tells. */
export function waitStatus({ child, what }: Told): number {
  if (what === 'continued') return 0xffff;
  if (what === 'stopped') return (child.stoppedBy << 8) | 0x7f;
  const { code, signal, core } = child.status!;
  return signal === 0 ? code << 8 : signal | (core ? 0x80 : 0);
}

function wait(task: Task, choice: Choice, options: number): Told | number {
  const found = findChild(task, choice, options);
  if (found === 'none') return ECHILD;
  if (found !== 'wait') return found;
  if (options & WNOHANG) return 0;
  task.waitFor(task.process.childChanged);
  return WOULD_BLOCK;
}

function usageOf(task: Task, { child }: Told, address: number): number {
  if (address === 0) return 0;
  const at = writable(task, address, RUSAGE_SIZE);
  if (at < 0) return EFAULT;
  encodeRusage(task.memory.view, at, child.usage);
  return 0;
}

function finish(task: Task, { child, what }: Told, keep: boolean): void {
  if (keep) return;
  if (what === 'ended') reap(child, task);
  else child.changed = undefined;
}

export function wait4(task: Task, pid: number, status: number, options: number, usage: number): number {
  if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | WCLONE | WALL | WNOTHREAD)) return EINVAL;
  if (pid === -0x8000_0000) return ESRCH;
  const group = pid === 0 ? task.process.group : -pid;
  const choice: Choice = pid > 0 ? (child) => child.pid === pid : pid === -1 ? () => true : (child) => child.group === group;
  const told = wait(task, choice, options | WEXITED);
  if (typeof told === 'number') return told;
  const { child } = told;
  const word = waitStatus(told);
  const error = usageOf(task, told, usage);
  finish(task, told, false);
  if (error) return error;
  return (status === 0 ? 0 : put32(task, status, word)) || child.pid;
}

const P_ALL = 0;
const P_PID = 1;
const P_PGID = 2;

export function waitid(task: Task, kind: number, id: number, info: number, options: number, usage: number): number {
  if (options & ~(WNOHANG | WUNTRACED | WEXITED | WCONTINUED | WNOWAIT | WCLONE | WALL | WNOTHREAD)) return EINVAL;
  if (!(options & (WUNTRACED | WEXITED | WCONTINUED))) return EINVAL;
  let choice: Choice;
  if (kind === P_ALL) choice = () => true;
  else if (kind === P_PID) {
    if (id <= 0) return EINVAL;
    choice = (child) => child.pid === id;
  } else if (kind === P_PGID) {
    if (id < 0) return EINVAL;
    const group = id === 0 ? task.process.group : id;
    choice = (child) => child.group === group;
  } else {
    return kind === 3 ? EBADF : EINVAL;
  }
  const told = wait(task, choice, options);
  if (typeof told === 'number' && told !== 0) return told;
  if (typeof told !== 'number') {
    const error = usageOf(task, told, usage);
    if (error) return error;
  }
  if (info !== 0) {
    const at = writable(task, info, 28);
    if (at < 0) return EFAULT;
    const { view } = task.memory;
    const [signal, code, pid, uid, status] = typeof told === 'number' ? [0, 0, 0, 0, 0] : siginfoOf(told);
    view.setInt32(at, signal, true);
    view.setInt32(at + 4, 0, true);
    view.setInt32(at + 8, code, true);
    view.setInt32(at + 16, pid, true);
    view.setUint32(at + 20, uid, true);
    view.setInt32(at + 24, status, true);
  }
  if (typeof told !== 'number') finish(task, told, (options & WNOWAIT) !== 0);
  return 0;
}

function siginfoOf({ child, what }: Told): [signal: number, code: number, pid: number, uid: number, status: number] {
  const { pid } = child;
  const { uid } = child.leader.credentials;
  if (what === 'stopped') return [SIGCHLD, CLD_STOPPED, pid, uid, child.stoppedBy];
  if (what === 'continued') return [SIGCHLD, CLD_CONTINUED, pid, uid, SIGCONT];
  const { code, signal, core } = child.status!;
  if (signal === 0) return [SIGCHLD, CLD_EXITED, pid, uid, code];
  return [SIGCHLD, core ? CLD_DUMPED : CLD_KILLED, pid, uid, signal];
}
