/** What a Linux host tells of itself as a whole, at one moment. */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { DiskStatistics, Partition, SwapArea } from '../../model/block.ts';
import type { CgroupController, CryptoAlgorithm, ExecutionDomain, Key, KeyUser, Module } from '../../model/code.ts';
import type {
  Console,
  DeviceMinor,
  DeviceNumber,
  DmaChannel,
  FrameBuffer,
  InputDevice,
  InputHandler,
  LineDiscipline,
  PciConfiguration,
  PciDevice,
  Resource,
  SerialPorts,
  TerminalDriver,
} from '../../model/devices.ts';
import type { InterruptLine, InterruptTable, SoftInterruptTable } from '../../model/interrupts.ts';
import type { FileLock, MessageQueue, SemaphoreSet, SharedMemory } from '../../model/ipc.ts';
import type { FreeAreas, MemoryZone, PageTypes, SlabCache, VirtualArea } from '../../model/memory.ts';
import type { Latency, Pressure, PressureResource, SchedulerStatistics } from '../../model/scheduling.ts';
import type {
  FileSystemType,
  KernelRelease,
  KernelStatistics,
  LoadAverage,
  Processor,
  SystemView,
  Uptime,
} from '../../model/system.ts';
import { HostInterruptLine, writeMask } from './host-interrupts.ts';
import { HostPciConfiguration } from './host-pci.ts';
import type { HostSource } from './host-source.ts';
import * as allocators from './parse-allocators.ts';
import * as block from './parse-block.ts';
import * as code from './parse-code.ts';
import * as devices from './parse-devices.ts';
import * as interrupts from './parse-interrupts.ts';
import * as ipc from './parse-ipc.ts';
import * as load from './parse-load.ts';
import * as system from './parse-system.ts';
import type { Scanner } from './scanner.ts';

/** Whether a name in /proc/bus/pci is a bus, as `00` or `0001:00`. */
function isPciBus(name: string): boolean {
  return /^(?:[0-9a-f]{4,}:)?[0-9a-f]{2}$/.test(name);
}

export class HostSystem implements SystemView {
  protected readonly source: HostSource;
  readonly #remembered = new Map<string, unknown>();

  constructor(source: HostSource) {
    this.source = source;
  }

  /** Reads a file of /proc once for this view and parses it; what cannot be read is parsed as empty. */
  protected parsed<T>(path: string, parse: (scanner: Scanner) => T): T {
    if (this.#remembered.has(path)) return this.#remembered.get(path) as T;
    const { files, scanner } = this.source;
    const length = files.readKept(path);
    const value = parse(scanner.reset(files.bytes, isErrno(length) ? 0 : length));
    this.#remembered.set(path, value);
    return value;
  }

  /** What this view remembers under a key, or else what `make` gives: for values that go when the view does. */
  remembered<T>(key: string, make: () => T): T {
    if (this.#remembered.has(key)) return this.#remembered.get(key) as T;
    const value = make();
    this.#remembered.set(key, value);
    return value;
  }

  /** The names in a directory of /proc; none where there is no such directory. */
  #names(path: string): readonly string[] {
    const names = this.source.files.list(path);
    return isErrno(names) ? [] : names;
  }

  /** The bytes of a file of /proc. */
  #bytes(path: string): Uint8Array {
    const { files } = this.source;
    const length = files.readKept(path);
    return isErrno(length) ? new Uint8Array(0) : Buffer.from(files.bytes.subarray(0, length));
  }

  statistics(): KernelStatistics {
    return this.parsed('stat', system.parseStatistics);
  }

  memory(): ReadonlyMap<string, U64> {
    return this.parsed('meminfo', system.parseMemory);
  }

  uptime(): Uptime {
    return this.parsed('uptime', system.parseUptime);
  }

  loadAverage(): LoadAverage {
    return this.parsed('loadavg', system.parseLoadAverage);
  }

  release(): KernelRelease {
    return this.parsed('version', system.parseRelease);
  }

  bootParameters(): string {
    return this.parsed('cmdline', (scanner) => scanner.line());
  }

  processors(): readonly Processor[] {
    return this.parsed('cpuinfo', system.parseProcessors);
  }

  fileSystemTypes(): readonly FileSystemType[] {
    return this.parsed('filesystems', system.parseFileSystemTypes);
  }

  traceScope(): number {
    const path = 'sys/kernel/yama/ptrace_scope';
    return this.source.has(path) ? this.parsed(path, (scanner) => scanner.number()) : 0;
  }

  partitions(): readonly Partition[] {
    return this.parsed('partitions', block.parsePartitions);
  }

  diskStatistics(): readonly DiskStatistics[] {
    return this.parsed('diskstats', block.parseDiskStatistics);
  }

  swapAreas(): readonly SwapArea[] {
    return this.parsed('swaps', block.parseSwapAreas);
  }

  memoryEvents(): ReadonlyMap<string, U64> {
    return this.parsed('vmstat', allocators.parseMemoryEvents);
  }

  freeAreas(): readonly FreeAreas[] {
    return this.parsed('buddyinfo', allocators.parseFreeAreas);
  }

  pageTypes(): readonly PageTypes[] {
    return this.parsed('pagetypeinfo', allocators.parsePageTypes);
  }

  memoryZones(): readonly MemoryZone[] {
    return this.parsed('zoneinfo', allocators.parseMemoryZones);
  }

  slabCaches(): readonly SlabCache[] {
    return this.parsed('slabinfo', allocators.parseSlabCaches);
  }

  virtualAreas(): readonly VirtualArea[] {
    return this.parsed('vmallocinfo', allocators.parseVirtualAreas);
  }

  interrupts(): InterruptTable {
    return this.parsed('interrupts', interrupts.parseInterrupts);
  }

  softInterrupts(): SoftInterruptTable {
    return this.parsed('softirqs', interrupts.parseSoftInterrupts);
  }

  interruptNumbers(): readonly number[] {
    const numbers = this.source.files.listNumbers('irq');
    return isErrno(numbers) ? [] : numbers;
  }

  interruptLine(number: number): InterruptLine | undefined {
    return this.source.files.stat(`irq/${number}`) ? new HostInterruptLine(this.source, number) : undefined;
  }

  defaultAffinity(): BitMask {
    return this.parsed('irq/default_smp_affinity', interrupts.parseMask);
  }

  setDefaultAffinity(cpus: BitMask): Errno | 0 {
    return writeMask(this.source, 'irq/default_smp_affinity', cpus);
  }

  pressure(resource: PressureResource): Pressure {
    return this.parsed(`pressure/${resource}`, load.parsePressure);
  }

  schedulerStatistics(): SchedulerStatistics {
    return this.parsed('schedstat', load.parseSchedulerStatistics);
  }

  timerDump(): Uint8Array {
    return this.#bytes('timer_list');
  }

  latencies(): readonly Latency[] {
    return this.parsed('latency_stats', load.parseLatencies);
  }

  messageQueues(): readonly MessageQueue[] {
    return this.parsed('sysvipc/msg', ipc.parseMessageQueues);
  }

  semaphoreSets(): readonly SemaphoreSet[] {
    return this.parsed('sysvipc/sem', ipc.parseSemaphoreSets);
  }

  sharedMemory(): readonly SharedMemory[] {
    return this.parsed('sysvipc/shm', ipc.parseSharedMemory);
  }

  fileLocks(): readonly FileLock[] {
    return this.parsed('locks', ipc.parseFileLocks);
  }

  modules(): readonly Module[] {
    return this.parsed('modules', code.parseModules);
  }

  eachSymbol(tell: (address: U64, type: number, name: string, module: string | undefined) => void): void {
    const { files, scanner } = this.source;
    files.readLines('kallsyms', (length) => code.scanSymbols(scanner.reset(files.bytes, length), tell));
  }

  cryptoAlgorithms(): readonly CryptoAlgorithm[] {
    return this.parsed('crypto', code.parseCryptoAlgorithms);
  }

  executionDomains(): readonly ExecutionDomain[] {
    return this.parsed('execdomains', code.parseExecutionDomains);
  }

  cgroupControllers(): readonly CgroupController[] {
    return this.parsed('cgroups', code.parseCgroupControllers);
  }

  keys(): readonly Key[] {
    return this.parsed('keys', code.parseKeys);
  }

  keyUsers(): readonly KeyUser[] {
    return this.parsed('key-users', code.parseKeyUsers);
  }

  buildConfiguration(): Uint8Array {
    return this.source.constant('config.gz', () => this.#bytes('config.gz'));
  }

  deviceNumbers(): { readonly character: readonly DeviceNumber[]; readonly block: readonly DeviceNumber[] } {
    return this.parsed('devices', devices.parseDeviceNumbers);
  }

  miscellaneousDevices(): readonly DeviceMinor[] {
    return this.parsed('misc', devices.parseMiscellaneousDevices);
  }

  consoles(): readonly Console[] {
    return this.parsed('consoles', devices.parseConsoles);
  }

  terminalDrivers(): readonly TerminalDriver[] {
    return this.parsed('tty/drivers', devices.parseTerminalDrivers);
  }

  lineDisciplines(): readonly LineDiscipline[] {
    return this.parsed('tty/ldiscs', devices.parseLineDisciplines);
  }

  terminalDriverNames(): readonly string[] {
    return this.#names('tty/driver').filter((name) => this.serialPorts(name) !== undefined);
  }

  serialPorts(driver: string): SerialPorts | undefined {
    if (driver.includes('/')) return undefined;
    const { files, scanner } = this.source;
    const length = files.read(`tty/driver/${driver}`);
    return isErrno(length) ? undefined : devices.parseSerialPorts(scanner.reset(files.bytes, length));
  }

  frameBuffers(): readonly FrameBuffer[] {
    return this.parsed('fb', devices.parseFrameBuffers);
  }

  dmaChannels(): readonly DmaChannel[] {
    return this.parsed('dma', devices.parseDmaChannels);
  }

  memoryResources(): readonly Resource[] {
    return this.parsed('iomem', devices.parseResources);
  }

  portResources(): readonly Resource[] {
    return this.parsed('ioports', devices.parseResources);
  }

  pciDevices(): readonly PciDevice[] {
    return this.parsed('bus/pci/devices', devices.parsePciDevices);
  }

  pciBuses(): readonly string[] {
    return this.#names('bus/pci').filter(isPciBus);
  }

  pciFunctions(bus: string): readonly string[] {
    return isPciBus(bus) ? this.#names(`bus/pci/${bus}`) : [];
  }

  pciConfiguration(bus: string, slot: string): PciConfiguration | undefined {
    if (!isPciBus(bus) || !/^[0-9a-f]{2}\.[0-7]$/.test(slot)) return undefined;
    const { files } = this.source;
    const path = `bus/pci/${bus}/${slot}`;
    const size = files.stat(path)?.size;
    return size === undefined ? undefined : new HostPciConfiguration(files, path, size);
  }

  inputDevices(): readonly InputDevice[] {
    return this.parsed('bus/input/devices', devices.parseInputDevices);
  }

  inputHandlers(): readonly InputHandler[] {
    return this.parsed('bus/input/handlers', devices.parseInputHandlers);
  }
}
