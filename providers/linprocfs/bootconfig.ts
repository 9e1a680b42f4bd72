/** /proc/bootconfig (fs/proc/bootconfig.c, Documentation/admin-guide/bootconfig.rst). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function bootconfig(out: TextWriter, kernel: KernelView): void {
  const { entries, fromLoader } = kernel.bootConfiguration();
  for (const { key, values } of entries) {
    out.text(key).text(' = ');
    if (values.length === 0) out.text('""');
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as string;
      const quote = value.includes('"') ? 0x27 : 0x22;
      if (index > 0) out.text(', ');
      out.byte(quote).text(value).byte(quote);
    }
    out.newline();
  }
  if (fromLoader !== undefined) out.text('# Parameters from bootloader:\n# ').text(fromLoader).newline();
}
