/** /proc/fb (drivers/video/fbdev/core/fb_procfs.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function fb(out: TextWriter, kernel: KernelView): void {
  for (const { number, name } of kernel.frameBuffers()) out.decimal(number).space().text(name).newline();
}
