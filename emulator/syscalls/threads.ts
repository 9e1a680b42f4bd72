/** What thread libraries need: futex(2), arch_prctl(2), rseq(2), robust lists, membarrier(2) (kernel/futex, arch/x86/kernel/process_64.c). */

import { WaitQueue } from '../../fs/wait-queue.ts';
import { EAGAIN, EBUSY, EDEADLK, EFAULT, EINVAL, ENODEV, ENOSYS, EPERM, ESRCH, ETIMEDOUT, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import { timespec } from '../abi/time.ts';
import { NS_PER_SECOND } from '../kernel/clocks.ts';
import { type FutexWaiter, addWaiter, futexKey, removeWaiter, requeue, wakeKey } from '../kernel/futex.ts';
import { FS, GS, type Task } from '../kernel/task.ts';
import { put64, readable, writable } from '../kernel/user-memory.ts';

export function set_tid_address(task: Task, address: number): number {
  task.clearChildTid = address;
  return task.tid;
}

const ROBUST_LIST_HEAD = 24;

export function set_robust_list(task: Task, head: number, length: number): number {
  if (length !== ROBUST_LIST_HEAD) return EINVAL;
  task.robustList = head;
  return 0;
}

export function get_robust_list(task: Task, tid: number, head: number, length: number): number {
  const target = tid === 0 ? task : task.kernel.tasks.get(tid);
  if (!target) return ESRCH;
  if (target.process !== task.process && task.credentials.euid !== target.credentials.uid && !task.capable(19)) return EPERM;
  return put64(task, length, ROBUST_LIST_HEAD) || put64(task, head, target.robustList);
}

const RSEQ_SIZE = 32;
const RSEQ_FLAG_UNREGISTER = 1;

/**
 * struct rseq: cpu_id_start 0, cpu_id 4, rseq_cs 8, flags 16, node_id 20, mm_cid 24. With one processor, and no task that is left within a sequence
 * but by a signal, the ids never change.
 */
export function rseq(task: Task, address: number, length: number, flags: number, signature: number): number {
  const { view } = task.memory;
  const { rseq: registered } = task;
  if (flags & RSEQ_FLAG_UNREGISTER) {
    if (flags !== RSEQ_FLAG_UNREGISTER || !registered || registered.address !== address || registered.length !== length >>> 0) return EINVAL;
    if (registered.signature !== signature) return EPERM;
    task.rseq = undefined;
    const at = writable(task, address, 20);
    if (at < 0) return EFAULT;
    view.setUint32(at, 0, true);
    view.setInt32(at + 4, -1, true);
    return 0;
  }
  if (flags !== 0) return EINVAL;
  if (registered) {
    if (registered.address !== address || registered.length !== length >>> 0) return EINVAL;
    return registered.signature === signature ? EBUSY : EPERM;
  }
  if (length >>> 0 < RSEQ_SIZE || address % 32 !== 0) return EINVAL;
  const at = writable(task, address, RSEQ_SIZE);
  if (at < 0) return EFAULT;
  view.setUint32(at, 0, true);
  view.setUint32(at + 4, 0, true);
  view.setUint32(at + 20, 0, true);
  view.setUint32(at + 24, 0, true);
  task.rseq = { address, length: length >>> 0, signature };
  return 0;
}

const ARCH_SET_GS = 0x1001;
const ARCH_SET_FS = 0x1002;
const ARCH_GET_FS = 0x1003;
const ARCH_GET_GS = 0x1004;
const ARCH_GET_CPUID = 0x1011;
const ARCH_SET_CPUID = 0x1012;
/** The first address that a program cannot have. */
const TASK_SIZE = 0x7fff_ffff_f000;

export function arch_prctl(task: Task, code: number, address: number): number {
  switch (code) {
    case ARCH_SET_FS:
    case ARCH_SET_GS:
      if (address >= TASK_SIZE) return EPERM;
      task.setRegister(code === ARCH_SET_FS ? FS : GS, address);
      return 0;
    case ARCH_GET_FS:
      return put64(task, address, task.register(FS));
    case ARCH_GET_GS:
      return put64(task, address, task.register(GS));
    case ARCH_GET_CPUID:
      return 1;
    case ARCH_SET_CPUID:
      return ENODEV;
    default:
      return EINVAL;
  }
}

const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const FUTEX_REQUEUE = 3;
const FUTEX_CMP_REQUEUE = 4;
const FUTEX_WAKE_OP = 5;
const FUTEX_LOCK_PI = 6;
const FUTEX_UNLOCK_PI = 7;
const FUTEX_TRYLOCK_PI = 8;
const FUTEX_WAIT_BITSET = 9;
const FUTEX_WAKE_BITSET = 10;
const FUTEX_LOCK_PI2 = 13;
const FUTEX_PRIVATE_FLAG = 0x80;
const FUTEX_CLOCK_REALTIME = 0x100;
const FUTEX_WAITERS = -0x8000_0000;
const FUTEX_OWNER_DIED = 0x4000_0000;
const FUTEX_TID_MASK = 0x3fff_ffff;

/** What a wait keeps. */
class FutexWait {
  readonly waiter: FutexWaiter;
  readonly until: number;

  constructor(waiter: FutexWaiter, until: number) {
    this.waiter = waiter;
    this.until = until;
  }
}

function word(task: Task, address: number): number {
  if (address % 4 !== 0) return EINVAL;
  return readable(task, address, 4);
}

/** When a wait ends. Errors: EFAULT, EINVAL. */
function deadline(task: Task, timeout: number, absolute: boolean, realTime: boolean): number {
  if (timeout === 0) return Number.POSITIVE_INFINITY;
  const time = timespec(task, timeout);
  if (isErrno(time)) return time;
  const { clocks } = task.kernel;
  if (!absolute) return clocks.now() + time;
  if (!realTime) return time;
  const seconds = Math.floor(time / NS_PER_SECOND);
  return clocks.fromRealTime(seconds, time - seconds * NS_PER_SECOND);
}

function park(task: Task, wait: FutexWait): number {
  task.continuation = wait;
  task.interrupted = () => removeWaiter(task.kernel, wait.waiter);
  task.waitFor(wait.waiter.queue);
  task.waitUntil(wait.until);
  return WOULD_BLOCK;
}

function futexWait(task: Task, address: number, expected: number, until: number, bits: number, isPrivate: boolean): number {
  const { kernel } = task;
  const { continuation } = task;
  if (task.retrying && continuation instanceof FutexWait) {
    if (continuation.waiter.woken) return 0;
    if (kernel.clocks.now() >= continuation.until) {
      removeWaiter(kernel, continuation.waiter);
      return ETIMEDOUT;
    }
    return park(task, continuation);
  }
  if (bits === 0) return EINVAL;
  const at = word(task, address);
  if (at < 0) return at;
  if (until < 0) return until;
  if (task.memory.view.getInt32(at, true) !== expected) return EAGAIN;
  const waiter: FutexWaiter = { key: futexKey(task, address, isPrivate), bits, woken: false, queue: new WaitQueue() };
  addWaiter(kernel, waiter);
  // Who is woken by a signal is not made to wait again: the word may be another by then.
  if (until !== Number.POSITIVE_INFINITY) task.interruption = 'never';
  return park(task, new FutexWait(waiter, until));
}

/** FUTEX_WAKE_OP: what is done to the second word, packed into one argument. */
function wakeOperation(task: Task, address: number, operation: number): boolean | number {
  const at = writable(task, address, 4);
  if (address % 4 !== 0) return EINVAL;
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  let argument = (operation << 8) >> 20;
  const compared = (operation << 20) >> 20;
  if (operation & (8 << 28)) argument = 1 << (argument & 31);
  const old = view.getInt32(at, true);
  switch ((operation >>> 28) & 7) {
    case 0:
      view.setInt32(at, argument, true);
      break;
    case 1:
      view.setInt32(at, old + argument, true);
      break;
    case 2:
      view.setInt32(at, old | argument, true);
      break;
    case 3:
      view.setInt32(at, old & ~argument, true);
      break;
    case 4:
      view.setInt32(at, old ^ argument, true);
      break;
    default:
      return ENOSYS;
  }
  switch ((operation >>> 24) & 15) {
    case 0:
      return old === compared;
    case 1:
      return old !== compared;
    case 2:
      return old < compared;
    case 3:
      return old <= compared;
    case 4:
      return old > compared;
    case 5:
      return old >= compared;
    default:
      return ENOSYS;
  }
}

/** Locks that hand on the priority of who waits: here, locks. */
function lockPi(task: Task, address: number, until: number, isPrivate: boolean, wait: boolean): number {
  const { kernel } = task;
  const at = writable(task, address, 4);
  if (address % 4 !== 0) return EINVAL;
  if (at < 0) return EFAULT;
  if (until < 0) return until;
  const { view } = task.memory;
  const value = view.getInt32(at, true);
  const owner = value & FUTEX_TID_MASK;
  if (owner === 0) {
    view.setInt32(at, (value & (FUTEX_WAITERS | FUTEX_OWNER_DIED)) | task.tid, true);
    return 0;
  }
  if (owner === task.tid) return EDEADLK;
  if (!kernel.tasks.has(owner)) return ESRCH;
  if (!wait) return EAGAIN;
  view.setInt32(at, value | FUTEX_WAITERS, true);
  const { continuation } = task;
  const known = task.retrying && continuation instanceof FutexWait ? continuation : undefined;
  if (known && kernel.clocks.now() >= known.until) {
    removeWaiter(kernel, known.waiter);
    return ETIMEDOUT;
  }
  const waiter: FutexWaiter = { key: futexKey(task, address, isPrivate), bits: -1, woken: false, queue: new WaitQueue() };
  if (known) removeWaiter(kernel, known.waiter);
  addWaiter(kernel, waiter);
  return park(task, new FutexWait(waiter, known?.until ?? until));
}

function unlockPi(task: Task, address: number, isPrivate: boolean): number {
  const at = writable(task, address, 4);
  if (address % 4 !== 0) return EINVAL;
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  if ((view.getInt32(at, true) & FUTEX_TID_MASK) !== task.tid) return EPERM;
  view.setInt32(at, 0, true);
  wakeKey(task.kernel, futexKey(task, address, isPrivate), 1);
  return 0;
}

export function futex(task: Task, address: number, operation: number, value: number, timeout: number, second: number, third: number): number {
  const { kernel } = task;
  const isPrivate = (operation & FUTEX_PRIVATE_FLAG) !== 0;
  const realTime = (operation & FUTEX_CLOCK_REALTIME) !== 0;
  const command = operation & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
  const absolute = command !== FUTEX_WAIT;
  switch (command) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET: {
      const until = task.retrying ? 0 : deadline(task, timeout, absolute, realTime);
      if (isErrno(until)) return until;
      return futexWait(task, address, value, until, command === FUTEX_WAIT ? -1 : third | 0, isPrivate);
    }
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET: {
      const bits = command === FUTEX_WAKE ? -1 : third | 0;
      if (bits === 0) return EINVAL;
      if (address % 4 !== 0) return EINVAL;
      return wakeKey(kernel, futexKey(task, address, isPrivate), Math.max(1, value), bits);
    }
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE: {
      const most = timeout | 0;
      if (value < 0 || most < 0) return EINVAL;
      const at = word(task, address);
      if (at < 0) return at;
      if (word(task, second) < 0) return EFAULT;
      if (command === FUTEX_CMP_REQUEUE && task.memory.view.getInt32(at, true) !== (third | 0)) return EAGAIN;
      const key = futexKey(task, address, isPrivate);
      const woken = wakeKey(kernel, key, value);
      const moved = requeue(kernel, key, futexKey(task, second, isPrivate), most);
      return command === FUTEX_REQUEUE ? woken : woken + moved;
    }
    case FUTEX_WAKE_OP: {
      const also = wakeOperation(task, second, third | 0);
      if (typeof also === 'number') return also;
      const woken = wakeKey(kernel, futexKey(task, address, isPrivate), Math.max(1, value));
      return also ? woken + wakeKey(kernel, futexKey(task, second, isPrivate), Math.max(1, timeout | 0)) : woken;
    }
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2: {
      const until = task.retrying ? 0 : deadline(task, timeout, true, command === FUTEX_LOCK_PI || realTime);
      return lockPi(task, address, until, isPrivate, true);
    }
    case FUTEX_TRYLOCK_PI:
      return lockPi(task, address, 0, isPrivate, false);
    case FUTEX_UNLOCK_PI:
      return unlockPi(task, address, isPrivate);
    default:
      kernel.report(task, 'futex', `${command}`);
      return ENOSYS;
  }
}

const MEMBARRIER_QUERY = 0;
/** GLOBAL, GLOBAL_EXPEDITED and its registration, PRIVATE_EXPEDITED and its registration, PRIVATE_EXPEDITED_SYNC_CORE and its registration. */
const MEMBARRIER_KNOWN = 0x7f;

/** Green threads see each other's writes at once. */
export function membarrier(task: Task, command: number, flags: number): number {
  if (flags !== 0) return EINVAL;
  const { image } = task.process;
  if (command === MEMBARRIER_QUERY) return MEMBARRIER_KNOWN;
  switch (command) {
    case 1:
    case 2:
      return 0;
    case 4:
    case 16:
    case 64:
      image.barriers |= command;
      return 0;
    case 8:
    case 32:
      return image.barriers & (command << 1) ? 0 : EPERM;
    default:
      return EINVAL;
  }
}

