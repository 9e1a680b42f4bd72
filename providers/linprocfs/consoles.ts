/** /proc/consoles (fs/proc/consoles.c, proc_consoles(5)). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

const MINUS = 0x2d;

export function consoles(out: TextWriter, kernel: KernelView): void {
  for (const { name, reads, writes, unblanks, flags, knownFlags, device } of kernel.consoles()) {
    const start = out.length;
    out.text(name).padTo(Math.max(out.length + 1, start + 21));
    out.byte(reads ? 0x52 : MINUS).byte(writes ? 0x57 : MINUS).byte(unblanks ? 0x55 : MINUS).text(' (');
    for (const flag of knownFlags) out.text(flags.includes(flag) ? flag : ' ');
    out.byte(0x29);
    if (device) out.space().decimalPadded(device.major, 4).byte(0x3a).decimal(device.minor);
    out.newline();
  }
}
