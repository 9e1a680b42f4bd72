/** /proc/diskstats (block/genhd.c diskstats_show, Documentation/admin-guide/iostats.rst). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { DiskRequests } from '../model/block.ts';

/** A line has 14, 18 or 20 columns, by what the kernel counts. */
export function diskstats(out: TextWriter, kernel: KernelView): void {
  for (const disk of kernel.diskStatistics()) {
    out.decimalPadded(disk.major, 4).space().decimalPadded(disk.minor, 7).space().text(disk.name);
    requests(out, disk.reads);
    requests(out, disk.writes);
    out.space().decimal(disk.inFlight).space().decimal(disk.busyTime).space().decimal(disk.weightedTime);
    if (disk.discards) requests(out, disk.discards);
    if (disk.flushes) out.space().decimal(disk.flushes.completed).space().decimal(disk.flushes.time);
    out.newline();
  }
}

function requests(out: TextWriter, { completed, merged, sectors, time }: DiskRequests): void {
  out.space().decimal(completed).space().decimal(merged).space().decimal(sectors).space().decimal(time);
}
