/** Who is shown addresses of the kernel. */

import { CAP_SYSLOG, CAP_SYS_ADMIN, type Caller } from '../../fs/caller.ts';
import type { FileOptions } from '../../fs/generated/spec.ts';
import type { KernelView } from '../kernel-view.ts';

/**
 * Options of a file of addresses of the kernel's code (kallsyms_show_value): it shows them to who has CAP_SYSLOG when
 * opening it, and otherwise zeros. `fill` is told so as its opener. What the source itself may not see is 0 in its model.
 *
 * Differs: with kernel.kptr_restrict=0 and kernel.perf_event_paranoid<=1 Linux shows them to all.
 */
export const CODE_ADDRESSES: FileOptions<KernelView> = byCapability(CAP_SYSLOG);

/** Options of a file of physical addresses: they are for who has CAP_SYS_ADMIN when opening it. */
export const PHYSICAL_ADDRESSES: FileOptions<KernelView> = byCapability(CAP_SYS_ADMIN);

function byCapability(capability: number): FileOptions<KernelView> {
  return {
    opener: (_kernel: KernelView, caller: Caller) => caller.capable(capability),
    // The text depends on who opened the file.
    key: () => undefined,
  };
}
