/** What the scheduler keeps about a simulated thread. */

import type { Errno } from '../../../fs/errno.ts';
import type { Autogroup, ScheduleStatistics } from '../../model/task-scheduling.ts';
import { PlainScheduling } from '../plain/plain-scheduling.ts';
import type { SimulatedTask } from './simulated-task.ts';

export class SimulatedScheduling extends PlainScheduling {
  readonly #task: SimulatedTask;

  constructor(task: SimulatedTask) {
    super(task);
    this.#task = task;
  }

  statistics(): ScheduleStatistics | Errno {
    const error = this.of.check();
    if (error) return error;
    const { voluntary, involuntary } = this.#task.switches();
    const used = this.#task.used(false);
    return { runTime: Math.floor(used * 1e9), waitTime: Math.floor(used * 1e7), slices: voluntary + involuntary };
  }

  /** That of its session (kernel/sched/autogroup.c). */
  override autogroup(): Autogroup | undefined | Errno {
    const error = this.of.check();
    if (error) return error;
    const leader = this.#task.sessionLeader;
    return leader && { id: leader.life.pid, nice: leader.groupNice };
  }

  override setAutogroupNice(nice: number): Errno | 0 {
    const error = this.of.check();
    const leader = this.#task.sessionLeader;
    if (!error && leader) leader.groupNice = nice;
    return error;
  }

  override waitChannel(): string | undefined | Errno {
    const error = this.of.check();
    if (error) return error;
    const { kernel, threads } = this.#task.template;
    const state = this.#task.state();
    if (state === 'R' || state === 'Z') return undefined;
    if (state === 'D') return 'io_schedule';
    if (state === 'T') return 'do_signal_stop';
    return kernel ? 'kthread' : threads > 1 && this.#task.number > 0 ? 'futex_wait_queue' : 'ep_poll';
  }
}
