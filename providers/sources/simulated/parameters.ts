/** The kernel parameters of a simulated machine: /proc/sys. What is written to them is remembered. */

import type { SysctlValue, SysctlView } from '../../model/sysctl.ts';
import { meaningOf } from '../../model/sysctl/schema.ts';
import { type LiveParameter, PlainSysctl, standardParameters } from '../plain/parameters.ts';
import { scramble } from './chance.ts';
import type { Description } from './description.ts';
import type { Mistake } from './json-text.ts';
import type { Simulation } from './simulation.ts';

/** What a server has besides. */
const MORE: readonly (readonly [path: string, value: SysctlValue])[] = [
  ['kernel/kptr_restrict', [1]],
  ['kernel/ns_last_pid', [0]],
  ['kernel/perf_event_paranoid', [2]],
  ['kernel/sched_autogroup_enabled', [0]],
  ['net/core/default_qdisc', 'fq_codel'],
  ['net/core/netdev_max_backlog', [1000]],
  ['net/core/optmem_max', [131072]],
  ['net/core/rmem_default', [212992]],
  ['net/core/rmem_max', [212992]],
  ['net/core/somaxconn', [4096]],
  ['net/core/wmem_default', [212992]],
  ['net/core/wmem_max', [212992]],
  ['net/ipv4/icmp_echo_ignore_broadcasts', [1]],
  ['net/ipv4/ip_forward', [0]],
  ['net/ipv4/ip_local_port_range', [32768, 60999]],
  ['net/ipv4/ip_unprivileged_port_start', [1024]],
  ['net/ipv4/tcp_fin_timeout', [60]],
  ['net/ipv4/tcp_keepalive_time', [7200]],
  ['net/ipv4/tcp_max_syn_backlog', [4096]],
  ['net/ipv4/tcp_rmem', [4096, 131072, 6291456]],
  ['net/ipv4/tcp_sack', [1]],
  ['net/ipv4/tcp_window_scaling', [1]],
  ['net/ipv4/tcp_wmem', [4096, 16384, 4194304]],
  ['vm/dirty_background_bytes', [0]],
  ['vm/dirty_bytes', [0]],
  ['vm/dirty_expire_centisecs', [3000]],
  ['vm/dirty_writeback_centisecs', [500]],
  ['vm/zone_reclaim_mode', [0]],
];

/** The parameters. */
export function parametersOf(simulation: Simulation): SysctlView {
  const { machine, population } = simulation;
  const described = Object.entries(machine.description.sysctl ?? {}).map(([path, value]): [string, SysctlValue] => [path, typeof value === 'number' ? [value] : value]);
  const values: (readonly [string, SysctlValue])[] = [
    ...standardParameters(machine.memory.total),
    ...MORE,
    ['kernel/pid_max', [machine.pidMax]],
    ['kernel/random/boot_id', bootId(machine.seed)],
    ...described,
  ];
  let { hostname } = machine;
  const inodes = (): number[] => {
    const count = (name: string): number => simulation.memory().slabs.find((slab) => slab.name === name)?.objects ?? 0;
    const all = count('inode_cache') + count('ext4_inode_cache') + count('proc_inode_cache');
    return [all, Math.floor(all / 10)];
  };
  const terminals = machine.templates.filter(({ text }) => text.terminal !== undefined).length;
  const live = new Map<string, LiveParameter>([
    ['kernel/hostname', { read: () => hostname, write: (value) => ((hostname = String(value)), 0) }],
    ['kernel/osrelease', { read: () => machine.release }],
    ['kernel/version', { read: () => machine.version }],
    ['kernel/ns_last_pid', { read: () => [population.lastId(simulation.time)] }],
    ['kernel/pty/nr', { read: () => [terminals] }],
    ['fs/file-nr', { read: () => [simulation.memory().slabs.find(({ name }) => name === 'filp')?.objects ?? 0, 0, Math.floor(machine.memory.total / 10240)] }],
    ['fs/inode-nr', { read: inodes }],
    ['fs/inode-state', { read: () => [...inodes(), 0, 0, 0, 0, 0] }],
    [
      'fs/dentry-state',
      {
        read: () => {
          const entries = simulation.memory().slabs.find(({ name }) => name === 'dentry')?.objects ?? 0;
          return [entries, Math.floor(entries * 0.9), 45, 0, Math.floor(entries / 20), 0];
        },
      },
    ],
  ]);
  return new PlainSysctl(values, live);
}

/** A UUID of version 4 that follows from the seed. */
function bootId(seed: number): Uint8Array {
  const bytes = Uint8Array.from({ length: 16 }, (_, index) => scramble(seed ^ 0xb007, index, 0));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes;
}

/** Whether the described parameters are such as the kernel has. */
export function mistakeInParameters({ sysctl = {} }: Description): Mistake | undefined {
  for (const [path, value] of Object.entries(sysctl)) {
    const place = `sysctl[${JSON.stringify(path)}]`;
    if (!/^[\w.-]+(\/[\w.-]+)+$/.test(path) || /(^|\/)\.\.?(\/|$)/.test(path)) return { place, what: 'must be a path as vm/swappiness' };
    const meaning = meaningOf(path);
    if (meaning.kind === 'numbers') {
      const count = Array.isArray(value) ? value.length : 1;
      if (typeof value === 'string' || count > meaning.count) return { place, what: `must be ${meaning.count === 1 ? 'a number' : `at most ${meaning.count} numbers`}` };
    } else if (meaning.kind !== 'text' || typeof value !== 'string') {
      return { place, what: meaning.kind === 'text' ? 'must be a text' : 'cannot be described' };
    }
  }
  return undefined;
}
