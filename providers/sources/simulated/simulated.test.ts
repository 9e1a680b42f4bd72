/** Simulated machines: the same moment is always the same, counters never fall, and what is told adds up. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller, SUPERUSER } from '../../../fs/caller.ts';
import { EINVAL, EPERM, isErrno } from '../../../fs/errno.ts';
import { S_IFDIR, S_IFREG } from '../../../fs/stat.ts';
import { DEFAULT_OPTIONS } from '../../linprocfs/options.ts';
import { linprocfs } from '../../linprocfs/tree.ts';
import { linsysfs } from '../../linsysfs/tree.ts';
import type { DirectorySink, FileSystem, Vnode } from '../../../fs/vnode.ts';
import { lookup } from '../../../fs/operations.ts';
import { readWhole, writeOnce } from '../../../test/support/tree-reader.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { MemoryMapping } from '../../model/task-memory.ts';
import type { TaskStat, TaskView } from '../../model/task.ts';
import { Curve } from './curve.ts';
import type { Description } from './description.ts';
import type { Machine } from './machine.ts';
import { mistakeText, readDescription } from './read-description.ts';
import { Shares } from './shares.ts';
import { SimulatedSource } from './simulated-source.ts';

const EXAMPLES = fileURLToPath(new URL('../../../../examples/simulated/', import.meta.url));

/** A machine with one of everything. */
const SMALL: Description = {
  version: 1,
  seed: 7,
  hostname: 'small',
  clock: { boot: '2026-03-04T05:06:07Z', uptime: 10_000 },
  processors: { sockets: 2, cores: 3, threads: 2 },
  memory: { total: '8GiB', cache: '1GiB' },
  swap: [{ path: '/dev/sda2', size: '1GiB', used: '100MiB' }],
  disks: [{ name: 'sda', size: '100GiB', partitions: ['90GiB', '2GiB'], reads: 40, writes: { base: 90, waves: [{ amplitude: 80, period: 50 }] } }],
  interfaces: [{ name: 'eth0', ipv4: '192.0.2.5/24', gateway: '192.0.2.1', receive: { points: [[0, 0], [30, 1e6]], period: 60 }, send: 5e5 }],
  users: [{ name: 'www', uid: 33, groups: [4, 5] }],
  load: { irq: 0.1, softirq: 0.2, steal: 0.1, waiting: 1.5 },
  processes: [
    { name: 'web', command: ['/usr/bin/web', '--master'], rss: '20MiB', listen: ['tcp:0.0.0.0:80', 'unix:/run/web', 'tcp6:[::]:80', 'udp:0.0.0.0:53'] },
    { name: 'worker', parent: 'web', command: ['worker {index}'], user: 'www', count: 40, threads: 3, cpu: { base: 3, waves: [{ amplitude: 2, period: 40 }] }, rss: '30MiB', connections: 2 },
    { name: 'job', parent: 'web', command: ['/usr/bin/job'], count: 9, lifetime: 7, nice: 5, cpu: 1, rss: '5MiB' },
    { name: 'timer', count: 3, every: 20, lifetime: 4, cpu: 0.05 },
    { name: 'writer', count: 2, blocked: 0.6, cpu: 0.1, write: 1e6, swapped: '40MiB' },
    { name: 'shell', terminal: 3, visitor: true },
  ],
};

function machineOf(description: Description | string): Machine {
  const machine = readDescription(typeof description === 'string' ? description : JSON.stringify(description));
  if ('what' in machine) throw new Error(mistakeText(machine));
  return machine;
}

/** A machine whose clock is set by the test. */
class Set {
  readonly source: SimulatedSource;
  time: number;

  constructor(description: Description | string = SMALL) {
    const machine = machineOf(description);
    this.time = machine.uptime;
    this.source = new SimulatedSource(machine, { now: () => this.time });
  }

  at(time: number): KernelView {
    this.time = time;
    return this.source.view();
  }
}

function tasksOf(view: KernelView): TaskView[] {
  return view.processIds(0).map((id) => {
    const task = view.task(id);
    if (!task) throw new Error(`${id} is listed and cannot be found`);
    return task;
  });
}

function good<T>(value: T): Exclude<T, number> {
  if (isErrno(value as never)) throw new Error(`errno ${String(value)}`);
  return value as Exclude<T, number>;
}

const statOf = (task: TaskView): TaskStat => good(task.stat(true));
const sum = (values: Iterable<number | bigint>): number => [...values].reduce<number>((total, value) => total + Number(value), 0);

/** Every file of a tree as text, but for what is random by design. */
function* texts(tree: FileSystem, node: Vnode = tree.root, path = ''): Generator<[path: string, text: string]> {
  const names: string[] = [];
  node.list?.(0, { add: (name: string) => (names.push(name), true) } as unknown as DirectorySink, SUPERUSER);
  for (const name of names) {
    const child = lookup(node, name, SUPERUSER);
    if (isErrno(child) || name === 'uuid') continue;
    const below = `${path}/${name}`;
    if (child.type === S_IFDIR) yield* texts(tree, child, below);
    else if (child.type === S_IFREG) yield [below, String(readWhole(tree, below))];
  }
}

test('curves are the sums of what they are at each moment', () => {
  const curves = [
    new Curve(3),
    new Curve({ base: 5, waves: [{ amplitude: 2, period: 13, phase: 3 }, { amplitude: 1, period: 2 }] }),
    new Curve({ points: [[2, 1], [5, 4], [11, 0]] }),
    new Curve({ points: [[0, 1], [3, 7]], period: 10, waves: [{ amplitude: 1, period: 7 }] }),
    new Curve({ points: [[4, 2]], period: 9 }),
  ];
  for (const curve of curves) {
    let total = 0;
    const step = 0.005;
    for (let time = 0; time < 40; time += step) {
      total += curve.at(time + step / 2) * step;
      assert.ok(Math.abs(total - curve.until(time + step)) < 0.05, `${time}: ${total} and ${curve.until(time + step)}`);
      assert.ok(curve.at(time) >= curve.minimum - 1e-9 && curve.at(time) <= curve.maximum + 1e-9);
    }
  }
});

test('shares add up, never fall, and nobody has more than there is room for', () => {
  for (const [count, room] of [[1, 0.5], [2, 3], [7, 0.4], [16, 0], [16, 0.02]] as const) {
    const shares = new Shares(count, 99, room, 5, 4);
    let before = new Array<number>(count).fill(0);
    for (let used = 0; used < 200; used += 0.5) {
      const now = before.map((_, index) => shares.of(index, used));
      assert.ok(Math.abs(sum(now) - used) < 1e-9);
      for (const [index, part] of now.entries()) {
        const grown = part - (before[index] as number);
        assert.ok(grown >= -1e-12 && (used === 0 || grown <= ((1 + room) / count) * 0.5 + 1e-9), `${index} of ${count} at ${used}: ${grown}`);
      }
      before = now;
    }
  }
});

test('the same seed and moment give the same bytes, whatever was looked at before', () => {
  const one = new Set();
  const other = new Set();
  for (const time of [10_000.5, 10_003, 10_090.25]) other.at(time);
  for (const make of [(set: Set): FileSystem => linprocfs(set.source, DEFAULT_OPTIONS), (set: Set): FileSystem => linsysfs(set.source)]) {
    one.at(10_100.125);
    other.at(10_100.125);
    const first = new Map(texts(make(one)));
    assert.ok(first.size > 200, String(first.size));
    for (const [path, text] of texts(make(other))) assert.is(text, first.get(path), path);
  }
});

test('another seed is another machine', () => {
  const one = new Set().at(10_000);
  const other = new Set({ ...SMALL, seed: 8 }).at(10_000);
  assert.not.equal(one.statistics().cpus, other.statistics().cpus);
});

/** All numbers that count up, by name. */
function counters(view: KernelView): Map<string, number> {
  const found = new Map<string, number>();
  const put = (name: string, value: number | bigint): void => void found.set(name, Number(value));
  const { cpus, total, interrupts, contextSwitches, forks, softInterrupts } = view.statistics();
  for (const { id, ticks } of [{ id: -1, ticks: total.ticks }, ...cpus]) ticks.forEach((value, column) => put(`cpu${id}.${column}`, value));
  put('intr', interrupts.total);
  put('ctxt', contextSwitches);
  put('forks', forks);
  put('softirq', softInterrupts.total);
  interrupts.counts.forEach((value, line) => put(`irq${line}`, value));
  for (const disk of view.diskStatistics()) {
    for (const [name, part] of Object.entries({ reads: disk.reads, writes: disk.writes })) for (const [key, value] of Object.entries(part)) put(`${disk.name}.${name}.${key}`, value as number);
    put(`${disk.name}.busy`, disk.busyTime);
  }
  const network = good(view.task(1)?.network());
  for (const { name, ...line } of good(network?.read('dev')) ?? []) for (const [key, value] of Object.entries(line)) put(`${name}.${key}`, value);
  for (const resource of ['cpu', 'io', 'memory'] as const) put(`pressure.${resource}`, view.pressure(resource).some?.total ?? 0);
  for (const name of ['pgpgin', 'pgpgout', 'pgfault', 'pgmajfault', 'pgfree', 'numa_hit', 'nr_written']) put(name, view.memoryEvents().get(name) ?? 0);
  for (const cpu of view.schedulerStatistics().cpus) put(`sched${cpu.id}`, cpu.runTime);
  for (const row of view.softInterrupts().rows) row.counts.forEach((value, cpu) => put(`${row.name}${cpu}`, value));
  for (const task of tasksOf(view)) {
    const stat = statOf(task);
    const key = `${stat.pid}@${stat.startTime}`;
    for (const name of ['userTime', 'systemTime', 'childUserTime', 'childSystemTime', 'minorFaults', 'majorFaults'] as const) put(`${key}.${name}`, stat[name]);
    const io = good(task.accounting.io(true));
    for (const [name, value] of Object.entries(io)) put(`${key}.${name}`, value as number);
  }
  return found;
}

test('counters never fall', () => {
  const set = new Set();
  let before = counters(set.at(10_000));
  for (let step = 1; step <= 50; step++) {
    const now = counters(set.at(10_000 + step * 0.37));
    for (const [name, value] of now) assert.ok(value >= (before.get(name) ?? 0), `${name} at step ${step}: ${value} after ${before.get(name)}`);
    before = now;
  }
});

test('CPU lines add up to the total, and to the time', () => {
  const set = new Set();
  for (const time of [10_000, 10_123.45, 20_000]) {
    const { total, cpus } = set.at(time).statistics();
    total.ticks.forEach((value, column) => assert.is(sum(cpus.map(({ ticks }) => ticks[column] as number)), value));
    for (const { ticks } of cpus) assert.ok(Math.abs(sum(ticks) - time * 100) < 10, `${sum(ticks)} of ${time * 100}`);
  }
});

test("processes' times are what the CPUs were busy with", () => {
  const set = new Set();
  const used = (view: KernelView): number =>
    sum(tasksOf(view).map((task) => { const { userTime, systemTime, childUserTime, childSystemTime } = statOf(task); return Number(userTime) + Number(systemTime) + Number(childUserTime) + Number(childSystemTime); }));
  for (const time of [10_000, 10_777.7, 12_345]) {
    const view = set.at(time);
    const [user = 0, nice = 0, system = 0] = view.statistics().total.ticks.map(Number);
    // Each of them is rounded down, and what has ended but is not reaped is nobody's child yet.
    const slack = 4 * view.processCount() + 200;
    assert.ok(Math.abs(used(view) - (user + nice + system)) < slack, `${used(view)} and ${user + nice + system}`);
  }
});

test('memory adds up with what processes have', () => {
  const view = new Set().at(10_050);
  const table = view.memory();
  const kib = (name: string): number => Number(table.get(name));
  let anonymous = 0;
  for (const task of tasksOf(view)) {
    const status = good(task.status());
    const pages = good(task.memoryPages());
    const stat = statOf(task);
    assert.is(pages.resident, stat.residentPages);
    assert.is(Number(pages.size) * 4096, stat.virtualSize);
    if (!status.memory) continue;
    anonymous += Number(status.memory.residentAnonymous);
    assert.is(Number(status.memory.resident), Number(pages.resident) * 4);
    assert.ok(status.memory.highWater >= status.memory.resident);
    const mappings = good(task.addressSpace.mappings()) as readonly MemoryMapping[];
    assert.is(sum(mappings.map(({ start, end }) => Number(end) - Number(start))), Number(stat.virtualSize), `${stat.comm}: mappings`);
    for (const [index, { start }] of mappings.entries()) assert.ok(index === 0 || start >= (mappings[index - 1] as MemoryMapping).end);
    const usage = good(task.addressSpace.totalUsage());
    assert.is(usage.usage.resident, status.memory.resident);
    for (const each of good(task.addressSpace.mappingUsages()) as Iterable<{ size: number; usage: { resident: number } }>) assert.ok(each.usage.resident <= each.size);
  }
  assert.is(anonymous, kib('AnonPages'));
  assert.is(kib('Slab'), kib('SReclaimable') + kib('SUnreclaim'));
  const parts = ['MemFree', 'Buffers', 'Cached', 'AnonPages', 'Slab', 'KernelStack', 'PageTables', 'Percpu'].map(kib);
  assert.is(sum(parts), kib('MemTotal'));
  const free = sum(view.freeAreas().flatMap(({ counts }) => counts.map((count, order) => Number(count) * 2 ** order)));
  assert.is(free * 4, kib('MemFree'));
  assert.is(sum(view.memoryZones().map((zone) => zone.free)) * 4, kib('MemFree'));
  assert.is(Number(view.memoryEvents().get('nr_anon_pages')) * 4, kib('AnonPages'));
  const slabs = sum(view.slabCaches().map(({ slabs: count, pagesPerSlab }) => Number(count) * Number(pagesPerSlab)));
  assert.is(slabs * 4, kib('Slab'));
});

test('processes come and go, and are what they were as long as they live', () => {
  const set = new Set();
  const identities = new Map<number, object>();
  const seen = new globalThis.Set<string>();
  let most = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 150; step++) {
    const view = set.at(10_000 + step * 0.21);
    const ids = view.processIds(0);
    assert.equal(ids, [...new globalThis.Set(ids)].sort((a, b) => a - b));
    assert.is(ids.length, view.processCount());
    most = Math.max(most, ids.length);
    fewest = Math.min(fewest, ids.length);
    for (const task of tasksOf(view)) {
      const stat = statOf(task);
      seen.add(`${stat.pid}@${stat.startTime}`);
      assert.ok(stat.parent === 0 || ids.includes(stat.parent), `${stat.comm} has the parent ${stat.parent}`);
      assert.ok(Number(stat.startTime) / 100 <= set.time);
      const known = identities.get(stat.pid);
      if (known) assert.is(task.identity, known);
      identities.set(stat.pid, task.identity);
    }
    for (const id of [...identities.keys()]) if (!ids.includes(id)) identities.delete(id);
    const [middle = 0] = ids.slice(ids.length >> 1);
    assert.equal(view.processIds(middle), ids.filter((id) => id > middle));
  }
  assert.ok(most > fewest && seen.size > most + 20, `${fewest} to ${most}, ${seen.size} in all`);
});

test('children are those that name the parent', () => {
  const view = new Set().at(10_031);
  const parents = new Map<number, number[]>();
  for (const task of tasksOf(view)) {
    const { parent, pid } = statOf(task);
    parents.set(parent, [...(parents.get(parent) ?? []), pid]);
  }
  for (const task of tasksOf(view)) assert.equal(task.accounting.children(), parents.get(task.id) ?? []);
});

test('states follow the load, and are told alike everywhere', () => {
  const set = new Set();
  let running = 0;
  let counted = 0;
  let blocked = 0;
  const steps = 200;
  for (let step = 0; step < steps; step++) {
    const view = set.at(10_000 + step * 1.1);
    for (const task of tasksOf(view)) {
      for (const id of good(task.threadIds(0)) as readonly number[]) {
        const state = good(task.thread(id)?.stat(false))?.state;
        if (state === 'R') running++;
        if (state === 'D') blocked++;
      }
    }
    counted += Number(view.statistics().running) - Math.round(1.5);
    assert.is(view.statistics().running, view.loadAverage().running);
  }
  assert.is(running, counted);
  // Workers 3 and jobs 1, and the one that looks.
  assert.ok(Math.abs(running / steps - 5.3) < 1, String(running / steps));
  assert.ok(Math.abs(blocked / steps - 0.6) < 0.3, String(blocked / steps));
});

test('pressure is told of CPUs, disks and memory', () => {
  const machine = new Set();
  const tree = linprocfs({ view: () => machine.at(machine.time) }, DEFAULT_OPTIONS);
  for (const resource of ['cpu', 'io', 'memory']) assert.match(String(readWhole(tree, `/pressure/${resource}`)), /^some avg10=\d+\.\d\d .* total=\d+\nfull /, resource);
});

test('load averages follow the load curve', () => {
  const set = new Set({ ...SMALL, processes: [{ name: 'busy', count: 8, cpu: { points: [[0, 0], [10_000, 0], [10_001, 8]] } }], load: {} });
  const averages = (time: number): readonly number[] => set.at(time).loadAverage().averages;
  assert.equal(averages(10_000).map((value) => value < 10), [true, true, true]);
  const [one = 0, five = 0, fifteen = 0] = averages(10_061);
  // After a minute 1-1/e of it is there.
  assert.ok(Math.abs(one - 505) < 40, String(one));
  assert.ok(one > five && five > fifteen && fifteen > 20);
  const [late = 0] = averages(12_000);
  assert.ok(late > 780 && late <= 805, String(late));
});

test('sockets, descriptors and links fit together', () => {
  const view = new Set().at(10_000);
  const inodes = new globalThis.Set<string>();
  for (const task of tasksOf(view)) {
    for (const number of good(task.files.descriptors(0)) as readonly number[]) {
      const link = good(task.files.descriptorLink(number)) as unknown as string;
      const [, inode] = /^socket:\[(\d+)\]$/.exec(link) ?? [];
      if (inode !== undefined) inodes.add(inode);
    }
  }
  const network = good(view.task(1)?.network());
  let sockets = 0;
  for (const file of ['tcp', 'tcp6', 'udp', 'unix'] as const) {
    for (const { inode } of good(network?.read(file)) as Iterable<{ inode: number }>) {
      sockets++;
      assert.ok(inodes.has(String(inode)), `${file} ${inode}`);
    }
  }
  assert.is(sockets, 4 + 40 * 2);
  assert.is(inodes.size, sockets);
});

test('processes of one session are in one group, which is as nice as was written', () => {
  const set = new Set();
  const tree = linprocfs(set.source, DEFAULT_OPTIONS);
  const tasks = tasksOf(set.at(10_000));
  const named = (name: string): number => {
    const found = tasks.map(statOf).find(({ comm }) => comm === name);
    if (!found) throw new Error(name);
    return found.pid;
  };
  const [web, worker, shell] = [named('web'), named('worker 0'), named('shell')];
  const read = (id: number): string | number => readWhole(tree, `${id}/autogroup`);
  assert.is(read(worker), `/autogroup-${web} nice 0\n`);
  assert.is(writeOnce(tree, `${worker}/autogroup`, '7'), 1);
  assert.is(read(web), `/autogroup-${web} nice 7\n`);
  assert.is(read(shell), `/autogroup-${shell} nice 0\n`);
  assert.is(writeOnce(tree, `${shell}/autogroup`, '20'), EINVAL);
  const kernel = tasks.map(statOf).find(({ session }) => session === 0);
  if (kernel) assert.is(read(kernel.pid), '');
});

test('who looks may say who the process is that stands for him, and no other', () => {
  const set = new Set();
  const tree = linprocfs(set.source, DEFAULT_OPTIONS);
  const visitor = set.source.visitor;
  const other = set.at(10_020).processIds(visitor)[0];
  const user = new FixedCaller({ uid: 0, gid: 0, capabilities: [] });
  assert.is(writeOnce(tree, `${visitor}/comm`, 'another'), 7);
  assert.is(readWhole(tree, `${visitor}/comm`), 'another\n');
  assert.is(writeOnce(tree, `${visitor}/loginuid`, '1000'), 4);
  assert.is(readWhole(tree, `${visitor}/loginuid`), '1000');
  assert.is(writeOnce(tree, `${visitor}/loginuid`, '1001', user), EPERM);
  assert.is(writeOnce(tree, `${visitor}/loginuid`, '4294967295'), 10);
  assert.is(writeOnce(tree, `${visitor}/loginuid`, '1001', user), 4);
  assert.is(writeOnce(tree, `${visitor}/loginuid`, 'me'), EINVAL);
  assert.is(writeOnce(tree, `${other}/comm`, 'another'), EINVAL);
  assert.is(writeOnce(tree, `${other}/loginuid`, '1000'), EPERM);
  assert.is(writeOnce(tree, 'sysrq-trigger', 'h'), 1);
});

test('what /sys says is what /proc says', () => {
  const set = new Set();
  const view = set.at(10_020);
  const sysfs = view.sysfs();
  const value = (path: string): unknown => {
    const reading = sysfs.read(path);
    if (isErrno(reading)) throw new Error(`${path}: ${reading}`);
    return reading.value;
  };
  assert.equal(value('devices/system/cpu/online'), [{ first: 0, last: 11 }]);
  for (const processor of view.processors()) {
    if (processor.architecture !== 'x86') throw new Error('not x86');
    const topology = `devices/system/cpu/cpu${processor.id}/topology`;
    assert.is(value(`${topology}/physical_package_id`), processor.topology?.physicalId);
    assert.is(value(`${topology}/core_id`), processor.topology?.coreId);
  }
  const [disk] = view.diskStatistics();
  const path = sysfs.link('block/sda') as string;
  assert.is((value(`${path}/stat`) as number[])[0], disk?.reads.completed);
  const eth0 = (good(good(view.task(1)?.network())?.read('dev')) ?? []).find(({ name }) => name === 'eth0');
  assert.is(value(`${sysfs.link('class/net/eth0') as string}/statistics/rx_bytes`), eth0?.receivedBytes);
  const nodes = [0, 1].map((node) => value(`devices/system/node/node${node}/meminfo`) as { rows: { name: string; value: number }[] });
  for (const name of ['MemTotal', 'MemFree', 'AnonPages']) {
    assert.is(sum(nodes.map(({ rows }) => rows.find((row) => row.name === name)?.value ?? 0)), Number(view.memory().get(name)), name);
  }
});

test('control groups have their processes, in /proc and in /sys', () => {
  const view = new Set().at(10_000);
  const sysfs = view.sysfs();
  const found = new Map<string, number[]>();
  for (const task of tasksOf(view)) {
    const [group] = good(task.accounting.controlGroups()) as readonly { path: string }[];
    const path = group?.path ?? '';
    found.set(path, [...(found.get(path) ?? []), task.id]);
  }
  assert.ok(found.size > 4);
  for (const [path, ids] of found) {
    const reading = sysfs.read(`fs/cgroup${path === '/' ? '' : path}/cgroup.procs`);
    if (isErrno(reading)) throw new Error(`${path}: ${reading}`);
    assert.equal(reading.value, ids.map((id) => [id]), path);
  }
});

test('the machine that docs/simulated.md describes can be shown', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../../docs/simulated.md', import.meta.url)), 'utf8');
  const [, text = ''] = /^```json\n(.*?)^```$/ms.exec(page) ?? [];
  const view = new SimulatedSource(machineOf(text), { now: () => 100 }).view();
  assert.is(tasksOf(view).filter((task) => statOf(task).comm === 'worker').length, 30);
});

test('the most that is allowed is allowed', () => {
  const job = (cpu: number): Description => ({ ...SMALL, processes: [{ name: 'job', command: ['/job'], every: 60, lifetime: 10, cpu }] });
  const most = /must be at most ([\d.]+):/;
  const result = readDescription(JSON.stringify(job(0.1)));
  const [, allowed] = ('what' in result && most.exec(mistakeText(result))) || [];
  assert.not('what' in readDescription(JSON.stringify(job(Number(allowed)))), allowed);
});

test('the examples are right, and have what they say', () => {
  const big = new Set(readFileSync(`${EXAMPLES}big.json`, 'latin1'));
  const view = big.at(big.time);
  assert.is(view.processors().length, 512);
  assert.ok(Math.abs(view.processCount() - 10_000) < 200, String(view.processCount()));
  const router = new Set(readFileSync(`${EXAMPLES}router.json`, 'latin1'));
  assert.is(router.at(router.time).processors().length, 1);
});

test.run();
