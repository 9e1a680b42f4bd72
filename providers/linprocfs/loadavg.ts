/** /proc/loadavg (fs/proc/loadavg.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function loadavg(out: TextWriter, kernel: KernelView): void {
  const { averages, running, total, lastId } = kernel.loadAverage();
  for (const average of averages) out.hundredths(average).space();
  out.decimal(running).byte(0x2f).decimal(total).space().decimal(lastId).newline();
}
