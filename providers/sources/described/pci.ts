/** PCI functions: what the kernel reads out of their configuration space, and the rest. */

import type { SysfsCell } from '../../model/sysfs.ts';
import type { DescribedDevice } from './devices.ts';
import type { Contents, ObjectTree } from './object-tree.ts';
import { masksOf } from './cpu-sets.ts';

/** A capability at its place in the configuration space. */
export interface PciCapability {
  readonly at: number;
  readonly id: number;
  /** What follows the id and the pointer to the next one, or of an extended one its four bytes. */
  readonly body: Uint8Array;
  /** Of an extended capability. */
  readonly version?: number;
}

/** The configuration space of a function (PCI Local Bus Specification, 6.1). */
export interface PciHeader {
  readonly vendor: number;
  readonly device: number;
  /** 24 bits: class, subclass, interface. */
  readonly class: number;
  readonly revision: number;
  readonly command: number;
  readonly status: number;
  /** 0 of a device, 1 of a bridge; with 0x80 where there are more functions. */
  readonly headerType?: number;
  readonly cacheLine?: number;
  readonly latency?: number;
  /** Six base addresses, of a bridge two. */
  readonly bases?: readonly number[];
  readonly subsystemVendor?: number;
  readonly subsystemDevice?: number;
  readonly rom?: number;
  readonly interruptLine?: number;
  readonly interruptPin?: number;
  /** Of a bridge: what is in bytes 0x18 to 0x33 and 0x3e. */
  readonly bridge?: { readonly buses: readonly [number, number, number]; readonly windows: Uint8Array; readonly control: number };
  readonly capabilities?: readonly PciCapability[];
  /** 256, or 4096 of PCI Express. */
  readonly size?: 256 | 4096;
}

/** Writes out a configuration space. */
export function pciConfiguration(header: PciHeader): Buffer {
  const bytes = Buffer.alloc(header.size ?? 256);
  bytes.writeUInt16LE(header.vendor, 0);
  bytes.writeUInt16LE(header.device, 2);
  bytes.writeUInt16LE(header.command, 4);
  bytes.writeUInt16LE(header.status, 6);
  bytes[8] = header.revision;
  bytes.writeUIntLE(header.class, 9, 3);
  bytes[0x0c] = header.cacheLine ?? 0;
  bytes[0x0d] = header.latency ?? 0;
  bytes[0x0e] = header.headerType ?? 0;
  (header.bases ?? []).forEach((base, index) => bytes.writeUInt32LE(base, 0x10 + index * 4));
  const { bridge } = header;
  if (bridge) {
    bytes.set(bridge.buses, 0x18);
    bytes.set(bridge.windows, 0x1c);
    bytes.writeUInt16LE(bridge.control, 0x3e);
  } else {
    bytes.writeUInt16LE(header.subsystemVendor ?? 0, 0x2c);
    bytes.writeUInt16LE(header.subsystemDevice ?? 0, 0x2e);
    bytes.writeUInt32LE(header.rom ?? 0, 0x30);
  }
  bytes[0x3c] = header.interruptLine ?? 0;
  bytes[0x3d] = header.interruptPin ?? 0;
  writeCapabilities(bytes, header.capabilities ?? []);
  return bytes;
}

const POINTER = 0x34;
const EXTENDED = 0x100;

function writeCapabilities(bytes: Buffer, capabilities: readonly PciCapability[]): void {
  let pointer = POINTER;
  let previous: { readonly at: number; readonly word: number } | undefined;
  for (const { at, id, body, version = 1 } of capabilities) {
    if (at < EXTENDED) {
      bytes[pointer] = at;
      bytes[at] = id;
      bytes.set(body, at + 2);
      pointer = at + 1;
      continue;
    }
    const word = id + version * 0x1_0000;
    if (previous) bytes.writeUInt32LE(previous.word + at * 0x10_0000, previous.at);
    bytes.writeUInt32LE(word, at);
    bytes.set(body, at + 4);
    previous = { at, word };
  }
}

/** A function on a bus. */
export interface DescribedPciFunction {
  /** Below which device it is: `pci0000:00`, or that and the bridges above. */
  readonly parent: string;
  /** `0000:00:1f.2` */
  readonly slot: string;
  readonly configuration: Buffer;
  /** First and last address and IORESOURCE_* flags: six base addresses, the ROM and what follows. */
  readonly resources: readonly (readonly [start: number, end: number, flags: number])[];
  readonly interrupt: number;
  /** The memory node, or -1. */
  readonly node: number;
  /** The CPUs near it, and how many there may be. */
  readonly cpus: readonly number[];
  readonly possibleCpus: number;
  readonly driver?: string;
  /** Whatever else it has: speeds of its link, its label. */
  readonly attributes?: Contents;
}

/** The function as a device. */
export function pciFunction(described: DescribedPciFunction): DescribedDevice {
  const { parent, slot, configuration, driver, attributes, node } = described;
  const ids = pciIds(configuration);
  const near = masksOf(described.cpus, described.possibleCpus);
  const rows: SysfsCell[][] = described.resources.map((resource) => [...resource]);
  const bridge = (configuration[0x0e] as number) % 0x80 === 1;
  return {
    path: `${parent}/${slot}`,
    bus: 'pci',
    ...(driver !== undefined && { driver }),
    environment: [
      ['PCI_CLASS', hexadecimal(ids.class, 0)],
      ['PCI_ID', `${hexadecimal(ids.vendor, 4)}:${hexadecimal(ids.device, 4)}`],
      ['PCI_SUBSYS_ID', `${hexadecimal(ids.subsystemVendor, 4)}:${hexadecimal(ids.subsystemDevice, 4)}`],
      ['PCI_SLOT_NAME', slot],
      ['MODALIAS', ids.modalias],
    ],
    attributes: {
      vendor: ids.vendor,
      device: ids.device,
      subsystem_vendor: ids.subsystemVendor,
      subsystem_device: ids.subsystemDevice,
      class: ids.class,
      revision: configuration[8] as number,
      config: configuration,
      modalias: ids.modalias,
      resource: rows,
      irq: described.interrupt,
      numa_node: node,
      local_cpus: near.mask,
      local_cpulist: near.ranges,
      ari_enabled: 0,
      broken_parity_status: 0,
      consistent_dma_mask_bits: 32,
      dma_mask_bits: 64,
      d3cold_allowed: 1,
      driver_override: '(null)',
      enable: driver === undefined ? 0 : 1,
      msi_bus: 1,
      power_state: driver === undefined ? 'unknown' : 'D0',
      'power/control': 'on',
      'power/runtime_status': 'active',
      remove: null,
      rescan: null,
      ...(bridge && {
        secondary_bus_number: configuration[0x19] as number,
        subordinate_bus_number: configuration[0x1a] as number,
      }),
      ...attributes,
    },
  };
}

/** What identifies a function. */
function pciIds(configuration: Buffer): {
  readonly vendor: number;
  readonly device: number;
  readonly class: number;
  readonly subsystemVendor: number;
  readonly subsystemDevice: number;
  readonly modalias: string;
} {
  const vendor = configuration.readUInt16LE(0);
  const device = configuration.readUInt16LE(2);
  const code = configuration.readUIntLE(9, 3);
  const subsystem = subsystemAt(configuration);
  const subsystemVendor = subsystem === undefined ? 0 : configuration.readUInt16LE(subsystem);
  const subsystemDevice = subsystem === undefined ? 0 : configuration.readUInt16LE(subsystem + 2);
  const part = (value: number, width: number): string => hexadecimal(value, width);
  const modalias =
    `pci:v${part(vendor, 8)}d${part(device, 8)}sv${part(subsystemVendor, 8)}sd${part(subsystemDevice, 8)}` +
    `bc${part(code >> 16, 2)}sc${part((code >> 8) & 0xff, 2)}i${(code & 0xff).toString(16).padStart(2, '0')}`;
  return { vendor, device, class: code, subsystemVendor, subsystemDevice, modalias };
}

const SUBSYSTEM_CAPABILITY = 0x0d;

/** Where the ids of the subsystem are: of a bridge, in a capability. */
function subsystemAt(configuration: Buffer): number | undefined {
  if ((configuration[0x0e] as number) % 0x80 !== 1) return 0x2c;
  for (let at = configuration[POINTER] as number; at !== 0; at = configuration[at + 1] as number) {
    if (configuration[at] === SUBSYSTEM_CAPABILITY) return at + 4;
  }
  return undefined;
}

function hexadecimal(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0');
}

/** Adds what the bus itself has. */
export function addPciBus(tree: ObjectTree): void {
  tree.attributes({ path: 'bus/pci' }, { rescan: null, resource_alignment: null });
}
