/** The files of control groups, version 2: kernel/cgroup, mm/memcontrol.c, block/blk-cgroup.c, kernel/sched. */

import { type SysfsTable, decimal, each, fields, inUnit, keyed, line, mode, notifying, ranges, tabular, trigger, words, writable } from './row.ts';

const PRESSURE = writable(tabular('%s avg10=%s avg60=%s avg300=%s total=%u'));
const COUNTERS = tabular('%s %u');

export const CGROUP: SysfsTable = {
  'fs/cgroup/**': {
    'cgroup.controllers': words(),
    'cgroup.subtree_control': writable(words()),
    ...each(writable(tabular('%d')), 'cgroup.procs cgroup.threads'),
    ...each(COUNTERS, 'cgroup.stat cgroup.stat.local cpu.stat cpu.stat.local memory.stat'),
    ...each(
      notifying(COUNTERS),
      'cgroup.events memory.events memory.events.local memory.swap.events pids.events pids.events.local misc.events misc.events.local hugetlb.#MB.events hugetlb.#GB.events hugetlb.#MB.events.local hugetlb.#GB.events.local',
    ),
    'cgroup.type': writable(line()),
    ...each(writable(line()), 'cgroup.max.depth cgroup.max.descendants'),
    ...each(writable(decimal()), 'cgroup.freeze cgroup.pressure cpu.idle cpu.weight cpu.weight.nice memory.oom.group'),
    'cgroup.kill': trigger(),
    ...each(PRESSURE, 'cpu.pressure io.pressure memory.pressure irq.pressure'),
    // A number of microseconds or `max`, and the period.
    'cpu.max': writable(fields('%s %u')),
    'cpu.max.burst': writable(inUnit('us')),
    ...each(writable(line()), 'cpu.uclamp.max cpu.uclamp.min'),
    ...each(inUnit('bytes'), 'memory.current memory.swap.current memory.zswap.current hugetlb.#MB.current hugetlb.#GB.current hugetlb.#MB.rsvd.current hugetlb.#GB.rsvd.current'),
    // Bytes, or `max`.
    ...each(
      writable(line()),
      'memory.high memory.low memory.max memory.min memory.swap.high memory.swap.max memory.zswap.max hugetlb.#MB.max hugetlb.#GB.max hugetlb.#MB.rsvd.max hugetlb.#GB.rsvd.max pids.max',
    ),
    ...each(writable(decimal()), 'memory.peak memory.swap.peak memory.zswap.writeback'),
    'memory.reclaim': mode(0o200, { kind: 'nothing', mode: 0o200 }),
    ...each(keyed(), 'memory.numa_stat io.stat'),
    ...each(writable(keyed()), 'io.max io.latency io.cost.model io.cost.qos'),
    ...each(writable(tabular('%s %u')), 'io.bfq.weight io.weight'),
    'io.prio.class': writable(line()),
    'pids.current': decimal(),
    'pids.peak': decimal(),
    ...each(writable(ranges()), 'cpuset.cpus cpuset.mems cpuset.cpus.exclusive'),
    ...each(ranges(), 'cpuset.cpus.effective cpuset.mems.effective cpuset.cpus.exclusive.effective cpuset.cpus.isolated'),
    'cpuset.cpus.partition': writable(line()),
    ...each(keyed(), 'rdma.current rdma.max hugetlb.#MB.numa_stat hugetlb.#GB.numa_stat'),
    ...each(tabular('%s %u'), 'misc.capacity misc.current misc.peak'),
    'misc.max': writable(tabular('%s %s')),
  },
};
