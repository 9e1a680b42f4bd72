/** /proc/zoneinfo (mm/vmstat.c zoneinfo_show_print). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { U64 } from '../../fs/u64.ts';
import type { KernelView } from '../kernel-view.ts';
import type { PageSet } from '../model/memory.ts';

export function zoneinfo(out: TextWriter, kernel: KernelView): void {
  for (const zone of kernel.memoryZones()) {
    out.text('Node ').decimal(zone.node).text(', zone ').textRight(zone.zone, 8);
    if (zone.nodeStatistics) {
      out.text('\n  per-node stats');
      counters(out, '\n      ', zone.nodeStatistics, 12);
    }
    out.text('\n  pages free     ').decimal(zone.free);
    counters(out, '\n        ', zone.pages, 8);
    out.text('\n        protection: (');
    for (let index = 0; index < zone.protection.length; index++) {
      if (index > 0) out.text(', ');
      out.decimal(zone.protection[index] as U64);
    }
    out.byte(0x29);
    const { populated } = zone;
    if (populated) {
      counters(out, '\n      ', populated.statistics, 12);
      out.text('\n  pagesets');
      for (const set of populated.processors) pageSet(out, set);
      out.text('\n  node_unreclaimable:  ').decimal(populated.unreclaimable);
      out.text('\n  start_pfn:           ').decimal(populated.firstPage);
    }
    out.newline();
  }
}

/** Lines of a name padded to `width`, a blank, and a number. */
function counters(out: TextWriter, before: string, values: ReadonlyMap<string, U64>, width: number): void {
  for (const [name, value] of values) out.text(before).textLeft(name, width).space().decimal(value);
}

function pageSet(out: TextWriter, { cpu, pages, threshold }: PageSet): void {
  out.text('\n    cpu: ').decimal(cpu);
  // The values stand below one another; older kernels have no long names.
  let width = 0;
  for (const name of pages.keys()) width = Math.max(width, name.length + 2);
  for (const [name, value] of pages) {
    out.text('\n              ');
    const start = out.length;
    out.text(name).byte(0x3a).padTo(start + width).decimal(value);
  }
  if (threshold !== undefined) out.text('\n  vm stats threshold: ').decimal(threshold);
}
