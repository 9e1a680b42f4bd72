/**
 * A machine without anything optional: what every kernel that is not this machine's own begins with, so that it only says what it
 * has. The accessors of what it does not have are never asked, for `has` tells that it is absent; they give nothing.
 */

import { EINVAL, EPERM, type Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import { masksOf } from '../described/cpu-sets.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type * as block from '../../model/block.ts';
import type * as code from '../../model/code.ts';
import type * as devices from '../../model/devices.ts';
import type * as fileSystems from '../../model/file-systems.ts';
import type * as interrupts from '../../model/interrupts.ts';
import type * as ipc from '../../model/ipc.ts';
import { EMPTY_LOG, type KernelLog } from '../../model/log.ts';
import type * as memory from '../../model/memory.ts';
import type * as platform from '../../model/platform.ts';
import type * as raw from '../../model/raw-memory.ts';
import type * as scheduling from '../../model/scheduling.ts';
import type * as storage from '../../model/storage.ts';
import type { SysctlView } from '../../model/sysctl.ts';
import type { SysfsView } from '../../model/sysfs.ts';
import type * as system from '../../model/system.ts';
import type { TaskView } from '../../model/task.ts';

const NONE: readonly never[] = [];
const NO_BYTES: raw.ByteSource = { size: 0, read: () => 0 };
/** The kinds of soft interrupts, in the order of /proc/stat's `softirq` line. */
export const SOFT_INTERRUPTS: readonly string[] = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'];

/** File systems in the order in which Linux registers them. */
const FILE_SYSTEMS = ['sysfs', 'tmpfs', 'proc', 'devtmpfs', 'pipefs', 'devpts', 'overlay'];

/** What stays the same from one view of a machine to the next. */
export interface PlainSource {
  /** The optional files that there are, by their path under /proc. */
  readonly files: ReadonlySet<string>;
  readonly sysctl: SysctlView;
  readonly sysfs: SysfsView;
  /** The thread of an id. */
  task(threadId: number): TaskView | undefined;
}

export abstract class PlainSystem implements system.SystemView {
  /** Where its views come from. */
  protected abstract readonly source: PlainSource;
  /** How many processors it has, all of them online. */
  protected abstract readonly processorCount: number;

  abstract statistics(): system.KernelStatistics;
  abstract memory(): ReadonlyMap<string, U64>;
  abstract uptime(): system.Uptime;
  abstract loadAverage(): system.LoadAverage;
  abstract release(): system.KernelRelease;
  abstract processors(): readonly system.Processor[];
  abstract memoryEvents(): ReadonlyMap<string, U64>;

  has(file: string): boolean {
    return this.source.files.has(file);
  }

  sysctl(): SysctlView {
    return this.source.sysctl;
  }

  sysfs(): SysfsView {
    return this.source.sysfs;
  }

  task(threadId: number): TaskView | undefined {
    return this.source.task(threadId);
  }

  /** The processors' numbers. */
  protected cpuNumbers(): number[] {
    return Array.from({ length: this.processorCount }, (_, cpu) => cpu);
  }

  bootParameters(): string {
    return '';
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
    return { cpus: this.cpuNumbers(), width: 3, chipBlanks: 1, lines: [], architectural: [] };
  }

  softInterrupts(): interrupts.SoftInterruptTable {
    const cpus = this.cpuNumbers();
    return { cpus, rows: SOFT_INTERRUPTS.map((name) => ({ name, counts: cpus.map(() => 0) })) };
  }

  interruptNumbers(): readonly number[] {
    return NONE;
  }

  interruptLine(_number: number): interrupts.InterruptLine | undefined {
    return undefined;
  }

  defaultAffinity(): BitMask {
    return masksOf(this.cpuNumbers(), this.processorCount).mask;
  }

  setDefaultAffinity(_cpus: BitMask): Errno | 0 {
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

  pciFunctions(_bus: string): readonly string[] {
    return NONE;
  }

  pciConfiguration(_bus: string, _slot: string): devices.PciConfiguration | undefined {
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
    return NONE;
  }

  fileLocks(): readonly ipc.FileLock[] {
    return NONE;
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

  triggerSysRq(): Errno | 0 {
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
