/** How fast a described processor may be and is: /sys/devices/system/cpu/cpufreq (drivers/cpufreq/cpufreq.c). */

import type { Content, ObjectTree } from './object-tree.ts';

/** A policy of one processor. Frequencies are kHz. */
export interface DescribedFrequency {
  readonly cpu: number;
  readonly driver: string;
  readonly least: number;
  readonly most: number;
  readonly governor: string;
  readonly governors: readonly string[];
  readonly current: Content;
}

/** Adds a policy, and the processor's link to it. */
export function addFrequency(tree: ObjectTree, { cpu, driver, least, most, governor, governors, current }: DescribedFrequency): void {
  const path = `devices/system/cpu/cpufreq/policy${cpu}`;
  tree.attributes(
    { path, subsystem: '', group: '' },
    {
      affected_cpus: [String(cpu)],
      related_cpus: [String(cpu)],
      cpuinfo_max_freq: most,
      cpuinfo_min_freq: least,
      cpuinfo_transition_latency: 20_000,
      scaling_max_freq: most,
      scaling_min_freq: least,
      scaling_governor: governor,
      scaling_available_governors: governors,
      scaling_driver: driver,
      scaling_setspeed: '<unsupported>',
      scaling_cur_freq: current,
    },
  );
  tree.linkTo(`devices/system/cpu/cpu${cpu}/cpufreq`, path);
}
