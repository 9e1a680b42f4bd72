/** /proc/iomem and /proc/ioports (kernel/resource.c r_show). */

import { CAP_SYS_ADMIN, type Caller } from '../../fs/caller.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { Resource } from '../model/devices.ts';

/** Ranges that lie deeper than so many others stand no further in. */
const DEEPEST = 5;

/** /proc/iomem */
export function iomem(out: TextWriter, kernel: KernelView, caller: Caller): void {
  resources(out, kernel.memoryResources(), 8, caller);
}

/** /proc/ioports */
export function ioports(out: TextWriter, kernel: KernelView, caller: Caller): void {
  resources(out, kernel.portResources(), 4, caller);
}

/** Addresses are zeros for a caller without CAP_SYS_ADMIN. */
function resources(out: TextWriter, all: readonly Resource[], width: number, caller: Caller): void {
  const visible = caller.capable(CAP_SYS_ADMIN);
  for (const { depth, start, end, name } of all) {
    out.repeat(0x20, 2 * Math.min(depth, DEEPEST)).hexZero(visible ? start : 0, width);
    out.byte(0x2d).hexZero(visible ? end : 0, width).text(' : ').text(name).newline();
  }
}

/** What all who see the addresses read is the same. */
export function resourcesKey(kernel: KernelView, caller: Caller): object | undefined {
  return caller.capable(CAP_SYS_ADMIN) ? kernel : undefined;
}
