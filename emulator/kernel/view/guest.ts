/** What the view of a guest asks of its kernel. */

import type { FileLock } from '../../../providers/model/ipc.ts';
import type { Processor } from '../../../providers/model/system.ts';
import type { MemoryUse } from '../../../providers/sources/plain/memory-table.ts';
import type { Kernel, SystemName } from '../kernel.ts';
import { type Machine, processorsOf } from './machine.ts';
import { residencyOf } from './residency.ts';

export class Guest {
  readonly kernel: Kernel;
  readonly machine: Machine;
  #processors: readonly Processor[] | undefined;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.machine = { cpus: kernel.processors, memory: kernel.memory };
  }

  /** Nanoseconds since the machine started. */
  now(): number {
    return this.kernel.clocks.now();
  }

  get bootSeconds(): number {
    return this.kernel.clocks.bootSeconds;
  }

  /**
   * Nanoseconds in which programs ran, and the kernel did.
   * Differs: what the kernel does for a program counts as the program's own time.
   */
  processorTime(): { readonly user: number; readonly kernel: number } {
    return { user: Math.max(0, this.now() - this.kernel.scheduler.idle), kernel: 0 };
  }

  contextSwitches(): number {
    return this.kernel.scheduler.switches;
  }

  processesMade(): number {
    return this.kernel.forks;
  }

  /** Tasks that run or could. Who asks is one of them. */
  running(): number {
    const { scheduler } = this.kernel;
    return scheduler.runnable + (scheduler.current ? 1 : 0);
  }

  taskCount(): number {
    return this.kernel.tasks.size;
  }

  lastId(): number {
    return this.kernel.lastPid;
  }

  names(): SystemName {
    return this.kernel.name;
  }

  processors(): readonly Processor[] {
    return (this.#processors ??= processorsOf(this.machine));
  }

  faults(): { readonly minor: number; readonly major: number } {
    let minor = 0;
    let major = 0;
    for (const { usage } of this.kernel.processes.values()) {
      minor += usage.minorFaults;
      major += usage.majorFaults;
    }
    return { minor, major };
  }

  /** Differs: memory that a program may use counts as used from when it has been mapped. */
  memoryUse(): MemoryUse {
    let anonymous = 0;
    let files = 0;
    let committed = 0;
    const seen = new Set<object>();
    for (const { image } of this.kernel.processes.values()) {
      if (seen.has(image)) continue;
      seen.add(image);
      const residency = residencyOf(image.space.entries());
      anonymous += residency.anonymous;
      files += residency.files;
      committed += residency.committed;
    }
    const { memory } = this.machine;
    const used = Math.min(memory, anonymous + files);
    return { free: memory - used, anonymous, files, shared: 0, committed };
  }

  fileLocks(): readonly FileLock[] {
    return [];
  }
}
