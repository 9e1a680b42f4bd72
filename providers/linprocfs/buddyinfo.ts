/** /proc/buddyinfo (mm/vmstat.c frag_show). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function buddyinfo(out: TextWriter, kernel: KernelView): void {
  for (const { node, zone, counts } of kernel.freeAreas()) {
    out.text('Node ').decimal(node).text(', zone ').textRight(zone, 8).space();
    for (const count of counts) out.decimalPadded(count, 6).space();
    out.newline();
  }
}
