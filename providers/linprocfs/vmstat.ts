/** /proc/vmstat (mm/vmstat.c vmstat_show). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function vmstat(out: TextWriter, kernel: KernelView): void {
  for (const [name, value] of kernel.memoryEvents()) out.text(name).space().decimal(value).newline();
}
