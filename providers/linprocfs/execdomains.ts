/** /proc/execdomains (kernel/exec_domain.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function execdomains(out: TextWriter, kernel: KernelView): void {
  for (const { low, high, name, module } of kernel.executionDomains()) {
    out.decimal(low).byte(0x2d).decimal(high).byte(0x09).textLeft(name, 16).text('\t[').text(module).text(']\n');
  }
}
