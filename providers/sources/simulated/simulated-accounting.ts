/** What a simulated thread may use and has used. */

import { EINVAL, type Errno } from '../../../fs/errno.ts';
import { type U64, U64_MAX } from '../../../fs/u64.ts';
import type { ControlGroup, IoCounters, ResourceLimit, TaskAccounting } from '../../model/task-accounting.ts';
import { groupPath } from './control-groups.ts';
import { PAGE } from './memory-state.ts';
import type { SimulatedTask } from './simulated-task.ts';

/** Bytes of one call that reads or writes. */
const CALL = 8192;

export class SimulatedAccounting implements TaskAccounting {
  readonly #of: SimulatedTask;
  /** What was written to it. */
  #adjustment: number | undefined;

  constructor(task: SimulatedTask) {
    this.#of = task;
  }

  limits(): readonly ResourceLimit[] | Errno {
    const { machine } = this.#of.world.simulation;
    const tasks = Math.floor(machine.memory.total / 2 ** 18);
    const { openFiles = 1024 } = this.#of.template.text;
    const both = (limit: U64): ResourceLimit => ({ soft: limit, hard: limit });
    const free = both(U64_MAX);
    return (
      this.#of.check() || [
        free,
        free,
        free,
        { soft: 8 * 2 ** 20, hard: U64_MAX },
        { soft: 0, hard: U64_MAX },
        free,
        both(tasks),
        { soft: openFiles, hard: Math.max(openFiles, 524_288) },
        both(8 * 2 ** 20),
        free,
        free,
        both(tasks),
        both(819_200),
        both(0),
        both(0),
        free,
      ]
    );
  }

  /** Differs: of a thread it is its even part of the process's. */
  io(whole: boolean): IoCounters | Errno {
    const { template, time, life } = this.#of;
    const parts = template.count * (whole ? 1 : template.threads);
    const since = template.churn ? life.start : 0;
    const until = Math.min(time, life.end);
    const amount = (curve: typeof template.read): number => Math.floor((curve.until(until) - curve.until(since)) / parts);
    const read = amount(template.read);
    const written = amount(template.write);
    return (
      this.#of.check() || {
        charactersRead: read + 4096,
        charactersWritten: written + 512,
        readCalls: Math.floor(read / CALL) + 4,
        writeCalls: Math.floor(written / CALL) + 2,
        bytesRead: Math.floor(read / 2 / PAGE) * PAGE,
        bytesWritten: Math.floor(written / PAGE) * PAGE,
        bytesCancelled: 0,
      }
    );
  }

  controlGroups(): readonly ControlGroup[] | Errno {
    return this.#of.check() || [{ hierarchy: 0, controllers: [], path: this.path }];
  }

  /** Of its control group. */
  get path(): string {
    return groupPath(this.#of.template, (text) => this.#of.expand(text));
  }

  cpuset(): string | Errno {
    return this.#of.check() || '/';
  }

  resourceControlGroups(): { readonly control: string; readonly monitoring: string } | Errno {
    return this.#of.check() || { control: '', monitoring: '' };
  }

  /** Thousandths of memory and swap (mm/oom_kill.c oom_badness). */
  killScore(): U64 | Errno {
    const error = this.#of.check();
    if (error) return error;
    if (!this.#of.hasMemory) return 0;
    const { total, swapTotal } = this.#of.world.simulation.memory();
    const pages = this.#of.pages();
    const points = ((pages.anonymous + pages.files + pages.swapped + pages.tables) * 1000) / (total + swapTotal) + this.#adjusted;
    return points <= -1000 ? 0 : Math.max(0, Math.floor(((1000 + points) * 2) / 3));
  }

  get #adjusted(): number {
    return this.#adjustment ?? this.#of.template.text.killAdjustment ?? 0;
  }

  killAdjustment(): { readonly adjustment: number } | Errno {
    return this.#of.check() || { adjustment: this.#adjusted };
  }

  setKillAdjustment(adjustment: number): Errno | 0 {
    if (adjustment < -1000 || adjustment > 1000) return EINVAL;
    const error = this.#of.check();
    if (!error) this.#adjustment = adjustment;
    return error;
  }

  setLegacyKillAdjustment(adjustment: number): Errno | 0 {
    return this.setKillAdjustment(adjustment === 15 ? 1000 : Math.trunc((adjustment * 1000) / 17));
  }

  children(): readonly number[] | Errno {
    return this.#of.check() || (this.#of.number === 0 ? this.#of.children() : []);
  }
}
