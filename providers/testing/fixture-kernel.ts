/**
 * A kernel made by hand, for tests: every value of the model can be set, and none is one that a real machine could have
 * by accident. Counters descend from 2^64-1, so that each is another number and every column shows which field it is.
 */

import { type Caller, FixedCaller } from '../../fs/caller.ts';
import { EINVAL, ENOENT, type Errno } from '../../fs/errno.ts';
import { type U64, u64High, u64Low } from '../../fs/u64.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import type { BitMask } from '../model/bit-mask.ts';
import type { Key } from '../model/code.ts';
import type { PciConfiguration, SerialPorts } from '../model/devices.ts';
import type { BlockGroup, Ext4, ExtentStatus, FastCommits, JournalStatistics, Statistic } from '../model/file-systems.ts';
import type { InterruptLine, SpuriousInterrupts } from '../model/interrupts.ts';
import type { LogRecord } from '../model/log.ts';
import type { ByteSource, PageFile } from '../model/raw-memory.ts';
import type { Pressure, PressureResource } from '../model/scheduling.ts';
import type { SysfsView } from '../model/sysfs.ts';
import type { SystemView } from '../model/system.ts';
import type { SysctlView } from '../model/sysctl.ts';
import type { TaskView } from '../model/task.ts';
import { fixtureSystem } from './fixture-system.ts';

/** The same, with nothing read-only. */
export type Mutable<T> = T extends Uint8Array | ((...parameters: never[]) => unknown)
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? Map<K, Mutable<V>>
    : T extends object
      ? { -readonly [K in keyof T]: Mutable<T[K]> }
      : T;

/** Accessors without parameters that act rather than tell. */
type Actions = 'openLog' | 'clearLatencies' | 'kernelCore';

/** Accessors that take no parameters, as values. */
type Values<V> = {
  [K in keyof V as V[K] extends () => unknown ? (K extends Actions ? never : K) : never]: V[K] extends () => infer R
    ? Mutable<R>
    : never;
};

/** The accessors with parameters, as tables of what they give. */
interface Tables {
  pressure: Mutable<Record<PressureResource, Pressure>>;
  keys: Mutable<Key>[];
  symbols: { address: U64; type: number; name: string; module: string | undefined }[];
  interruptLines: Map<number, FixtureInterrupt>;
  serialPorts: Map<string, Mutable<SerialPorts>>;
  /** By bus and by slot and function. */
  pciConfigurations: Map<string, Map<string, Uint8Array>>;
  ext4: Map<string, FixtureExt4>;
  journal: Map<string, Mutable<JournalStatistics>>;
  pageFiles: Record<PageFile, Uint8Array>;
  core: Uint8Array;
  log: Mutable<LogRecord>[];
  /** What was asked of the kernel, in words: kept, and otherwise without effect. */
  asked: string[];
}

/** An ext4 file system. */
export interface FixtureExt4 {
  options: string[];
  extentStatus: Mutable<ExtentStatus>;
  fastCommits: Mutable<FastCommits>;
  blockGroups: Mutable<BlockGroup>[];
  allocator: Mutable<Statistic>[] | undefined;
  allocatorLists: Mutable<Statistic>[];
}

/** The settings of an interrupt. */
export interface FixtureInterrupt {
  actions: string[];
  movable: boolean;
  affinity: Mutable<BitMask>;
  effectiveAffinity: Mutable<BitMask>;
  affinityHint: Mutable<BitMask>;
  node: number;
  spurious: Mutable<SpuriousInterrupts>;
}

/** The machine as a whole: a value for each accessor of `SystemView`. */
export type FixtureSystem = Values<SystemView> & Tables;

/** Everything that the kernel is made of. */
export interface FixtureData {
  system: FixtureSystem;
  tasks: Map<number, TaskView>;
  sysctl: SysctlView;
  sysfs: SysfsView;
  /** Files that this kernel lacks, by their path under /proc. */
  lacking: Set<string>;
}

/** A /proc/sys without anything in it. */
const NO_PARAMETERS: SysctlView = {
  list: () => ENOENT,
  entry: () => undefined,
  read: () => ENOENT,
  write: () => ENOENT,
};

/** A /sys without anything in it. */
const NO_OBJECTS: SysfsView = {
  list: () => ENOENT,
  entry: () => undefined,
  link: () => ENOENT,
  read: () => ENOENT,
  readAt: () => ENOENT,
  write: () => ENOENT,
};

/** A source of such kernels: what is changed in its data shows in the next view. */
export class FixtureSource implements KernelSource {
  readonly data: FixtureData;

  constructor(data: Partial<FixtureData> = {}) {
    this.data = { system: fixtureSystem(), tasks: new Map(), sysctl: NO_PARAMETERS, sysfs: NO_OBJECTS, lacking: new Set(), ...data };
  }

  view(): KernelView {
    return fixtureKernel(this.data);
  }
}

/** The view of a kernel with these data. */
export function fixtureKernel(data: FixtureData): KernelView {
  const { system, tasks, sysctl, sysfs, lacking } = data;
  const accessors: Record<string, () => unknown> = {};
  for (const name of Object.keys(system)) accessors[name] = () => system[name as keyof FixtureSystem];
  const ask = (words: string): 0 => {
    system.asked.push(words);
    return 0;
  };
  const view: Omit<KernelView, keyof Values<SystemView>> = {
    has: (file) => !lacking.has(file),
    sysctl: () => sysctl,
    sysfs: () => sysfs,
    processIds: (after) => [...tasks.keys()].filter((id) => id > after).sort((a, b) => a - b),
    processCount: () => tasks.size,
    task: (id) => tasks.get(id),
    pressure: (resource) => system.pressure[resource],
    keys: () => system.keys,
    eachSymbol(tell) {
      for (const { address, type, name, module } of system.symbols) tell(u64High(address), u64Low(address), type, name, module);
    },
    interruptLine: (number) => interruptLine(system.interruptLines.get(number)),
    setDefaultAffinity: (cpus) => setMask(system.defaultAffinity, cpus),
    serialPorts: (driver) => system.serialPorts.get(driver),
    pciFunctions: (bus) => [...(system.pciConfigurations.get(bus)?.keys() ?? [])],
    ext4: (device) => ext4(system.ext4.get(device)),
    journal: (name) => system.journal.get(name),
    pageFile: (file) => bytes(system.pageFiles[file]),
    kernelCore: () => bytes(system.core),
    changeMemoryTypeRanges: (change) =>
      ask(change.disable === undefined ? `mtrr ${change.base} ${change.size} ${change.type}` : `mtrr ${change.disable}`),
    changeScsiDevices: ({ action, host, channel, id, lun }) => ask(`scsi ${action} ${host} ${channel} ${id} ${lun}`),
    toggleWakeup: (name) => ask(`wakeup ${name}`),
    switchDebugMessages: (query) => ask(`debug ${query}`),
    triggerSysRq: (keys) => ask(`sysrq ${keys}`),
    clearLatencies: () => ask('clear latencies'),
    openLog() {
      let at = 0;
      return { next: () => (at < system.log.length ? system.log[at++] : undefined), close: () => undefined };
    },
    pciConfiguration: (bus, slot) => pciConfiguration(system.pciConfigurations.get(bus)?.get(slot)),
  };
  // The accessors without parameters are exactly those that the data names.
  return { ...accessors, ...view } as unknown as KernelView;
}

function interruptLine(data: FixtureInterrupt | undefined): InterruptLine | undefined {
  return (
    data && {
      actions: () => data.actions,
      movable: () => data.movable,
      affinity: () => data.affinity,
      effectiveAffinity: () => data.effectiveAffinity,
      affinityHint: () => data.affinityHint,
      setAffinity: (cpus) => setMask(data.affinity, cpus),
      node: () => data.node,
      spurious: () => data.spurious,
    }
  );
}

function ext4(data: FixtureExt4 | undefined): Ext4 | undefined {
  return (
    data && {
      has: () => true,
      options: () => data.options,
      extentStatus: () => data.extentStatus,
      fastCommits: () => data.fastCommits,
      blockGroups: () => data.blockGroups,
      allocator: () => data.allocator,
      allocatorLists: () => data.allocatorLists,
    }
  );
}

function bytes(content: Uint8Array): ByteSource {
  return {
    size: content.length,
    read(into, start, length, at) {
      into.set(content.subarray(at, at + length), start);
      return Math.max(0, Math.min(length, content.length - at));
    },
  };
}

function setMask(mask: Mutable<BitMask>, value: BitMask): Errno | 0 {
  if (value.words.every((word) => word === 0)) return EINVAL;
  mask.bits = value.bits;
  mask.words = [...value.words];
  return 0;
}

function pciConfiguration(content: Uint8Array | undefined): PciConfiguration | undefined {
  return (
    content && {
      ...bytes(content),
      write(from, start, length, at) {
        content.set(from.subarray(start, start + length), at);
        return length;
      },
    }
  );
}

/** A caller who is nobody in particular. */
export const NOBODY: Caller = new FixedCaller({ uid: 65534, gid: 65534, threadId: 4242, processId: 4242 });
