/** What the scheduler keeps about a guest's thread. */

import { EINVAL, ESRCH, type Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type {
  ArchitectureStatus,
  Autogroup,
  Latency,
  PosixTimer,
  ScheduleStatistics,
  SystemCall,
  TaskScheduling,
} from '../../../providers/model/task-scheduling.ts';
import type { GuestTask } from './guest-task.ts';

/** What timer slack is where nobody has said anything. */
const DEFAULT_SLACK = 50_000;

export class GuestScheduling implements TaskScheduling {
  readonly #of: GuestTask;

  constructor(task: GuestTask) {
    this.#of = task;
  }

  dump(): Errno {
    return ESRCH;
  }

  resetStatistics(): Errno {
    return EINVAL;
  }

  statistics(): ScheduleStatistics | Errno {
    const { task } = this.#of;
    return this.#of.check() || { runTime: Math.floor(task.cpuTime), waitTime: 0, slices: task.voluntarySwitches + task.involuntarySwitches };
  }

  autogroup(): Autogroup | undefined | Errno {
    return this.#of.check() || undefined;
  }

  setAutogroupNice(): Errno {
    return EINVAL;
  }

  latencies(): readonly Latency[] | Errno {
    return this.#of.check() || [];
  }

  clearLatencies(): Errno {
    return EINVAL;
  }

  timerSlack(): U64 | Errno {
    return this.#of.check() || this.#of.task.timerSlack;
  }

  setTimerSlack(nanoseconds: U64): Errno | 0 {
    const error = this.#of.check();
    if (!error) this.#of.task.timerSlack = nanoseconds === 0 ? DEFAULT_SLACK : Number(nanoseconds);
    return error;
  }

  timers(): readonly PosixTimer[] | Errno {
    return this.#of.check() || [];
  }

  waitChannel(): string | undefined | Errno {
    return this.#of.check() || undefined;
  }

  kernelStack(): Errno {
    return ESRCH;
  }

  systemCall(): SystemCall | undefined | Errno {
    return this.#of.check() || undefined;
  }

  patchState(): { readonly state: number } | Errno {
    return this.#of.check() || { state: -1 };
  }

  architectureStatus(): ArchitectureStatus | undefined | Errno {
    return this.#of.check() || undefined;
  }

  stackDepth(): { readonly previous: U64; readonly last: U64 } | Errno {
    return this.#of.check() || { previous: 0, last: 0 };
  }
}
