/** /proc/PID/sched, schedstat, autogroup and latency (kernel/sched/debug.c, autogroup.c, kernel/latencytop.c, sched(7)). */

import { CAP_SYS_ADMIN, CAP_SYS_NICE, type Caller } from '../../../fs/caller.ts';
import { EAGAIN, EINVAL, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { NUMBER_LIMIT, cString, kstrtoint, strstrip } from '../numbers.ts';
import { askingTask } from './callers.ts';

export function sched(out: TextWriter, task: TaskView): Errno | 0 {
  const dump = task.scheduling.dump();
  if (isErrno(dump)) return dump;
  out.raw(dump);
  return 0;
}

/** Whatever is written sets the statistics to zero. */
export function writeSched(value: Uint8Array, _at: number, task: TaskView): number | Errno {
  return task.scheduling.resetStatistics() || value.length;
}

export function schedstat(out: TextWriter, task: TaskView): Errno | 0 {
  const statistics = task.scheduling.statistics();
  if (isErrno(statistics)) return statistics;
  out.decimal(statistics.runTime).space().decimal(statistics.waitTime).space().decimal(statistics.slices).newline();
  return 0;
}

export function autogroup(out: TextWriter, task: TaskView): Errno | 0 {
  const group = task.scheduling.autogroup();
  if (isErrno(group)) return group;
  if (group) out.text('/autogroup-').decimal(group.id).text(' nice ').signed(group.nice).newline();
  return 0;
}

const [NICE_MINIMUM, NICE_MAXIMUM] = [-20, 19];
/** The RLIMIT_* number of the nice limit, which counts downwards from 20. */
const RLIMIT_NICE = 13;
/** How long after one change an unprivileged caller has to wait for the next, in milliseconds. */
const CHANGE_MS = 100;
let changedAt = -Infinity;

/** Differs: changes made directly on the host do not make anyone wait. */
export function writeAutogroup(value: Uint8Array, _at: number, task: TaskView, caller: Caller): number | Errno {
  const parsed = kstrtoint(strstrip(cString(value, NUMBER_LIMIT)), 0);
  if (isErrno(parsed)) return parsed;
  const nice = parsed.value;
  if (nice < NICE_MINIMUM || nice > NICE_MAXIMUM) return EINVAL;
  if (nice < 0 && !mayBeNice(task, nice, caller)) return EPERM;
  const now = performance.now();
  if (now - changedAt < CHANGE_MS && !caller.capable(CAP_SYS_ADMIN)) return EAGAIN;
  changedAt = now;
  return task.scheduling.setAutogroupNice(nice) || Math.min(value.length, NUMBER_LIMIT);
}

function mayBeNice(task: TaskView, nice: number, caller: Caller): boolean {
  if (caller.capable(CAP_SYS_NICE)) return true;
  const own = askingTask(task.kernel, caller);
  const limits = own?.accounting.limits();
  if (limits === undefined || isErrno(limits)) return false;
  const limit = limits[RLIMIT_NICE];
  return limit !== undefined && 20 - nice <= limit.soft;
}

export function latency(out: TextWriter, task: TaskView): Errno | 0 {
  const latencies = task.scheduling.latencies();
  if (isErrno(latencies)) return latencies;
  out.text('Latency Top version : v0.1\n');
  for (const latency of latencies) {
    out.signed(latency.count).space().signed(latency.total).space().signed(latency.longest);
    for (const symbol of latency.backtrace) out.space().text(symbol);
    out.newline();
  }
  return 0;
}

export function writeLatency(value: Uint8Array, _at: number, task: TaskView): number | Errno {
  return task.scheduling.clearLatencies() || value.length;
}
