/** /proc/sysrq-trigger (drivers/tty/sysrq.c write_sysrq_trigger, Documentation/admin-guide/sysrq.rst). */

import { EIO, type Errno } from '../../fs/errno.ts';
import { type FileSpec, file } from '../../fs/generated/spec.ts';
import type { KernelView } from '../kernel-view.ts';
import { taken, writtenText } from './written.ts';

/** The file: the first byte of a write is a key, or all of them behind an underscore. */
export const sysrqTrigger: FileSpec<KernelView> = file<KernelView>(0o200, (): Errno => EIO, {
  exists: (kernel) => kernel.has('sysrq-trigger'),
  write(value, _at, kernel) {
    if (value.length === 0) return 0;
    const keys = writtenText(value);
    return taken(kernel.triggerSysRq(keys.startsWith('_') ? keys : keys.slice(0, 1)), value);
  },
});
