/** /proc/meminfo (fs/proc/meminfo.c, proc_meminfo(5)). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

/** The entries that count pages rather than KiB. */
const COUNTS: ReadonlySet<string> = new Set(['HugePages_Total', 'HugePages_Free', 'HugePages_Rsvd', 'HugePages_Surp']);

/** The entries whose number is printed with %5lu behind 19 columns, and not with %8lu behind 16. */
const NARROW: ReadonlySet<string> = new Set([...COUNTS, 'HardwareCorrupted']);

export function meminfo(out: TextWriter, kernel: KernelView): void {
  for (const [name, value] of kernel.memory()) {
    const start = out.length;
    out.text(name).byte(0x3a);
    if (NARROW.has(name)) out.padTo(start + 19).decimalPadded(value, 5);
    else out.padTo(start + 16).decimalPadded(value, 8);
    out.text(COUNTS.has(name) ? '\n' : ' kB\n');
  }
}
