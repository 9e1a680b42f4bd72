/** What the scheduler of a Linux host keeps about a task. */

import type { Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type {
  ArchitectureStatus,
  Autogroup,
  Latency,
  PosixTimer,
  ScheduleStatistics,
  SystemCall,
  TaskScheduling,
} from '../../model/task-scheduling.ts';
import type { HostTask } from './host-task.ts';
import {
  parseArchitectureStatus,
  parseAutogroup,
  parseLatencies,
  parseScheduleStatistics,
  parseStackDepth,
  parseSystemCall,
  parseTimers,
  parseWaitChannel,
} from './parse-scheduling.ts';

export class HostScheduling implements TaskScheduling {
  readonly #task: HostTask;

  constructor(task: HostTask) {
    this.#task = task;
  }

  dump(): Uint8Array | Errno {
    return this.#task.readBytes('sched');
  }

  resetStatistics(): Errno | 0 {
    return this.#task.write('sched', '0');
  }

  statistics(): ScheduleStatistics | Errno {
    return this.#task.read('schedstat', parseScheduleStatistics);
  }

  autogroup(): Autogroup | undefined | Errno {
    return this.#task.read('autogroup', parseAutogroup);
  }

  setAutogroupNice(nice: number): Errno | 0 {
    return this.#task.write('autogroup', String(nice));
  }

  latencies(): readonly Latency[] | Errno {
    return this.#task.read('latency', parseLatencies);
  }

  clearLatencies(): Errno | 0 {
    return this.#task.write('latency', '0');
  }

  timerSlack(): U64 | Errno {
    return this.#task.read('timerslack_ns', (scanner) => scanner.decimal());
  }

  setTimerSlack(nanoseconds: U64): Errno | 0 {
    return this.#task.write('timerslack_ns', String(nanoseconds));
  }

  timers(): readonly PosixTimer[] | Errno {
    return this.#task.read('timers', parseTimers);
  }

  waitChannel(): string | undefined | Errno {
    return this.#task.read('wchan', parseWaitChannel);
  }

  kernelStack(): Uint8Array | Errno {
    return this.#task.readBytes('stack');
  }

  systemCall(): SystemCall | undefined | Errno {
    return this.#task.read('syscall', parseSystemCall);
  }

  patchState(): { readonly state: number } | Errno {
    return this.#task.read('patch_state', (scanner) => ({ state: scanner.signed() }));
  }

  architectureStatus(): ArchitectureStatus | undefined | Errno {
    return this.#task.read('arch_status', parseArchitectureStatus);
  }

  stackDepth(): { readonly previous: U64; readonly last: U64 } | Errno {
    return this.#task.read('stack_depth', parseStackDepth);
  }
}
