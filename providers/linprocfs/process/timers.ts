/** /proc/PID/timers and timerslack_ns (fs/proc/base.c show_timer, timerslack_ns_write, proc_pid_timers(5)). */

import { CAP_SYS_NICE, type Caller } from '../../../fs/caller.ts';
import { EACCES, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { ULL_LIMIT, cString, kstrtoull } from '../numbers.ts';
import { capableOver, mayTrace } from './access.ts';
import { isThread } from './callers.ts';

export function timers(out: TextWriter, task: TaskView): Errno | 0 {
  const timers = task.scheduling.timers();
  if (isErrno(timers)) return timers;
  for (const timer of timers) {
    out.text('ID: ').signed(timer.id);
    out.text('\nsignal: ').signed(timer.signal).byte(0x2f).hexZero(timer.value, 16);
    out.text('\nnotify: ').text(timer.notify).text(timer.toThread ? '/tid.' : '/pid.').signed(timer.target);
    out.text('\nClockID: ').signed(timer.clock).newline();
  }
  return 0;
}

/** The mode lets everyone read the file, but only who may trace the process can open it. */
export function openTimers(_flags: number, task: TaskView, caller: Caller): Errno | 0 {
  return mayTrace(task, caller) ? task.addressSpace.access() : EACCES;
}

export function timerslackNs(out: TextWriter, task: TaskView, caller: Caller): Errno | 0 {
  if (!mayTime(task, caller)) return EPERM;
  const slack = task.scheduling.timerSlack();
  if (isErrno(slack)) return slack;
  out.decimal(slack).newline();
  return 0;
}

export function writeTimerslackNs(value: Uint8Array, _at: number, task: TaskView, caller: Caller): number | Errno {
  const slack = kstrtoull(cString(value, ULL_LIMIT), 10);
  if (isErrno(slack)) return slack;
  if (!mayTime(task, caller)) return EPERM;
  return task.scheduling.setTimerSlack(slack) || value.length;
}

/** A thread's slack is its own affair, and of who may make processes nicer. */
function mayTime(task: TaskView, caller: Caller): boolean {
  return isThread(task, caller) || capableOver(task, caller, CAP_SYS_NICE);
}
