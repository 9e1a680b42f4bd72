/**
 * The files that programs ask for, from those without which they end to those that only some write to: every source has each of them,
 * but for what its machine's own kernel lacks.
 */

import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../fs/caller.ts';
import { isErrno } from '../fs/errno.ts';
import type { KernelSource } from '../providers/kernel-view.ts';
import { DEFAULT_OPTIONS } from '../providers/linprocfs/options.ts';
import { linprocfs } from '../providers/linprocfs/tree.ts';
import { linsysfs } from '../providers/linsysfs/tree.ts';
import { HostSource } from '../providers/sources/linux-host/host-source.ts';
import { PortableSource } from '../providers/sources/portable/portable-source.ts';
import { RecordedSource } from '../providers/sources/recorded/recorded-source.ts';
import { Recording, bytesInMemory } from '../providers/sources/recorded/recording.ts';
import { readDescription } from '../providers/sources/simulated/read-description.ts';
import { SimulatedSource } from '../providers/sources/simulated/simulated-source.ts';
import { FixedFeed } from './portable/fixed-feed.ts';
import { MACHINES } from './portable/machines.ts';
import { find } from './support/tree-reader.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Below /proc; PID is a process. */
const PROC: readonly string[] = words(`
  stat meminfo uptime cpuinfo sys/kernel/osrelease sys/kernel/pid_max self PID/stat PID/statm PID/status PID/cmdline PID/comm PID/mountinfo
  vmstat diskstats loadavg net/dev net/tcp net/tcp6 net/udp net/udp6 net/unix net/route PID/task PID/fd PID/fdinfo PID/maps PID/smaps_rollup PID/io
  PID/limits PID/cgroup PID/environ PID/exe PID/cwd PID/root swaps partitions filesystems mounts version sys/fs/file-nr sys/fs/file-max
  sys/fs/inotify/max_user_watches sys/fs/inotify/max_user_instances sys/fs/inotify/max_queued_events sys/vm/overcommit_memory sys/vm/max_map_count
  sys/vm/swappiness sys/net/core/somaxconn sys/net/ipv4/ip_local_port_range sys/kernel/random/boot_id sys/kernel/random/uuid sys/kernel/hostname
  softirqs interrupts slabinfo buddyinfo zoneinfo schedstat pressure/cpu pressure/io pressure/memory net/snmp net/netstat net/snmp6 net/sockstat
  net/softnet_stat net/protocols net/arp sys/fs/inode-state sys/fs/dentry-state sys/kernel/threads-max sys/kernel/random/entropy_avail
  PID/oom_score_adj PID/loginuid PID/coredump_filter PID/uid_map PID/gid_map PID/setgroups PID/timerslack_ns PID/autogroup sysrq-trigger`);

/** Below /sys. */
const SYS: readonly string[] = words(`
  devices/system/cpu/online devices/system/cpu/possible devices/system/cpu/present devices/system/cpu/cpu0/topology class/net block
  class/hwmon class/thermal class/power_supply class/dmi devices/system/cpu/cpu0/cpufreq devices/system/node/node0`);

/** What of the list is not in the trees of a source, with the process that has what there is of a process. */
function missing(source: KernelSource, id: number): string[] {
  const [proc, sys] = [linprocfs(source, DEFAULT_OPTIONS), linsysfs(source)];
  return [
    ...PROC.filter((path) => isErrno(find(proc, path.replace(/^PID/, String(id)).replace(/^net\//, `${id}/net/`)))),
    ...SYS.filter((path) => isErrno(find(sys, path))).map((path) => `sys:${path}`),
  ];
}

/** Whether this machine's kernel has a file. */
function hasFile(path: string): boolean {
  return path.startsWith('sys:') ? existsSync(`/sys/${path.slice(4)}`) : lstatSync(`/proc/${path.replace(/^PID/, 'self')}`, { throwIfNoEntry: false }) !== undefined;
}

test('host has what the kernel has', () => {
  const source = new HostSource();
  try {
    assert.equal(missing(source, process.pid).filter(hasFile), []);
  } finally {
    source.dispose();
  }
});

const MACHINE_FILES = fileURLToPath(new URL('../../test/recorded/machines/', import.meta.url));

/** What these recordings do not have: the list of caches, left out for its size, and frequencies, which virtual machines do not set. */
const NOT_RECORDED: readonly string[] = ['slabinfo', 'sys:devices/system/cpu/cpu0/cpufreq'];

for (const name of ['single-core', 'disks', 'numa', 'container']) {
  test(`recorded has all that was recorded: ${name}`, () => {
    const recording = new Recording(bytesInMemory(readFileSync(`${MACHINE_FILES}${name}.rec`)));
    const source = new RecordedSource(recording);
    try {
      const id = source.view(SUPERUSER).processIds(0)[0] ?? 1;
      assert.equal(missing(source, id), NOT_RECORDED);
    } finally {
      source.dispose();
    }
  });
}

test('simulated has all', () => {
  const machine = readDescription(readFileSync(fileURLToPath(new URL('../../examples/simulated/big.json', import.meta.url)), 'utf8'));
  if ('what' in machine) throw new Error(machine.what);
  const source = new SimulatedSource(machine, { now: () => machine.uptime });
  assert.equal(missing(source, source.visitor), []);
});

/** What is not there because nobody tells it of the machine: how fast its processors may be. */
const UNTOLD: Readonly<Record<string, readonly string[]>> = { illumos: ['sys:devices/system/cpu/cpu0/cpufreq'] };

for (const name of Object.keys(MACHINES)) {
  test(`portable has all that is told: ${name}`, () => {
    const own = { pid: 77_777, parent: 1, name: 'compatfs', command: ['compatfs'], executable: '/usr/bin/node', uid: 0, gid: 0, started: 0 };
    const machine = MACHINES[name];
    if (!machine) throw new Error(name);
    const source = new PortableSource(new FixedFeed(machine, own), own.pid);
    try {
      assert.equal(missing(source, own.pid), UNTOLD[name] ?? []);
    } finally {
      source.dispose();
    }
  });
}

test.run();
