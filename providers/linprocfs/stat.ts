/** /proc/stat (fs/proc/stat.c, proc_stat(5)). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { U64 } from '../../fs/u64.ts';
import type { KernelView } from '../kernel-view.ts';

export function stat(out: TextWriter, kernel: KernelView): void {
  const statistics = kernel.statistics();
  out.text('cpu ');
  numbers(out, statistics.total.ticks);
  for (const cpu of statistics.cpus) {
    out.text('cpu').decimal(cpu.id);
    numbers(out, cpu.ticks);
  }
  out.text('intr ').decimal(statistics.interrupts.total);
  numbers(out, statistics.interrupts.counts);
  out.text('ctxt ').decimal(statistics.contextSwitches).newline();
  out.text('btime ').decimal(statistics.bootTime).newline();
  out.text('processes ').decimal(statistics.forks).newline();
  out.text('procs_running ').decimal(statistics.running).newline();
  out.text('procs_blocked ').decimal(statistics.blocked).newline();
  out.text('softirq ').decimal(statistics.softInterrupts.total);
  numbers(out, statistics.softInterrupts.counts);
}

/** Ends a line with numbers, each behind a blank. */
function numbers(out: TextWriter, values: readonly U64[]): void {
  for (const value of values) out.space().decimal(value);
  out.newline();
}
