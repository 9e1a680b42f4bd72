/** A simulated machine as the files at the top of /proc tell of it. What it does not have is absent from `has` (simulated-source.ts). */

import type { Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type * as block from '../../model/block.ts';
import type * as devices from '../../model/devices.ts';
import type * as interrupts from '../../model/interrupts.ts';
import type * as memory from '../../model/memory.ts';
import type * as scheduling from '../../model/scheduling.ts';
import type * as storage from '../../model/storage.ts';
import type * as system from '../../model/system.ts';
import { masksOf } from '../described/cpu-sets.ts';
import { freeAreasOf, zoneInformation } from '../plain/memory-zones.ts';
import { PlainSystem } from '../plain/plain-system.ts';
import { x86Processor } from '../plain/processors.ts';
import { slabCachesOf } from '../plain/slabs.ts';
import { type InterruptSource, interruptSources, interruptTable, interruptTotals, softInterruptRows } from './interrupts.ts';
import type { Disk } from './machine.ts';
import { loadAverages } from './load-average.ts';
import { PAGE } from './memory-state.ts';
import { partitionName } from './partition-name.ts';
import { cpuPlace } from './places.ts';
import { InterruptSettings, pciDirectories, pciNames, pciSpace, pciTable, scsiGenericTable, scsiTable } from './proc-hardware.ts';
import { processorKind } from './processor-kind.ts';
import { listedPages, memoryEventsOf, memoryInformation, nodeUses } from './simulated-memory.ts';
import type { Simulation } from './simulation.ts';

/** Ticks a second, as user space has them. */
export const USER_HZ = 100;
/** Times in which a disk serves a request: on a turning one, and on one that does not turn; milliseconds. */
const TURNING_MS = 6;
const RESTING_MS = 0.15;

/** What never changes of a machine. */
export interface Hardware {
  readonly interruptSources: readonly InterruptSource[];
  readonly interruptSettings: InterruptSettings;
  readonly processors: readonly system.Processor[];
}

export function hardwareOf(simulation: Simulation): Hardware {
  const { topology, description } = simulation.machine;
  const kind = processorKind(description.processors, topology);
  const processors = Array.from({ length: topology.cpus }, (_, id) => {
    const { socket, core, thread } = cpuPlace(topology, id);
    const apicId = (socket * topology.cores + core) * topology.threads + thread;
    return x86Processor(kind, { id, package: socket, core, cores: topology.cores, siblings: topology.cores * topology.threads, apicId });
  });
  const sources = interruptSources(simulation);
  return { interruptSources: sources, interruptSettings: new InterruptSettings(sources, topology.cpus), processors };
}

export abstract class SimulatedSystem extends PlainSystem {
  protected readonly simulation: Simulation;
  readonly #hardware: Hardware;

  constructor(simulation: Simulation, hardware: Hardware) {
    super();
    this.simulation = simulation;
    this.#hardware = hardware;
  }

  /** The keys are taken, and nobody acts on them. */
  override triggerSysRq(): Errno | 0 {
    return 0;
  }

  get #interruptSources(): readonly InterruptSource[] {
    return this.#hardware.interruptSources;
  }

  protected get processorCount(): number {
    return this.simulation.machine.topology.cpus;
  }

  /** The ticks of a CPU: user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice. */
  #ticks(cpu: number): number[] {
    const { simulation } = this;
    const ticks = (seconds: number): number => Math.floor(seconds * USER_HZ);
    const idle = simulation.time - simulation.cpu(cpu, 'busy') - simulation.cpu(cpu, 'iowait');
    return [
      ticks(simulation.cpu(cpu, 'user')),
      ticks(simulation.cpu(cpu, 'nice')),
      ticks(simulation.cpu(cpu, 'system')),
      ticks(Math.max(0, idle)),
      ticks(simulation.cpu(cpu, 'iowait')),
      ticks(simulation.cpu(cpu, 'irq')),
      ticks(simulation.cpu(cpu, 'softirq')),
      ticks(simulation.cpu(cpu, 'steal')),
      0,
      0,
    ];
  }

  statistics(): system.KernelStatistics {
    const { simulation } = this;
    const cpus = this.cpuNumbers().map((id) => ({ id, ticks: this.#ticks(id) }));
    const total = new Array<number>(10).fill(0);
    for (const { ticks } of cpus) for (let column = 0; column < 10; column++) total[column] = (total[column] as number) + (ticks[column] as number);
    const soft = this.#softRows().map(({ counts }) => counts.reduce((sum, count) => sum + count, 0));
    const { running, blocked } = simulation.runnable();
    return {
      total: { ticks: total },
      cpus,
      interrupts: interruptTotals(simulation, this.#interruptSources),
      contextSwitches: this.#contextSwitches(),
      bootTime: Math.floor(simulation.machine.boot / 1000),
      forks: simulation.population.started(simulation.time),
      running,
      blocked,
      softInterrupts: { total: soft.reduce((sum, count) => sum + count, 0), counts: soft },
    };
  }

  #contextSwitches(): number {
    let count = 0;
    for (const cpu of this.cpuNumbers()) count += this.#switches(cpu);
    return count;
  }

  /** How often a CPU has gone from one task to another. */
  #switches(cpu: number): number {
    return Math.floor(this.simulation.cpu(cpu, 'busy') * 800) + Math.floor(this.simulation.time * 20);
  }

  #softRows(): readonly { readonly name: string; readonly counts: number[] }[] {
    return softInterruptRows(this.simulation, this.#interruptSources);
  }

  memory(): ReadonlyMap<string, U64> {
    return memoryInformation(this.simulation.memory());
  }

  uptime(): system.Uptime {
    const { simulation } = this;
    let idle = 0;
    for (const cpu of this.cpuNumbers()) idle += Math.max(0, simulation.time - simulation.cpu(cpu, 'busy') - simulation.cpu(cpu, 'iowait'));
    return { up: Math.floor(simulation.time * 100), idle: Math.floor(idle * 100) };
  }

  loadAverage(): system.LoadAverage {
    const { simulation } = this;
    return {
      averages: loadAverages(simulation.activity, simulation.time),
      running: simulation.runnable().running,
      total: simulation.taskCount(),
      lastId: simulation.population.lastId(simulation.time),
    };
  }

  release(): system.KernelRelease {
    const { release, version } = this.simulation.machine;
    return { sysname: 'Linux', release, version, builder: 'compatfs@simulated', compiler: 'gcc (GCC) 14.2.0, GNU ld (GNU Binutils) 2.44' };
  }

  override bootParameters(): string {
    return this.simulation.machine.commandLine;
  }

  processors(): readonly system.Processor[] {
    return this.#hardware.processors;
  }

  override fileSystemTypes(): readonly system.FileSystemType[] {
    const virtual = ['sysfs', 'tmpfs', 'bdev', 'proc', 'cgroup', 'cgroup2', 'devtmpfs', 'debugfs', 'tracefs', 'securityfs', 'sockfs', 'bpf', 'pipefs', 'devpts', 'hugetlbfs', 'mqueue', 'overlay'];
    return [...virtual.map((name) => ({ name, needsDevice: false })), ...['ext3', 'ext2', 'ext4', 'vfat', 'xfs'].map((name) => ({ name, needsDevice: true }))];
  }

  // Memory.

  memoryEvents(): ReadonlyMap<string, U64> {
    return memoryEventsOf(this.simulation);
  }

  override freeAreas(): readonly memory.FreeAreas[] {
    return freeAreasOf(nodeUses(this.simulation));
  }

  override memoryZones(): readonly memory.MemoryZone[] {
    return zoneInformation(nodeUses(this.simulation), this.processorCount, listedPages);
  }

  override slabCaches(): readonly memory.SlabCache[] {
    return slabCachesOf(this.simulation.memory().slabs);
  }

  // Interrupts and scheduling.

  override interrupts(): interrupts.InterruptTable {
    return interruptTable(this.simulation, this.#interruptSources);
  }

  override interruptNumbers(): readonly number[] {
    return this.#hardware.interruptSettings.numbers();
  }

  override interruptLine(number: number): interrupts.InterruptLine | undefined {
    return this.#hardware.interruptSettings.line(number);
  }

  override defaultAffinity(): BitMask {
    return this.#hardware.interruptSettings.preset;
  }

  override setDefaultAffinity(cpus: BitMask): Errno | 0 {
    return this.#hardware.interruptSettings.setPreset(cpus);
  }

  override softInterrupts(): interrupts.SoftInterruptTable {
    return { cpus: this.cpuNumbers(), rows: this.#softRows() };
  }

  /** What was waited for is taken as the part of the time in which somebody waits: most of it where there is always one. */
  override pressure(resource?: scheduling.PressureResource): scheduling.Pressure {
    const { machine, time } = this.simulation;
    const times = (until: (at: number) => number, part: number): scheduling.PressureTimes => {
      const average = (seconds: number): number => Math.floor(((part * (until(time) - until(Math.max(0, time - seconds)))) / Math.min(seconds, time)) * 10_000);
      return { averages: [average(10), average(60), average(300)], total: Math.floor(part * until(time) * 1e6) };
    };
    const nothing: scheduling.PressureTimes = { averages: [0, 0, 0], total: 0 };
    if (resource === 'cpu') {
      const { waiting } = machine.load;
      return { some: times((at) => waiting.until(at), 1 / Math.max(1, waiting.maximum)), full: nothing };
    }
    if (resource === 'io') {
      const blocked = machine.templates.filter((template) => !template.blocked.isZero);
      const most = Math.max(1, blocked.reduce((sum, template) => sum + template.blocked.maximum, 0));
      const until = (at: number): number => blocked.reduce((sum, template) => sum + template.blocked.until(at), 0);
      return { some: times(until, 1 / most), full: times(until, 0.4 / most) };
    }
    return resource === 'irq' ? { some: undefined, full: nothing } : { some: nothing, full: nothing };
  }

  override schedulerStatistics(): scheduling.SchedulerStatistics {
    const { simulation } = this;
    const { topology } = simulation.machine;
    const { cpus } = topology;
    const domains: { readonly name: string; readonly key: (cpu: number) => number }[] = [];
    if (topology.threads > 1) domains.push({ name: 'SMT', key: (cpu) => cpuPlace(topology, cpu).socket * topology.cores + cpuPlace(topology, cpu).core });
    if (topology.cores > 1) domains.push({ name: 'MC', key: (cpu) => cpuPlace(topology, cpu).node });
    if (topology.nodes > 1) domains.push({ name: 'NUMA', key: () => 0 });
    const masks = domains.map(({ key }) => {
      const members = new Map<number, number[]>();
      for (const cpu of this.cpuNumbers()) {
        const found = members.get(key(cpu));
        if (found) found.push(cpu);
        else members.set(key(cpu), [cpu]);
      }
      const byKey = new Map([...members].map(([of, list]) => [of, masksOf(list, cpus).mask]));
      return (cpu: number) => byKey.get(key(cpu)) ?? masksOf([cpu], cpus).mask;
    });
    const wait = simulation.machine.load.waiting.until(simulation.time) / cpus;
    return {
      version: 17,
      timestamp: 4294937296 + Math.floor(simulation.time * 250),
      cpus: this.cpuNumbers().map((id) => {
        const switches = this.#switches(id);
        const busy = simulation.cpu(id, 'busy');
        const tried = Math.floor(busy * 10);
        const balance = { tried, balanced: tried - Math.floor(busy), failed: 0, imbalance: [0, 0, 0, 0], gained: Math.floor(busy), gainedHot: 0, noBusyQueue: 0, noBusyGroup: tried - Math.floor(busy) };
        return {
          id,
          yields: 0,
          schedules: switches * 2,
          idles: switches,
          wakeups: switches,
          localWakeups: Math.floor(switches / 2),
          runTime: Math.floor(busy * 1e9),
          waitTime: Math.floor(wait * 1e9),
          slices: switches,
          domains: domains.map(({ name }, level) => ({
            name,
            cpus: (masks[level] as (cpu: number) => ReturnType<typeof masksOf>['mask'])(id),
            balancing: [balance, balance, balance],
            active: { tried: 0, failed: 0, pushed: 0 },
            exec: { tried: 0, balanced: 0, pushed: 0 },
            fork: { tried: 0, balanced: 0, pushed: 0 },
            wakeups: { remote: Math.floor(switches / 4), affine: 0, balanced: 0 },
          })),
        };
      }),
    };
  }

  // Devices.

  override deviceNumbers(): ReturnType<system.SystemView['deviceNumbers']> {
    const { machine } = this.simulation;
    const has = (start: string): boolean => machine.disks.some(({ name }) => name.startsWith(start));
    const character = [
      ...super.deviceNumbers().character,
      ...(has('sd') ? [{ major: 21, name: 'sg' }] : []),
      ...(has('nvme') ? [{ major: 241, name: 'nvme' }] : []),
    ].sort((a, b) => a.major - b.major);
    const majors = new Map([[259, 'blkext'], [8, 'sd'], [254, 'virtblk'], [202, 'xvd'], [179, 'mmc'], [253, 'device-mapper'], [9, 'md'], [7, 'loop']]);
    const used = new Set([259, 7, ...machine.disks.map(({ major }) => major)]);
    return { character, block: [...used].sort((a, b) => a - b).map((major) => ({ major, name: majors.get(major) ?? 'disk' })) };
  }

  override pciDevices(): readonly devices.PciDevice[] {
    return pciTable(this.simulation.machine);
  }

  override pciBuses(): readonly string[] {
    return pciDirectories(this.simulation.machine);
  }

  override pciFunctions(bus: string): readonly string[] {
    return pciNames(this.simulation.machine, bus);
  }

  override pciConfiguration(bus: string, slot: string): devices.PciConfiguration | undefined {
    return pciSpace(this.simulation.machine, bus, slot);
  }

  override scsiDevices(): readonly storage.ScsiDevice[] {
    return scsiTable(this.simulation.machine);
  }

  override scsiGeneric(): storage.ScsiGeneric {
    return scsiGenericTable(this.simulation.machine);
  }

  override partitions(): readonly block.Partition[] {
    return this.simulation.machine.disks.flatMap((disk) => [
      { major: disk.major, minor: disk.minor, size: Math.floor(disk.sectors / 2), name: disk.name },
      ...disk.partitions.map((sectors, index) => ({ major: disk.major, minor: disk.minor + index + 1, size: Math.floor(sectors / 2), name: partitionName(disk.name, index + 1) })),
    ]);
  }

  override diskStatistics(): readonly block.DiskStatistics[] {
    return this.simulation.machine.disks.flatMap((disk) => {
      const whole = diskStatistics(this.simulation, disk, 1);
      const parts = disk.partitions.length;
      return [
        { ...whole, name: disk.name, minor: disk.minor },
        ...disk.partitions.map((_, index) => ({ ...diskStatistics(this.simulation, disk, 1 / parts), name: partitionName(disk.name, index + 1), minor: disk.minor + index + 1 })),
      ];
    });
  }

  override swapAreas(): readonly block.SwapArea[] {
    const { machine } = this.simulation;
    return machine.swaps.map(({ path, type, size, used, priority }) => ({
      path,
      type,
      size: Math.floor(size / PAGE) * 4,
      used: Math.floor(used / PAGE) * 4,
      priority,
    }));
  }

}

/** What a disk, or a part of it, has done so far. */
export function diskStatistics({ time }: Simulation, disk: Disk, part: number): block.DiskStatistics {
  const reads = Math.floor(disk.reads.until(time) * part);
  const writes = Math.floor(disk.writes.until(time) * part);
  const milliseconds = disk.rotational ? TURNING_MS : RESTING_MS;
  const weighted = Math.floor((reads + writes) * milliseconds);
  // Requests are served side by side, and never for longer than there was time.
  const pace = Math.max(1, (disk.reads.maximum + disk.writes.maximum) * part * milliseconds * 0.001);
  return {
    major: disk.major,
    minor: disk.minor,
    name: disk.name,
    reads: { completed: reads, merged: Math.floor(reads / 20), sectors: reads * disk.readSize, time: Math.floor(reads * milliseconds) },
    writes: { completed: writes, merged: Math.floor(writes / 4), sectors: writes * disk.writeSize, time: Math.floor(writes * milliseconds) },
    inFlight: Math.floor((disk.reads.at(time) + disk.writes.at(time)) * part * milliseconds * 0.001),
    busyTime: Math.floor(weighted / pace),
    weightedTime: weighted,
    discards: { completed: 0, merged: 0, sectors: 0, time: 0 },
    flushes: { completed: Math.floor(writes / 50), time: Math.floor((writes / 50) * milliseconds) },
  };
}
