/** /proc/pagetypeinfo (mm/vmstat.c pagetypeinfo_show). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { FreeAreas, PageTypes } from '../model/memory.ts';

export function pagetypeinfo(out: TextWriter, kernel: KernelView): void {
  for (const node of kernel.pageTypes()) pageTypes(out, node);
}

function pageTypes(out: TextWriter, { blockOrder, blockPages, types, free, blocks, mixed }: PageTypes): void {
  out.text('Page block order: ').decimal(blockOrder);
  out.text('\nPages per block:  ').decimal(blockPages).text('\n\n');
  out.textLeft('Free pages count per migrate type at order', 43).space();
  const orders = free[0]?.counts.length ?? 0;
  for (let order = 0; order < orders; order++) out.decimalPadded(order, 6).space();
  out.newline();
  for (const { node, zone, type, counts } of free) {
    out.text('Node ').decimalPadded(node, 4).text(', zone ').textRight(zone, 8);
    out.text(', type ').textRight(type, 12).space();
    for (const { count, overflow } of counts) {
      if (overflow) out.byte(0x3e);
      out.decimalPadded(count, 6).space();
    }
    out.newline();
  }
  blockCounts(out, 'Number of blocks type', types, blocks);
  if (mixed) blockCounts(out, 'Number of mixed blocks', types, mixed);
}

function blockCounts(out: TextWriter, title: string, types: readonly string[], zones: readonly FreeAreas[]): void {
  out.newline().textLeft(title, 23);
  for (const type of types) out.textRight(type, 12).space();
  out.newline();
  for (const { node, zone, counts } of zones) {
    out.text('Node ').decimal(node).text(', zone ').textRight(zone, 8).space();
    for (const count of counts) out.decimalPadded(count, 12).space();
    out.newline();
  }
}
