/** /proc/misc (drivers/char/misc.c misc_seq_show). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function misc(out: TextWriter, kernel: KernelView): void {
  for (const { minor, name } of kernel.miscellaneousDevices()) out.decimalPadded(minor, 3).space().text(name).newline();
}
