/** /proc/timer_list (kernel/time/timer_list.c): one of the few files that a source takes as they are. */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function timerList(out: TextWriter, kernel: KernelView): void {
  out.raw(kernel.timerDump());
}
