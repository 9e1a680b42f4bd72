/** Parsers of the files about devices: the inverse of linprocfs. */

import { type U64, u64 } from '../../../fs/u64.ts';
import type {
  Console,
  DeviceMinor,
  DeviceNumber,
  DmaChannel,
  FrameBuffer,
  InputDevice,
  InputHandler,
  LineDiscipline,
  PciDevice,
  Resource,
  SerialCounts,
  SerialPort,
  SerialPorts,
  TerminalDriver,
} from '../../model/devices.ts';
import { hexadecimalRows, numberedRows, rowsThat } from './parse-rows.ts';
import type { Scanner } from './scanner.ts';

const COLON = 0x3a;
const EQUALS = 0x3d;
const MINUS = 0x2d;
const TAB = 0x09;

/** /proc/devices */
export function parseDeviceNumbers(scanner: Scanner): { character: DeviceNumber[]; block: DeviceNumber[] } {
  const character: DeviceNumber[] = [];
  const block: DeviceNumber[] = [];
  let section = character;
  while (!scanner.done) {
    if (scanner.lineDone()) {
      scanner.nextLine();
    } else if (scanner.takeText('Character devices:')) {
      section = character;
      scanner.nextLine();
    } else if (scanner.takeText('Block devices:')) {
      section = block;
      scanner.nextLine();
    } else if (scanner.peek() >= 0x30 && scanner.peek() <= 0x39) {
      section.push({ major: scanner.number(), name: scanner.skip(1).line() });
    } else {
      scanner.nextLine();
    }
  }
  return { character, block };
}

/** /proc/misc */
export function parseMiscellaneousDevices(scanner: Scanner): DeviceMinor[] {
  return numberedRows(scanner, () => ({ minor: scanner.number(), name: scanner.skip(1).line() }));
}

/** The letters of console flags, by how many the kernel knows. */
const CONSOLE_FLAGS: Readonly<Record<number, string>> = { 6: 'ECBpba', 7: 'ECBNpba' };

/** /proc/consoles */
export function parseConsoles(scanner: Scanner): Console[] {
  const consoles: Console[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    const name = scanner.word();
    const operations = scanner.word();
    if (!/^[R-][W-][U-]$/.test(operations)) continue;
    scanner.blanks().skip(1);
    const letters = scanner.until(0x29);
    const device = scanner.lineDone() ? undefined : { major: scanner.number(), minor: 0 };
    if (device) {
      scanner.take(COLON);
      device.minor = scanner.number();
    }
    consoles.push({
      name,
      reads: operations[0] === 'R',
      writes: operations[1] === 'W',
      unblanks: operations[2] === 'U',
      flags: letters.replaceAll(' ', ''),
      knownFlags: CONSOLE_FLAGS[letters.length] ?? letters,
      device,
    });
  }
  return consoles;
}

/** /proc/tty/drivers */
export function parseTerminalDrivers(scanner: Scanner): TerminalDriver[] {
  const drivers: TerminalDriver[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    const driver = scanner.word();
    if (!scanner.blanks().takeText('/dev/')) continue;
    const node = scanner.word();
    const major = scanner.number();
    const firstMinor = scanner.number();
    const lastMinor = scanner.take(MINUS) ? scanner.number() : undefined;
    drivers.push({ driver, node, major, firstMinor, lastMinor, type: scanner.word() });
  }
  return drivers;
}

/** /proc/tty/ldiscs */
export function parseLineDisciplines(scanner: Scanner): LineDiscipline[] {
  const disciplines: LineDiscipline[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    const name = scanner.word();
    const digit = scanner.blanks().peek();
    if (digit >= 0x30 && digit <= 0x39) disciplines.push({ name, number: scanner.number() });
  }
  return disciplines;
}

const SERIAL_PORT = /^(\d+): uart:(.*) (mmio:0x|port:)([0-9A-F]+) irq:(\d+)(?: (tx:.*))?$/;

/** /proc/tty/driver/serial and its like; undefined for a file of another form. */
export function parseSerialPorts(scanner: Scanner): SerialPorts | undefined {
  if (!scanner.takeText('serinfo:1.0 driver revision:')) return undefined;
  const revision = scanner.line();
  const ports: SerialPort[] = [];
  while (!scanner.done) {
    const match = SERIAL_PORT.exec(scanner.line());
    if (!match) continue;
    const [, line, type = '', where, address, irq, counts] = match;
    ports.push({
      line: Number(line),
      type,
      mapped: where !== 'port:',
      address: u64(BigInt(`0x${address}`)),
      irq: Number(irq),
      counts: counts === undefined ? undefined : serialCounts(counts),
    });
  }
  return { revision, ports };
}

/** `tx:218 rx:0 fe:1 RTS|CTS`. */
function serialCounts(text: string): SerialCounts {
  const value = (label: string): number => Number(new RegExp(`\\b${label}:(-?\\d+)`).exec(text)?.[1] ?? 0);
  const last = text.slice(text.lastIndexOf(' ') + 1);
  return {
    sent: value('tx'),
    received: value('rx'),
    frameErrors: value('fe'),
    parityErrors: value('pe'),
    breaks: value('brk'),
    overruns: value('oe'),
    bufferOverruns: value('bo'),
    signals: last.includes(':') ? [] : last.split('|'),
  };
}

/** /proc/fb */
export function parseFrameBuffers(scanner: Scanner): FrameBuffer[] {
  return numberedRows(scanner, () => ({ number: scanner.number(), name: scanner.skip(1).line() }));
}

/** /proc/dma */
export function parseDmaChannels(scanner: Scanner): DmaChannel[] {
  return numberedRows(scanner, () => ({ number: scanner.number(), user: scanner.skip(2).line() }));
}

/** /proc/iomem and /proc/ioports */
export function parseResources(scanner: Scanner): Resource[] {
  return hexadecimalRows(scanner, () => {
    const start = scanner.at;
    const depth = (scanner.blanks().at - start) / 2;
    const first = scanner.hex();
    scanner.take(MINUS);
    const last = scanner.hex();
    return { depth, start: first, end: last, name: scanner.skip(3).line() };
  });
}

/** Six base addresses and the ROM's. */
const PCI_REGIONS = 7;

/** /proc/bus/pci/devices */
export function parsePciDevices(scanner: Scanner): PciDevice[] {
  return hexadecimalRows(scanner, () => {
    const place = Number(scanner.hex());
    const identity = Number(scanner.hex());
    const irq = Number(scanner.hex());
    const values: U64[] = [];
    while (values.length < PCI_REGIONS * 2) values.push(scanner.hex());
    scanner.take(TAB);
    return {
      bus: place >>> 8,
      function: place & 0xff,
      vendor: Math.floor(identity / 0x10000),
      device: identity % 0x10000,
      irq,
      regions: values.slice(0, PCI_REGIONS).map((start, index) => ({ start, size: values[index + PCI_REGIONS] ?? 0 })),
      driver: scanner.line(),
    };
  });
}

/** /proc/bus/input/devices: a paragraph for each, whose lines begin with a letter. */
export function parseInputDevices(scanner: Scanner): InputDevice[] {
  const devices: InputDevice[] = [];
  while (!scanner.done) {
    if (scanner.peek() === 0x49) devices.push(inputDevice(scanner));
    else scanner.nextLine();
  }
  return devices;
}

function inputDevice(scanner: Scanner): InputDevice {
  const ids = new Map<string, number>();
  const texts = new Map<string, string>();
  const bits: { name: string; words: U64[] }[] = [];
  for (; !scanner.lineDone(); scanner.nextLine()) {
    const letter = scanner.peek();
    scanner.skip(3);
    if (letter === 0x49) {
      while (!scanner.lineDone()) ids.set(scanner.until(EQUALS), Number(scanner.hex()));
      continue;
    }
    const name = scanner.until(EQUALS);
    if (letter === 0x42) {
      const words: U64[] = [];
      while (!scanner.lineDone()) words.push(scanner.hex());
      bits.push({ name, words });
    } else {
      const start = scanner.at;
      scanner.nextLine();
      texts.set(name, scanner.bytes.toString('latin1', start, scanner.at - 1));
      // The loop steps over the line's end.
      scanner.at--;
    }
  }
  const quoted = texts.get('Name') ?? '""';
  return {
    bus: ids.get('Bus') ?? 0,
    vendor: ids.get('Vendor') ?? 0,
    product: ids.get('Product') ?? 0,
    version: ids.get('Version') ?? 0,
    name: quoted.slice(1, -1),
    physical: texts.get('Phys') ?? '',
    sysfs: texts.get('Sysfs') ?? '',
    unique: texts.get('Uniq') ?? '',
    handlers: (texts.get('Handlers') ?? '').split(' ').filter(Boolean),
    bits,
  };
}

/** /proc/bus/input/handlers */
export function parseInputHandlers(scanner: Scanner): InputHandler[] {
  return rowsThat(scanner, (code) => code === 0x4e, () => {
    scanner.takeText('N: Number=');
    const number = scanner.number();
    scanner.blanks().takeText('Name=');
    const name = scanner.word();
    const filter = scanner.blanks().takeText('(filter)');
    const minor = scanner.blanks().takeText('Minor=') ? scanner.number() : undefined;
    return { number, name, filter, minor };
  });
}
