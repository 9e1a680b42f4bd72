/** A /proc with nothing but a stat file, and that with four columns, as FreeBSD's linprocfs once printed it. */

import { dir, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import { type GeneratedTree, generatedTree } from '../../fs/generated/tree.ts';
import type { KernelSource, KernelView } from '../../providers/kernel-view.ts';
import type { CpuTimes } from '../../providers/model/system.ts';

function stat(out: TextWriter, kernel: KernelView): void {
  const { total, cpus, bootTime, contextSwitches } = kernel.statistics();
  fourColumns(out.text('cpu '), total);
  for (const cpu of cpus) fourColumns(out.text('cpu').decimal(cpu.id), cpu);
  out.text('ctxt ').decimal(contextSwitches).text('\nbtime ').decimal(bootTime).newline();
}

/** user, nice, system and idle. */
function fourColumns(out: TextWriter, { ticks }: CpuTimes): void {
  for (const value of ticks.slice(0, 4)) out.space().decimal(value);
  out.newline();
}

/** The tree over any source of kernel views. */
export function fourColumnProc(source: KernelSource): GeneratedTree {
  return generatedTree<KernelView>({
    type: 'proc',
    magic: 0x9fa0,
    root: dir(0o555, { stat: file(0o444, stat) }),
    subject: { context: (caller) => source.view(caller) },
    fileSize: 0,
    blockSize: 1024,
    changes: () => 'kept',
    declaredMilliseconds: 1000,
  });
}
