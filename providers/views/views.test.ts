/** Layers over a kernel made by hand: what each changes, and that nothing else does. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller } from '../../fs/caller.ts';
import type { KernelView } from '../kernel-view.ts';
import type { BitMask } from '../model/bit-mask.ts';
import type { MemoryZone } from '../model/memory.ts';
import type { TaskStat, TaskStatus, TaskView } from '../model/task.ts';
import { type Overrides, overridden, whyNot } from '../overrides.ts';
import { StoredSysctl } from '../sources/stored-sysctl.ts';
import { FixtureSource, type Mutable, NOBODY } from '../testing/fixture-kernel.ts';
import { CpuSet, parseCpuList } from './cpu-set.ts';
import { limitMemory, limitSwap } from './memory.ts';

const mask = (...words: number[]): Mutable<BitMask> => ({ bits: words.length * 32, words });

function source(): FixtureSource {
  const found = new FixtureSource({ sysctl: new StoredSysctl([['kernel/pid_max', [100]], ['kernel/ns_last_pid', [60]]]) });
  const { system } = found.data;
  const times = (id: number) => ({ id, ticks: [id, 10, 20, 30 + id, 0, 0, 0, 0, 0, 0] });
  system.statistics.cpus = [times(0), times(1), times(2), times(3)];
  system.interrupts.cpus = [0, 1, 2, 3];
  system.interrupts.lines = [{ number: 5, counts: [1, 2, 3, 4], chip: 'x', hardwareNumber: 5, trigger: 'Edge', flow: 'edge', actions: [] }];
  system.interrupts.architectural = [
    { label: 'NMI', counts: [5, 6, 7, 8], description: 'Non-maskable interrupts', indent: 3 },
    { label: 'ERR', counts: [9], description: undefined, indent: 3 },
  ];
  system.softInterrupts.cpus = [0, 1, 2, 3];
  system.softInterrupts.rows = [{ name: 'HI', counts: [1, 2, 3, 4] }];
  system.uptime = { up: 1000, idle: 1 };
  system.defaultAffinity = mask(0xf);
  return found;
}

/** Processes by id: their parent and the CPU that they are on. */
function processes(parents: Readonly<Record<number, number>>): Map<number, TaskView> {
  const tasks = new Map<number, TaskView>();
  for (const [name, parent] of Object.entries(parents)) {
    const id = Number(name);
    const stat = { pid: id, parent, processGroup: id, session: parent, foreground: -1, processor: 3 } as TaskStat;
    const status = { processId: id, id, parent, tracer: 0, numaGroup: 0, cpusAllowed: mask(0xf), namespaceIds: { processIds: [id], ids: [id], processGroups: [id], sessions: [parent] } };
    const identity = {};
    tasks.set(id, {
      id,
      identity,
      processId: () => id,
      stat: () => stat,
      status: () => status as unknown as TaskStatus,
      threadIds: () => [id],
    } as unknown as TaskView);
  }
  return tasks;
}

const shown = (overrides: Overrides, from = source()): KernelView => overridden(from, overrides).view(NOBODY);

test('lists of CPUs are read as cpuset(7) writes them', () => {
  assert.equal(parseCpuList('0-3,8')?.ids, [0, 1, 2, 3, 8]);
  assert.is(parseCpuList('8,1,0-2')?.toString(), '0-2,8');
  for (const text of ['', '3-1', 'a', '1,', '0-9999', '-1', '1 2']) assert.is(parseCpuList(text), undefined);
});

test('a set of CPUs is what is left of masks and ranges', () => {
  const set = new CpuSet([1, 33]);
  assert.equal(set.mask(mask(0xff, 0xff)), mask(2, 2));
  assert.equal(set.ranges([{ first: 0, last: 40 }]), [{ first: 1, last: 1 }, { first: 33, last: 33 }]);
  assert.is(set.instead(7), 33);
  assert.is(set.instead(1), 1);
});

test('CPUs that are not in the set are nowhere', () => {
  const view = shown({ cpus: '1,3' });
  assert.equal(view.statistics().cpus.map(({ id }) => id), [1, 3]);
  assert.equal(view.statistics().total.ticks, [4, 20, 40, 64, 0, 0, 0, 0, 0, 0]);
  assert.equal([view.uptime().up, view.uptime().idle], [1000, 64]);
  assert.equal(view.interrupts().cpus, [1, 3]);
  assert.equal(view.interrupts().lines[0]?.counts, [2, 4]);
  assert.equal(view.interrupts().architectural.map(({ counts }) => counts), [[6, 8], [9]]);
  assert.equal(view.softInterrupts(), { cpus: [1, 3], rows: [{ name: 'HI', counts: [2, 4] }] });
  assert.equal(view.defaultAffinity(), mask(0b1010));
});

test('tasks may run on CPUs of the set and are on one', () => {
  const from = source();
  from.data.tasks = processes({ 1: 0 });
  const task = shown({ cpus: '0-1' }, from).task(1);
  const [stat, status] = [task?.stat(true), task?.status()];
  assert.is(typeof stat === 'object' && stat.processor, 1);
  assert.equal(typeof status === 'object' && status.cpusAllowed, mask(0b11));
  assert.is(task?.stat(true), stat, 'the same as long as it is the same below, for texts are kept by it');
});

test('less memory: what is free goes first, and nothing is more than there is', () => {
  const whole = new Map([
    ['MemTotal', 1000],
    ['MemFree', 500],
    ['MemAvailable', 690],
    ['Buffers', 50],
    ['Cached', 250],
    ['Active', 150],
    ['Inactive', 250],
    ['Active(anon)', 50],
    ['Inactive(anon)', 150],
    ['Active(file)', 100],
    ['Inactive(file)', 100],
    ['SwapTotal', 400],
    ['SwapFree', 300],
    ['CommitLimit', 900],
    ['SReclaimable', 0],
    ['VmallocTotal', 34359738367],
  ]);
  const less = limitMemory(whole, { memory: 600 });
  const amounts = (...names: string[]) => names.map((name) => less.get(name));
  assert.equal(amounts('MemTotal', 'MemFree', 'Cached', 'VmallocTotal'), [600, 100, 250, 34359738367]);
  assert.equal(amounts('MemAvailable', 'CommitLimit', 'SwapTotal'), [294, 700, 400]);
  const little = limitMemory(whole, { memory: 100, swap: 50 });
  for (const [name, value] of little) if (!/^(Swap|Commit|Vmalloc)/.test(name)) assert.ok(value <= 100, name);
  assert.equal([little.get('MemFree'), little.get('Active(file)'), little.get('Inactive(file)')], [0, 0, 0]);
  assert.equal([little.get('SwapTotal'), little.get('SwapFree'), little.get('CommitLimit')], [50, 0, 100]);
  assert.equal(limitMemory(whole, { memory: 2000 }), whole);
});

/** A zone of one node, with what its pages are. */
function zone(name: string, node: number, managed: number, free: number, anonymous: number, cached: number): MemoryZone {
  return {
    node,
    zone: name,
    nodeStatistics: undefined,
    free,
    pages: new Map([['min', managed / 100], ['spanned', managed], ['managed', managed]]),
    protection: [0, managed],
    populated: {
      statistics: new Map([['nr_free_pages', free], ['nr_zone_active_anon', anonymous], ['nr_zone_inactive_file', cached], ['numa_hit', 77]]),
      processors: [{ cpu: 0, pages: new Map([['count', 10], ['high', 100], ['batch', 63]]), threshold: 1 }],
      unreclaimable: 0,
      firstPage: 1,
    },
  };
}

test('less memory: zones, free blocks and counters tell of no more than meminfo', () => {
  const from = source();
  const { system } = from.data;
  system.memory = new Map([
    ['MemTotal', 40_000],
    ['MemFree', 12_000],
    ['MemAvailable', 30_000],
    ['Cached', 16_000],
    ['Active(anon)', 8000],
    ['Inactive(file)', 16_000],
    ['AnonPages', 8000],
  ]);
  system.memoryZones = [zone('DMA', 0, 1000, 1000, 0, 0), zone('Normal', 0, 5000, 1500, 500, 2000), zone('Normal', 1, 4000, 500, 1500, 2000)] as typeof system.memoryZones;
  system.memoryEvents = new Map([['nr_free_pages', 3000], ['nr_zone_active_anon', 2000], ['nr_inactive_file', 4000], ['nr_anon_pages', 2000], ['pgfault', 5]]);
  system.freeAreas = [
    { node: 0, zone: 'DMA', counts: [0, 0, 250] },
    { node: 0, zone: 'Normal', counts: [500, 500, 0] },
    { node: 1, zone: 'Normal', counts: [100, 0, 100] },
  ];
  for (const memory of [32_000, 30_000, 16_004, 8000, 4096]) {
    const view = shown({ memory }, from);
    const told = view.memory();
    const pages = (name: string): number => Number(told.get(name)) / 4;
    const zones = view.memoryZones();
    const all = (name: string): number => zones.reduce((sum, { populated }) => sum + Number(populated?.statistics.get(name)), 0);
    const events = view.memoryEvents();
    assert.is(zones.reduce((sum, { pages: sizes }) => sum + Number(sizes.get('managed')), 0), memory / 4);
    for (const [line, list] of [['MemFree', 'nr_free_pages'], ['Active(anon)', 'nr_zone_active_anon'], ['Inactive(file)', 'nr_zone_inactive_file']] as const) {
      assert.is(all(list), pages(line), `${line} of ${memory}`);
      assert.is(events.get(list) ?? events.get(list.replace('zone_', '')), pages(line), `${line} of ${memory}`);
    }
    for (const { free, pages: sizes, populated, node, zone: name } of zones) {
      const used = ['nr_free_pages', 'nr_zone_active_anon', 'nr_zone_inactive_file'].reduce((sum, list) => sum + Number(populated?.statistics.get(list)), 0);
      assert.ok(used <= Number(sizes.get('managed')), `${memory}: zone ${node} ${name}`);
      const counts = view.freeAreas().find((area) => area.node === node && area.zone === name)?.counts ?? [];
      assert.is(counts.reduce<number>((sum, count, order) => sum + Number(count) * 2 ** order, 0), free);
    }
    assert.equal([events.get('pgfault'), all('numa_hit'), zones[0]?.populated?.processors[0]?.pages.get('batch')], [5, 231, 63]);
  }
  assert.is(shown({ memory: 50_000 }, from).memoryEvents().get('nr_free_pages'), 3000);
});

test('less memory: ranges of addresses end sooner, and caches have less', () => {
  const from = source();
  const { system } = from.data;
  system.memory = new Map([['MemTotal', 4096], ['MemFree', 400], ['SReclaimable', 2000], ['SUnreclaim', 400], ['Slab', 2400], ['AnonPages', 1200]]);
  const range = (depth: number, start: number, end: number, name: string) => ({ depth, start, end, name });
  const low = range(0, 0x1000, 0x20_0fff, 'System RAM');
  const [code, data] = [range(1, 0x10_0000, 0x14_ffff, 'Kernel code'), range(1, 0x15_0000, 0x1f_ffff, 'Kernel data')];
  const bus = range(0, 0x30_0000, 0x3f_ffff, 'PCI Bus 0000:00');
  const high = range(0, 0x40_0000, 0x5f_ffff, 'System RAM');
  system.memoryResources = [low, code, data, bus, high];
  const cache = { name: 'dentry', activeObjects: 12_000, objects: 12_600, objectSize: 192, objectsPerSlab: 21, pagesPerSlab: 1, limit: 0, batchCount: 0, sharedFactor: 0, activeSlabs: 600, slabs: 600, sharedAvailable: 0 };
  system.slabCaches = [cache];
  assert.equal(shown({ memory: 3072 }, from).memoryResources(), [low, code, data, bus, { ...high, end: 0x4f_ffff }]);
  const view = shown({ memory: 1536 }, from);
  assert.equal(view.memoryResources(), [{ ...low, end: 0x18_0fff }, code, { ...data, end: 0x18_0fff }, bus]);
  const slab = Number(view.memory().get('Slab'));
  assert.ok(slab < 2400);
  const [left] = view.slabCaches();
  assert.is(left?.slabs, Math.round((600 * slab) / 2400));
  assert.ok(Number(left?.activeObjects) <= Number(left?.objects));
  assert.equal(shown({ memory: 9000 }, from).memoryResources(), [low, code, data, bus, high]);
});

test('less swap: areas in their order', () => {
  const area = (path: string, size: number, used: number) => ({ path, type: 'file' as const, size, used, priority: -2 });
  const areas = [area('/a', 100, 60), area('/b', 100, 40)];
  assert.equal(limitSwap(areas, 130), [area('/a', 100, 100), area('/b', 30, 0)]);
  assert.equal(limitSwap(areas, 0), []);
  assert.is(limitSwap(areas, undefined), areas);
});

test('a subtree of processes has numbers that begin with 1', () => {
  const from = source();
  from.data.tasks = processes({ 1: 0, 40: 1, 50: 40, 55: 50, 60: 1, 20: 55 });
  from.data.system.loadAverage.lastId = 60;
  from.data.system.fileLocks = [50, 60, -1].map((processId) => ({ ...(from.data.system.fileLocks[0] as (typeof from.data.system.fileLocks)[0]), processId }));
  const view = shown({ pids: 40 }, from);
  // Ids are turned below kernel.pid_max: what was given out after the highest one comes last.
  assert.equal(view.processIds(0), [1, 11, 16, 80]);
  assert.equal(view.processIds(11), [16, 80]);
  assert.is(view.processCount(), 4);
  assert.is(view.task(21), undefined, 'another process');
  assert.equal(view.idOf?.(55), 16);
  assert.is(view.idOf?.(60), undefined);
  assert.is(view.loadAverage().lastId, 21);
  assert.equal(view.sysctl().read('kernel/ns_last_pid', NOBODY), [21]);
  assert.equal(view.fileLocks().map(({ processId }) => processId), [11, -1]);
  const [root, child] = [view.task(1)?.stat(true), view.task(11)?.stat(true)];
  assert.equal(typeof root === 'object' && [root.pid, root.parent, root.session, root.foreground], [1, 0, 0, -1]);
  assert.equal(typeof child === 'object' && [child.pid, child.parent, child.processGroup, child.session], [11, 1, 11, 1]);
  const status = view.task(16)?.status();
  assert.equal(typeof status === 'object' && [status.id, status.parent, status.namespaceIds?.processIds], [16, 11, [16]]);
  assert.is(view.task(16)?.callerId, 55);
});

test('a process stays in the subtree when its parent ends', () => {
  const from = source();
  from.data.tasks = processes({ 1: 0, 40: 1, 50: 40, 55: 50 });
  const outer = overridden(from, { pids: 40 });
  assert.equal(outer.view(NOBODY).processIds(0), [1, 11, 16]);
  const orphan = from.data.tasks.get(55) as TaskView;
  from.data.tasks.delete(50);
  const stat = orphan.stat(true) as TaskStat;
  Object.assign(orphan, { stat: () => ({ ...stat, parent: 1 }) });
  const view = outer.view(NOBODY);
  assert.equal(view.processIds(0), [1, 16]);
  const after = view.task(16)?.stat(true);
  assert.is(typeof after === 'object' && after.parent, 0);
});

test('the first process of a namespace has the numbers of the namespace', () => {
  const from = source();
  from.data.tasks = processes({ 1: 0, 40: 1, 50: 40 });
  const inside: Readonly<Record<number, number>> = { 40: 1, 50: 2 };
  for (const [id, number] of Object.entries(inside)) {
    const task = from.data.tasks.get(Number(id)) as TaskView;
    const status = task.status() as TaskStatus;
    const ids = [Number(id), number];
    const nested = { ...status, namespaceIds: { processIds: ids, ids, processGroups: ids, sessions: ids } };
    Object.assign(task, { status: () => nested, files: { namespace: () => 7 } });
  }
  Object.assign(from.data.tasks.get(1) as TaskView, { files: { namespace: () => 6 } });
  const view = shown({ pids: 40 }, from);
  assert.equal(view.processIds(0), [1, 2]);
  const status = view.task(2)?.status();
  assert.equal(typeof status === 'object' && [status.id, status.parent, status.namespaceIds?.ids], [2, 1, [2]]);
});

test('layers lie on one another', () => {
  const from = source();
  from.data.tasks = processes({ 1: 0, 40: 1 });
  const view = shown({ pids: 40, cpus: '0', osrelease: '9.9', memory: 4096 }, from);
  const stat = view.task(1)?.stat(true);
  assert.equal(typeof stat === 'object' && [stat.pid, stat.processor], [1, 0]);
  assert.is(view.task(1)?.kernel, view);
  assert.is(view.release().release, '9.9');
});

test('what means nothing in the source is refused', () => {
  const from = source();
  from.data.tasks = processes({ 1: 0 });
  assert.is(whyNot(from, { cpus: '0-1', pids: 1 }), undefined);
  assert.is(whyNot(from, { cpus: '4-8' }), 'cpus=4-8: none of them is online');
  assert.is(whyNot(from, { pids: 2 }), 'pids=2: no such process');
});

test('one view for all who ask at once', () => {
  const from = source();
  const view = from.view();
  const outer = overridden({ view: () => view }, { cpus: '0' });
  assert.is(outer.view(NOBODY), outer.view(new FixedCaller({ uid: 1, gid: 1 })));
});

test.run();
