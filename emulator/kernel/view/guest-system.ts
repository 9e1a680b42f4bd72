/**
 * The machine of a guest as its files at the top of /proc tell of it. What the machine does not have is absent from `has` in
 * guest-view.ts, and its accessors are never asked; they give nothing.
 */

import { EINVAL, EPERM, type Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import { masksOf } from '../../../providers/sources/described/cpu-sets.ts';
import type { BitMask } from '../../../providers/model/bit-mask.ts';
import type * as block from '../../../providers/model/block.ts';
import type * as code from '../../../providers/model/code.ts';
import type * as devices from '../../../providers/model/devices.ts';
import type * as fileSystems from '../../../providers/model/file-systems.ts';
import type * as interrupts from '../../../providers/model/interrupts.ts';
import type * as ipc from '../../../providers/model/ipc.ts';
import type { KernelLog } from '../../../providers/model/log.ts';
import type * as memory from '../../../providers/model/memory.ts';
import type * as platform from '../../../providers/model/platform.ts';
import type * as raw from '../../../providers/model/raw-memory.ts';
import type * as scheduling from '../../../providers/model/scheduling.ts';
import type * as storage from '../../../providers/model/storage.ts';
import type * as system from '../../../providers/model/system.ts';
import { USER_HZ } from '../clocks.ts';
import type { Guest } from './guest.ts';
import { memoryTable } from './memory-table.ts';

const NONE: readonly never[] = [];
const NS_PER_TICK = 1e9 / USER_HZ;
const NO_BYTES: raw.ByteSource = { size: 0, read: () => 0 };
/** The kinds of /proc/stat's `softirq` line. */
const SOFT_INTERRUPTS = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'];
/** A log in which nothing was ever written. */
const EMPTY_LOG: KernelLog = { next: () => undefined, close: () => undefined };

/** File systems in the order in which Linux registers them. */
const FILE_SYSTEMS = ['sysfs', 'tmpfs', 'proc', 'devtmpfs', 'pipefs', 'devpts', 'overlay'];

export class GuestSystem implements system.SystemView {
  protected readonly guest: Guest;
  #processors: readonly system.Processor[] | undefined;

  constructor(guest: Guest) {
    this.guest = guest;
  }

  get #cpus(): number[] {
    return Array.from({ length: this.guest.machine.cpus }, (_, cpu) => cpu);
  }

  /** Programs share one processor in truth: what they used is the first one's. */
  statistics(): system.KernelStatistics {
    const { guest } = this;
    const { user, kernel } = guest.processorTime();
    const up = guest.now();
    const ticks = (ns: number): number => Math.floor(ns / NS_PER_TICK);
    const times = (userTime: number, systemTime: number, idle: number): number[] => [ticks(userTime), 0, ticks(systemTime), ticks(idle), 0, 0, 0, 0, 0, 0];
    const busy = times(user, kernel, Math.max(0, up - user - kernel));
    const { cpus } = guest.machine;
    const none = SOFT_INTERRUPTS.map(() => 0);
    return {
      total: { ticks: times(user, kernel, Math.max(0, up * cpus - user - kernel)) },
      cpus: this.#cpus.map((id) => ({ id, ticks: id === 0 ? busy : times(0, 0, up) })),
      interrupts: { total: 0, counts: [0] },
      contextSwitches: guest.contextSwitches(),
      bootTime: guest.bootSeconds,
      forks: guest.processesMade(),
      running: guest.running(),
      blocked: 0,
      softInterrupts: { total: 0, counts: none },
    };
  }

  memory(): ReadonlyMap<string, U64> {
    return memoryTable(this.guest.machine.memory, this.guest.memoryUse());
  }

  uptime(): system.Uptime {
    const { user, kernel } = this.guest.processorTime();
    const up = this.guest.now();
    const idle = Math.max(0, up * this.guest.machine.cpus - user - kernel);
    return { up: Math.floor(up / 1e7), idle: Math.floor(idle / 1e7) };
  }

  loadAverage(): system.LoadAverage {
    const { guest } = this;
    const [one = 0, five = 0, fifteen = 0] = guest.kernel.load.averages().map((average) => Math.floor(average * 100));
    return { averages: [one, five, fifteen], running: guest.running(), total: guest.taskCount(), lastId: guest.lastId() };
  }

  release(): system.KernelRelease {
    const { release, version } = this.guest.names();
    return { sysname: 'Linux', release, version, builder: 'compatfs@compatfs', compiler: 'TypeScript' };
  }

  bootParameters(): string {
    return '';
  }

  processors(): readonly system.Processor[] {
    return (this.#processors ??= this.guest.processors());
  }

  fileSystemTypes(): readonly system.FileSystemType[] {
    return FILE_SYSTEMS.map((name) => ({ name, needsDevice: false }));
  }

  traceScope(): number {
    return 0;
  }

  addressPolicy(): system.AddressPolicy {
    return { restriction: 0, paranoia: 3 };
  }

  // Memory.

  memoryEvents(): ReadonlyMap<string, U64> {
    const { free, anonymous, files, shared } = this.guest.memoryUse();
    const pages = (bytes: number): number => Math.floor(bytes / 4096);
    const faults = this.guest.faults();
    return new Map<string, U64>([
      ['nr_free_pages', pages(free)],
      ['nr_anon_pages', pages(anonymous)],
      ['nr_mapped', pages(files)],
      ['nr_file_pages', pages(files + shared)],
      ['nr_shmem', pages(shared)],
      ['pgpgin', 0],
      ['pgpgout', 0],
      ['pswpin', 0],
      ['pswpout', 0],
      ['pgfault', faults.minor + faults.major],
      ['pgmajfault', faults.major],
    ]);
  }

  freeAreas(): readonly memory.FreeAreas[] {
    return NONE;
  }

  pageTypes(): readonly memory.PageTypes[] {
    return NONE;
  }

  memoryZones(): readonly memory.MemoryZone[] {
    return NONE;
  }

  slabCaches(): readonly memory.SlabCache[] {
    return NONE;
  }

  allocations(): memory.AllocationProfile {
    return { version: '1.0', sites: [] };
  }

  virtualAreas(): readonly memory.VirtualArea[] {
    return NONE;
  }

  pageFile(): raw.ByteSource {
    return NO_BYTES;
  }

  kernelCore(): raw.ByteSource {
    return NO_BYTES;
  }

  // Interrupts and scheduling.

  interrupts(): interrupts.InterruptTable {
    return { cpus: this.#cpus, width: 3, chipBlanks: 1, lines: [], architectural: [] };
  }

  softInterrupts(): interrupts.SoftInterruptTable {
    const cpus = this.#cpus;
    return { cpus, rows: SOFT_INTERRUPTS.map((name) => ({ name, counts: cpus.map(() => 0) })) };
  }

  interruptNumbers(): readonly number[] {
    return NONE;
  }

  interruptLine(): undefined {
    return undefined;
  }

  defaultAffinity(): BitMask {
    return masksOf(this.#cpus, this.guest.machine.cpus).mask;
  }

  setDefaultAffinity(): Errno {
    return EINVAL;
  }

  pressure(): scheduling.Pressure {
    return { some: undefined, full: undefined };
  }

  schedulerStatistics(): scheduling.SchedulerStatistics {
    return { version: 15, timestamp: 0, cpus: [] };
  }

  timerDump(): Uint8Array {
    return new Uint8Array(0);
  }

  latencies(): readonly scheduling.Latency[] {
    return NONE;
  }

  // Devices and storage.

  deviceNumbers(): ReturnType<system.SystemView['deviceNumbers']> {
    const names: readonly (readonly [number, string])[] = [
      [1, 'mem'],
      [4, 'tty'],
      [5, '/dev/tty'],
      [5, '/dev/console'],
      [5, '/dev/ptmx'],
      [10, 'misc'],
      [128, 'ptm'],
      [136, 'pts'],
    ];
    return { character: names.map(([major, name]) => ({ major, name })), block: [] };
  }

  miscellaneousDevices(): readonly devices.DeviceMinor[] {
    return NONE;
  }

  consoles(): readonly devices.Console[] {
    return NONE;
  }

  terminalDrivers(): readonly devices.TerminalDriver[] {
    const one = (driver: string, major: number, minor: number, type: string): devices.TerminalDriver =>
      ({ driver, node: driver.slice(5), major, firstMinor: minor, lastMinor: undefined, type });
    return [
      one('/dev/tty', 5, 0, 'system:/dev/tty'),
      one('/dev/console', 5, 1, 'system:console'),
      one('/dev/ptmx', 5, 2, 'system'),
      { driver: 'pty_slave', node: 'pts', major: 136, firstMinor: 0, lastMinor: 1048575, type: 'pty:slave' },
      { driver: 'pty_master', node: 'ptm', major: 128, firstMinor: 0, lastMinor: 1048575, type: 'pty:master' },
    ];
  }

  lineDisciplines(): readonly devices.LineDiscipline[] {
    return [{ name: 'n_tty', number: 0 }];
  }

  terminalDriverNames(): readonly string[] {
    return NONE;
  }

  serialPorts(): undefined {
    return undefined;
  }

  frameBuffers(): readonly devices.FrameBuffer[] {
    return NONE;
  }

  dmaChannels(): readonly devices.DmaChannel[] {
    return NONE;
  }

  memoryResources(): readonly devices.Resource[] {
    return NONE;
  }

  portResources(): readonly devices.Resource[] {
    return NONE;
  }

  pciDevices(): readonly devices.PciDevice[] {
    return NONE;
  }

  pciBuses(): readonly string[] {
    return NONE;
  }

  pciFunctions(): readonly string[] {
    return NONE;
  }

  pciConfiguration(): undefined {
    return undefined;
  }

  inputDevices(): readonly devices.InputDevice[] {
    return NONE;
  }

  inputHandlers(): readonly devices.InputHandler[] {
    return NONE;
  }

  partitions(): readonly block.Partition[] {
    return NONE;
  }

  diskStatistics(): readonly block.DiskStatistics[] {
    return NONE;
  }

  swapAreas(): readonly block.SwapArea[] {
    return NONE;
  }

  raid(): storage.RaidStatus {
    return { personalities: [], arrays: [], unused: [] };
  }

  scsiDevices(): readonly storage.ScsiDevice[] {
    return NONE;
  }

  changeScsiDevices(): Errno {
    return EINVAL;
  }

  scsiQuirks(): readonly storage.ScsiQuirk[] {
    return NONE;
  }

  scsiGeneric(): storage.ScsiGeneric {
    throw new Error('no such file');
  }

  fileSystemDirectories(): readonly string[] {
    return NONE;
  }

  ext4Devices(): readonly string[] {
    return NONE;
  }

  ext4(): fileSystems.Ext4 | undefined {
    return undefined;
  }

  journals(): readonly string[] {
    return NONE;
  }

  journal(): fileSystems.JournalStatistics | undefined {
    return undefined;
  }

  // Communication.

  messageQueues(): readonly ipc.MessageQueue[] {
    return NONE;
  }

  semaphoreSets(): readonly ipc.SemaphoreSet[] {
    return NONE;
  }

  sharedMemory(): readonly ipc.SharedMemory[] {
    return this.guest.kernel.sharedMemory.segments().map((segment) => {
      const { key, id, mode, uid, gid, creatorUid, creatorGid, changed, size, creator, lastUser, attachments, attached, detached } = segment;
      // Differs: what nobody has touched counts as in memory.
      const resident = Math.ceil(size / 4096) * 4096;
      return { key, id, mode, uid, gid, creatorUid, creatorGid, changed, size, resident, swapped: 0, creator, lastUser, attachments, attached, detached };
    });
  }

  fileLocks(): readonly ipc.FileLock[] {
    return this.guest.fileLocks();
  }

  // What the kernel is made of.

  modules(): readonly code.Module[] {
    return NONE;
  }

  eachSymbol(): void {}

  cryptoAlgorithms(): readonly code.CryptoAlgorithm[] {
    return NONE;
  }

  executionDomains(): readonly code.ExecutionDomain[] {
    return [{ low: 0, high: 0, name: 'Linux', module: 'kernel' }];
  }

  cgroupControllers(): readonly code.CgroupController[] {
    return NONE;
  }

  keys(): readonly code.Key[] {
    return NONE;
  }

  keyUsers(): readonly code.KeyUser[] {
    return NONE;
  }

  buildConfiguration(): Uint8Array {
    return new Uint8Array(0);
  }

  memoryTypeRanges(): readonly platform.MemoryTypeRange[] {
    return NONE;
  }

  changeMemoryTypeRanges(): Errno {
    return EPERM;
  }

  wakeupDevices(): readonly platform.WakeupDevice[] {
    return NONE;
  }

  toggleWakeup(): Errno {
    return EINVAL;
  }

  realTimeClock(): platform.RealTimeClock {
    throw new Error('no such file');
  }

  debugMessages(): readonly platform.DebugMessage[] {
    return NONE;
  }

  switchDebugMessages(): Errno {
    return EINVAL;
  }

  triggerSysRq(): Errno {
    return EPERM;
  }

  clearLatencies(): Errno {
    return EPERM;
  }

  bootConfiguration(): platform.BootConfiguration {
    return { entries: [], fromLoader: undefined };
  }

  versionSignature(): string {
    return '';
  }

  openLog(): KernelLog {
    return EMPTY_LOG;
  }

  logsTimes(): boolean {
    return true;
  }
}
