/** /proc/vmallocinfo (mm/vmalloc.c vmalloc_info_show). */

import type { Caller } from '../../fs/caller.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { SymbolPlace } from '../model/memory.ts';
import { seesNoPointers } from './addresses.ts';

/** Differs: addresses have 16 digits, as on 64-bit kernels. */
export function vmallocinfo(out: TextWriter, kernel: KernelView, caller: Caller): void {
  const hidden = seesNoPointers(kernel, caller);
  for (const area of kernel.virtualAreas()) {
    out.text('0x').hexZero(hidden ? 0 : area.start, 16).text('-0x').hexZero(hidden ? 0 : area.end, 16).space().decimalPadded(area.size, 7);
    if (area.caller) place(out.space(), area.caller);
    if (area.pages !== undefined) out.text(' pages=').decimal(area.pages);
    if (area.physical !== undefined) out.text(' phys=0x').hexZero(area.physical, 16);
    for (const kind of area.kinds) out.space().text(kind);
    for (const { node, pages } of area.nodes) out.text(' N').decimal(node).byte(0x3d).decimal(pages);
    out.newline();
  }
}

function place(out: TextWriter, symbol: SymbolPlace): void {
  if ('address' in symbol) {
    out.text('0x').hex(symbol.address);
    return;
  }
  out.text(symbol.name).text('+0x').hex(symbol.offset).text('/0x').hex(symbol.length);
  if (symbol.module !== undefined) out.text(' [').text(symbol.module).byte(0x5d);
}
