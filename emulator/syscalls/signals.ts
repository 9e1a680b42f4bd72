/** Signals: sigaction(2), kill(2) and their relatives (kernel/signal.c). Sets of signals are 8 bytes. */

import { EAGAIN, EFAULT, EINVAL, ENOMEM, EPERM, ESRCH, type Errno, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import { SIGINFO_SIZE, encodeSiginfo } from '../abi/siginfo.ts';
import { NS_PER_SECOND } from '../kernel/clocks.ts';
import type { Process } from '../kernel/process.ts';
import { forceSignal, recheckSignals, signalProcess, signalTask } from '../kernel/signal-delivery.ts';
import { SS_AUTODISARM, onSignalStack, popSignalFrame, setSignalStack, stackState } from '../kernel/signal-frame.ts';
import {
  SIGBUS, SIGCONT, SIGKILL, SIGNAL_MAX, SIGSEGV, SIGSTOP, SIG_DFL, SIG_IGN, SI_KERNEL, SI_TKILL, SI_USER, type SignalInfo,
  SignalSet,
} from '../kernel/signals.ts';
import { ATTENTION_RESCHEDULE, RSP, type Task } from '../kernel/task.ts';
import { getLong, getUnsigned, readable, setLong, writable } from '../kernel/user-memory.ts';
import { NO_RESULT } from './row.ts';

const SET_SIZE = 8;
const CAP_KILL = 5;
/** struct sigaction: handler 0, flags 8, restorer 16, mask 24. */
const ACTION_SIZE = 32;
/** The flags that there are; others are dropped, so that programs can ask (SA_UNSUPPORTED). */
const KNOWN_FLAGS = 0xdc00_0807;

const valid = (signal: number): boolean => signal >= 1 && signal <= SIGNAL_MAX;

export function rt_sigaction(task: Task, signal: number, address: number, old: number, size: number): number {
  if (size !== SET_SIZE) return EINVAL;
  const { view } = task.memory;
  let handler = 0;
  let flags = 0;
  let restorer = 0;
  let low = 0;
  let high = 0;
  if (address !== 0) {
    const at = readable(task, address, ACTION_SIZE);
    if (at < 0) return EFAULT;
    handler = getUnsigned(view, at);
    flags = view.getUint32(at + 8, true);
    restorer = getUnsigned(view, at + 16);
    low = view.getInt32(at + 24, true);
    high = view.getInt32(at + 28, true);
  }
  if (!valid(signal) || (address !== 0 && (signal === SIGKILL || signal === SIGSTOP))) return EINVAL;
  const { process } = task;
  const action = process.actions.of(signal);
  if (old !== 0) {
    const at = writable(task, old, ACTION_SIZE);
    if (at < 0) return EFAULT;
    setLong(view, at, action.handler);
    setLong(view, at + 8, action.flags);
    setLong(view, at + 16, action.restorer);
    view.setInt32(at + 24, action.mask.low, true);
    view.setInt32(at + 28, action.mask.high, true);
  }
  if (address === 0) return 0;
  action.handler = handler;
  action.flags = (flags & KNOWN_FLAGS) >>> 0;
  action.restorer = restorer;
  action.mask.set(low, high);
  action.mask.delete(SIGKILL);
  action.mask.delete(SIGSTOP);
  task.kernel.options.events?.actionChanged?.(process, signal);
  if (process.actions.ignores(signal)) {
    process.pending.drop(signal);
    for (const other of process.tasks) other.pending.drop(signal);
  } else if (handler !== SIG_DFL && handler !== SIG_IGN && (signal === SIGSEGV || signal === SIGBUS)) {
    // The handler is told what failed: faults have to be exact.
    process.image.processor.check();
    task.attention |= ATTENTION_RESCHEDULE;
  }
  return 0;
}

const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
const SIG_SETMASK = 2;

/** Sets what a task blocks; what cannot be blocked is not. */
export function setMask(task: Task, low: number, high: number): void {
  task.blocked.set(low, high);
  task.blocked.delete(SIGKILL);
  task.blocked.delete(SIGSTOP);
  recheckSignals(task);
}

export function rt_sigprocmask(task: Task, how: number, address: number, old: number, size: number): number {
  if (size !== SET_SIZE) return EINVAL;
  const { view } = task.memory;
  const { low: oldLow, high: oldHigh } = task.blocked;
  if (address !== 0) {
    const at = readable(task, address, SET_SIZE);
    if (at < 0) return EFAULT;
    const low = view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    if (how === SIG_BLOCK) setMask(task, oldLow | low, oldHigh | high);
    else if (how === SIG_UNBLOCK) setMask(task, oldLow & ~low, oldHigh & ~high);
    else if (how === SIG_SETMASK) setMask(task, low, high);
    else return EINVAL;
  }
  if (old === 0) return 0;
  const at = writable(task, old, SET_SIZE);
  if (at < 0) return EFAULT;
  view.setInt32(at, oldLow, true);
  view.setInt32(at + 4, oldHigh, true);
  return 0;
}

export function rt_sigpending(task: Task, address: number, size: number): number {
  if (size > SET_SIZE) return EINVAL;
  const at = writable(task, address, size);
  if (at < 0) return EFAULT;
  const { pending, process, blocked } = task;
  const bits = [
    (pending.set.low | process.pending.set.low) & blocked.low,
    (pending.set.high | process.pending.set.high) & blocked.high,
  ];
  for (let index = 0; index < size; index++) task.memory.bytes[at + index] = bits[index >> 2]! >>> ((index & 3) * 8);
  return 0;
}

/** Has another mask hold until the call is over; the set is at an address. Errors: EINVAL, EFAULT. */
export function maskDuringCall(task: Task, address: number, size: number): Errno | 0 {
  if (size !== SET_SIZE) return EINVAL;
  const at = readable(task, address, SET_SIZE);
  if (at < 0) return EFAULT;
  if (!task.hasMaskBefore) {
    task.maskBefore.copy(task.blocked);
    task.hasMaskBefore = true;
  }
  const { view } = task.memory;
  setMask(task, view.getInt32(at, true), view.getInt32(at + 4, true));
  return 0;
}

export function rt_sigsuspend(task: Task, address: number, size: number): number {
  if (!task.retrying) {
    const error = maskDuringCall(task, address, size);
    if (error) return error;
  }
  task.interruption = 'never';
  return WOULD_BLOCK;
}

export function pause(task: Task): number {
  task.interruption = 'never';
  return WOULD_BLOCK;
}

export function rt_sigreturn(task: Task): number {
  if (popSignalFrame(task)) recheckSignals(task);
  else forceSignal(task, { signal: SIGSEGV, code: SI_KERNEL });
  return NO_RESULT;
}

/** stack_t: address 0, flags 8, size 16. */
export function sigaltstack(task: Task, address: number, old: number): number {
  const { view } = task.memory;
  const { stack } = task;
  const before = [stack.address, stackState(task) | (stack.flags & SS_AUTODISARM), stack.size] as const;
  if (address !== 0) {
    const at = readable(task, address, 24);
    if (at < 0) return EFAULT;
    if (onSignalStack(task, task.register(RSP))) return EPERM;
    const wrong = setSignalStack(task, getUnsigned(view, at), view.getInt32(at + 8, true), getUnsigned(view, at + 16));
    if (wrong === 'busy') return EPERM;
    if (wrong === 'invalid') return EINVAL;
    if (wrong === 'small') return ENOMEM;
  }
  if (old === 0) return 0;
  const at = writable(task, old, 24);
  if (at < 0) return EFAULT;
  setLong(view, at, before[0]);
  view.setInt32(at + 8, before[1], true);
  setLong(view, at + 16, before[2]);
  return 0;
}

/** Whether a task may send a signal to another. */
function maySignal(task: Task, target: Task, signal: number): boolean {
  const own = task.credentials;
  const other = target.credentials;
  if (target.process === task.process) return true;
  if (own.euid === other.suid || own.euid === other.uid || own.uid === other.suid || own.uid === other.uid) return true;
  if (task.capable(CAP_KILL)) return true;
  return signal === SIGCONT && task.process.session === target.process.session;
}

function sender(task: Task, signal: number, code: number): SignalInfo {
  return { signal, code, pid: task.process.pid, uid: task.credentials.uid };
}

function sendTo(task: Task, process: Process, info: SignalInfo): Errno | 0 {
  if (!maySignal(task, process.leader, info.signal)) return EPERM;
  if (info.signal !== 0) signalProcess(process, info);
  return 0;
}

export function kill(task: Task, pid: number, signal: number): number {
  if (signal < 0 || signal > SIGNAL_MAX) return EINVAL;
  const { kernel, process: own } = task;
  const info = sender(task, signal, SI_USER);
  if (pid > 0) {
    const process = kernel.tasks.get(pid)?.process ?? kernel.processes.get(pid);
    return process ? sendTo(task, process, info) : ESRCH;
  }
  if (pid === -0x8000_0000) return ESRCH;
  const group = pid === 0 ? own.group : -pid;
  const targets = [...kernel.processes.values()].filter((process) =>
    pid === -1 ? process !== own && process.pid > 1 : process.group === group,
  );
  if (targets.length === 0) return ESRCH;
  // One that could be told is enough.
  const results = targets.map((process) => sendTo(task, process, info));
  return results.some((result) => result === 0) ? 0 : results[0]!;
}

export function tgkill(task: Task, pid: number, tid: number, signal: number): number {
  if (pid <= 0 || tid <= 0 || signal < 0 || signal > SIGNAL_MAX) return EINVAL;
  const target = task.kernel.tasks.get(tid);
  if (!target || target.process.pid !== pid) return ESRCH;
  if (!maySignal(task, target, signal)) return EPERM;
  if (signal !== 0) signalTask(target, sender(task, signal, SI_TKILL));
  return 0;
}

export function tkill(task: Task, tid: number, signal: number): number {
  const target = task.kernel.tasks.get(tid);
  if (tid <= 0 || signal < 0 || signal > SIGNAL_MAX) return EINVAL;
  return target ? tgkill(task, target.process.pid, tid, signal) : ESRCH;
}

function infoAt(task: Task, address: number, signal: number): SignalInfo | Errno {
  const at = readable(task, address, SIGINFO_SIZE);
  if (at < 0) return EFAULT;
  const raw = task.memory.bytes.slice(at, at + SIGINFO_SIZE);
  new DataView(raw.buffer).setInt32(0, signal, true);
  return { signal, code: task.memory.view.getInt32(at + 8, true), raw };
}

export function rt_sigqueueinfo(task: Task, pid: number, signal: number, address: number): number {
  const info = infoAt(task, address, signal);
  if (isErrno(info)) return info;
  if ((info.code >= 0 || info.code === SI_TKILL) && pid !== task.process.pid) return EPERM;
  if (signal < 0 || signal > SIGNAL_MAX) return EINVAL;
  const process = task.kernel.processes.get(pid);
  return process ? sendTo(task, process, info) : ESRCH;
}

export function rt_tgsigqueueinfo(task: Task, pid: number, tid: number, signal: number, address: number): number {
  if (pid <= 0 || tid <= 0 || signal < 0 || signal > SIGNAL_MAX) return EINVAL;
  const info = infoAt(task, address, signal);
  if (isErrno(info)) return info;
  if ((info.code >= 0 || info.code === SI_TKILL) && pid !== task.process.pid) return EPERM;
  const target = task.kernel.tasks.get(tid);
  if (!target || target.process.pid !== pid) return ESRCH;
  if (signal !== 0) signalTask(target, info);
  return 0;
}

/** What rt_sigtimedwait keeps while it waits. */
interface SignalWait {
  readonly until: number;
}

const wanted = new SignalSet();

export function rt_sigtimedwait(task: Task, address: number, info: number, timeout: number, size: number): number {
  if (size !== SET_SIZE) return EINVAL;
  const at = readable(task, address, SET_SIZE);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  wanted.set(view.getInt32(at, true), view.getInt32(at + 4, true));
  wanted.delete(SIGKILL);
  wanted.delete(SIGSTOP);
  const { clocks } = task.kernel;
  let wait = task.continuation as SignalWait | undefined;
  if (!task.retrying) {
    let until = Number.POSITIVE_INFINITY;
    if (timeout !== 0) {
      const time = readable(task, timeout, 16);
      if (time < 0) return EFAULT;
      const seconds = getLong(view, time);
      const nanoseconds = getLong(view, time + 8);
      if (seconds < 0 || nanoseconds < 0 || nanoseconds >= NS_PER_SECOND) return EINVAL;
      until = clocks.now() + seconds * NS_PER_SECOND + nanoseconds;
    }
    wait = { until };
  }
  // What is waited for is taken, whether it is blocked or not.
  const taken = task.pending.take(~wanted.low, ~wanted.high) ?? task.process.pending.take(~wanted.low, ~wanted.high);
  if (taken) {
    if (info !== 0) {
      const into = writable(task, info, SIGINFO_SIZE);
      if (into < 0) return EFAULT;
      encodeSiginfo(view, into, taken);
    }
    endWait(task);
    return taken.signal;
  }
  if (!wait || clocks.now() >= wait.until) {
    endWait(task);
    return EAGAIN;
  }
  if (!task.retrying) {
    // They wake it while they are not blocked; none of them is to have its usual effect, which `retrying` sees to.
    task.maskBefore.copy(task.blocked);
    task.hasMaskBefore = true;
    task.blocked.set(task.blocked.low & ~wanted.low, task.blocked.high & ~wanted.high);
  }
  task.continuation = wait;
  task.interruption = 'never';
  task.waitUntil(wait.until);
  return WOULD_BLOCK;
}

function endWait(task: Task): void {
  if (!task.hasMaskBefore) return;
  task.hasMaskBefore = false;
  task.blocked.copy(task.maskBefore);
  recheckSignals(task);
}

