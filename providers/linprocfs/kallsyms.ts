/** /proc/kallsyms (kernel/kallsyms.c s_show). */

import type { Caller } from '../../fs/caller.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

/** Differs: addresses have 16 digits, as on 64-bit kernels. */
export function kallsyms(out: TextWriter, kernel: KernelView, _caller: Caller, visible: unknown): void {
  kernel.eachSymbol((high, low, type, name, module) => {
    if (visible) out.hexZero(high, 8).hexZero(low, 8);
    else out.text('0000000000000000');
    out.space().byte(type).space().text(name);
    if (module !== undefined) out.text('\t[').text(module).byte(0x5d);
    out.newline();
  });
}
