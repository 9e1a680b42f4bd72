/** What a task of a kernel without resource controllers may use: the beginnings of every task, in the root of one hierarchy of control groups. */

import type { Errno } from '../../../fs/errno.ts';
import { type U64, U64_MAX } from '../../../fs/u64.ts';
import type { ControlGroup, IoCounters, ResourceLimit, TaskAccounting } from '../../model/task-accounting.ts';
import type { PlainTask } from './plain-task.ts';

const STACK = 8 * 2 ** 20;
const LOCKED = 8 * 2 ** 20;
const MESSAGE_QUEUES = 819_200;
/** How many files systemd and Debian's login let a process raise its limit to. */
const MOST_OPEN_FILES = 524_288;

/** The limits of a first process (include/asm-generic/resource.h), in the order of RLIMIT_*, with so many tasks and open files. */
export function firstLimits(tasks: number, openFiles: number): readonly ResourceLimit[] {
  const both = (limit: U64): ResourceLimit => ({ soft: limit, hard: limit });
  const free = both(U64_MAX);
  return [
    free,
    free,
    free,
    { soft: STACK, hard: U64_MAX },
    { soft: 0, hard: U64_MAX },
    free,
    both(tasks),
    { soft: openFiles, hard: Math.max(openFiles, MOST_OPEN_FILES) },
    both(LOCKED),
    free,
    free,
    both(tasks),
    both(MESSAGE_QUEUES),
    both(0),
    both(0),
    free,
  ];
}

/** The score of a process that uses so much of all memory and swap, in the same unit (mm/oom_kill.c oom_badness, fs/proc/base.c proc_oom_score). */
export function killScore(used: number, all: number, adjustment: number): number {
  const points = (used * 1000) / all + adjustment;
  return points <= -1000 ? 0 : Math.max(0, Math.floor(((1000 + points) * 2) / 3));
}

/** An adjustment of the old scale, which goes from -17 to 15, in the new one (fs/proc/base.c oom_adj_write). */
export function modernAdjustment(legacy: number): number {
  return legacy === 15 ? 1000 : Math.trunc((legacy * 1000) / 17);
}

export abstract class PlainAccounting<Task extends PlainTask> implements TaskAccounting {
  protected readonly of: Task;

  constructor(task: Task) {
    this.of = task;
  }

  /** The path of its control group. */
  get path(): string {
    return '/';
  }

  abstract limits(): readonly ResourceLimit[] | Errno;
  abstract io(whole: boolean): IoCounters | Errno;
  abstract killScore(): U64 | Errno;
  abstract killAdjustment(): { readonly adjustment: number } | Errno;
  abstract setKillAdjustment(adjustment: number): Errno | 0;
  abstract children(): readonly number[] | Errno;

  controlGroups(): readonly ControlGroup[] | Errno {
    return this.of.check() || [{ hierarchy: 0, controllers: [], path: this.path }];
  }

  cpuset(): string | Errno {
    return this.of.check() || '/';
  }

  resourceControlGroups(): { readonly control: string; readonly monitoring: string } | Errno {
    return this.of.check() || { control: '', monitoring: '' };
  }

  setLegacyKillAdjustment(adjustment: number): Errno | 0 {
    return this.setKillAdjustment(modernAdjustment(adjustment));
  }
}
