/** What a task of a Linux host may use and has used. */

import type { Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { ControlGroup, IoCounters, ResourceLimit, TaskAccounting } from '../../model/task-accounting.ts';
import type { HostTask } from './host-task.ts';
import {
  parseChildren,
  parseControlGroups,
  parseIo,
  parseLimits,
  parseResourceControlGroups,
} from './parse-accounting.ts';

export class HostAccounting implements TaskAccounting {
  readonly #task: HostTask;

  constructor(task: HostTask) {
    this.#task = task;
  }

  limits(): readonly ResourceLimit[] | Errno {
    return this.#task.read('limits', parseLimits);
  }

  io(whole: boolean): IoCounters | Errno {
    return whole ? this.#task.read('io', parseIo) : this.#task.readOfThread('io', parseIo);
  }

  controlGroups(): readonly ControlGroup[] | Errno {
    return this.#task.read('cgroup', parseControlGroups);
  }

  cpuset(): string | Errno {
    return this.#task.read('cpuset', (scanner) => scanner.line());
  }

  resourceControlGroups(): { readonly control: string; readonly monitoring: string } | Errno {
    return this.#task.read('cpu_resctrl_groups', parseResourceControlGroups);
  }

  killScore(): U64 | Errno {
    return this.#task.read('oom_score', (scanner) => scanner.decimal());
  }

  killAdjustment(): { readonly adjustment: number } | Errno {
    return this.#task.read('oom_score_adj', (scanner) => ({ adjustment: scanner.signed() }));
  }

  setKillAdjustment(adjustment: number): Errno | 0 {
    return this.#task.write('oom_score_adj', String(adjustment));
  }

  setLegacyKillAdjustment(adjustment: number): Errno | 0 {
    return this.#task.write('oom_adj', String(adjustment));
  }

  children(): readonly number[] | Errno {
    return this.#task.readOfThread('children', parseChildren);
  }
}
