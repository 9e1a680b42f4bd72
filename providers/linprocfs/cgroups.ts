/** /proc/cgroups (kernel/cgroup/cgroup-v1.c proc_cgroupstats_show, cgroups(7)). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

const TAB = 0x09;

export function cgroups(out: TextWriter, kernel: KernelView): void {
  out.text('#subsys_name\thierarchy\tnum_cgroups\tenabled\n');
  for (const { name, hierarchy, groups, enabled } of kernel.cgroupControllers()) {
    out.text(name).byte(TAB).decimal(hierarchy).byte(TAB).decimal(groups).byte(TAB).decimal(enabled ? 1 : 0).newline();
  }
}
