/** /proc/partitions (block/genhd.c show_partition). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function partitions(out: TextWriter, kernel: KernelView): void {
  const all = kernel.partitions();
  if (all.length === 0) return;
  out.text('major minor  #blocks  name\n\n');
  for (const { major, minor, size, name } of all) {
    out.decimalPadded(major, 4).text('  ').decimalPadded(minor, 7);
    out.space().decimalPadded(size, 10).space().text(name).newline();
  }
}
