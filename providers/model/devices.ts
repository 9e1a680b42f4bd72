/** Devices and their drivers, as /proc tells of them. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';

export interface DeviceView {
  /** /proc/devices: names of device numbers. */
  deviceNumbers(): { readonly character: readonly DeviceNumber[]; readonly block: readonly DeviceNumber[] };
  /** /proc/misc: minor numbers of character device 10. */
  miscellaneousDevices(): readonly DeviceMinor[];
  /** /proc/consoles */
  consoles(): readonly Console[];
  /** /proc/tty/drivers */
  terminalDrivers(): readonly TerminalDriver[];
  /** /proc/tty/ldiscs */
  lineDisciplines(): readonly LineDiscipline[];
  /** /proc/tty/driver: the drivers that tell of their ports. */
  terminalDriverNames(): readonly string[];
  /** /proc/tty/driver/NAME of a driver of serial ports. */
  serialPorts(driver: string): SerialPorts | undefined;
  /** /proc/fb: frame buffers. */
  frameBuffers(): readonly FrameBuffer[];
  /** /proc/dma: ISA DMA channels in use. */
  dmaChannels(): readonly DmaChannel[];
  /** /proc/iomem and /proc/ioports */
  memoryResources(): readonly Resource[];
  portResources(): readonly Resource[];
  /** /proc/bus/pci/devices */
  pciDevices(): readonly PciDevice[];
  /** The directories of /proc/bus/pci, as `00`, and the functions in one, as `1f.3`. */
  pciBuses(): readonly string[];
  pciFunctions(bus: string): readonly string[];
  /** /proc/bus/pci/BUS/SLOT.FUNCTION */
  pciConfiguration(bus: string, slot: string): PciConfiguration | undefined;
  /** /proc/bus/input/devices and /proc/bus/input/handlers */
  inputDevices(): readonly InputDevice[];
  inputHandlers(): readonly InputHandler[];
}

export interface DeviceNumber {
  readonly major: number;
  readonly name: string;
}

export interface DeviceMinor {
  readonly minor: number;
  readonly name: string;
}

export interface Console {
  /** With its number, as `ttyS0`. */
  readonly name: string;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly unblanks: boolean;
  /** The letters of the flags that are set: E enabled, C preferred, B boot, N atomic, p prints what was buffered, b Braille, a at any time. */
  readonly flags: string;
  /** The letters that the kernel knows, in its order. */
  readonly knownFlags: string;
  readonly device: { readonly major: number; readonly minor: number } | undefined;
}

export interface TerminalDriver {
  readonly driver: string;
  /** The name of its nodes without /dev/. */
  readonly node: string;
  readonly major: number;
  readonly firstMinor: number;
  /** Absent for a driver of one device. */
  readonly lastMinor: number | undefined;
  /** As `pty:slave`. */
  readonly type: string;
}

export interface LineDiscipline {
  readonly name: string;
  readonly number: number;
}

export interface SerialPorts {
  /** The driver's revision, which most have not. */
  readonly revision: string;
  readonly ports: readonly SerialPort[];
}

export interface SerialPort {
  readonly line: number;
  /** As `16550A`, `unknown` where no hardware was found: then only line, address and irq are told. */
  readonly type: string;
  /** Whether it is mapped to memory. */
  readonly mapped: boolean;
  readonly address: U64;
  readonly irq: number;
  /** Absent for a port without hardware, and for callers without CAP_SYS_ADMIN. */
  readonly counts: SerialCounts | undefined;
}

export interface SerialCounts {
  readonly sent: number;
  readonly received: number;
  /** Absent while 0, as the kernel has it. */
  readonly frameErrors: number;
  readonly parityErrors: number;
  readonly breaks: number;
  readonly overruns: number;
  readonly bufferOverruns: number;
  /** As RTS, CTS, DTR, DSR, CD, RI. */
  readonly signals: readonly string[];
}

export interface FrameBuffer {
  readonly number: number;
  readonly name: string;
}

export interface DmaChannel {
  readonly number: number;
  readonly user: string;
}

/** A range of addresses within the range above it that has a smaller depth. */
export interface Resource {
  readonly depth: number;
  readonly start: U64;
  readonly end: U64;
  readonly name: string;
}

export interface PciDevice {
  readonly bus: number;
  /** Slot and function. */
  readonly function: number;
  readonly vendor: number;
  readonly device: number;
  readonly irq: number;
  /** Six base addresses and the ROM's, with flags in the low bits, and their sizes in bytes. */
  readonly regions: readonly { readonly start: U64; readonly size: U64 }[];
  readonly driver: string;
}

/** The configuration space of a PCI function. */
export interface PciConfiguration {
  /** Bytes: 256 or 4096. */
  readonly size: number;
  /** Errors: EIO. */
  read(into: Uint8Array, start: number, length: number, at: number): number | Errno;
  /** Errors: EPERM, EIO. */
  write(from: Uint8Array, start: number, length: number, at: number): number | Errno;
}

export interface InputDevice {
  readonly bus: number;
  readonly vendor: number;
  readonly product: number;
  readonly version: number;
  readonly name: string;
  readonly physical: string;
  readonly sysfs: string;
  readonly unique: string;
  /** As `kbd`, `event0`. */
  readonly handlers: readonly string[];
  /** The properties (PROP) and what it can do (EV, KEY, REL, ..), as bits in words of 64, most significant word first. */
  readonly bits: readonly { readonly name: string; readonly words: readonly U64[] }[];
}

export interface InputHandler {
  readonly number: number;
  readonly name: string;
  readonly filter: boolean;
  /** The first of the minors that it had before all were numbered freely. */
  readonly minor: number | undefined;
}
