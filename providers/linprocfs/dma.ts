/** /proc/dma (kernel/dma.c proc_dma_show). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function dma(out: TextWriter, kernel: KernelView): void {
  for (const { number, user } of kernel.dmaChannels()) out.decimalPadded(number, 2).text(': ').text(user).newline();
}
