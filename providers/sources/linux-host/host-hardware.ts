/** The hardware of a Linux host and its drivers, at one moment. */

import { ENOENT, type Errno, isErrno } from '../../../fs/errno.ts';
import { S_IFDIR, S_IFMT } from '../../../fs/stat.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { BlockView, DiskStatistics, Partition, SwapArea } from '../../model/block.ts';
import type {
  Console,
  DeviceMinor,
  DeviceNumber,
  DeviceView,
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
import type { Ext4, FileSystemView, JournalStatistics } from '../../model/file-systems.ts';
import type { InterruptLine, InterruptTable, InterruptView, SoftInterruptTable } from '../../model/interrupts.ts';
import { EMPTY_LOG, type KernelLog, type LogView } from '../../model/log.ts';
import type {
  BootConfiguration,
  DebugMessage,
  MemoryTypeChange,
  MemoryTypeRange,
  PlatformView,
  RealTimeClock,
  WakeupDevice,
} from '../../model/platform.ts';
import type { ByteSource, PageFile, RawMemoryView } from '../../model/raw-memory.ts';
import type { RaidStatus, ScsiChange, ScsiDevice, ScsiGeneric, ScsiQuirk, StorageView } from '../../model/storage.ts';
import { HostBytes } from './host-bytes.ts';
import { HostExt4 } from './host-ext4.ts';
import { HostInterruptLine, writeMask } from './host-interrupts.ts';
import { HostLog, writeLogRecord } from './host-log.ts';
import { HostReadings } from './host-readings.ts';
import * as block from './parse-block.ts';
import * as devices from './parse-devices.ts';
import * as fileSystems from './parse-file-systems.ts';
import * as interrupts from './parse-interrupts.ts';
import * as platform from './parse-platform.ts';
import * as storage from './parse-storage.ts';
import type { Scanner } from './scanner.ts';

/** Whether a name in /proc/bus/pci is a bus, as `00` or `0001:00`. */
function isPciBus(name: string): boolean {
  return /^(?:[0-9a-f]{4,}:)?[0-9a-f]{2}$/.test(name);
}

function wholeText(scanner: Scanner): string {
  return scanner.bytes.toString('latin1', scanner.at, scanner.end);
}

/** The kernel's log, where nothing of ours covers it. */
const LOG = '/dev/kmsg';

export class HostHardware
  extends HostReadings
  implements BlockView, StorageView, FileSystemView, RawMemoryView, InterruptView, DeviceView, PlatformView, LogView
{
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
    return this.names('tty/driver').filter((name) => this.serialPorts(name) !== undefined);
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
    return this.names('bus/pci').filter(isPciBus);
  }

  pciFunctions(bus: string): readonly string[] {
    return isPciBus(bus) ? this.names(`bus/pci/${bus}`) : [];
  }

  pciConfiguration(bus: string, slot: string): PciConfiguration | undefined {
    if (!isPciBus(bus) || !/^[0-9a-f]{2}\.[0-7]$/.test(slot)) return undefined;
    const { files } = this.source;
    const path = `bus/pci/${bus}/${slot}`;
    const size = files.stat(path)?.size;
    return size === undefined ? undefined : new HostBytes(files, path, size);
  }

  inputDevices(): readonly InputDevice[] {
    return this.parsed('bus/input/devices', devices.parseInputDevices);
  }

  inputHandlers(): readonly InputHandler[] {
    return this.parsed('bus/input/handlers', devices.parseInputHandlers);
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

  raid(): RaidStatus {
    return this.parsed('mdstat', storage.parseRaid);
  }

  scsiDevices(): readonly ScsiDevice[] {
    return this.parsed('scsi/scsi', storage.parseScsiDevices);
  }

  changeScsiDevices({ action, host, channel, id, lun }: ScsiChange): Errno | 0 {
    return this.command('scsi/scsi', `scsi ${action}-single-device ${host} ${channel} ${id} ${lun}`);
  }

  scsiQuirks(): readonly ScsiQuirk[] {
    return this.parsed('scsi/device_info', storage.parseScsiQuirks);
  }

  scsiGeneric(): ScsiGeneric {
    return storage.parseScsiGeneric((file) => this.parsed(`scsi/sg/${file}`, wholeText));
  }

  fileSystemDirectories(): readonly string[] {
    return this.names('fs').filter((name) => ((this.source.files.stat(`fs/${name}`)?.mode ?? 0) & S_IFMT) === S_IFDIR);
  }

  ext4Devices(): readonly string[] {
    return this.names('fs/ext4');
  }

  ext4(device: string): Ext4 | undefined {
    if (device.includes('/') || !this.source.files.stat(`fs/ext4/${device}`)) return undefined;
    return new HostExt4(this.source, device);
  }

  journals(): readonly string[] {
    return this.names('fs/jbd2');
  }

  journal(name: string): JournalStatistics | undefined {
    const path = `fs/jbd2/${name}/info`;
    return name.includes('/') || !this.source.files.stat(path) ? undefined : this.parsedOnce(path, fileSystems.parseJournal);
  }

  pageFile(file: PageFile): ByteSource {
    return new HostBytes(this.source.files, file, 0);
  }

  kernelCore(): ByteSource {
    return new HostBytes(this.source.files, 'kcore', this.source.files.stat('kcore')?.size ?? 0);
  }

  memoryTypeRanges(): readonly MemoryTypeRange[] {
    return this.parsed('mtrr', platform.parseMemoryTypeRanges);
  }

  changeMemoryTypeRanges(change: MemoryTypeChange): Errno | 0 {
    if (change.disable !== undefined) return this.command('mtrr', `disable=${change.disable}\n`);
    const [base, size] = [BigInt(change.base) << 12n, BigInt(change.size) << 12n];
    return this.command('mtrr', `base=0x${base.toString(16)} size=0x${size.toString(16)} type=${change.type}\n`);
  }

  wakeupDevices(): readonly WakeupDevice[] {
    return this.parsed('acpi/wakeup', platform.parseWakeupDevices);
  }

  toggleWakeup(name: string): Errno | 0 {
    return this.command('acpi/wakeup', name);
  }

  realTimeClock(): RealTimeClock {
    return this.parsed('driver/rtc', platform.parseRealTimeClock);
  }

  debugMessages(): readonly DebugMessage[] {
    return this.parsed('dynamic_debug/control', platform.parseDebugMessages);
  }

  switchDebugMessages(query: string): Errno | 0 {
    return this.command('dynamic_debug/control', query);
  }

  /** Nobody acts on the keys of a recorded machine. */
  triggerSysRq(keys: string): Errno | 0 {
    return !this.source.files.calls.live ? 0 : this.command('sysrq-trigger', keys);
  }

  clearLatencies(): Errno | 0 {
    return this.command('latency_stats', '\n');
  }

  bootConfiguration(): BootConfiguration {
    return this.parsed('bootconfig', platform.parseBootConfiguration);
  }

  versionSignature(): string {
    return this.parsed('version_signature', (scanner) => scanner.line());
  }

  openLog(): KernelLog | Errno {
    const log = HostLog.open(this.source.files.calls, this.source.files.roots.log ?? LOG);
    // It may have been left out of a recording.
    return log === ENOENT ? EMPTY_LOG : log;
  }

  writeLog(record: Uint8Array): number | Errno {
    return writeLogRecord(this.source.files.calls, this.source.files.roots.log ?? LOG, record);
  }

  logsTimes(): boolean {
    const { files } = this.source;
    const length = files.readSys('module/printk/parameters/time');
    return isErrno(length) || files.bytes[0] === 0x59;
  }
}
