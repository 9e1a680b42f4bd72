/** /proc/PID/numa_maps (fs/proc/task_mmu.c show_numa_map, mm/mempolicy.c mpol_to_str, numa(7)). */

import type { Caller } from '../../../fs/caller.ts';
import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { NumaPages, NumaPolicy } from '../../model/task-memory.ts';
import type { TaskView } from '../../model/task.ts';
import { listOfBits } from '../bits.ts';
import { pathsSeenBy } from './seen-paths.ts';

export function numaMaps(out: TextWriter, task: TaskView, caller: Caller): Errno | 0 {
  const seen = pathsSeenBy(caller, task);
  const mappings = task.addressSpace.numaMappings();
  if (isErrno(mappings)) return mappings;
  for (const mapping of mappings) {
    out.hexZero(mapping.start, 8).space();
    policy(out, mapping.policy);
    if (mapping.file !== undefined) out.text(' file=').escaped(seen(mapping.file), '\n\t= ');
    else if (mapping.area) out.space().text(mapping.area);
    if (mapping.huge) out.text(' huge');
    if (mapping.pages) pages(out, mapping.pages);
    out.newline();
  }
  return 0;
}

function policy(out: TextWriter, { mode, flags, nodes }: NumaPolicy): void {
  out.text(mode);
  flags.forEach((flag, index) => out.byte(index ? 0x7c : 0x3d).text(flag));
  if (nodes) listOfBits(out.byte(0x3a), nodes);
}

function pages(out: TextWriter, pages: NumaPages): void {
  count(out, ' anon=', pages.anonymous);
  count(out, ' dirty=', pages.dirty);
  count(out, ' mapped=', pages.mapped);
  count(out, ' mapmax=', pages.mostMapped);
  count(out, ' swapcache=', pages.swapCache);
  count(out, ' active=', pages.active);
  count(out, ' writeback=', pages.writeback);
  for (const { node, pages: there } of pages.nodes) out.text(' N').decimal(node).byte(0x3d).decimal(there);
  count(out, ' kernelpagesize_kB=', pages.pageSize);
}

function count(out: TextWriter, label: string, value: U64 | undefined): void {
  if (value !== undefined) out.text(label).decimal(value);
}
