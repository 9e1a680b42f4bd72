/** /proc/modules (kernel/module/procfs.c, proc_modules(5)). */

import type { Caller } from '../../fs/caller.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { ModuleUse } from '../model/code.ts';

/** What the state adds to the taints. */
const STATE_FLAG = { Live: '', Loading: '+', Unloading: '-' };

export function modules(out: TextWriter, kernel: KernelView, _caller: Caller, visible: unknown): void {
  for (const { name, size, use, state, address, taints } of kernel.modules()) {
    out.text(name).space().decimal(size);
    if (use) useOf(out, use);
    else out.text(' - -');
    out.space().text(state).text(' 0x').hexZero(visible ? address : 0, 16);
    if (taints !== '') out.text(' (').text(taints).text(STATE_FLAG[state]).byte(0x29);
    out.newline();
  }
}

function useOf(out: TextWriter, { count, users, permanent }: ModuleUse): void {
  out.space().signed(count).space();
  for (const user of users) out.text(user).byte(0x2c);
  if (permanent) out.text('[permanent],');
  else if (users.length === 0) out.byte(0x2d);
}
