/** A portable machine as the files at the top of /proc tell of it. docs/portable.md says where each value comes from. */

import type { Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type * as block from '../../model/block.ts';
import type * as memory from '../../model/memory.ts';
import type * as scheduling from '../../model/scheduling.ts';
import type * as system from '../../model/system.ts';
import { memoryTable } from '../plain/memory-table.ts';
import { type NodeUse, freeAreasOf, zoneInformation } from '../plain/memory-zones.ts';
import { PlainSystem } from '../plain/plain-system.ts';
import { x86Processor } from '../plain/processors.ts';
import { slabCachesOf, slabsWithin } from '../plain/slabs.ts';
import type { Feed } from './feed.ts';
import type { Part } from './parts.ts';
import type { DeviceFacts, Snapshot } from './snapshot.ts';
import { placeOf, topologyOf } from './topology.ts';

const PAGE = 4096;
const KIB_PER_PAGE = 4;
const SECTOR = 512;
/** Where no processor tells its own: a counter that ticks at 24 MHz. */
const ARM_BOGOMIPS = 4800;
const ARM_FEATURES: readonly string[] = ['fp', 'asimd'];
const [ARM, APPLE] = [0x41, 0x61];
const CACHE_LINE = 64;
const ADDRESS_BITS = 48;
const CPUID_LEVEL = 13;
/** What RISC-V processors have at least that run Linux. */
const RISCV_ISA = 'rv64imafdc';
const RISCV_MMU = 'sv39';
/** Ticks of a second, and their columns in which a processor rests: idle, iowait. */
const NANOSECONDS_PER_TICK = 1e7;
const RESTING: ReadonlySet<number> = new Set([3, 4]);
/** Jiffies of a second; they begin five minutes before they overflow 32 bits. */
const JIFFIES = 250;
const FIRST_JIFFY = 2 ** 32 - 300 * JIFFIES;
const NO_WAITING: scheduling.PressureTimes = { averages: [0, 0, 0], total: 0 };
/** Counters of a memory node that rows of meminfo tell, which are added up; KiB. */
const NODE_ROWS: readonly (readonly [counter: string, ...rows: readonly string[]])[] = [
  ['nr_inactive_anon', 'Inactive(anon)'],
  ['nr_active_anon', 'Active(anon)'],
  ['nr_inactive_file', 'Inactive(file)'],
  ['nr_active_file', 'Active(file)'],
  ['nr_slab_reclaimable', 'SReclaimable'],
  ['nr_slab_unreclaimable', 'SUnreclaim'],
  ['nr_anon_pages', 'AnonPages'],
  ['nr_file_pages', 'Cached', 'Buffers'],
  ['nr_dirty', 'Dirty'],
  ['nr_writeback', 'Writeback'],
];
const NO_REQUESTS: block.DiskRequests = { completed: 0, merged: 0, sectors: 0, time: 0 };
const NO_FLUSHES = { completed: 0, time: 0 };

export abstract class PortableSystem extends PlainSystem {
  protected readonly feed: Feed;
  protected readonly snapshot: Snapshot;
  /** Seconds since boot: one moment for all that one question is answered with. */
  protected readonly up: number;

  constructor(feed: Feed) {
    super();
    this.feed = feed;
    this.snapshot = feed.now();
    this.up = feed.uptime();
  }

  /** The keys are taken, and nobody acts on them: the machine is another's. */
  override triggerSysRq(): Errno | 0 {
    return 0;
  }

  /** A part of the snapshot, which is kept up to date for a while because of this. */
  protected read<P extends Part>(part: P): Snapshot[P] {
    this.feed.want(part);
    return this.snapshot[part];
  }

  protected get processorCount(): number {
    return this.snapshot.times.cpus.length;
  }

  statistics(): system.KernelStatistics {
    const { cpus, bootTime } = this.read('times');
    this.feed.want('processes');
    const { started, running, blocked } = this.snapshot.population;
    const total = Array.from({ length: 10 }, (_, column) => cpus.reduce((sum, { ticks }) => sum + (ticks[column] as number), 0));
    return {
      total: { ticks: total },
      cpus: cpus.map(({ ticks }, id) => ({ id, ticks })),
      interrupts: { total: 0, counts: [] },
      contextSwitches: 0,
      bootTime,
      forks: started,
      running: Math.max(1, running),
      blocked,
      softInterrupts: { total: 0, counts: new Array<number>(10).fill(0) },
    };
  }

  memory(): ReadonlyMap<string, U64> {
    const { total, free, available, buffers, cached, slab, reclaimableSlab, swap, swapFree, dirty, writeback } = this.read('memory');
    const anonymous = Math.max(0, total - free - buffers - cached - slab);
    return memoryTable(total, {
      free,
      available,
      anonymous,
      files: 0,
      shared: 0,
      cache: cached,
      buffers,
      dirty,
      writeback,
      reclaimableSlab,
      slab: slab - reclaimableSlab,
      swap,
      swapFree,
      committed: anonymous + swap - swapFree,
      commitLimit: total / 2 + swap,
    });
  }

  uptime(): system.Uptime {
    const { cpus } = this.read('times');
    return { up: Math.floor(this.up * 100), idle: cpus.reduce((sum, { ticks }) => sum + (ticks[3] as number), 0) };
  }

  loadAverage(): system.LoadAverage {
    const { load } = this.read('times');
    const processes = this.read('processes');
    const { running, lastId } = this.snapshot.population;
    return { averages: load, running: Math.max(1, running), total: processes.length, lastId };
  }

  release(): system.KernelRelease {
    const { release, version } = this.read('machine');
    return { sysname: 'Linux', release, version, builder: 'compatfs@portable', compiler: 'gcc (GCC) 14.2.0, GNU ld (GNU Binutils) 2.44' };
  }

  processors(): readonly system.Processor[] {
    const machine = this.read('machine');
    const { cpus } = this.read('times');
    const topology = topologyOf(machine, cpus.length);
    const { caches } = machine;
    const cacheSize = (machine.vendor === 'AuthenticAMD' ? caches.l2 : caches.l3 || caches.l2) || undefined;
    return cpus.map(({ megahertz }, id): system.Processor => {
      if (machine.architecture === 'arm64') {
        const implementer = /apple/i.test(`${machine.vendor} ${machine.modelName}`) ? APPLE : ARM;
        return { architecture: 'arm64', id, modelName: undefined, bogomips: ARM_BOGOMIPS, features: ARM_FEATURES, implementer, variant: 0, part: 0, revision: 0 };
      }
      if (machine.architecture === 'riscv') {
        return { architecture: 'riscv', id, hart: id, isa: RISCV_ISA, mmu: RISCV_MMU, microarchitecture: undefined, ids: undefined, hartIsa: undefined };
      }
      const { family, model, stepping, flags, vendor } = machine;
      const entry = x86Processor(
        {
          vendor,
          family,
          model,
          modelName: machine.modelName,
          stepping,
          flags,
          physicalAddressBits: ADDRESS_BITS,
          virtualAddressBits: ADDRESS_BITS,
          cacheSize,
          clflushSize: CACHE_LINE,
          cpuidLevel: CPUID_LEVEL,
          hertz: megahertz * 1e6,
        },
        { id, ...placeOf(topology, id), cores: topology.cores, siblings: topology.cores * topology.threads },
      );
      return megahertz === 0 ? { ...entry, frequency: 'unknown' } : entry;
    });
  }

  override fileSystemTypes(): readonly system.FileSystemType[] {
    const { mounts } = this.read('disks');
    const plain = super.fileSystemTypes();
    const more = new Set(mounts.map(({ type }) => type).filter((type) => !plain.some(({ name }) => name === type)));
    return [...plain, ...[...more].map((name) => ({ name, needsDevice: mounts.some(({ type, source }) => type === name && source.startsWith('/dev/')) }))];
  }

  memoryEvents(): ReadonlyMap<string, U64> {
    const { free, dirty, writeback, cached, buffers } = this.read('memory');
    const { readBytes, writtenBytes } = this.read('transfers');
    const pages = (bytes: number): number => Math.floor(bytes / PAGE);
    return new Map<string, U64>([
      ['nr_free_pages', pages(free)],
      ['nr_file_pages', pages(cached + buffers)],
      ['nr_dirty', pages(dirty)],
      ['nr_writeback', pages(writeback)],
      ['pgpgin', Math.floor(readBytes / 1024)],
      ['pgpgout', Math.floor(writtenBytes / 1024)],
      ['pswpin', 0],
      ['pswpout', 0],
      ['pgfault', 0],
      ['pgmajfault', 0],
    ]);
  }

  /** One node, which has all of the memory. */
  #nodes(): NodeUse[] {
    const rows = this.memory();
    const pages = (names: readonly string[]): number => Math.floor(names.reduce((sum, name) => sum + Number(rows.get(name)), 0) / KIB_PER_PAGE);
    const all = pages(['MemTotal']);
    return [{ pages: all, free: Math.min(all, pages(['MemFree'])), counters: new Map(NODE_ROWS.map(([counter, ...names]) => [counter, pages(names)])) }];
  }

  override freeAreas(): readonly memory.FreeAreas[] {
    return freeAreasOf(this.#nodes());
  }

  override memoryZones(): readonly memory.MemoryZone[] {
    return zoneInformation(this.#nodes(), this.processorCount, () => 0);
  }

  /** As full as is told; which of them are is what Linux would have for the processes. */
  override slabCaches(): readonly memory.SlabCache[] {
    const { slab, reclaimableSlab, cached } = this.read('memory');
    const processes = this.read('processes').length;
    const pages = (bytes: number): number => Math.max(0, Math.floor(bytes / PAGE));
    const needs = { threads: processes, processes, descriptors: this.read('transfers').openFiles, cache: pages(cached), cpus: this.processorCount };
    return slabCachesOf(slabsWithin(needs, pages(reclaimableSlab), pages(slab - reclaimableSlab)));
  }

  /** How long somebody waited is not told. */
  override pressure(): scheduling.Pressure {
    return { some: NO_WAITING, full: NO_WAITING };
  }

  override schedulerStatistics(): scheduling.SchedulerStatistics {
    const { cpus } = this.read('times');
    const nothing = { yields: 0, schedules: 0, idles: 0, wakeups: 0, localWakeups: 0, waitTime: 0, slices: 0, domains: [] };
    return {
      version: 17,
      timestamp: FIRST_JIFFY + Math.floor(this.up * JIFFIES),
      cpus: cpus.map(({ ticks }, id) => ({ ...nothing, id, runTime: ticks.reduce((sum, count, column) => (RESTING.has(column) ? sum : sum + count), 0) * NANOSECONDS_PER_TICK })),
    };
  }

  override deviceNumbers(): ReturnType<system.SystemView['deviceNumbers']> {
    const majors = new Set(this.read('disks').devices.map(({ major }) => major));
    return { ...super.deviceNumbers(), block: [...majors].sort((a, b) => a - b).map((major) => ({ major, name: major === 8 ? 'sd' : 'blkext' })) };
  }

  override partitions(): readonly block.Partition[] {
    return this.read('disks').devices.map(({ major, minor, bytes, name }) => ({ major, minor, size: Math.floor(bytes / 1024), name }));
  }

  override diskStatistics(): readonly block.DiskStatistics[] {
    const { devices } = this.read('disks');
    this.read('transfers');
    return devices.map((device) => diskStatistics(this.snapshot, device));
  }

  override swapAreas(): readonly block.SwapArea[] {
    const { swap, swapFree } = this.read('memory');
    return swap === 0 ? [] : [{ path: '/swap', type: 'file', size: Math.floor(swap / PAGE) * 4, used: Math.floor((swap - swapFree) / PAGE) * 4, priority: -2 }];
  }
}

/** What a disk has done. Only what all did together is told: the first disk that is no part of another has it. */
export function diskStatistics({ disks, transfers }: Snapshot, { major, minor, name }: DeviceFacts): block.DiskStatistics {
  const first = disks.devices.find(({ within }) => within === undefined);
  if (first?.name !== name) {
    return { major, minor, name, reads: NO_REQUESTS, writes: NO_REQUESTS, inFlight: 0, busyTime: 0, weightedTime: 0, discards: NO_REQUESTS, flushes: NO_FLUSHES };
  }
  const { reads, writes, readTime, writeTime, weightedTime, readBytes, writtenBytes } = transfers;
  return {
    major,
    minor,
    name,
    reads: { completed: reads, merged: 0, sectors: Math.floor(readBytes / SECTOR), time: readTime },
    writes: { completed: writes, merged: 0, sectors: Math.floor(writtenBytes / SECTOR), time: writeTime },
    inFlight: 0,
    busyTime: 0,
    weightedTime,
    discards: NO_REQUESTS,
    flushes: NO_FLUSHES,
  };
}
