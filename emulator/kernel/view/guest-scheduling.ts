/** What the scheduler keeps about a guest's thread. */

import type { Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { ScheduleStatistics } from '../../../providers/model/task-scheduling.ts';
import { DEFAULT_SLACK, PlainScheduling } from '../../../providers/sources/plain/plain-scheduling.ts';
import type { GuestTask } from './guest-task.ts';

export class GuestScheduling extends PlainScheduling {
  readonly #guest: GuestTask;

  constructor(task: GuestTask) {
    super(task);
    this.#guest = task;
  }

  statistics(): ScheduleStatistics | Errno {
    const { task } = this.#guest;
    return this.of.check() || { runTime: Math.floor(task.cpuTime), waitTime: 0, slices: task.voluntarySwitches + task.involuntarySwitches };
  }

  override timerSlack(): U64 | Errno {
    return this.of.check() || this.#guest.task.timerSlack;
  }

  override setTimerSlack(nanoseconds: U64): Errno | 0 {
    const error = this.of.check();
    if (!error) this.#guest.task.timerSlack = nanoseconds === 0 ? DEFAULT_SLACK : Number(nanoseconds);
    return error;
  }
}
