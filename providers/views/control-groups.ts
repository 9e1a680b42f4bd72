/**
 * The machine as each caller's control groups leave it to the caller: CPUs, memory, swap, uptime, load, times and disks.
 *
 * Whose groups count: a caller in the pid namespace of the source, its own. A caller in a pid namespace of its own, that
 * is in a container, those of the namespace's first process: all processes of a container agree, and a service in a group of its
 * own there is told of the container's memory and not of a service's.
 */

import type { Caller } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import type { DiskStatistics } from '../model/block.ts';
import type { GroupCpuTimes, GroupDisk, GroupView } from '../model/control-groups.ts';
import type { SysfsRange } from '../model/sysfs.ts';
import type { ProcessorTimes } from '../model/system.ts';
import type { TaskStat, TaskView } from '../model/task.ts';
import { CpuSet } from './cpu-set.ts';
import { cpuLayer, idleTime, totalTimes } from './cpus.ts';
import { GroupLoad } from './group-load.ts';
import { groupMemory, groupSwap, memoryLimit } from './group-memory.ts';
import { GroupTimes } from './group-times.ts';
import { type Answers, once } from './layer.ts';
import { LayeredViews } from './layered-views.ts';
import { partsLeft } from './memory.ts';
import { Derived, LayeredTask, type LaidLayer, TaskLayer } from './task-layer.ts';

/** Ticks and hundredths of a second are the same; microseconds of one. */
const TICK = 10_000;
const SECTOR = 512;

/** A source that shows each caller what the caller's groups have. */
export function seenByGroups(source: KernelSource): KernelSource {
  return new GroupedSource(source);
}

class GroupedSource implements KernelSource {
  readonly #source: KernelSource;
  readonly holdsFiles?: true;
  readonly byCaller = true;
  readonly #lenses = new WeakMap<object, Lens>();
  /** The first process of a task's pid namespace, where that is not the source's own. */
  readonly #first = new WeakMap<object, TaskView>();
  readonly #own = new WeakSet<object>();
  /** For whom a view was asked last. */
  #asked: { readonly view: KernelView; readonly threadId: number | undefined; readonly answer: KernelView } | undefined;

  constructor(source: KernelSource) {
    this.#source = source;
    if (source.holdsFiles) this.holdsFiles = true;
  }

  view(caller: Caller): KernelView {
    const view = this.#source.view(caller);
    const { threadId } = caller;
    if (this.#asked?.view === view && this.#asked.threadId === threadId) return this.#asked.answer;
    const answer = this.#seen(view, threadId);
    this.#asked = { view, threadId, answer };
    return answer;
  }

  #seen(view: KernelView, threadId: number | undefined): KernelView {
    const task = threadId === undefined ? undefined : view.task(threadId);
    const entries = task && this.#deciding(view, task).accounting.controlGroups();
    if (entries === undefined || isErrno(entries) || !view.controlGroups) return view;
    const group = view.controlGroups(entries);
    if (group.isRoot) return view;
    let lens = this.#lenses.get(group.identity);
    if (!lens) this.#lenses.set(group.identity, (lens = new Lens(group)));
    return lens.over(view);
  }

  /** Whose groups count for a task. */
  #deciding(view: KernelView, task: TaskView): TaskView {
    const { identity } = task;
    if (this.#own.has(identity)) return task;
    const known = this.#first.get(identity);
    // It ends last in its namespace.
    if (known) return known;
    const depth = depthOf(task);
    if (depth === undefined) return task;
    const first = depth === 0 ? undefined : firstOfNamespace(view, task, depth);
    if (first) this.#first.set(identity, first);
    else this.#own.add(identity);
    return first ?? task;
  }

  dispose(): void {
    this.#source.dispose?.();
  }
}

function idsOf(task: TaskView): readonly number[] | undefined {
  const status = task.status();
  return isErrno(status) ? undefined : status.namespaceIds?.processIds;
}

/** How many pid namespaces lie between the source's and a task's own; 0 for one in the source's. */
function depthOf(task: TaskView): number | undefined {
  const ids = idsOf(task);
  return ids && ids.length - 1;
}

/** The first process of the outermost pid namespace that a task is in below the source's. */
function firstOfNamespace(view: KernelView, task: TaskView, depth: number): TaskView | undefined {
  const isFirst = (candidate: TaskView): boolean => idsOf(candidate)?.[1] === 1 && depthOf(candidate) === 1;
  let ancestor: TaskView | undefined = task;
  while (ancestor && depthOf(ancestor) !== 0) {
    if (isFirst(ancestor)) return ancestor;
    const stat: TaskStat | number = ancestor.stat(true);
    ancestor = typeof stat === 'number' || stat.parent === 0 ? undefined : view.task(stat.parent);
  }
  // Whoever entered the namespace has a parent outside.
  if (depth !== 1) return undefined;
  const namespace = task.files.namespace('pid');
  for (const id of view.processIds(0)) {
    const candidate = view.task(id);
    if (candidate && isFirst(candidate) && candidate.files.namespace('pid') === namespace) return candidate;
  }
  return undefined;
}

/** What is kept of a group from view to view. */
class Lens {
  readonly #group: GroupView;
  readonly #times = new GroupTimes();
  readonly #load = new GroupLoad();
  /** When its oldest process began, in ticks after boot. */
  #start: number | undefined;
  /** Whether somebody counts its CPU time. */
  #hasTimes: boolean | undefined;
  /** The layers for a set of CPUs. */
  #layers: LayeredViews | undefined;
  #cpus: readonly number[] = [];
  #view: KernelView | undefined;
  #seen: KernelView | undefined;

  constructor(group: GroupView) {
    this.#group = group;
  }

  over(view: KernelView): KernelView {
    if (this.#view === view && this.#seen) return this.#seen;
    const ids = shownCpus(view, this.#group);
    if (!this.#layers || !isSame(ids, this.#cpus)) {
      const set = new CpuSet(ids);
      const shift = new TaskLayer((layer, task) => new ShiftedTask(layer, task, () => this.#startOf(view)));
      const own: LaidLayer = { layer: (below) => this.#answers(below, set, shift), tasks: shift };
      this.#layers = new LayeredViews([cpuLayer(set), own]);
      this.#cpus = ids;
    }
    this.#view = view;
    return (this.#seen = this.#layers.over(view));
  }

  /** The start of the oldest process there was, in ticks after boot. */
  #startOf(view: KernelView): number {
    if (this.#start !== undefined) return this.#start;
    // Where nobody counts its times they are the machine's, and its clock has to go with them.
    if (!this.#group.cpuTimes()) return 0;
    let start: number | undefined;
    for (const id of this.#group.processIds()) {
      const stat = view.task(id)?.stat(true);
      if (stat === undefined || isErrno(stat)) continue;
      start = Math.min(start ?? Infinity, Number(stat.startTime));
    }
    if (start === undefined) return 0;
    return (this.#start = start);
  }

  #answers(view: KernelView, set: CpuSet, tasks: TaskLayer): Answers {
    const group = this.#group;
    const start = (): number => this.#startOf(view);
    const up = once(() => Math.max(0, view.uptime().up - start()));
    const used = once(() => group.cpuTimes());
    const seconds = once(() => view.uptime().up / 100);
    const threads = (): ReturnType<GroupView['threads']> => this.#load.threads(seconds(), () => group.threads());
    const memory = once(() => group.memory());
    const shownMemory = once(() => {
      const own = memory();
      return own ? groupMemory(view.memory(), own) : view.memory();
    });
    const times = once(() => {
      const now = used();
      return now ? this.#times.look(now, () => view.statistics().cpus, set.ids, up() * TICK) : view.statistics().cpus;
    });
    const all = (): readonly ProcessorTimes[] => (times(), used() ? this.#times.all() : view.statistics().cpus);
    const statistics = once(() => {
      const whole = view.statistics();
      if (!used()) return whole;
      const cpus = times();
      const { running, blocked } = threads();
      return {
        ...whole,
        cpus,
        total: totalTimes(all()),
        bootTime: Number(whole.bootTime) + Math.floor(start() / 100),
        running: Math.max(1, running),
        blocked,
      };
    });
    return {
      statistics,
      uptime: () => ({ up: up(), idle: idleTime(all()) }),
      loadAverage: once(() => {
        const machine = view.loadAverage();
        // Who has counts keeps them, and they are wanted once in five seconds.
        if (!(this.#hasTimes ??= used() !== undefined)) return machine;
        const { lastId } = machine;
        const sum = (now: GroupCpuTimes | undefined): number => (now ? (now.user + now.system) / 1e6 : 0);
        const averages = this.#load.averages(seconds(), () => up() / 100, () => sum(used()), () => group.threads());
        const { running, total } = threads();
        return { averages, running: Math.max(1, running), total, lastId };
      }),
      memory: shownMemory,
      swapAreas: once(() => {
        const own = memory();
        return own ? groupSwap(view.swapAreas(), view.memory(), own) : view.swapAreas();
      }),
      diskStatistics: once(() => {
        const disks = group.disks();
        return disks ? view.diskStatistics().map((disk) => groupDisk(disk, disks.get(`${disk.major}:${disk.minor}`))) : view.diskStatistics();
      }),
      pressure: (resource) => group.pressure(resource) ?? view.pressure(resource),
      ...partsLeft(view, () => {
        const own = memory();
        return own && memoryLimit(view.memory(), own) !== undefined ? shownMemory() : undefined;
      }),
      task(id) {
        const task = view.task(id);
        return task && tasks.of(task);
      },
    };
  }
}

/** The CPUs that a group may run on, and of those as many as it may use at once, the lowest first. */
function shownCpus(view: KernelView, group: GroupView): readonly number[] {
  const online = onlineCpus(view);
  const allowed = group.cpus();
  const some = allowed ? online.filter((id) => isIn(allowed, id)) : online;
  const ids = some.length > 0 ? some : online;
  const limit = group.cpuLimit();
  return limit === undefined ? ids : ids.slice(0, Math.max(1, Math.ceil(limit)));
}

/** From the shorter of the two files that tell. */
function onlineCpus(view: KernelView): readonly number[] {
  const reading = view.sysfs().read('devices/system/cpu/online');
  if (isErrno(reading) || !Array.isArray(reading.value)) return view.statistics().cpus.map(({ id }) => id);
  return (reading.value as readonly SysfsRange[]).flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

function isIn(ranges: readonly SysfsRange[], id: number): boolean {
  return ranges.some(({ first, last }) => id >= first && id <= last);
}

/** What groups count of a disk: requests and bytes. Times and merges are not known, and partitions count with their disks. */
function groupDisk(disk: DiskStatistics, group: GroupDisk | undefined): DiskStatistics {
  const requests = (completed = 0, bytes = 0) => ({ completed, merged: 0, sectors: Math.floor(bytes / SECTOR), time: 0 });
  return {
    ...disk,
    reads: requests(group?.reads, group?.bytesRead),
    writes: requests(group?.writes, group?.bytesWritten),
    inFlight: 0,
    busyTime: 0,
    weightedTime: 0,
    discards: disk.discards && requests(group?.discards, group?.bytesDiscarded),
    flushes: disk.flushes && { completed: 0, time: 0 },
  };
}

/** A task whose start is counted from the group's, as uptime is: what began before was there from the start. */
class ShiftedTask extends LayeredTask {
  readonly #start: () => number;
  readonly #stats = new Derived<TaskStat, TaskStat>();
  readonly #threadStats = new Derived<TaskStat, TaskStat>();

  constructor(layer: TaskLayer, below: TaskView, start: () => number) {
    super(layer, below);
    this.#start = start;
  }

  override stat(whole: boolean): ReturnType<TaskView['stat']> {
    const stat = this.below.stat(whole);
    if (isErrno(stat)) return stat;
    return (whole ? this.#stats : this.#threadStats).of(stat, () => ({ ...stat, startTime: Math.max(0, Number(stat.startTime) - this.#start()) }));
  }
}
