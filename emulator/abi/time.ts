/** struct timespec and struct timeval: seconds and nanoseconds or microseconds, 8 bytes each; struct itimerspec and itimerval: interval, value. */

import { EFAULT, EINVAL, type Errno } from '../../fs/errno.ts';
import { NS_PER_SECOND } from '../kernel/clocks.ts';
import type { Task } from '../kernel/task.ts';
import { getLong, readable, setLong, writable } from '../kernel/user-memory.ts';

/** Nanoseconds of a timespec. Errors: EFAULT, EINVAL. */
export function timespec(task: Task, address: number): number | Errno {
  const at = readable(task, address, 16);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  const seconds = getLong(view, at);
  const nanoseconds = getLong(view, at + 8);
  if (seconds < 0 || nanoseconds < 0 || nanoseconds >= NS_PER_SECOND) return EINVAL;
  return seconds * NS_PER_SECOND + nanoseconds;
}

/** Nanoseconds of a timeval. Errors: EFAULT, EINVAL. */
export function timeval(task: Task, address: number): number | Errno {
  const at = readable(task, address, 16);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  const seconds = getLong(view, at);
  const microseconds = getLong(view, at + 8);
  if (seconds < 0 || microseconds < 0 || microseconds >= 1e6) return EINVAL;
  return seconds * NS_PER_SECOND + microseconds * 1000;
}

/** Errors: EFAULT. */
export function putTimespec(task: Task, address: number, nanoseconds: number): Errno | 0 {
  const at = writable(task, address, 16);
  if (at < 0) return EFAULT;
  const seconds = Math.floor(nanoseconds / NS_PER_SECOND);
  setLong(task.memory.view, at, seconds);
  setLong(task.memory.view, at + 8, Math.floor(nanoseconds - seconds * NS_PER_SECOND));
  return 0;
}

/** Errors: EFAULT. */
export function putTimeval(task: Task, address: number, nanoseconds: number): Errno | 0 {
  const at = writable(task, address, 16);
  if (at < 0) return EFAULT;
  const seconds = Math.floor(nanoseconds / NS_PER_SECOND);
  setLong(task.memory.view, at, seconds);
  setLong(task.memory.view, at + 8, Math.floor((nanoseconds - seconds * NS_PER_SECOND) / 1000));
  return 0;
}
