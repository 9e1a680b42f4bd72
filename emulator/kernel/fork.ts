/** New tasks and processes (clone(2), kernel/fork.c). */

import { EAGAIN, EFAULT, EINVAL, EPERM, type Errno, isErrno } from '../../fs/errno.ts';
import { STATE_SIZE } from '../cpu/state.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { CPU_STATE } from '../memory/layout.ts';
import { makeImage } from './exec.ts';
import type { Image } from './image.ts';
import { IntervalTimers } from './interval-timers.ts';
import { Process } from './process.ts';
import { ResourceLimits, RLIMIT_NPROC } from './resource-limits.ts';
import { signalProcess } from './signal-delivery.ts';
import { SI_KERNEL } from './signals.ts';
import { FS, RAX, RSP, Task } from './task.ts';
import { put32 } from './user-memory.ts';

const CLONE_VM = 0x100;
const CLONE_FS = 0x200;
const CLONE_FILES = 0x400;
const CLONE_SIGHAND = 0x800;
const CLONE_PIDFD = 0x1000;
const CLONE_VFORK = 0x4000;
const CLONE_PARENT = 0x8000;
const CLONE_THREAD = 0x10000;
const CLONE_NEWNS = 0x20000;
const CLONE_SETTLS = 0x80000;
const CLONE_PARENT_SETTID = 0x100000;
const CLONE_CHILD_CLEARTID = 0x200000;
const CLONE_CHILD_SETTID = 0x1000000;
const CLONE_NAMESPACES = 0x7e020000;

const CAP_SYS_ADMIN = 21;
const CAP_SYS_RESOURCE = 24;

/** What clone(2) is told. */
export interface CloneRequest {
  readonly flags: number;
  /** What the parent gets at the end; 0 for nothing. */
  readonly exitSignal: number;
  /** The child's stack pointer; 0 for that of its parent. */
  readonly stack: number;
  readonly parentTid: number;
  readonly childTid: number;
  readonly tls: number;
  /** Handlers are not inherited (CLONE_CLEAR_SIGHAND). */
  readonly clearHandlers?: boolean;
}

const STATE = indexOf(CPU_STATE);

function check(task: Task, { flags, exitSignal }: CloneRequest): Errno | 0 {
  if (flags & CLONE_THREAD && !(flags & CLONE_SIGHAND)) return EINVAL;
  if (flags & CLONE_SIGHAND && !(flags & CLONE_VM)) return EINVAL;
  if ((flags & (CLONE_NEWNS | CLONE_FS)) === (CLONE_NEWNS | CLONE_FS)) return EINVAL;
  if (flags & CLONE_PIDFD) {
    task.kernel.report(task, 'clone', 'CLONE_PIDFD');
    return EINVAL;
  }
  if (flags & CLONE_NAMESPACES) {
    // Differs: there are no namespaces; who may not make any cannot tell.
    task.kernel.report(task, 'clone', `namespaces ${(flags & CLONE_NAMESPACES).toString(16)}`);
    return task.capable(CAP_SYS_ADMIN) ? EINVAL : EPERM;
  }
  return exitSignal > 64 ? EINVAL : 0;
}

/** How many processes a user has. */
function processesOf(task: Task): number {
  let count = 0;
  for (const { credentials } of task.kernel.tasks.values()) if (credentials.uid === task.credentials.uid) count++;
  return count;
}

/** Makes a task, in a process of its own unless it is a thread; it can run. Errors: EINVAL, EAGAIN, ENOMEM, EPERM. */
export function clone(task: Task, request: CloneRequest): Task | Errno {
  const { kernel, process: parent } = task;
  const { flags } = request;
  const wrong = check(task, request);
  if (wrong) return wrong;
  const { uid } = task.credentials;
  if (uid !== 0 && !task.capable(CAP_SYS_RESOURCE) && processesOf(task) >= parent.limits.soft[RLIMIT_NPROC]!) return EAGAIN;
  const state = task.memory.bytes.slice(STATE, STATE + STATE_SIZE);
  let process = parent;
  let image: Image = parent.image;
  const pid = kernel.allocatePid();
  if (!(flags & CLONE_THREAD)) {
    const limits = new ResourceLimits(parent.limits);
    if (flags & CLONE_VM) {
      image.users++;
      limits.memory = parent.limits.memory;
    } else {
      const memory = limits.forMemory();
      limits.memory = memory;
      const space = image.space.fork(memory);
      if (isErrno(space)) return space;
      image.program.file.retain();
      image = makeImage(kernel, image.program, space);
      image.barriers = parent.image.barriers;
      // The child has its parent's handlers of faults.
      if (parent.image.processor.checked) image.processor.check();
    }
    process = makeProcess(task, pid, image, limits, request);
  }
  const child = new Task(kernel, pid, process, task.credentials, image.space.memory, state);
  inherit(task, child);
  process.tasks.push(child);
  kernel.tasks.set(pid, child);
  kernel.forks++;
  kernel.scheduler.withState(child, () => {
    child.setRegister(RAX, 0);
    if (request.stack !== 0) child.setRegister(RSP, request.stack);
    if (flags & CLONE_SETTLS) child.setRegister(FS, request.tls);
    if (flags & CLONE_CHILD_SETTID) put32(child, request.childTid, pid);
  }, task);
  if (flags & CLONE_CHILD_CLEARTID) child.clearChildTid = request.childTid;
  if (flags & CLONE_PARENT_SETTID && put32(task, request.parentTid, pid) === EFAULT) return EFAULT;
  if (!(flags & CLONE_THREAD) && flags & CLONE_VM && !(flags & CLONE_VFORK)) {
    child.stack.address = 0;
    child.stack.size = 0;
    child.stack.flags = 2;
  }
  kernel.scheduler.start(child);
  return child;
}

function makeProcess(task: Task, pid: number, image: Image, limits: ResourceLimits, request: CloneRequest): Process {
  const { kernel, process: parent } = task;
  const { flags } = request;
  const sharesFiles = (flags & CLONE_FILES) !== 0;
  const sharesContext = (flags & CLONE_FS) !== 0;
  if (sharesFiles) parent.files.users++;
  if (sharesContext) parent.context.users++;
  const actions = flags & CLONE_SIGHAND ? parent.actions : parent.actions.clone();
  if (request.clearHandlers) actions.forgetHandlers();
  const process: Process = new Process({
    pid,
    parent: flags & CLONE_PARENT ? parent.parent : parent,
    group: parent.group,
    session: parent.session,
    files: sharesFiles ? parent.files : parent.files.clone(),
    context: sharesContext ? parent.context : parent.context.clone(),
    actions,
    limits,
    image,
    brand: parent.brand,
    timers: new IntervalTimers(kernel.clocks, (signal) => signalProcess(process, { signal, code: SI_KERNEL })),
    started: kernel.clocks.now(),
    jail: parent.jail,
    alternateRoot: parent.alternateRoot,
  });
  process.exitSignal = flags & CLONE_PARENT ? parent.exitSignal : request.exitSignal;
  process.dumpable = parent.dumpable;
  kernel.processes.set(pid, process);
  return process;
}

function inherit(task: Task, child: Task): void {
  child.name = task.name;
  child.blocked.copy(task.blocked);
  Object.assign(child.stack, task.stack);
  child.noNewPrivileges = task.noNewPrivileges;
  child.timerSlack = task.timerSlack;
  child.personality = task.personality;
  child.nice = task.nice;
  child.policy = task.policy;
  child.priority = task.priority;
  child.ioPriority = task.ioPriority;
  // A process of its own has the registration too: its memory is a copy.
  if (child.process !== task.process && child.memory !== task.memory) {
    child.rseq = task.rseq;
    child.robustList = 0;
  }
}
