/** Clocks and timers: clock_gettime(2), nanosleep(2), setitimer(2) and their relatives (kernel/time). */

import { clock as wall } from '../../fs/clock.ts';
import { EFAULT, EINVAL, EOPNOTSUPP, EPERM, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import { putTimespec, putTimeval, timespec, timeval } from '../abi/time.ts';
import {
  CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE, CLOCK_MONOTONIC_RAW, CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME, CLOCK_REALTIME_ALARM, CLOCK_REALTIME_COARSE, CLOCK_TAI, CLOCK_THREAD_CPUTIME_ID, NS_PER_SECOND, USER_HZ,
} from '../kernel/clocks.ts';
import { ITIMER_PROF, ITIMER_REAL } from '../kernel/interval-timers.ts';
import type { Task } from '../kernel/task.ts';
import { put64, setLong, writable } from '../kernel/user-memory.ts';

const TIMER_ABSTIME = 1;

/** Seconds and nanoseconds of a clock go into these, so that the time of day stays exact. */
let seconds = 0;
let nanoseconds = 0;

function set(moment: number): true {
  seconds = Math.floor(moment / NS_PER_SECOND);
  nanoseconds = Math.floor(moment - seconds * NS_PER_SECOND);
  return true;
}

/** Of another process or thread: the low bits say which kind of time, the others whose. */
function processorClock(task: Task, id: number): boolean {
  const kind = id & 3;
  const owner = ~(id >> 3);
  if (kind === 3) return false;
  const { kernel } = task;
  if (id & 4) {
    const other = owner === 0 ? task : kernel.tasks.get(owner);
    return other?.process === task.process && set(other.cpuTime);
  }
  const process = owner === 0 ? task.process : kernel.processes.get(owner);
  return process !== undefined && set(process.cpuTime);
}

function readClock(task: Task, id: number): boolean {
  switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI:
      wall.read();
      seconds = wall.seconds;
      nanoseconds = wall.nanoseconds;
      return true;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
      return set(task.kernel.clocks.now());
    case CLOCK_PROCESS_CPUTIME_ID:
      return set(task.process.cpuTime);
    case CLOCK_THREAD_CPUTIME_ID:
      return set(task.cpuTime);
    default:
      return id < 0 && processorClock(task, id);
  }
}

export function clock_gettime(task: Task, id: number, address: number): number {
  if (!readClock(task, id)) return EINVAL;
  const at = writable(task, address, 16);
  if (at < 0) return EFAULT;
  setLong(task.memory.view, at, seconds);
  setLong(task.memory.view, at + 8, nanoseconds);
  return 0;
}

export function clock_getres(task: Task, id: number, address: number): number {
  if (!readClock(task, id)) return EINVAL;
  const coarse = id === CLOCK_REALTIME_COARSE || id === CLOCK_MONOTONIC_COARSE;
  return address === 0 ? 0 : putTimespec(task, address, coarse ? 4_000_000 : 1);
}

export function clock_settime(task: Task, id: number, address: number): number {
  const moment = timespec(task, address);
  if (isErrno(moment)) return moment;
  // Differs: the host's clock is not the guest's to set.
  return id === CLOCK_REALTIME ? EPERM : EINVAL;
}

/** Differs: the host's clock is not the guest's to set. */
export function settimeofday(): number {
  return EPERM;
}

export function gettimeofday(task: Task, address: number, zone: number): number {
  if (address !== 0) {
    const at = writable(task, address, 16);
    if (at < 0) return EFAULT;
    wall.read();
    setLong(task.memory.view, at, wall.seconds);
    setLong(task.memory.view, at + 8, Math.floor(wall.nanoseconds / 1000));
  }
  return zone === 0 ? 0 : put64(task, zone, 0);
}

export function time(task: Task, address: number): number {
  const now = wall.read().seconds;
  return (address === 0 ? 0 : put64(task, address, now)) || now;
}

/** What a sleep keeps: when it ends. */
class Sleep {
  readonly until: number;

  constructor(until: number) {
    this.until = until;
  }
}

function sleepUntil(task: Task, until: number, rest: number): number {
  const { clocks } = task.kernel;
  const sleep = task.continuation instanceof Sleep ? task.continuation : new Sleep(until);
  if (clocks.now() >= sleep.until) return 0;
  task.continuation = sleep;
  task.interruption = 'never';
  if (rest !== 0) task.interrupted = () => void putTimespec(task, rest, Math.max(0, sleep.until - clocks.now()));
  task.waitUntil(sleep.until);
  return WOULD_BLOCK;
}

export function nanosleep(task: Task, address: number, rest: number): number {
  const duration = timespec(task, address);
  if (isErrno(duration)) return duration;
  return sleepUntil(task, task.kernel.clocks.now() + duration, rest);
}

export function clock_nanosleep(task: Task, id: number, flags: number, address: number, rest: number): number {
  if (id === CLOCK_THREAD_CPUTIME_ID) return EINVAL;
  if (!readClock(task, id)) return EINVAL;
  if (id === CLOCK_MONOTONIC_RAW || id === CLOCK_REALTIME_COARSE || id === CLOCK_MONOTONIC_COARSE) return EOPNOTSUPP;
  const moment = timespec(task, address);
  if (isErrno(moment)) return moment;
  const { clocks } = task.kernel;
  if (!(flags & TIMER_ABSTIME)) return sleepUntil(task, clocks.now() + moment, rest);
  if (id === CLOCK_REALTIME || id === CLOCK_TAI || id === CLOCK_REALTIME_ALARM) {
    const whole = Math.floor(moment / NS_PER_SECOND);
    return sleepUntil(task, clocks.fromRealTime(whole, moment - whole * NS_PER_SECOND), 0);
  }
  if (id === CLOCK_PROCESS_CPUTIME_ID || id < 0) return sleepUntil(task, clocks.now() + Math.max(0, moment - task.process.cpuTime), 0);
  return sleepUntil(task, moment, 0);
}

export function getitimer(task: Task, which: number, address: number): number {
  if (which < ITIMER_REAL || which > ITIMER_PROF) return EINVAL;
  const { value, interval } = task.process.timers.get(which, task.process.cpuTime);
  return putTimeval(task, address, interval) || putTimeval(task, address + 16, value);
}

export function setitimer(task: Task, which: number, address: number, old: number): number {
  const { timers } = task.process;
  let interval = 0;
  let value = 0;
  if (address !== 0) {
    const first = timeval(task, address);
    if (isErrno(first)) return first;
    const second = timeval(task, address + 16);
    if (isErrno(second)) return second;
    [interval, value] = [first, second];
  }
  if (which < ITIMER_REAL || which > ITIMER_PROF) return EINVAL;
  const before = timers.get(which, task.process.cpuTime);
  if (value !== 0) task.kernel.scheduler.wantTicks();
  timers.set(which, { value, interval }, task.process.cpuTime);
  if (old === 0) return 0;
  return putTimeval(task, old, before.interval) || putTimeval(task, old + 16, before.value);
}

export function alarm(task: Task, delay: number): number {
  const { timers } = task.process;
  const { value } = timers.get(ITIMER_REAL, 0);
  if (delay !== 0) task.kernel.scheduler.wantTicks();
  timers.set(ITIMER_REAL, { value: (delay >>> 0) * NS_PER_SECOND, interval: 0 }, 0);
  if (value === 0) return 0;
  // Rounded, but never to 0.
  return Math.max(1, Math.round(value / NS_PER_SECOND));
}

const NS_PER_TICK = NS_PER_SECOND / USER_HZ;

/** struct tms: user and system time of the process and of its children, in ticks, 8 bytes each. */
export function times(task: Task, address: number): number {
  const { process, kernel } = task;
  if (address !== 0) {
    const at = writable(task, address, 32);
    if (at < 0) return EFAULT;
    const { childUsage } = process;
    [process.cpuTime, 0, childUsage.user, childUsage.system].forEach((spent, index) =>
      setLong(task.memory.view, at + index * 8, Math.floor(spent / NS_PER_TICK)),
    );
  }
  return Math.floor(kernel.clocks.now() / NS_PER_TICK);
}
