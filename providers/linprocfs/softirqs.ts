/** /proc/softirqs (fs/proc/softirqs.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function softirqs(out: TextWriter, kernel: KernelView): void {
  const { cpus, rows } = kernel.softInterrupts();
  out.text('                    ');
  for (const cpu of cpus) out.text('CPU').decimalLeft(cpu, 8);
  out.newline();
  for (const { name, counts } of rows) {
    out.textRight(name, 12).byte(0x3a);
    for (const count of counts) out.space().decimalPadded(count, 10);
    out.newline();
  }
}
