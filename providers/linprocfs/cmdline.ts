/** /proc/cmdline (fs/proc/cmdline.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function cmdline(out: TextWriter, kernel: KernelView): void {
  out.text(kernel.bootParameters()).newline();
}
