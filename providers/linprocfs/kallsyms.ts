/** /proc/kallsyms (kernel/kallsyms.c s_show). */

import type { Caller } from '../../fs/caller.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

/** Differs: addresses have 16 digits, as on 64-bit kernels. */
export function kallsyms(out: TextWriter, kernel: KernelView, _caller: Caller, visible: unknown): void {
  kernel.eachSymbol((address, type, name, module) => {
    out.hexZero(visible ? address : 0, 16).space().byte(type).space().text(name);
    if (module !== undefined) out.text('\t[').text(module).byte(0x5d);
    out.newline();
  });
}
