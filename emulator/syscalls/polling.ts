/** Waiting for files: poll(2), select(2), epoll_wait(2), and the files of events (fs/select.c, fs/eventpoll.c). */

import { EBADF, EFAULT, EINVAL, ENOSYS, EPERM, type Errno, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import { DEFAULT_POLL_MASK, O_CLOEXEC, O_NONBLOCK, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDNORM, POLLWRNORM } from '../../fs/flags.ts';
import { type FileType, S_IFDIR, S_IFREG } from '../../fs/stat.ts';
import { putTimespec, putTimeval, timespec, timeval } from '../abi/time.ts';
import {
  CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_REALTIME_ALARM, NS_PER_MS, NS_PER_SECOND,
} from '../kernel/clocks.ts';
import type { Description } from '../kernel/description.ts';
import { EventCounter, SignalFile, TimerFile } from '../kernel/event-files.ts';
import { EPOLLEXCLUSIVE, EventPoll, type ReadyEvent } from '../kernel/event-poll.ts';
import { makeMemoryFile, F_SEAL_EXEC, F_SEAL_SEAL } from '../kernel/memory-file.ts';
import { NamelessVnode } from '../kernel/nameless.ts';
import { RLIMIT_NOFILE } from '../kernel/resource-limits.ts';
import { SIGKILL, SIGSTOP } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';
import { getUnsigned, readable, text, writable } from '../kernel/user-memory.ts';
import { install, usable } from './files.ts';
import { maskDuringCall } from './signals.ts';

const POLLNVAL = 0x20;

/** What a call that waits for files keeps: when it ends. */
class Wait {
  readonly until: number;

  constructor(until: number) {
    this.until = until;
  }
}

/** When a wait that takes so many nanoseconds ends; that of the first try stays. */
function endOf(task: Task, duration: number): number {
  if (task.continuation instanceof Wait) return task.continuation.until;
  return duration === Number.POSITIVE_INFINITY ? duration : task.kernel.clocks.now() + duration;
}

/** Waits on, unless the time is over: then there is nothing. */
function waitOn(task: Task, until: number): number {
  if (task.kernel.clocks.now() >= until) {
    task.endWaits();
    return 0;
  }
  if (!(task.continuation instanceof Wait)) task.continuation = new Wait(until);
  task.interruption = 'never';
  task.waitUntil(until);
  return WOULD_BLOCK;
}

function eventsOf(task: Task, { file }: Description): number {
  return file.poll?.(task) ?? DEFAULT_POLL_MASK;
}

/** struct pollfd: fd 0, events 4 (2), revents 6 (2). */
function pollAll(task: Task, address: number, count: number, until: number): number {
  if (count > task.process.limits.soft[RLIMIT_NOFILE]!) return EINVAL;
  const at = writable(task, address, count * 8);
  if (at < 0 && count > 0) return EFAULT;
  const { view } = task.memory;
  let ready = 0;
  for (let index = 0; index < count; index++) {
    const entry = at + index * 8;
    const fd = view.getInt32(entry, true);
    let found = 0;
    if (fd >= 0) {
      const description = usable(task, fd);
      const wanted = view.getUint16(entry + 4, true);
      found = description ? eventsOf(task, description) & (wanted | POLLERR | POLLHUP) : POLLNVAL;
      if (found === 0 && description?.file.waiters) task.waitFor(description.file.waiters);
    }
    view.setUint16(entry + 6, found, true);
    if (found !== 0) ready++;
  }
  if (ready > 0) {
    task.endWaits();
    return ready;
  }
  return waitOn(task, until);
}

export function poll(task: Task, address: number, count: number, timeout: number): number {
  return pollAll(task, address, count, endOf(task, timeout < 0 ? Number.POSITIVE_INFINITY : timeout * NS_PER_MS));
}

export function ppoll(task: Task, address: number, count: number, timeout: number, mask: number, size: number): number {
  let duration = Number.POSITIVE_INFINITY;
  if (timeout !== 0 && !task.retrying) {
    const time = timespec(task, timeout);
    if (isErrno(time)) return time;
    duration = time;
  }
  if (mask !== 0 && !task.retrying) {
    const error = maskDuringCall(task, mask, size);
    if (error) return error;
  }
  const until = endOf(task, duration);
  const result = pollAll(task, address, count, until);
  if (result !== WOULD_BLOCK && timeout !== 0) tellRest(task, timeout, until, putTimespec);
  return result;
}

/** What is left of the time goes back to where it came from. */
function tellRest(task: Task, address: number, until: number, put: typeof putTimespec): void {
  put(task, address, Math.max(0, until - task.kernel.clocks.now()));
}

const READ_EVENTS = POLLIN | POLLRDNORM | POLLHUP | POLLERR | 0x80;
const WRITE_EVENTS = POLLOUT | POLLWRNORM | POLLERR | 0x200;

function selectAll(task: Task, count: number, addresses: readonly [number, number, number], until: number): number {
  if (count < 0) return EINVAL;
  const fds = Math.min(count, task.process.files.size);
  const length = Math.ceil(fds / 64) * 8;
  const { bytes } = task.memory;
  const sets: (Uint8Array | undefined)[] = [];
  for (const address of addresses) {
    if (address === 0) {
      sets.push(undefined);
      continue;
    }
    const at = writable(task, address, length);
    if (at < 0) return EFAULT;
    sets.push(bytes.subarray(at, at + length));
  }
  const found = sets.map(() => new Uint8Array(length));
  const has = (set: Uint8Array | undefined, fd: number): boolean => set !== undefined && (set[fd >> 3]! & (1 << (fd & 7))) !== 0;
  const masks = [READ_EVENTS, WRITE_EVENTS, POLLPRI];
  let ready = 0;
  for (let fd = 0; fd < fds; fd++) {
    if (!sets.some((set) => has(set, fd))) continue;
    const description = usable(task, fd);
    if (!description) {
      task.endWaits();
      return EBADF;
    }
    const events = eventsOf(task, description);
    let any = false;
    masks.forEach((mask, index) => {
      if (!has(sets[index], fd) || (events & mask) === 0) return;
      found[index]![fd >> 3]! |= 1 << (fd & 7);
      ready++;
      any = true;
    });
    if (!any && description.file.waiters) task.waitFor(description.file.waiters);
  }
  if (ready === 0) {
    const result = waitOn(task, until);
    if (result === WOULD_BLOCK) return result;
  }
  task.endWaits();
  sets.forEach((set, index) => set?.set(found[index]!));
  return ready;
}

export function select(task: Task, count: number, reads: number, writes: number, exceptions: number, timeout: number): number {
  let duration = Number.POSITIVE_INFINITY;
  if (timeout !== 0 && !task.retrying) {
    const time = timeval(task, timeout);
    if (isErrno(time)) return time;
    duration = time;
  }
  const until = endOf(task, duration);
  const result = selectAll(task, count, [reads, writes, exceptions], until);
  if (result !== WOULD_BLOCK && timeout !== 0) tellRest(task, timeout, until, putTimeval);
  return result;
}

/** The last argument is where the mask and its size are: address 0, size 8. */
export function pselect6(task: Task, count: number, reads: number, writes: number, exceptions: number, timeout: number, mask: number): number {
  let duration = Number.POSITIVE_INFINITY;
  if (!task.retrying) {
    if (timeout !== 0) {
      const time = timespec(task, timeout);
      if (isErrno(time)) return time;
      duration = time;
    }
    if (mask !== 0) {
      const at = readable(task, mask, 16);
      if (at < 0) return EFAULT;
      const address = getUnsigned(task.memory.view, at);
      const error = address === 0 ? 0 : maskDuringCall(task, address, getUnsigned(task.memory.view, at + 8));
      if (error) return error;
    }
  }
  const until = endOf(task, duration);
  const result = selectAll(task, count, [reads, writes, exceptions], until);
  if (result !== WOULD_BLOCK && timeout !== 0) tellRest(task, timeout, until, putTimespec);
  return result;
}

function nameless(task: Task, label: string): NamelessVnode {
  // They have no type.
  return new NamelessVnode(task.kernel.files.anonymous, 0 as FileType, 0o600, () => `anon_inode:${label}`, task);
}

export function epoll_create1(task: Task, flags: number): number {
  if (flags & ~O_CLOEXEC) return EINVAL;
  return install(task, new EventPoll(nameless(task, '[eventpoll]')), (flags & O_CLOEXEC) !== 0);
}

export function epoll_create(task: Task, size: number): number {
  return size <= 0 ? EINVAL : epoll_create1(task, 0);
}

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const EXCLUSIVE_OK = 0x1b | EPOLLEXCLUSIVE;

/** struct epoll_event: events 0, data 4 (8), packed. */
const EVENT_SIZE = 12;

export function epoll_ctl(task: Task, epfd: number, operation: number, fd: number, address: number): number {
  const at = operation === EPOLL_CTL_DEL ? 0 : readable(task, address, EVENT_SIZE);
  if (at < 0) return EFAULT;
  const watcher = usable(task, epfd);
  const target = usable(task, fd);
  if (!watcher || !target) return EBADF;
  const { file } = target;
  const pollable = file.poll !== undefined || (file.vnode.type !== S_IFREG && file.vnode.type !== S_IFDIR);
  if (!pollable) return EPERM;
  if (watcher === target || !(watcher.file instanceof EventPoll)) return EINVAL;
  const poller = watcher.file;
  if (operation === EPOLL_CTL_DEL) return poller.delete(target, fd);
  const { view } = task.memory;
  const events = view.getUint32(at, true);
  if (events & EPOLLEXCLUSIVE) {
    if (operation === EPOLL_CTL_MOD || file instanceof EventPoll) return EINVAL;
    if (events & ~(EXCLUSIVE_OK | 0x2000_0000 | 0x8000_0000 | POLLERR | POLLHUP)) return EINVAL;
  }
  const low = view.getInt32(at + 4, true);
  const high = view.getInt32(at + 8, true);
  if (operation === EPOLL_CTL_ADD) return poller.add(target, fd, events, low, high);
  if (operation === EPOLL_CTL_MOD) return poller.modify(target, fd, events, low, high);
  return EINVAL;
}

const EVENTS_MOST = Math.floor(0x7fff_ffff / EVENT_SIZE);
const places: ReadyEvent[] = [];

function epollAll(task: Task, epfd: number, address: number, count: number, until: number): number {
  if (count <= 0 || count > EVENTS_MOST) return EINVAL;
  const description = usable(task, epfd);
  if (!description) return EBADF;
  if (!(description.file instanceof EventPoll)) return EINVAL;
  const at = writable(task, address, count * EVENT_SIZE);
  if (at < 0) return EFAULT;
  const poller = description.file;
  places.length = Math.min(count, 1024);
  for (let index = 0; index < places.length; index++) places[index] ??= { events: 0, dataLow: 0, dataHigh: 0 };
  const ready = poller.collect(places, task);
  if (ready === 0) {
    task.waitFor(poller.waiters);
    return waitOn(task, until);
  }
  const { view } = task.memory;
  for (let index = 0; index < ready; index++) {
    const { events, dataLow, dataHigh } = places[index]!;
    view.setUint32(at + index * EVENT_SIZE, events, true);
    view.setInt32(at + index * EVENT_SIZE + 4, dataLow, true);
    view.setInt32(at + index * EVENT_SIZE + 8, dataHigh, true);
  }
  return ready;
}

export function epoll_wait(task: Task, epfd: number, address: number, count: number, timeout: number): number {
  return epollAll(task, epfd, address, count, endOf(task, timeout < 0 ? Number.POSITIVE_INFINITY : timeout * NS_PER_MS));
}

export function epoll_pwait(task: Task, epfd: number, address: number, count: number, timeout: number, mask: number, size: number): number {
  if (mask !== 0 && !task.retrying) {
    const error = maskDuringCall(task, mask, size);
    if (error) return error;
  }
  return epoll_wait(task, epfd, address, count, timeout);
}

export function epoll_pwait2(task: Task, epfd: number, address: number, count: number, timeout: number, mask: number, size: number): number {
  let duration = Number.POSITIVE_INFINITY;
  if (!task.retrying) {
    if (timeout !== 0) {
      const time = timespec(task, timeout);
      if (isErrno(time)) return time;
      duration = time;
    }
    if (mask !== 0) {
      const error = maskDuringCall(task, mask, size);
      if (error) return error;
    }
  }
  return epollAll(task, epfd, address, count, endOf(task, duration));
}

const EFD_SEMAPHORE = 1;

export function eventfd2(task: Task, initial: number, flags: number): number {
  if (flags & ~(EFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK)) return EINVAL;
  const file = new EventCounter(nameless(task, '[eventfd]'), flags & O_NONBLOCK, initial >>> 0, (flags & EFD_SEMAPHORE) !== 0);
  return install(task, file, (flags & O_CLOEXEC) !== 0);
}

export function eventfd(task: Task, initial: number): number {
  return eventfd2(task, initial, 0);
}

const TIMER_CLOCKS: ReadonlySet<number> = new Set([CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM]);

export function timerfd_create(task: Task, clock: number, flags: number): number {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK) || !TIMER_CLOCKS.has(clock)) return EINVAL;
  if ((clock === CLOCK_REALTIME_ALARM || clock === CLOCK_BOOTTIME_ALARM) && !task.capable(35)) return EPERM;
  const file = new TimerFile(nameless(task, '[timerfd]'), flags & O_NONBLOCK, task.kernel.clocks, clock);
  return install(task, file, (flags & O_CLOEXEC) !== 0);
}

function timerFile(task: Task, fd: number): TimerFile | Errno {
  const description = usable(task, fd);
  if (!description) return EBADF;
  return description.file instanceof TimerFile ? description.file : EINVAL;
}

const TFD_TIMER_ABSTIME = 1;
const TFD_TIMER_CANCEL_ON_SET = 2;

export function timerfd_settime(task: Task, fd: number, flags: number, next: number, old: number): number {
  const interval = timespec(task, next);
  const value = isErrno(interval) ? interval : timespec(task, next + 16);
  if (isErrno(interval)) return interval;
  if (isErrno(value)) return value;
  if (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) return EINVAL;
  const file = timerFile(task, fd);
  if (typeof file === 'number') return file;
  const before = [file.interval, file.left] as const;
  const { clocks } = task.kernel;
  let at = 0;
  if (value !== 0) {
    if (!(flags & TFD_TIMER_ABSTIME)) at = clocks.now() + value;
    else if (file.clock === CLOCK_REALTIME || file.clock === CLOCK_REALTIME_ALARM) {
      const seconds = Math.floor(value / NS_PER_SECOND);
      at = Math.max(1, clocks.fromRealTime(seconds, value - seconds * NS_PER_SECOND));
    } else at = value;
  }
  file.set(at, interval);
  return old === 0 ? 0 : putTimespec(task, old, before[0]) || putTimespec(task, old + 16, before[1]);
}

export function timerfd_gettime(task: Task, fd: number, address: number): number {
  const file = timerFile(task, fd);
  if (typeof file === 'number') return file;
  return putTimespec(task, address, file.interval) || putTimespec(task, address + 16, file.left);
}

export function signalfd4(task: Task, fd: number, address: number, size: number, flags: number): number {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK) || size !== 8) return EINVAL;
  const at = readable(task, address, 8);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  let file: SignalFile;
  if (fd === -1) {
    file = new SignalFile(nameless(task, '[signalfd]'), flags & O_NONBLOCK, task.kernel.signalled);
  } else {
    const description = usable(task, fd);
    if (!description) return EBADF;
    if (!(description.file instanceof SignalFile)) return EINVAL;
    file = description.file;
  }
  file.set.set(view.getInt32(at, true), view.getInt32(at + 4, true));
  file.set.delete(SIGKILL);
  file.set.delete(SIGSTOP);
  return fd === -1 ? install(task, file, (flags & O_CLOEXEC) !== 0) : fd;
}

export function signalfd(task: Task, fd: number, address: number, size: number): number {
  return signalfd4(task, fd, address, size, 0);
}

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const MFD_HUGETLB = 4;
const MFD_NOEXEC_SEAL = 8;
const MFD_EXEC = 16;
const NAME_MOST = 250;

export function memfd_create(task: Task, address: number, flags: number): number {
  if (flags & MFD_HUGETLB) {
    task.kernel.report(task, 'memfd_create', 'MFD_HUGETLB');
    return ENOSYS;
  }
  if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL | MFD_EXEC)) return EINVAL;
  if ((flags & (MFD_EXEC | MFD_NOEXEC_SEAL)) === (MFD_EXEC | MFD_NOEXEC_SEAL)) return EINVAL;
  const name = text(task, address, NAME_MOST, EINVAL);
  if (isErrno(name)) return name;
  const mode = flags & MFD_NOEXEC_SEAL ? 0o666 : 0o777;
  const seals = flags & MFD_NOEXEC_SEAL ? F_SEAL_EXEC : flags & MFD_ALLOW_SEALING ? 0 : F_SEAL_SEAL;
  const file = makeMemoryFile(task.kernel, name, mode, seals, task);
  return isErrno(file) ? file : install(task, file, (flags & MFD_CLOEXEC) !== 0);
}

