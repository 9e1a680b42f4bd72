/** /proc/uptime (fs/proc/uptime.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function uptime(out: TextWriter, kernel: KernelView): void {
  const { up, idle } = kernel.uptime();
  out.hundredths(up).space().hundredths(idle).newline();
}
