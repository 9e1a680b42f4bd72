/** /proc/schedstat (kernel/sched/stats.c show_schedstat, Documentation/scheduler/sched-stats.rst). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { U64 } from '../../fs/u64.ts';
import type { KernelView } from '../kernel-view.ts';
import type { LoadBalancing, SchedulingDomain } from '../model/scheduling.ts';
import { hexMask } from './bits.ts';

export function schedstat(out: TextWriter, kernel: KernelView): void {
  const { version, timestamp, cpus } = kernel.schedulerStatistics();
  out.text('version ').decimal(version).text('\ntimestamp ').decimal(timestamp).newline();
  for (const cpu of cpus) {
    // The second column belonged to a scheduler of long ago.
    out.text('cpu').decimal(cpu.id).space().decimal(cpu.yields).text(' 0');
    numbers(out, cpu.schedules, cpu.idles, cpu.wakeups, cpu.localWakeups, cpu.runTime, cpu.waitTime, cpu.slices);
    out.newline();
    for (let index = 0; index < cpu.domains.length; index++) domain(out, index, cpu.domains[index] as SchedulingDomain);
  }
}

function domain(out: TextWriter, index: number, { name, cpus, balancing, active, exec, fork, wakeups }: SchedulingDomain): void {
  out.text('domain').decimal(index).space();
  if (name !== undefined) out.text(name).space();
  hexMask(out, cpus);
  for (const each of balancing) loadBalancing(out, each);
  numbers(out, active.tried, active.failed, active.pushed);
  numbers(out, exec.tried, exec.balanced, exec.pushed, fork.tried, fork.balanced, fork.pushed);
  numbers(out, wakeups.remote, wakeups.affine, wakeups.balanced);
  out.newline();
}

function loadBalancing(out: TextWriter, counts: LoadBalancing): void {
  numbers(out, counts.tried, counts.balanced, counts.failed, ...counts.imbalance);
  numbers(out, counts.gained, counts.gainedHot, counts.noBusyQueue, counts.noBusyGroup);
}

function numbers(out: TextWriter, ...values: readonly U64[]): void {
  for (const value of values) out.space().decimal(value);
}
