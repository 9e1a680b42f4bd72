/** timer_create(2) and its relatives (kernel/time/posix-timers.c). */

import { EFAULT, EINVAL, EOPNOTSUPP, EPERM, isErrno } from '../../fs/errno.ts';
import { putTimespec, timespec } from '../abi/time.ts';
import {
  CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE, CLOCK_MONOTONIC_RAW, CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME, CLOCK_REALTIME_ALARM, CLOCK_REALTIME_COARSE, CLOCK_TAI, CLOCK_THREAD_CPUTIME_ID, NS_PER_SECOND,
} from '../kernel/clocks.ts';
import type { PosixTimer } from '../kernel/posix-timers.ts';
import { SIGALRM, SIGNAL_MAX } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';
import { put32, readable } from '../kernel/user-memory.ts';

const SIGEV_SIGNAL = 0;
const SIGEV_NONE = 1;
const SIGEV_THREAD = 2;
const SIGEV_THREAD_ID = 4;
const SIGEVENT_SIZE = 64;
const TIMER_ABSTIME = 1;

const CLOCKS: ReadonlySet<number> = new Set([
  CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM,
  CLOCK_BOOTTIME_ALARM, CLOCK_TAI,
]);
const ONLY_READ: ReadonlySet<number> = new Set([CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE]);
const CAP_WAKE_ALARM = 35;

/** How the C library writes the clocks of the own process and thread. */
const OWN_PROCESS = -6;
const OWN_THREAD = -2;

/** struct sigevent: value 0 (8), signo 8 (4), notify 12 (4), thread id 16 (4). */
export function timer_create(task: Task, asked: number, address: number, id: number): number {
  const clock = asked === OWN_PROCESS ? CLOCK_PROCESS_CPUTIME_ID : asked === OWN_THREAD ? CLOCK_THREAD_CPUTIME_ID : asked;
  const { posixTimers } = task.process;
  let signal = SIGALRM;
  let value = BigInt(posixTimers.nextId);
  let target: Task | undefined;
  if (address !== 0) {
    const at = readable(task, address, SIGEVENT_SIZE);
    if (at < 0) return EFAULT;
    const { view } = task.memory;
    value = view.getBigUint64(at, true);
    signal = view.getInt32(at + 8, true);
    const notify = view.getInt32(at + 12, true);
    if (notify === SIGEV_THREAD_ID || notify === (SIGEV_THREAD_ID | SIGEV_SIGNAL)) {
      target = task.kernel.tasks.get(view.getInt32(at + 16, true));
      if (target?.process !== task.process) return EINVAL;
    } else if (notify !== SIGEV_SIGNAL && notify !== SIGEV_NONE && notify !== SIGEV_THREAD) return EINVAL;
    if (notify === SIGEV_NONE) signal = 0;
    else if (signal < 1 || signal > SIGNAL_MAX) return EINVAL;
  }
  if (ONLY_READ.has(clock)) return EOPNOTSUPP;
  if (!CLOCKS.has(clock)) return EINVAL;
  if ((clock === CLOCK_REALTIME_ALARM || clock === CLOCK_BOOTTIME_ALARM) && !task.capable(CAP_WAKE_ALARM)) return EPERM;
  const timer = posixTimers.create(clock, { signal, value, task: target }, task);
  const error = put32(task, id, timer.id);
  if (error) posixTimers.delete(timer.id);
  return error;
}

function tell(task: Task, timer: PosixTimer, address: number): number {
  return putTimespec(task, address, timer.interval) || putTimespec(task, address + 16, timer.left);
}

export function timer_settime(task: Task, id: number, flags: number, next: number, old: number): number {
  if (next === 0) return EINVAL;
  const interval = timespec(task, next);
  const value = isErrno(interval) ? interval : timespec(task, next + 16);
  if (isErrno(interval)) return interval;
  if (isErrno(value)) return value;
  const timer = task.process.posixTimers.get(id);
  if (!timer) return EINVAL;
  const before = [timer.interval, timer.left] as const;
  let at = 0;
  if (value !== 0) {
    const { clocks, scheduler } = task.kernel;
    scheduler.wantTicks();
    if (!(flags & TIMER_ABSTIME)) at = timer.after(value);
    else if (timer.clock === CLOCK_REALTIME || timer.clock === CLOCK_TAI || timer.clock === CLOCK_REALTIME_ALARM) {
      const seconds = Math.floor(value / NS_PER_SECOND);
      at = Math.max(1, clocks.fromRealTime(seconds, value - seconds * NS_PER_SECOND));
    } else at = value;
  }
  timer.set(at, interval);
  return old === 0 ? 0 : putTimespec(task, old, before[0]) || putTimespec(task, old + 16, before[1]);
}

export function timer_gettime(task: Task, id: number, address: number): number {
  const timer = task.process.posixTimers.get(id);
  return timer ? tell(task, timer, address) : EINVAL;
}

export function timer_getoverrun(task: Task, id: number): number {
  return task.process.posixTimers.get(id)?.overrun ?? EINVAL;
}

export function timer_delete(task: Task, id: number): number {
  return task.process.posixTimers.delete(id) ? 0 : EINVAL;
}
