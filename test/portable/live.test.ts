/** The source portable on this Linux, beside what its kernel tells: what both know agrees, counters never fall, processes come and go. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { type Errno, isErrno } from '../../fs/errno.ts';
import { S_IFREG } from '../../fs/stat.ts';
import type { KernelView } from '../../providers/kernel-view.ts';
import type { SysfsName, SysfsView } from '../../providers/model/sysfs.ts';
import type { TaskStat } from '../../providers/model/task.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { LiveFeed } from '../../providers/sources/portable/live-feed.ts';
import { steadyNow } from '../../providers/sources/portable/parts.ts';
import { PortableSource } from '../../providers/sources/portable/portable-source.ts';
import { missingProgram } from '../support/requirements.ts';

/** Nobody waits longer than this for what must happen. */
const LIMIT_MS = 120_000;

/** By how much both may differ. What counts up lies between what the kernel tells before and after; that much may be missing. */
const TOLERANCE = {
  /** Ticks of a CPU: Node rounds each column, and the kernel's idle time goes back by some when a CPU wakes up. */
  ticks: 20,
  /** Seconds: starts of processes are told in seconds, and worked out from how long they have run, a while after that was found. */
  start: 5,
  /** Of a process's own time: its parts are of all that the CPUs did, of which Node tells no more than how long it took. */
  used: 0.05,
  usedTicks: 100,
  /** Seconds. */
  boot: 2,
  /** Of all memory. */
  memory: 0.1,
  /** How many of all processes may be otherwise, because they changed meanwhile. */
  changed: 0.1,
};

function good<T>(value: T | Errno | undefined): T {
  if (value === undefined || isErrno(value as Errno)) throw new Error(`${String(value)} where a value must be`);
  return value as T;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = steadyNow() + LIMIT_MS;
  while (!holds()) {
    if (steadyNow() > end) throw new Error(`${what}: not within ${LIMIT_MS} ms`);
    await sleep(50);
  }
}

/** The kernel's own view of a moment. */
function kernel(host: HostSource): KernelView {
  host.invalidate();
  return host.view();
}

function stats(view: KernelView): Map<number, TaskStat> {
  const found = new Map<number, TaskStat>();
  for (const id of view.processIds(0)) {
    const stat = view.task(id)?.stat(true);
    if (stat !== undefined && !isErrno(stat)) found.set(id, stat);
  }
  return found;
}

const reason = process.platform === 'linux' ? missingProgram('ps', 'lsblk') : 'needs Linux';
if (reason !== undefined) {
  console.log(`skipped: ${reason}`);
} else {
  const host = new HostSource();
  const before = kernel(host);
  const [statisticsBefore, statsBefore, uptimeBefore, trafficBefore] = [before.statistics(), stats(before), before.uptime(), before.task(1)?.network()];
  const devicesBefore = isErrno(trafficBefore as Errno) ? [] : good(good(trafficBefore).read('dev'));
  let source: PortableSource;

  test('it starts', async () => {
    source = new PortableSource(await LiveFeed.start({ first: LIMIT_MS }));
  });

  test('what never changes is what the kernel tells', () => {
    const [ours, theirs] = [source.view(), kernel(host)];
    assert.equal([ours.release().release, ours.release().version], [theirs.release().release, theirs.release().version]);
    assert.equal(ours.sysctl().read('kernel/hostname', SUPERUSER), theirs.sysctl().read('kernel/hostname', SUPERUSER));
    assert.ok(Math.abs(Number(ours.statistics().bootTime) - Number(theirs.statistics().bootTime)) <= TOLERANCE.boot);
    assert.is(ours.memory().get('MemTotal'), theirs.memory().get('MemTotal'));
    assert.is(ours.memory().get('SwapTotal'), theirs.memory().get('SwapTotal'));
    const [mine, kernels] = [ours.processors(), theirs.processors()];
    assert.is(mine.length, kernels.length);
    for (const [index, processor] of mine.entries()) {
      const told = kernels[index];
      if (processor.architecture !== 'x86' || told?.architecture !== 'x86') continue;
      assert.equal([processor.vendor, processor.family, processor.model, processor.stepping, processor.modelName], [told.vendor, told.family, told.model, told.stepping, told.modelName]);
      assert.equal(processor.flags, told.flags);
    }
    const sizes = new Map(theirs.partitions().map(({ name, size }) => [name, size]));
    for (const { name, size } of ours.partitions()) assert.is(size, sizes.get(name), name);
  });

  test('kernel objects are those that the kernel has', () => {
    const [ours, theirs] = [good(source.view().sysfs()), good(kernel(host).sysfs())];
    const value = (sysfs: SysfsView, path: string): unknown => {
      const reading = sysfs.read(path);
      return isErrno(reading as Errno) ? undefined : (reading as { value: unknown }).value;
    };
    const firmware = 'devices/virtual/dmi/id';
    const names = ours.list(firmware);
    for (const { name, type } of isErrno(names as Errno) ? [] : (names as readonly SysfsName[])) {
      const told = value(theirs, `${firmware}/${name}`);
      // Its serial numbers are known to systeminformation by other means too, and what it is in a container.
      if (type !== S_IFREG || told === undefined || /^(uevent|modalias|product_name)$/.test(name)) continue;
      assert.is(String(value(ours, `${firmware}/${name}`)).toLowerCase(), String(told).trim().toLowerCase(), name);
    }
    const policy = 'devices/system/cpu/cpufreq/policy0';
    assert.is(ours.entry(policy) !== undefined, theirs.entry(policy) !== undefined, 'there is a policy where the kernel has one');
    for (const name of ['cpuinfo_max_freq', 'cpuinfo_min_freq']) {
      const told = value(theirs, `${policy}/${name}`);
      // It is told in hundredths of a GHz.
      if (told !== undefined) assert.ok(Math.abs(Number(value(ours, `${policy}/${name}`)) - Number(told)) <= 10_000, name);
    }
    if (theirs.entry(policy)) assert.is(value(ours, `${policy}/scaling_governor`), value(theirs, `${policy}/scaling_governor`));
    const supplies = theirs.list('class/power_supply');
    if (isErrno(supplies as Errno) || (supplies as readonly SysfsName[]).length === 0) assert.equal(ours.list('class/power_supply'), []);
  });

  test('counters are between what the kernel told before and tells now', () => {
    const ours = source.view();
    const { cpus } = ours.statistics();
    const devices = good(good(ours.task(1)?.network()).read('dev'));
    const { up } = ours.uptime();
    const after = kernel(host);
    assert.ok(up >= uptimeBefore.up && up <= after.uptime().up + 100, `${uptimeBefore.up} ${up} ${after.uptime().up}`);
    const { cpus: cpusAfter } = after.statistics();
    cpus.forEach(({ ticks }, cpu) => {
      for (const column of [0, 1, 2, 3, 5]) {
        const [low, high] = [statisticsBefore.cpus[cpu]?.ticks[column], cpusAfter[cpu]?.ticks[column]].map(Number) as [number, number];
        const told = Number(ticks[column]);
        assert.ok(told >= low - TOLERANCE.ticks && told <= high + TOLERANCE.ticks, `cpu${cpu}, column ${column}: ${low} ${told} ${high}`);
      }
    });
    const devicesAfter = good(good(after.task(1)?.network()).read('dev'));
    for (const { name, receivedBytes, sentBytes } of devices) {
      const [low, high] = [devicesBefore.find((each) => each.name === name), devicesAfter.find((each) => each.name === name)];
      if (!low || !high) continue;
      for (const [told, least, most] of [[receivedBytes, low.receivedBytes, high.receivedBytes], [sentBytes, low.sentBytes, high.sentBytes]]) {
        assert.ok(Number(told) >= Number(least) && Number(told) <= Number(most), `${name}: ${least} ${told} ${most}`);
      }
    }
  });

  test('memory is as the kernel tells it', () => {
    const [ours, theirs] = [source.view().memory(), kernel(host).memory()];
    const total = Number(theirs.get('MemTotal'));
    for (const name of ['MemFree', 'MemAvailable', 'Buffers', 'Cached', 'Slab', 'SReclaimable', 'SwapFree', 'Dirty']) {
      const [mine = 0, kernels = 0] = [ours.get(name), theirs.get(name)].map(Number);
      assert.ok(Math.abs(mine - kernels) <= total * TOLERANCE.memory, `${name}: ${mine} ${kernels}`);
    }
  });

  test('zones, free blocks and caches have as much as those of the kernel, and the network has its settings', () => {
    const [ours, theirs] = [source.view(), kernel(host)];
    const total = Number(theirs.memory().get('MemTotal'));
    const sum = (values: readonly (number | bigint)[]): number => values.reduce<number>((all, value) => all + Number(value), 0);
    const sizes: Readonly<Record<string, (view: KernelView) => number>> = {
      managed: (view) => sum(view.memoryZones().map(({ pages }) => pages.get('managed') ?? 0)),
      free: (view) => sum(view.memoryZones().map(({ free }) => free)),
      blocks: (view) => sum(view.freeAreas().flatMap(({ counts }) => counts.map((count, order) => Number(count) * 2 ** order))),
      slabs: (view) => sum(view.slabCaches().map(({ slabs, pagesPerSlab }) => Number(slabs) * Number(pagesPerSlab))),
    };
    const files: Readonly<Record<string, string>> = { managed: 'zoneinfo', free: 'zoneinfo', blocks: 'buddyinfo', slabs: 'slabinfo' };
    for (const [name, of] of Object.entries(sizes)) {
      if (!theirs.has(files[name] ?? '')) continue;
      const [mine, kernels] = [of(ours) * 4, of(theirs) * 4];
      // Who is not root is told nothing of some.
      if (kernels === 0) continue;
      assert.ok(Math.abs(mine - kernels) <= total * TOLERANCE.memory, `${name}: ${mine} ${kernels}`);
    }
    const [mine, kernels] = [good(ours.task(1)?.network()), good(theirs.task(1)?.network())];
    assert.is(good(mine.read('softnet_stat')).length, good(kernels.read('softnet_stat')).length);
    const settings = (network: typeof mine): unknown[] => {
      const tcp = good(network.read('snmp')).find(({ name }) => name === 'Tcp');
      return ['RtoAlgorithm', 'RtoMin', 'RtoMax', 'MaxConn'].map((name) => tcp?.counters.get(name));
    };
    assert.equal(settings(mine), settings(kernels));
  });

  test('processes are those that the kernel tells', () => {
    const ours = stats(source.view());
    const theirs = stats(kernel(host));
    let changed = 0;
    let compared = 0;
    for (const [id, low] of statsBefore) {
      const high = theirs.get(id);
      if (!high || high.startTime !== low.startTime) continue;
      const told = ours.get(id);
      assert.ok(told, `${id} (${low.comm}) is missing`);
      compared++;
      assert.ok(Math.abs(Number(told.startTime) - Number(high.startTime)) <= TOLERANCE.start * 100, `${id}: started at ${told.startTime}, ${high.startTime}`);
      const isSame = told.parent === high.parent && told.nice === high.nice && told.terminal === high.terminal && Number(told.virtualSize) === Number(high.virtualSize);
      if (!isSame) changed++;
      for (const [time, least, most] of [[told.userTime, low.userTime, high.userTime], [told.systemTime, low.systemTime, high.systemTime]].map((each) => each.map(Number))) {
        const [ticks = 0, from = 0, to = 0] = [time, least, most];
        const slack = to * TOLERANCE.used + TOLERANCE.usedTicks;
        assert.ok(ticks >= from - slack && ticks <= to + slack, `${id} (${low.comm}): ${from} ${ticks} ${to}`);
      }
    }
    assert.ok(compared > 0 && changed <= Math.max(2, compared * TOLERANCE.changed), `${changed} of ${compared} are otherwise`);
  });

  test('counters never fall', async () => {
    let last: readonly number[] = [];
    let rounds = 0;
    const times = new Map<number, number>();
    let seen: unknown;
    await until('there were four refreshes', () => {
      const view = source.view();
      const statistics = view.statistics();
      const now = [...statistics.cpus.flatMap(({ ticks }) => ticks.map(Number)), view.uptime().up, view.uptime().idle, Number(statistics.forks)];
      last.forEach((value, at) => assert.ok((now[at] ?? 0) >= value, `counter ${at}: ${value}, then ${now[at]}`));
      for (const [id, { userTime, systemTime, startTime }] of stats(view)) {
        const key = id * 2 ** 32 + Number(startTime);
        const used = Number(userTime) + Number(systemTime);
        assert.ok(used >= (times.get(key) ?? 0), `${id}: ${times.get(key)}, then ${used}`);
        times.set(key, used);
      }
      const { processes } = source.snapshot;
      if (processes !== seen) rounds++;
      seen = processes;
      last = now;
      return rounds > 4;
    });
  });

  test('processes appear and vanish', async () => {
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
    const id = good(child.pid);
    const stat = (): TaskStat | undefined => {
      const found = source.view().task(id)?.stat(true);
      return found === undefined || isErrno(found) ? undefined : found;
    };
    await until('it is there', () => stat()?.comm === 'sleep');
    const task = good(source.view().task(id));
    assert.is(Buffer.from(good(task.commandLine())).toString('latin1'), 'sleep\x001000\0');
    assert.is(stat()?.parent, process.pid);
    assert.is(good(task.owner()).uid, process.geteuid?.());
    assert.ok(source.view().task(process.pid)?.accounting.children() !== undefined);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until('it is gone', () => stat() === undefined);
    assert.ok(isErrno(task.stat(true) as Errno));
    assert.is(source.view().processIds(id - 1)[0] === id, false);
  });

  test('it ends', () => source.dispose());
}

test.run();
