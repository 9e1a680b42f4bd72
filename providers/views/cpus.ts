/** A machine with some of its CPUs only: what a kernel would tell that had never seen the others. */

import type { Caller } from '../../fs/caller.ts';
import { type Errno, isErrno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import type { KernelView } from '../kernel-view.ts';
import type { BitMask } from '../model/bit-mask.ts';
import type { InterruptLine } from '../model/interrupts.ts';
import type { SoftnetCpu } from '../model/network-devices.ts';
import type { NetworkDirectories, NetworkFileOwner, NetworkFiles, NetworkView } from '../model/network.ts';
import type { SchedulingDomain } from '../model/scheduling.ts';
import type { SysctlEntry, SysctlName, SysctlRange, SysctlValue, SysctlView } from '../model/sysctl.ts';
import type { CpuTimes, Processor, ProcessorTimes } from '../model/system.ts';
import type { TaskStat, TaskStatus, TaskView } from '../model/task.ts';
import type { CpuSet } from './cpu-set.ts';
import { cpusOfSysfs } from './cpus-sysfs.ts';
import { type Answers, once } from './layer.ts';
import { Derived, type LaidLayer, LayeredTask, TaskLayer } from './task-layer.ts';

/** The column of a `cpu` line that counts idle time. */
const IDLE = 3;

/**
 * Shows the CPUs of a set. They keep their numbers, which programs know from sched_getaffinity(2) as well; what is counted
 * for the whole machine, as interrupts in /proc/stat, is not less for it. Opaque dumps (sched, timer_list) are as they are.
 */
export function cpuLayer(set: CpuSet): LaidLayer {
  const tasks = new TaskLayer((layer, task) => new CpuTask(layer, task, set));
  return { tasks, layer: (view) => answers(view, set, tasks) };
}

/** The items of an array that are of a CPU of the set, where the array has one for each of `cpus`. */
function columns<T>(items: readonly T[], cpus: readonly number[], set: CpuSet): readonly T[] {
  return items.length === cpus.length ? items.filter((_item, index) => set.has(cpus[index] as number)) : items;
}

/** The sum of the times of some CPUs. */
export function totalTimes(cpus: readonly ProcessorTimes[]): CpuTimes {
  const ticks: U64[] = [];
  for (const cpu of cpus) cpu.ticks.forEach((tick, index) => (ticks[index] = plus(ticks[index] ?? 0, tick)));
  return { ticks };
}

function plus(a: U64, b: U64): U64 {
  if (typeof a === 'number' && typeof b === 'number' && a + b <= Number.MAX_SAFE_INTEGER) return a + b;
  return BigInt.asUintN(64, BigInt(a) + BigInt(b));
}

/** The CPUs' idle time together, in hundredths of a second, which is what a tick is. */
export function idleTime(cpus: readonly ProcessorTimes[]): number {
  return cpus.reduce((sum, { ticks }) => sum + Number(ticks[IDLE] ?? 0), 0);
}

function answers(view: KernelView, set: CpuSet, tasks: TaskLayer): Answers {
  const statistics = once(() => {
    const whole = view.statistics();
    const cpus = whole.cpus.filter(({ id }) => set.has(id));
    return { ...whole, cpus, total: totalTimes(cpus) };
  });
  return {
    statistics,
    uptime: () => ({
      up: view.uptime().up,
      // It takes a longer file to tell, and not everybody asks.
      get idle() {
        return idleTime(statistics().cpus);
      },
    }),
    processors: once(() => shownProcessors(view.processors(), set)),
    interrupts: once(() => {
      const table = view.interrupts();
      const { cpus } = table;
      const some = <Line extends { readonly counts: readonly U64[] }>(line: Line): Line => ({ ...line, counts: columns(line.counts, cpus, set) });
      return {
        ...table,
        cpus: cpus.filter((id) => set.has(id)),
        lines: table.lines.map(some),
        // One count for the whole machine is no column, though there may be one CPU.
        architectural: table.architectural.map((line) => (line.description === undefined ? line : some(line))),
      };
    }),
    softInterrupts: once(() => {
      const { cpus, rows } = view.softInterrupts();
      const shown = cpus.filter((id) => set.has(id));
      return { cpus: shown, rows: rows.map((row) => ({ ...row, counts: columns(row.counts, cpus, set) })) };
    }),
    interruptLine(number) {
      const line = view.interruptLine(number);
      return line && shownLine(line, set);
    },
    defaultAffinity: () => set.mask(view.defaultAffinity()),
    schedulerStatistics: once(() => {
      const whole = view.schedulerStatistics();
      const cpus = whole.cpus.filter(({ id }) => set.has(id));
      return { ...whole, cpus: cpus.map((cpu) => ({ ...cpu, domains: shownDomains(cpu.domains, set) })) };
    }),
    memoryZones: once(() =>
      view.memoryZones().map((zone) => {
        const { populated } = zone;
        if (!populated) return zone;
        return { ...zone, populated: { ...populated, processors: populated.processors.filter(({ cpu }) => set.has(cpu)) } };
      }),
    ),
    sysctl: () => new CpuSysctl(view.sysctl(), set),
    sysfs: once(() => cpusOfSysfs(view.sysfs(), set)),
    task(id) {
      const task = view.task(id);
      return task && tasks.of(task);
    },
  };
}

/** With the lines about how many there are as the kernel writes them for those that are there. */
function shownProcessors(processors: readonly Processor[], set: CpuSet): readonly Processor[] {
  const shown = processors.filter(({ id }) => set.has(id));
  const packages = new Map<number, { threads: number; cores: Set<number> }>();
  for (const processor of shown) {
    const topology = processor.architecture === 'x86' ? processor.topology : undefined;
    if (!topology) continue;
    let found = packages.get(topology.physicalId);
    if (!found) packages.set(topology.physicalId, (found = { threads: 0, cores: new Set() }));
    found.threads++;
    found.cores.add(topology.coreId);
  }
  return shown.map((processor) => {
    const topology = processor.architecture === 'x86' ? processor.topology : undefined;
    const found = topology && packages.get(topology.physicalId);
    if (processor.architecture !== 'x86' || !topology || !found) return processor;
    return { ...processor, topology: { ...topology, siblings: found.threads, cores: found.cores.size } };
  });
}

function shownLine(line: InterruptLine, set: CpuSet): InterruptLine {
  return {
    actions: () => line.actions(),
    movable: () => line.movable(),
    affinity: () => set.mask(line.affinity()),
    effectiveAffinity: () => set.mask(line.effectiveAffinity()),
    affinityHint: () => set.mask(line.affinityHint()),
    setAffinity: (cpus) => line.setAffinity(cpus),
    node: () => line.node(),
    spurious: () => line.spurious(),
  };
}

/** A domain of one CPU is none: nothing is balanced in it. */
function shownDomains(domains: readonly SchedulingDomain[], set: CpuSet): readonly SchedulingDomain[] {
  return domains
    .map((domain) => ({ ...domain, cpus: set.mask(domain.cpus) }))
    .filter(({ cpus }) => cpus.words.some((word) => word !== 0) && !isOne(cpus));
}

function isOne({ words }: BitMask): boolean {
  const set = words.filter((word) => word !== 0);
  const [word = 0] = set;
  return set.length === 1 && (word & (word - 1)) === 0;
}

/** Parameters that are sets of CPUs. */
const SETS = /^(kernel\/watchdog_cpumask|net\/core\/(rps_default_mask|flow_limit_cpu_bitmap)|net\/ipv4\/vs\/est_cpulist)$/;

class CpuSysctl implements SysctlView {
  readonly #view: SysctlView;
  readonly #set: CpuSet;

  constructor(view: SysctlView, set: CpuSet) {
    this.#view = view;
    this.#set = set;
  }

  list(directory: string, caller: Caller): readonly SysctlName[] | Errno {
    return this.#view.list(directory, caller);
  }

  entry(path: string, caller: Caller): SysctlEntry | undefined {
    return this.#view.entry(path, caller);
  }

  read(path: string, caller: Caller): SysctlValue | Errno {
    const value = this.#view.read(path, caller);
    if (!SETS.test(path) || value === null || typeof value !== 'object') return value;
    if ('words' in value) return this.#set.mask(value);
    return Array.isArray(value) ? this.#set.ranges(value as readonly SysctlRange[]) : value;
  }

  write(path: string, value: SysctlValue, caller: Caller): Errno | 0 {
    return this.#view.write(path, value, caller);
  }
}

class CpuTask extends LayeredTask {
  readonly #set: CpuSet;
  readonly #stats = new Derived<TaskStat, TaskStat>();
  readonly #threadStats = new Derived<TaskStat, TaskStat>();
  readonly #status = new Derived<TaskStatus, TaskStatus>();
  readonly #network = new Derived<NetworkView, NetworkView>();

  constructor(layer: TaskLayer, below: TaskView, set: CpuSet) {
    super(layer, below);
    this.#set = set;
  }

  override stat(whole: boolean): TaskStat | Errno {
    const stat = this.below.stat(whole);
    if (isErrno(stat) || this.#set.has(stat.processor)) return stat;
    return (whole ? this.#stats : this.#threadStats).of(stat, () => ({ ...stat, processor: this.#set.instead(stat.processor) }));
  }

  override status(): TaskStatus | Errno {
    const status = this.below.status();
    if (isErrno(status)) return status;
    return this.#status.of(status, () => ({ ...status, cpusAllowed: this.#allowed(status.cpusAllowed) }));
  }

  /** A task that may run on none of the set is on all of them, as the kernel does it with one that lost its last CPU. */
  #allowed(allowed: BitMask): BitMask {
    const some = this.#set.mask(allowed);
    if (some.words.some((word) => word !== 0)) return some;
    return this.#set.mask({ bits: allowed.bits, words: allowed.words.map(() => 0xffff_ffff) });
  }

  override network(): NetworkView | Errno {
    const network = this.below.network();
    return isErrno(network) ? network : this.#network.of(network, () => new CpuNetwork(network, this.below, this.#set));
  }
}

/** Files of net have lines for CPUs: net/softnet_stat for those online, those in net/stat for all possible ones. */
class CpuNetwork implements NetworkView {
  readonly #network: NetworkView;
  readonly #task: TaskView;
  readonly #set: CpuSet;

  constructor(network: NetworkView, task: TaskView, set: CpuSet) {
    this.#network = network;
    this.#task = task;
    this.#set = set;
  }

  exists(): boolean {
    return this.#network.exists();
  }

  owner(path: string): NetworkFileOwner | undefined {
    return this.#network.owner(path);
  }

  read<K extends keyof NetworkFiles>(file: K): NetworkFiles[K] | Errno {
    const found: unknown = this.#network.read(file);
    if (!Array.isArray(found)) return found as NetworkFiles[K] | Errno;
    const { kernel } = this.#task;
    if (file === 'softnet_stat') {
      const online = kernel.statistics().cpus;
      const shown = (found as readonly SoftnetCpu[]).filter(({ backlog }, index) => this.#set.has(backlog?.cpu ?? online[index]?.id ?? index));
      return shown as unknown as NetworkFiles[K];
    }
    if (!file.startsWith('stat/')) return found as unknown as NetworkFiles[K];
    return columns(found as readonly unknown[], kernel.softInterrupts().cpus, this.#set) as unknown as NetworkFiles[K];
  }

  names(directory: string): readonly string[] {
    const names = this.#network.names(directory);
    if (directory !== 'pktgen') return names;
    return names.filter((name) => this.#set.has(Number(/^kpktgend_(\d+)$/.exec(name)?.[1] ?? this.#set.ids[0])));
  }

  readEntry<K extends keyof NetworkDirectories>(directory: K, name: string): NetworkDirectories[K] | Errno {
    return this.#network.readEntry(directory, name);
  }

  write(path: string, value: Uint8Array): number | Errno {
    return this.#network.write(path, value);
  }

  get truePointers(): boolean {
    return this.#network.truePointers;
  }
}
