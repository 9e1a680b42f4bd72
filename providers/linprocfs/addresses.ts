/** Who is shown addresses of the kernel. */

import { CAP_SYSLOG, type Caller } from '../../fs/caller.ts';
import type { KernelView } from '../kernel-view.ts';

/**
 * Whether the caller sees where the kernel's code is (kallsyms_show_value): with CAP_SYSLOG. What the source itself may
 * not see is 0 in its model.
 *
 * Differs: Linux asks when the file is opened, and with kernel.kptr_restrict=0 and kernel.perf_event_paranoid<=1 shows
 * them to all.
 */
export function seesAddresses(caller: Caller): boolean {
  return caller.capable(CAP_SYSLOG);
}

/** The text of a file with addresses is the same for all who see them, and not kept for others. */
export function addressesKey(kernel: KernelView, caller: Caller): object | undefined {
  return seesAddresses(caller) ? kernel : undefined;
}
