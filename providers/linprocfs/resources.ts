/** /proc/iomem and /proc/ioports (kernel/resource.c r_show). */

import type { Caller } from '../../fs/caller.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { Resource } from '../model/devices.ts';

/** Ranges that lie deeper than so many others stand no further in. */
const DEEPEST = 5;

/** /proc/iomem */
export function iomem(out: TextWriter, kernel: KernelView, _caller: Caller, visible: unknown): void {
  resources(out, kernel.memoryResources(), 8, visible === true);
}

/** /proc/ioports */
export function ioports(out: TextWriter, kernel: KernelView, _caller: Caller, visible: unknown): void {
  resources(out, kernel.portResources(), 4, visible === true);
}

/** Addresses are zeros unless they are for the reader. */
function resources(out: TextWriter, all: readonly Resource[], width: number, visible: boolean): void {
  for (const { depth, start, end, name } of all) {
    out.repeat(0x20, 2 * Math.min(depth, DEEPEST)).hexZero(visible ? start : 0, width);
    out.byte(0x2d).hexZero(visible ? end : 0, width).text(' : ').text(name).newline();
  }
}
