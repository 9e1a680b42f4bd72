/** /proc/swaps (mm/swapfile.c swap_show, swapon(8)). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { U64 } from '../../fs/u64.ts';
import type { KernelView } from '../kernel-view.ts';

const TAB = 0x09;

export function swaps(out: TextWriter, kernel: KernelView): void {
  out.text('Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n');
  for (const { path, type, size, used, priority } of kernel.swapAreas()) {
    const start = out.length;
    out.escaped(path, ' \t\n\\');
    const width = out.length - start;
    out.padTo(start + Math.max(40, width + 1));
    out.text(type === 'partition' ? 'partition' : 'file\t').byte(TAB);
    amount(out, size);
    amount(out, used);
    out.signed(priority).newline();
  }
}

/** A number that takes one tab stop or two. */
function amount(out: TextWriter, value: U64): void {
  out.decimal(value).text(value < 10_000_000 ? '\t\t' : '\t');
}

/** Changes when an area is added or removed, which poll(2) tells. */
export function swapsVersion(kernel: KernelView): string {
  return kernel.swapAreas().map(({ path, priority }) => `${path} ${priority}`).join('\n');
}
