/** /proc/filesystems (fs/filesystems.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function filesystems(out: TextWriter, kernel: KernelView): void {
  for (const { name, needsDevice } of kernel.fileSystemTypes()) {
    out.text(needsDevice ? '' : 'nodev').byte(0x09).text(name).newline();
  }
}
