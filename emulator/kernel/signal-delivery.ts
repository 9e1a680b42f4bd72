/** Sending signals and what happens when they arrive (kernel/signal.c, arch/x86/kernel/signal.c). */

import { EINTR } from '../../fs/errno.ts';
import { endProcess, exitTask, notifyParent } from './exit.ts';
import type { Process } from './process.ts';
import { pushSignalFrame } from './signal-frame.ts';
import {
  SA_NODEFER,
  SA_RESETHAND,
  SA_RESTART,
  SIGCONT,
  SIGKILL,
  SIGSEGV,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIG_DFL,
  SIG_IGN,
  SI_KERNEL,
  type SignalAction,
  type SignalInfo,
  defaultAction,
} from './signals.ts';
import { ATTENTION_EXIT, ATTENTION_SIGNAL, RAX, RIP, type Task } from './task.ts';

/** The length of `syscall`: how far an interrupted call is behind the instruction pointer. */
const SYSCALL_LENGTH = 2;

/** Looks whether a task has signals to see to: its mask or what is pending has changed. */
export function recheckSignals(task: Task): void {
  const { blocked, pending, process } = task;
  const low = (pending.set.low | process.pending.set.low) & ~blocked.low;
  const high = (pending.set.high | process.pending.set.high) & ~blocked.high;
  if ((low | high) !== 0) task.attention |= ATTENTION_SIGNAL;
}

/** What sending does before a signal is pending: SIGCONT and the stop signals undo each other. Returns whether it is to be kept. */
function prepare(process: Process, signal: number, blockedByAll: boolean): boolean {
  if (signal === SIGCONT) {
    for (const stop of [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU]) dropPending(process, stop);
    if (process.stoppedBy !== 0) continueProcess(process);
  } else if (signal === SIGKILL) {
    if (process.stoppedBy !== 0) continueProcess(process);
  } else if (signal === SIGSTOP || signal === SIGTSTP || signal === SIGTTIN || signal === SIGTTOU) {
    dropPending(process, SIGCONT);
  }
  return blockedByAll || !process.actions.ignores(signal);
}

function dropPending(process: Process, signal: number): void {
  process.pending.drop(signal);
  for (const task of process.tasks) task.pending.drop(signal);
}

function continueProcess(process: Process): void {
  process.stoppedBy = 0;
  process.changed = 'continued';
  for (const task of process.tasks) if (task.state === 'stopped') task.kernel.scheduler.start(task);
  notifyParent(process, 'continued');
}

/** Whether a task blocks a signal but for the call that it is in (rt_sigtimedwait(2)). */
function awaits(task: Task, signal: number): boolean {
  return task.hasMaskBefore && task.maskBefore.has(signal);
}

/** Sends a signal to a process: to whichever of its tasks does not block it. */
export function signalProcess(process: Process, info: SignalInfo): void {
  if (!process.alive || process.ending) return;
  const { signal } = info;
  const target = process.tasks.find((task) => task.state !== 'dead' && !task.blocked.has(signal));
  if (!prepare(process, signal, target === undefined || awaits(target, signal))) return;
  process.pending.add(info);
  process.leader.kernel.signalled.wakeAll();
  if (target) target.kernel.scheduler.interrupt(target, ATTENTION_SIGNAL);
}

/** Sends a signal to one task. */
export function signalTask(task: Task, info: SignalInfo): void {
  if (task.state === 'dead') return;
  const blocked = task.blocked.has(info.signal);
  if (!prepare(task.process, info.signal, blocked || awaits(task, info.signal))) return;
  task.pending.add(info);
  task.kernel.signalled.wakeAll();
  if (!blocked) task.kernel.scheduler.interrupt(task, ATTENTION_SIGNAL);
}

/** A signal that an instruction caused: who blocks or ignores it dies of it. */
export function forceSignal(task: Task, info: SignalInfo): void {
  const { signal } = info;
  const action = task.process.actions.of(signal);
  if (task.blocked.has(signal) || action.handler === SIG_IGN) action.handler = SIG_DFL;
  task.blocked.delete(signal);
  task.pending.add(info);
  task.attention |= ATTENTION_SIGNAL;
}

/** Sees to everything that made a task look up from its code. */
export function handleSignals(task: Task): void {
  seeToSignals(task, false);
}

/** Sees to the signals of a task that waits in a call. Returns whether the call is over. */
export function interruptCall(task: Task): boolean {
  return seeToSignals(task, true);
}

function seeToSignals(task: Task, waiting: boolean): boolean {
  const { process, kernel } = task;
  let inCall = waiting;
  for (;;) {
    if (process.ending) {
      exitTask(task);
      return true;
    }
    if (process.stoppedBy !== 0) {
      task.state = 'stopped';
      return !inCall;
    }
    const info =
      task.pending.take(task.blocked.low, task.blocked.high) ?? process.pending.take(task.blocked.low, task.blocked.high);
    if (!info) break;
    const { signal } = info;
    const action = process.actions.of(signal);
    if (action.handler === SIG_IGN) continue;
    if (action.handler === SIG_DFL) {
      const effect = defaultAction(signal);
      if (effect === 'ignore' || effect === 'continue') continue;
      kernel.tracer?.signal?.(task, info);
      if (effect === 'stop') {
        if (signal === SIGSTOP || !kernel.isOrphanedGroup(process.group)) stopProcess(process, signal);
        continue;
      }
      endProcess(process, { code: 0, signal, core: false });
      continue;
    }
    kernel.tracer?.signal?.(task, info);
    if (inCall) {
      abandonCall(task, action);
      inCall = false;
    }
    arrive(task, info, action);
  }
  task.attention &= ~(ATTENTION_SIGNAL | ATTENTION_EXIT);
  if (task.hasMaskBefore && !inCall) {
    task.hasMaskBefore = false;
    task.blocked.copy(task.maskBefore);
    recheckSignals(task);
    if (task.attention & ATTENTION_SIGNAL) return seeToSignals(task, inCall);
  }
  return !inCall;
}

/** Ends a call before its time: it gives EINTR, or is made again after the handler. */
function abandonCall(task: Task, action: SignalAction): void {
  const { progress } = task;
  const restarts = progress === 0 && task.interruption === 'restart' && (action.flags & SA_RESTART) !== 0;
  const result = progress > 0 ? progress : EINTR;
  if (!restarts) task.interrupted?.();
  if (restarts) task.setRegister(RIP, task.register(RIP) - SYSCALL_LENGTH);
  else task.setRegister(RAX, result);
  task.kernel.tracer?.leave(task, task.call, task.process.brand.syscalls.rows[task.call], [], result);
  task.endWaits();
  task.endCall();
}

/** Has a handler run. */
function arrive(task: Task, info: SignalInfo, action: SignalAction): void {
  const { signal } = info;
  const mask = task.hasMaskBefore ? task.maskBefore : task.blocked;
  const pushed = pushSignalFrame(task, info, action, mask);
  task.hasMaskBefore = false;
  if (!pushed) {
    // There is no room for the frame: that is a fault of its own, deadly where SIGSEGV itself was to arrive.
    if (signal === SIGSEGV) task.process.actions.of(SIGSEGV).handler = SIG_DFL;
    forceSignal(task, { signal: SIGSEGV, code: SI_KERNEL });
    return;
  }
  task.blocked.set(task.blocked.low | action.mask.low, task.blocked.high | action.mask.high);
  if (!(action.flags & SA_NODEFER)) task.blocked.add(signal);
  task.blocked.delete(SIGKILL);
  task.blocked.delete(SIGSTOP);
  if (action.flags & SA_RESETHAND) action.handler = SIG_DFL;
}

function stopProcess(process: Process, signal: number): void {
  process.stoppedBy = signal;
  process.changed = 'stopped';
  for (const task of process.tasks) {
    if (task.state === 'waiting') {
      task.endWaits();
      task.state = 'stopped';
    } else if (task.state === 'runnable') {
      task.attention |= ATTENTION_SIGNAL;
    }
  }
  notifyParent(process, 'stopped');
}
