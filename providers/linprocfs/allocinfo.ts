/** /proc/allocinfo (lib/alloc_tag.c allocinfo_show). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function allocinfo(out: TextWriter, kernel: KernelView): void {
  const { version, sites } = kernel.allocations();
  out.text('allocinfo - version: ').text(version).text('\n#     <size>  <calls> <tag info>\n');
  for (const site of sites) {
    out.signedPadded(site.bytes, 12).space().decimalPadded(site.calls, 8).space();
    out.text(site.file).byte(0x3a).decimal(site.line);
    if (site.module !== undefined) out.text(' [').text(site.module).byte(0x5d);
    out.text(' func:').text(site.function);
    if (!site.accurate) out.text(' accurate:no');
    out.text(' \n');
  }
}
