/** /proc/kpagecount, kpageflags, kpagecgroup (fs/proc/page.c) and /proc/kcore (fs/proc/kcore.c). */

import { CAP_SYS_RAWIO } from '../../fs/caller.ts';
import { EINVAL, EIO, EPERM } from '../../fs/errno.ts';
import { type StreamSpec, stream } from '../../fs/generated/spec.ts';
import type { KernelView } from '../kernel-view.ts';
import type { PageFile } from '../model/raw-memory.ts';

/** The bytes of one page's number. */
const ENTRY = 8;

/** A file of numbers, one for each physical page: offsets and lengths are multiples of an entry's. */
export function pages(name: PageFile): StreamSpec<KernelView> {
  return stream<KernelView>(
    0o400,
    {
      read(into, start, length, at, kernel) {
        if (at % ENTRY !== 0 || length % ENTRY !== 0) return EINVAL;
        return kernel.pageFile(name).read(into, start, length, at);
      },
      write: () => EIO,
    },
    { exists: (kernel) => kernel.has(name) },
  );
}

/** The kernel's memory as a core file. */
export const kcore: StreamSpec<KernelView> = stream<KernelView>(
  0o400,
  {
    open: (_flags, _kernel, caller) => (caller.capable(CAP_SYS_RAWIO) ? 0 : EPERM),
    read: (into, start, length, at, kernel) => kernel.kernelCore().read(into, start, length, at),
    write: () => EIO,
  },
  {
    exists: (kernel) => kernel.has('kcore'),
    attributes(into, kernel) {
      into.size = kernel.kernelCore().size;
    },
  },
);
