/** Executing programs: execve(2), and the first process of a machine (fs/exec.c, security/commoncap.c). */

import { type Caller, SUPERUSER } from '../../fs/caller.ts';
import { EACCES, EISDIR, ENOTDIR, type Errno, isErrno } from '../../fs/errno.ts';
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, MS_NOSUID, O_RDONLY } from '../../fs/flags.ts';
import type { Place } from '../../fs/place.ts';
import { S_ISGID, S_ISUID, S_IXGRP, Stat } from '../../fs/stat.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import { STATE_SIZE } from '../cpu/state.ts';
import type { ExecFailure, ExecutedProgram } from '../loader/exec-contract.ts';
import type { MemoryLimits } from '../memory/address-space-contract.ts';
import { ALL_CAPABILITIES, type Credentials, NO_CAPABILITIES, SECBIT_NOROOT, credentialsOf } from './credentials.ts';
import { Description } from './description.ts';
import { endProcess, exitTask, releaseImage } from './exit.ts';
import { FdTable } from './fd-table.ts';
import { FileContext } from './file-context.ts';
import type { Image } from './image.ts';
import { IntervalTimers } from './interval-timers.ts';
import type { Kernel } from './kernel.ts';
import { mappable } from './mapped-file.ts';
import { Process } from './process.ts';
import { ResourceLimits } from './resource-limits.ts';
import { signalProcess } from './signal-delivery.ts';
import { SignalActions, SI_KERNEL } from './signals.ts';
import { ATTENTION_RESCHEDULE, Task } from './task.ts';

const scratch = new Stat();

/** Opens what a walk found for execution. Errors: EACCES, and the file's. */
function openProgram(kernel: Kernel, place: Place, caller: Caller): OpenFile | Errno {
  const allowed = kernel.vfs.mayExecute(place, caller);
  if (isErrno(allowed)) return allowed;
  // Who may execute a file need not be allowed to read it; the kernel is.
  return kernel.vfs.openPlace(place, O_RDONLY, SUPERUSER);
}

/** Finds and opens a program. Errors: the walk's, EACCES. */
export function findProgram(kernel: Kernel, path: string, caller: Caller, from?: Place, flags = 0): OpenFile | Errno {
  const place = kernel.vfs.find(path, flags & (AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW), caller, from);
  if (isErrno(place)) return place;
  return openProgram(kernel, place, caller);
}

/** The credentials that a program gives who executes it: set-id bits, and what root's programs may. */
function credentialsAfter(file: OpenFile, old: Credentials, noNewPrivileges: boolean): { next: Credentials; secure: boolean } {
  let { euid, egid } = old;
  const known = !isErrno(file.vnode.stat(scratch, SUPERUSER));
  const honoured = known && !noNewPrivileges && ((file.place?.mount.flags ?? 0) & MS_NOSUID) === 0;
  if (honoured && scratch.mode & S_ISUID) euid = scratch.uid;
  if (honoured && (scratch.mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP)) egid = scratch.gid;
  const { bounding, inheritable } = old;
  const setId = euid !== old.uid || egid !== old.gid;
  let permitted = setId ? NO_CAPABILITIES : old.ambient;
  let effective = permitted;
  const ambient = setId ? NO_CAPABILITIES : old.ambient;
  if (!(old.securebits & SECBIT_NOROOT) && (euid === 0 || old.uid === 0)) {
    const low = (bounding.low & ALL_CAPABILITIES.low) | inheritable.low;
    const high = (bounding.high & ALL_CAPABILITIES.high) | inheritable.high;
    permitted = { low, high };
    effective = euid === 0 ? permitted : ambient;
  }
  const secure = setId;
  const next: Credentials = {
    ...old, euid, suid: euid, fsuid: euid, egid, sgid: egid, fsgid: egid, permitted, effective, ambient,
    securebits: old.securebits & ~0x10,
  };
  return { next, secure };
}

/** Has the loader make an address space with a program. Takes over the file. */
function load(
  kernel: Kernel,
  parts: {
    readonly file: OpenFile;
    readonly path: string;
    readonly argv: readonly string[];
    readonly envp: readonly string[];
    readonly caller: Caller;
    readonly credentials: Credentials;
    readonly secure: boolean;
    readonly limits: MemoryLimits;
  },
): ExecutedProgram | Errno | ExecFailure {
  const { file, path, argv, envp, caller, credentials, secure, limits } = parts;
  const { disabledBrands, fallbackBrand } = kernel.engine;
  kernel.refusal = undefined;
  return kernel.engine.execute({
    file: mappable(kernel, file),
    path,
    argv,
    envp,
    open(name) {
      const found = findProgram(kernel, name, caller);
      return isErrno(found) ? found : mappable(kernel, found);
    },
    credentials: { uid: credentials.uid, euid: credentials.euid, gid: credentials.gid, egid: credentials.egid, secure },
    limits,
    files: kernel.engine.mappedFiles,
    release: caller.jail?.osrelease ?? kernel.name.release,
    restartableSequences: true,
    random: (into) => kernel.random(into),
    refused(reason) {
      kernel.refusal = reason;
      const { current } = kernel.scheduler;
      if (current) kernel.report(current, 'exec', `${path}: ${reason}`);
    },
    ...(disabledBrands && { disabledBrands }),
    ...(fallbackBrand !== undefined && { fallbackBrand }),
  });
}

/** An address space with its processor, which tells each other what they have to know. */
export function makeImage(kernel: Kernel, program: ExecutedProgram, space: ExecutedProgram['space']): Image {
  const processor = kernel.engine.createProcessor(space, {
    systemCall: () => kernel.systemCalls.call(),
    runsLong: () => kernel.scheduler.runsLong(),
    unimplemented: (name) => {
      const { current } = kernel.scheduler;
      if (current) kernel.report(current, 'instruction', name);
    },
    untranslated: (address, error) => {
      const { current } = kernel.scheduler;
      if (current) kernel.report(current, 'translation', `of 0x${address.toString(16)} (${String(error)})`);
    },
  });
  space.watcher ??= {
    codeChanged: (start, end) => processor.forget(start, end),
    writableCode: () => {
      processor.check();
      // It begins when code is entered again.
      if (kernel.scheduler.current) kernel.scheduler.current.attention |= ATTENTION_RESCHEDULE;
    },
  };
  return { program, space, processor, owner: undefined, users: 1, barriers: 0 };
}

/** execve(2) of a file that was opened for it. Gives 0 when the task goes on in the new program. Errors: those of the loader. */
export function execute(task: Task, file: OpenFile, path: string, argv: readonly string[], envp: readonly string[]): Errno | 0 {
  const { kernel, process } = task;
  const { next, secure } = credentialsAfter(file, task.credentials, task.noNewPrivileges);
  const limits = process.limits.forMemory();
  const program = load(kernel, { file, path, argv, envp, caller: task, credentials: next, secure, limits });
  if (typeof program === 'number') return program;
  if ('signal' in program) {
    signalProcess(process, { signal: program.signal, code: SI_KERNEL });
    endProcess(process, { code: 0, signal: program.signal, core: false });
    return EACCES;
  }
  process.limits.memory = limits;
  becomeOnlyTask(task);
  releaseImage(process, task);
  install(task, makeImage(kernel, program, program.space), program);
  if (process.files.users > 1) {
    const own = process.files.clone();
    process.files.leave(task);
    process.files = own;
  }
  process.files.exec(task);
  process.posixTimers.clear();
  process.actions = process.actions.clone();
  process.actions.forgetHandlers();
  task.stack.address = 0;
  task.stack.size = 0;
  task.stack.flags = 2;
  task.clearChildTid = 0;
  task.robustList = 0;
  task.rseq = undefined;
  if (next.euid !== task.credentials.euid || next.egid !== task.credentials.egid || secure) task.parentDeathSignal = 0;
  process.dumpable = secure ? 0 : 1;
  task.credentials = next;
  process.executed = true;
  process.exitSignal = 17;
  kernel.scheduler.switchTo(task);
  return 0;
}

function install(task: Task, image: Image, program: ExecutedProgram): void {
  const { process, kernel } = task;
  const brand = kernel.engine.brands.get(program.brand);
  if (!brand) throw new Error(`there is no brand ${program.brand}`);
  process.image = image;
  process.brand = brand;
  image.owner = task;
  task.memory = program.space.memory;
  task.name = program.name;
}

/** The other threads end, and the one that stays is the thread group's leader. */
function becomeOnlyTask(task: Task): void {
  const { process, kernel } = task;
  const { leader } = process;
  for (const other of [...process.tasks]) if (other !== task) exitTask(other);
  if (leader === task) return;
  kernel.tasks.delete(task.tid);
  task.tid = process.pid;
  kernel.tasks.set(task.tid, task);
  process.tasks.length = 0;
  process.tasks.push(task);
}

/** What a process is started with from outside. */
export interface SpawnOptions {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
  readonly umask?: number;
  /** From -20 to 19. Absent: 0. */
  readonly nice?: number;
  /** Descriptors 0 and up; they are the process's from now on. */
  readonly files: readonly (OpenFile | undefined)[];
  /** Called when it has ended. */
  readonly ended?: (process: Process) => void;
}

/**
 * Starts a process that has no parent. Errors: the walk's, ENOTDIR for the working directory, those of the loader; `ExecFailure` where it died
 * before its first instruction.
 */
export function spawn(kernel: Kernel, options: SpawnOptions): Process | ExecFailure | Errno {
  const { jail, alternateRoot } = kernel.options;
  const root = jail?.root ?? kernel.vfs.mounts.root;
  const credentials = credentialsOf(options.uid ?? 0, options.gid ?? 0, options.groups ?? []);
  const context = new FileContext(root, root, options.umask ?? 0o022);
  const limits = new ResourceLimits();
  // Who has nothing yet but a name asks for the program: a task needs the memory that comes with it.
  const asker: Caller = {
    uid: credentials.fsuid,
    gid: credentials.fsgid,
    threadId: undefined,
    umask: context.umask,
    root,
    get cwd() {
      return context.cwd;
    },
    ...(alternateRoot && { alternateRoot }),
    ...(jail && { jail }),
    processId: () => undefined,
    inGroup: (gid) => gid === credentials.fsgid || credentials.groups.includes(gid),
    capable: () => credentials.euid === 0,
  };
  if (options.cwd !== undefined) {
    const cwd = kernel.vfs.chdir(options.cwd, asker);
    if (isErrno(cwd)) {
      context.leave();
      return cwd === EISDIR ? ENOTDIR : cwd;
    }
    context.setCwd(cwd);
  }
  const file = findProgram(kernel, options.path, asker);
  if (isErrno(file)) {
    context.leave();
    return file;
  }
  const { next, secure } = credentialsAfter(file, credentials, false);
  const memory = limits.forMemory();
  const program = load(kernel, {
    file, path: options.path, argv: options.argv, envp: options.env, caller: asker, credentials: next, secure, limits: memory,
  });
  if (typeof program === 'number' || 'signal' in program) {
    context.leave();
    return program;
  }
  limits.memory = memory;
  const pid = kernel.allocatePid();
  const files = new FdTable();
  const image = makeImage(kernel, program, program.space);
  const brand = kernel.engine.brands.get(program.brand);
  if (!brand) throw new Error(`there is no brand ${program.brand}`);
  const process: Process = new Process({
    pid,
    parent: undefined,
    group: pid,
    session: pid,
    files,
    context,
    actions: new SignalActions(),
    limits,
    image,
    brand,
    timers: new IntervalTimers(kernel.clocks, (signal) => signalProcess(process, { signal, code: SI_KERNEL })),
    started: kernel.clocks.now(),
    jail,
    alternateRoot,
  });
  const task = new Task(kernel, pid, process, next, program.space.memory, new Uint8Array(STATE_SIZE));
  task.nice = options.nice ?? 0;
  process.tasks.push(task);
  kernel.processes.set(pid, process);
  kernel.tasks.set(pid, task);
  kernel.forks++;
  install(task, image, program);
  process.executed = true;
  options.files.forEach((opened, fd) => {
    if (opened) files.replace(fd, Description.of(opened), false, task);
  });
  if (options.ended) kernel.whenEnded.set(process, () => options.ended?.(process));
  kernel.scheduler.start(task);
  return process;
}
