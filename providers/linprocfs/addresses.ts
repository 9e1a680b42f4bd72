/** Who is shown addresses of the kernel. */

import { CAP_SYSLOG, CAP_SYS_ADMIN, type Caller } from '../../fs/caller.ts';
import type { FileOptions } from '../../fs/generated/spec.ts';
import type { KernelView } from '../kernel-view.ts';

/**
 * Options of a file of addresses of the kernel's code (kallsyms_show_value): it shows them to who has CAP_SYSLOG when
 * opening it, or to all where all may profile the kernel, and otherwise zeros. `fill` is told so as its opener. What the
 * source itself may not see is 0 in its model.
 */
export const CODE_ADDRESSES: FileOptions<KernelView> = byOpener(seesCode);

/** Whether a caller who opens a file is shown addresses of the kernel's code in it. */
export function seesCode(kernel: KernelView, caller: Caller): boolean {
  if (caller.capable(CAP_SYSLOG)) return true;
  const { restriction, paranoia } = kernel.addressPolicy();
  return restriction === 0 && paranoia <= 1;
}

/** Options of a file of physical addresses: they are for who has CAP_SYS_ADMIN when opening it. */
export const PHYSICAL_ADDRESSES: FileOptions<KernelView> = byOpener((_kernel, caller) => caller.capable(CAP_SYS_ADMIN));

/** Whether a caller sees zeros in the place of pointers (restricted_pointer): what the source sees are true ones, hashes or zeros. */
export function seesNoPointers(kernel: KernelView, caller: Caller): boolean {
  return kernel.addressPolicy().restriction === 1 && !caller.capable(CAP_SYSLOG);
}

function byOpener(isShown: (kernel: KernelView, caller: Caller) => boolean): FileOptions<KernelView> {
  return {
    opener: isShown,
    // The text depends on who opened the file.
    key: () => undefined,
  };
}
