/** /proc/config.gz (kernel/configs.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function configuration(out: TextWriter, kernel: KernelView): void {
  out.raw(kernel.buildConfiguration());
}
