/** What a simulated thread may use and has used. */

import { EINVAL, type Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { IoCounters, ResourceLimit } from '../../model/task-accounting.ts';
import { PlainAccounting, firstLimits, killScore } from '../plain/plain-accounting.ts';
import { groupPath } from './control-groups.ts';
import { PAGE } from './memory-state.ts';
import type { SimulatedTask } from './simulated-task.ts';

/** Bytes of one call that reads or writes. */
const CALL = 8192;

export class SimulatedAccounting extends PlainAccounting<SimulatedTask> {
  /** What was written to it. */
  #adjustment: number | undefined;

  limits(): readonly ResourceLimit[] | Errno {
    const { machine } = this.of.world.simulation;
    const tasks = Math.floor(machine.memory.total / 2 ** 18);
    const { openFiles = 1024 } = this.of.template.text;
    return this.of.check() || firstLimits(tasks, openFiles);
  }

  /** Differs: of a thread it is its even part of the process's. */
  io(whole: boolean): IoCounters | Errno {
    const { template, time, life } = this.of;
    const parts = template.count * (whole ? 1 : template.threads);
    const since = template.churn ? life.start : 0;
    const until = Math.min(time, life.end);
    const amount = (curve: typeof template.read): number => Math.floor((curve.until(until) - curve.until(since)) / parts);
    const read = amount(template.read);
    const written = amount(template.write);
    return (
      this.of.check() || {
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

  override get path(): string {
    return groupPath(this.of.template, (text) => this.of.expand(text));
  }

  killScore(): U64 | Errno {
    const error = this.of.check();
    if (error) return error;
    if (!this.of.hasMemory) return 0;
    const { total, swapTotal } = this.of.world.simulation.memory();
    const pages = this.of.pages();
    return killScore(pages.anonymous + pages.files + pages.swapped + pages.tables, total + swapTotal, this.#adjusted);
  }

  get #adjusted(): number {
    return this.#adjustment ?? this.of.template.text.killAdjustment ?? 0;
  }

  killAdjustment(): { readonly adjustment: number } | Errno {
    return this.of.check() || { adjustment: this.#adjusted };
  }

  setKillAdjustment(adjustment: number): Errno | 0 {
    if (adjustment < -1000 || adjustment > 1000) return EINVAL;
    const error = this.of.check();
    if (!error) this.#adjustment = adjustment;
    return error;
  }

  children(): readonly number[] | Errno {
    return this.of.check() || (this.of.number === 0 ? this.of.children() : []);
  }
}
