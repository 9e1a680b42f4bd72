/** What control groups have, from counts made by hand. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GroupCpuTimes, GroupMemory, GroupView } from '../model/control-groups.ts';
import type { TaskStat, TaskStatus, TaskView } from '../model/task.ts';
import { FixedCaller } from '../../fs/caller.ts';
import { FixtureSource } from '../testing/fixture-kernel.ts';
import { seenByGroups } from './control-groups.ts';
import { GroupLoad } from './group-load.ts';
import { groupMemory, groupSwap } from './group-memory.ts';
import { GroupTimes } from './group-times.ts';

const used = (user: number, system: number, perCpu?: GroupCpuTimes['perCpu']): GroupCpuTimes => ({ user, nice: 0, system, perCpu });
const busy = (...ticks: number[]) => () => ticks.map((tick, id) => ({ id, ticks: [tick, 0, 0, 0, 0, 0, 0, 0, 0, 0] }));
const SECOND = 1_000_000;
/** User, system and idle ticks. */
const shown = (times: ReturnType<GroupTimes['look']>) => times.map(({ ticks }) => [ticks[0], ticks[2], ticks[3]]);

test('use is shared out by how busy the machine was', () => {
  const times = new GroupTimes();
  assert.equal(shown(times.look(used(SECOND, SECOND), busy(100, 100), [0, 1], 10 * SECOND)), [[50, 50, 900], [50, 50, 900]]);
  // One CPU worked since: the use is that one's.
  assert.equal(shown(times.look(used(2 * SECOND, SECOND), busy(200, 100), [0, 1], 12 * SECOND)), [[150, 50, 1000], [50, 50, 1100]]);
});

test('a CPU works no longer than time passes: the rest is the other one\'s', () => {
  const times = new GroupTimes();
  times.look(used(0, 0), busy(0, 0), [0, 1], 10 * SECOND);
  assert.equal(shown(times.look(used(1.5 * SECOND, 0), busy(500, 0), [0, 1], 11 * SECOND)), [[100, 0, 1000], [50, 0, 1050]]);
});

test('version 1 tells the CPU; what was used on those that are not shown is shown too', () => {
  const times = new GroupTimes();
  const perCpu = { user: [SECOND, 0, SECOND], system: [0, 0, 0] };
  const users = shown(times.look(used(2 * SECOND, 0, perCpu), busy(1, 1, 1), [0, 1], 10 * SECOND)).map(([user]) => Number(user));
  assert.is(users.reduce((sum, user) => sum + user, 0), 200);
});

test('times never go back, whatever is counted and shown', () => {
  const times = new GroupTimes();
  let [user, system, elapsed] = [0, 0, 0];
  const last = new Map<number, readonly number[]>();
  let seed = 7;
  const random = (most: number): number => (seed = (seed * 48271) % 2147483647) % most;
  for (let round = 0; round < 500; round++) {
    elapsed += random(SECOND);
    user += random(SECOND);
    system += random(SECOND);
    const cpus = random(3) === 0 ? [0] : [0, 1, 2];
    for (const { id, ticks } of times.look(used(user, system), busy(random(900), random(900), random(900)), cpus, elapsed)) {
      const before = last.get(id);
      ticks.forEach((tick, index) => assert.ok(tick >= (before?.[index] ?? 0), `CPU ${id}, column ${index}`));
      const sum = ticks.reduce<number>((total, tick) => total + Number(tick), 0);
      assert.ok(sum <= elapsed / 10_000 + 1, `${sum} ticks in ${elapsed / 10_000}`);
      last.set(id, ticks as number[]);
    }
  }
});

test('use from before the oldest process is left out, and does not come later', () => {
  const times = new GroupTimes();
  assert.equal(shown(times.look(used(3600 * SECOND, 0), busy(1), [0], SECOND)), [[100, 0, 0]]);
  assert.equal(shown(times.look(used(3600 * SECOND, 0), busy(1), [0], 2 * SECOND)), [[100, 0, 100]]);
});

test('the load is what was used on average before anybody asked, and then counted', () => {
  const load = new GroupLoad();
  const count = (running: number) => () => ({ total: 9, running, blocked: 0 });
  assert.equal(load.averages(1000, () => 900, () => 900, count(3)), [100, 95, 63]);
  const later = load.averages(1005, () => 905, () => 905, count(3));
  assert.ok(later[0] > 110 && later[0] < 120, String(later));
  // Nobody asked for ten minutes, in which half a CPU was used.
  assert.is(load.averages(1605, () => 1505, () => 1205, count(3))[0], 50);
});

test('between two looks nobody is asked what the group used', () => {
  const load = new GroupLoad();
  let asked = 0;
  const used = (): number => ++asked;
  for (const now of [1000, 1001, 1004.9]) load.averages(now, () => 900, used, () => ({ total: 1, running: 1, blocked: 0 }));
  assert.is(asked, 1);
  load.averages(1005, () => 900, used, () => ({ total: 1, running: 1, blocked: 0 }));
  assert.is(asked, 2);
});

const MIB = 1024 * 1024;
const group = (own: Partial<GroupMemory>): GroupMemory => ({
  limit: 512 * MIB,
  usage: 300 * MIB,
  headroom: 212 * MIB,
  parts: new Map([['file', 100 * MIB], ['shmem', 10 * MIB], ['inactive_file', 60 * MIB], ['active_file', 30 * MIB], ['slab_reclaimable', 4 * MIB], ['anon', 150 * MIB]]),
  swapLimit: 128 * MIB,
  swapUsage: 28 * MIB,
  ...own,
});
const MACHINE = new Map(
  Object.entries({ MemTotal: 8192, MemFree: 4096, MemAvailable: 6000, Buffers: 10, Cached: 2000, Active: 1, AnonPages: 1, Shmem: 1, SwapTotal: 1024, SwapFree: 1000, CommitLimit: 5120, SReclaimable: 1 }).map(
    ([name, mib]) => [name, mib * 1024] as const,
  ),
);

test('memory is the limit, less what the group uses', () => {
  const seen = groupMemory(MACHINE, group({}));
  const mib = (name: string): number => Number(seen.get(name)) / 1024;
  assert.equal(['MemTotal', 'MemFree', 'MemAvailable', 'Buffers', 'Cached', 'AnonPages', 'SReclaimable'].map(mib), [512, 212, 306, 0, 100, 150, 4]);
  assert.equal(['SwapTotal', 'SwapFree', 'CommitLimit'].map(mib), [128, 100, 384]);
  assert.equal([...seen.keys()], [...MACHINE.keys()], 'in the order of the kernel');
});

test('a limit above counts, and so does what the machine has left', () => {
  assert.is(groupMemory(MACHINE, group({ headroom: 5 * MIB })).get('MemFree'), 5 * 1024);
  const full = new Map([...MACHINE, ['MemAvailable', 7 * 1024]]);
  assert.is(groupMemory(full, group({})).get('MemAvailable'), 7 * 1024);
});

test('without a limit the memory is the machine\'s', () => {
  assert.equal(groupMemory(MACHINE, group({ limit: undefined, swapLimit: undefined })), MACHINE);
  const beyond = groupMemory(MACHINE, group({ limit: 9000 * MIB, swapLimit: 0 }));
  assert.equal([beyond.get('MemTotal'), beyond.get('SwapTotal')], [MACHINE.get('MemTotal'), 0]);
});

test('areas of swap are as large as the group may use them', () => {
  const areas = [{ path: '/a', type: 'file' as const, size: 1024 * 1024, used: 24 * 1024, priority: -2 }];
  assert.equal(groupSwap(areas, MACHINE, group({})), [{ ...areas[0], size: 128 * 1024, used: 28 * 1024 }]);
});

/** A kernel with tasks by id: the ids in their namespaces, their parents and their groups. */
function kernel(tasks: Readonly<Record<number, { ids: readonly number[]; parent: number; path: string }>>): FixtureSource {
  const source = new FixtureSource();
  source.data.system.uptime = { up: 10_000, idle: 0 };
  source.data.system.statistics.cpus = [0, 1, 2, 3].map((id) => ({ id, ticks: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }));
  for (const [name, { ids, parent, path }] of Object.entries(tasks)) {
    const id = Number(name);
    source.data.tasks.set(id, {
      id,
      identity: {},
      stat: () => ({ pid: id, parent, startTime: id * 10, processor: 0 }) as TaskStat,
      status: () => ({ namespaceIds: { processIds: ids } }) as unknown as TaskStatus,
      files: { namespace: () => ids.length },
      accounting: { controlGroups: () => [{ hierarchy: 0, controllers: [], path }] },
    } as unknown as TaskView);
  }
  const groups = new Map<string, GroupView>();
  const view = source.view.bind(source);
  source.view = () => {
    const made = view();
    made.controlGroups = ([entry]) => {
      const path = entry?.path ?? '/';
      let found = groups.get(path);
      if (!found) {
        const identity = {};
        groups.set(path, (found = {
          identity,
          isRoot: path === '/',
          cpus: () => [{ first: 1, last: 3 }],
          cpuLimit: () => (path === '/half' ? 0.5 : undefined),
          cpuTimes: () => used(SECOND, 0),
          memory: () => undefined,
          disks: () => undefined,
          pressure: () => undefined,
          processIds: () => [100],
          threads: () => ({ total: 2, running: 1, blocked: 1 }),
        }));
      }
      return found;
    };
    return made;
  };
  return source;
}

test('each caller sees its own groups, and in a pid namespace those of its first process', () => {
  const source = seenByGroups(
    kernel({
      1: { ids: [1], parent: 0, path: '/' },
      50: { ids: [50], parent: 1, path: '/half' },
      100: { ids: [100, 1], parent: 50, path: '/whole' },
      200: { ids: [200, 2], parent: 100, path: '/half' },
      300: { ids: [300, 3], parent: 50, path: '/half' },
    }),
  );
  const cpus = (threadId: number): number[] => {
    const caller = new FixedCaller({ uid: 0, gid: 0, threadId });
    return source.view(caller).statistics().cpus.map(({ id }) => id);
  };
  assert.equal(cpus(1), [0, 1, 2, 3]);
  assert.equal(cpus(50), [1]);
  assert.equal(cpus(100), [1, 2, 3]);
  assert.equal(cpus(200), [1, 2, 3], 'a service in a container');
  assert.equal(cpus(300), [1, 2, 3], 'who entered the container');
  assert.equal(cpus(999), [0, 1, 2, 3], 'who is not known');
});

test('the sum of all times does not fall when a CPU is shown no more', () => {
  const times = new GroupTimes();
  times.look(used(2 * SECOND, 0), busy(100, 100), [0, 1], 10 * SECOND);
  const sums = (): number[] => [0, 3].map((column) => times.all().reduce((sum, { ticks }) => sum + Number(ticks[column]), 0));
  assert.equal(sums(), [200, 1800]);
  assert.equal(shown(times.look(used(3 * SECOND, 0), busy(200, 100), [0], 11 * SECOND)), [[200, 0, 900]]);
  assert.equal(sums(), [300, 1800]);
});

test('uptime begins with the oldest process, and so do the starts of processes', () => {
  const source = seenByGroups(kernel({ 50: { ids: [50], parent: 1, path: '/half' }, 100: { ids: [100], parent: 50, path: '/half' } }));
  const view = source.view(new FixedCaller({ uid: 0, gid: 0, threadId: 50 }));
  assert.is(view.uptime().up, 9000);
  const starts = [50, 100].map((id) => view.task(id)?.stat(true)).map((stat) => typeof stat === 'object' && stat.startTime);
  assert.equal(starts, [0, 0]);
  assert.equal([view.statistics().running, view.statistics().blocked, view.loadAverage().total], [1, 1, 2]);
  const [cpu] = view.statistics().cpus;
  assert.equal(cpu?.ticks.slice(0, 4), [100, 0, 0, 8900]);
  assert.is(view.uptime().idle, 8900);
});

test.run();
