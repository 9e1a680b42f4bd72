/** The PCI functions of a simulated machine with their configuration spaces, addresses and interrupts. */

import type { PciText } from './description.ts';
import type { Topology } from './machine.ts';
import { type PciCapability, type PciHeader, pciConfiguration } from '../described/pci.ts';
import { type Link, bridgeSubsystem, errors, express, messageTable, messages, powerManagement, serialNumber } from './pci-capabilities.ts';
import { type PciKind, type Region, regionsOf } from './pci-kinds.ts';
import type { PciPlace, PciPlan, PciRoot, PciWish } from './pci-plan.ts';
import { type Slot, busText, slotText } from './pci-slot.ts';
import { cpuPlace } from './places.ts';
import { bytesOf } from './sizes.ts';
import { Wrong } from './wrong.ts';

export interface PciFunction {
  /** As 0000:01:00.0, and its bus and place there in numbers. */
  readonly slot: string;
  readonly bus: number;
  readonly number: number;
  /** As 0000:01. */
  readonly busName: string;
  /** The device that it is below, as a path below /sys/devices. */
  readonly parent: string;
  readonly kind: PciKind;
  readonly configuration: Buffer;
  /** First and last address and flags, as /sys has them. */
  readonly resources: readonly (readonly [start: number, end: number, flags: number])[];
  /** Its legacy interrupt, or its only message. */
  readonly interrupt: number;
  /** Its messages: the number of the first and how many there are; of a table of them or not. */
  readonly messages: { readonly first: number; readonly count: number; readonly table: boolean };
  readonly node: number;
  readonly cpus: readonly number[];
  readonly linked: boolean;
  readonly text: PciText | undefined;
  /** What it is for; absent for what belongs to the chip set. */
  readonly wish: PciWish | undefined;
  /** Of a processor's thermometer: the package. */
  readonly package?: number;
}

export interface PciBus {
  /** As 0000:01. */
  readonly name: string;
  /** The device of the bridge to it, or of the root. */
  readonly bridge: string;
  readonly cpus: readonly number[];
}

export interface PciMachine {
  readonly roots: readonly string[];
  readonly buses: readonly PciBus[];
  readonly functions: readonly PciFunction[];
}

/** Interrupts behind those of old devices; and most queues that a device has. */
export const FIRST_MESSAGE = 24;
const MOST_QUEUES = 16;
const LEGACY_INTERRUPTS = 16;

/** What bridges hand on is in pieces of this. */
const WINDOW = 2 ** 20;
const MEMORY_START = 0x8000_0000;
const MEMORY_END = 0xfe00_0000;
const PORTS_START = 0x3000;
const PREFETCHED_START = 2 ** 41;
/** Where programs may map a device's memory to, at the most. */
const MOST_MEMORY = 2 ** 40;

/** IORESOURCE_* */
const FLAGS: Readonly<Record<Region['type'], number>> = { ports: 0x4_0101, memory: 0x4_0200, long: 0x14_0204, prefetched: 0x14_220c };
const WINDOW_FLAGS = { memory: 0x200, prefetched: 0x10_2201 } as const;
const SHADOW_FLAGS = 0x212;
/** Rows that a device and a bridge have in `resource`. */
const DEVICE_ROWS = 13;
const BRIDGE_ROWS = 17;
const MEMORY_WINDOW = 14;
const PREFETCHED_WINDOW = 15;
const ROM = 6;

const COMMAND = { ports: 1, memory: 2, master: 4, errors: 0x100, noPins: 0x400 } as const;
const HAS_CAPABILITIES = 0x10;
const MULTIFUNCTION = 0x80;

/** Makes the functions of a plan. Throws what does not fit. */
export function pciFunctions({ chipSet, roots, wishes }: PciPlan, topology: Topology, memory: number, macs: readonly (readonly number[])[]): PciMachine {
  return new Maker(topology, memory, macs).make(roots, wishes, chipSet);
}

/** The addresses of a function's regions. */
type Placed = Region & { readonly start: number };

class Maker {
  readonly #topology: Topology;
  readonly #macs: readonly (readonly number[])[];
  readonly #queues: number;
  #nextMessage = FIRST_MESSAGE;
  #memory = MEMORY_START;
  #prefetched: number;
  #ports = PORTS_START;
  #slots = 0;

  constructor(topology: Topology, memory: number, macs: readonly (readonly number[])[]) {
    this.#topology = topology;
    this.#macs = macs;
    this.#queues = Math.min(MOST_QUEUES, topology.cpus);
    this.#prefetched = Math.max(PREFETCHED_START, 2 ** Math.ceil(Math.log2(memory + 1)));
  }

  make(roots: readonly PciRoot[], wishes: readonly PciWish[], chipSet: PciPlan['chipSet']): PciMachine {
    const names: string[] = [];
    const buses: PciBus[] = [];
    const chips: PciFunction[] = [];
    const ofWishes = new Map<PciWish, (() => PciFunction)>();
    for (const root of roots) {
      const name = `pci${busText(root.domain, root.bus)}`;
      const cpus = this.#cpusOf(root);
      names.push(name);
      buses.push({ name: busText(root.domain, root.bus), bridge: name, cpus });
      const taken = new Set(root.own.map(({ device, function: part }) => `${device}.${part}`));
      const own = (place: string, kind: PciKind, several: boolean, more?: { readonly package: number }): void => {
        const [device = 0, part = 0] = [Number.parseInt(place.slice(0, 2), 16), Number(place.slice(3))];
        if (taken.has(`${device}.${part}`)) return;
        taken.add(`${device}.${part}`);
        chips.push({ ...this.#device({ domain: root.domain, bus: root.bus, device, function: part }, root, name, kind, undefined, several, this.#regions(kind, 0)), ...more });
      };
      own('00.0', chipSet.hostBridge, false);
      if (root === roots[0]) {
        for (const [place, kind] of chipSet.own) own(place, kind, true);
        const { thermometer } = chipSet;
        if (thermometer) for (let socket = 0; socket < Math.min(8, this.#topology.sockets); socket++) own(`${(0x18 + socket).toString(16)}.3`, thermometer, false, { package: socket });
      }
      for (const place of root.own) {
        const regions = this.#regionsOf(place);
        const several = root.own.some((other) => other !== place && other.device === place.device);
        ofWishes.set(place.wish, () => this.#wished(place, name, several, regions));
      }
      const ports = this.#portPlaces(root, taken);
      [...root.behind].sort(([a], [b]) => a - b).forEach(([bus, places], index) => {
        const port = ports[index];
        if (!port) throw new Wrong('pci', `must not need more than ${ports.length} buses behind ${busText(root.domain, root.bus)}`);
        const path = `${name}/${slotText(port)}`;
        chips.push(this.#port(port, root, name, chipSet.rootPort, bus, places, ports.filter(({ device }) => device === port.device).length > 1, ofWishes, path));
        buses.push({ name: busText(root.domain, bus), bridge: path, cpus });
      });
    }
    const functions = [...chips, ...wishes.map((wish) => (ofWishes.get(wish) as () => PciFunction)())];
    return { roots: names, buses, functions };
  }

  /** Places for ports on a bus of a root: those with nothing else at them. */
  #portPlaces({ domain, bus, behind }: PciRoot, taken: ReadonlySet<string>): Slot[] {
    const devices = new Set([...taken].map((place) => Number(place.slice(0, place.indexOf('.')))));
    const places: Slot[] = [];
    for (let device = 1; device < 32 && places.length < behind.size; device++) {
      if (devices.has(device)) continue;
      for (let part = 0; part < 8 && places.length < behind.size; part++) places.push({ domain, bus, device, function: part });
    }
    return places;
  }

  #cpusOf(root: PciRoot): number[] {
    const all = Array.from({ length: this.#topology.cpus }, (_, cpu) => cpu);
    return this.#topology.nodes === 1 ? all : all.filter((cpu) => cpuPlace(this.#topology, cpu).node === root.node);
  }

  #regionsOf({ wish: { kind, text, path } }: PciPlace): Placed[] {
    const memory = bytesOf(text?.memory, 0);
    if (memory > MOST_MEMORY) throw new Wrong(`${path}.memory`, 'must be at most 1TiB');
    return this.#regions(kind, memory);
  }

  /** Finds addresses. Those that are not prefetched lie close together, for a bridge has one window for all. */
  #regions(kind: PciKind, memory: number): Placed[] {
    const regions = regionsOf(kind, memory);
    return regions.map((region): Placed => {
      const aligned = (at: number): number => Math.ceil(at / region.size) * region.size;
      if (region.type === 'ports') {
        const start = aligned(this.#ports);
        this.#ports = start + region.size;
        return { ...region, start };
      }
      if (region.type === 'prefetched') {
        const start = aligned(this.#prefetched);
        this.#prefetched = start + region.size;
        return { ...region, start };
      }
      const start = aligned(this.#memory);
      this.#memory = start + region.size;
      if (this.#memory > MEMORY_END) throw new Wrong('pci', 'must not be more devices than there are addresses for below 4GiB');
      return { ...region, start };
    });
  }

  #nextWindow(): void {
    this.#memory = Math.ceil(this.#memory / WINDOW) * WINDOW;
    this.#prefetched = Math.ceil(this.#prefetched / WINDOW) * WINDOW;
  }

  #port(port: Slot, root: PciRoot, name: string, kind: PciKind, bus: number, places: readonly PciPlace[], shares: boolean, ofWishes: Map<PciWish, () => PciFunction>, path: string): PciFunction {
    this.#nextWindow();
    const starts = { memory: this.#memory, prefetched: this.#prefetched };
    const first = this.#nextMessage++;
    for (const place of places) {
      const regions = this.#regionsOf(place);
      const several = places.some((other) => other !== place && other.device === place.device);
      ofWishes.set(place.wish, () => this.#wished(place, path, several, regions));
    }
    this.#nextWindow();
    const [memoryEnd, prefetchedEnd] = [this.#memory, this.#prefetched];
    const windows = Buffer.alloc(0x18);
    const rows: [number, number, number][] = Array.from({ length: BRIDGE_ROWS }, () => [0, 0, 0]);
    // Offsets are counted from 0x1c. A window whose limit is lower than its base is closed.
    windows.writeUInt16LE(0x00f0, 0);
    windows.writeUInt16LE(0xfff0, 4);
    windows.writeUInt16LE(0x0000, 6);
    windows.writeUInt16LE(0xfff1, 8);
    windows.writeUInt16LE(0x0001, 10);
    if (memoryEnd > starts.memory) {
      windows.writeUInt16LE(starts.memory / 0x1_0000, 4);
      windows.writeUInt16LE((memoryEnd - WINDOW) / 0x1_0000, 6);
      rows[MEMORY_WINDOW] = [starts.memory, memoryEnd - 1, WINDOW_FLAGS.memory];
    }
    if (prefetchedEnd > starts.prefetched) {
      const last = prefetchedEnd - WINDOW;
      windows.writeUInt16LE(((starts.prefetched % 2 ** 32) / 0x1_0000) | 1, 8);
      windows.writeUInt16LE(((last % 2 ** 32) / 0x1_0000) | 1, 10);
      windows.writeUInt32LE(Math.floor(starts.prefetched / 2 ** 32), 12);
      windows.writeUInt32LE(Math.floor(last / 2 ** 32), 16);
      rows[PREFETCHED_WINDOW] = [starts.prefetched, prefetchedEnd - 1, WINDOW_FLAGS.prefetched];
    }
    const link = linkOf((places[0] as PciPlace).wish.kind);
    this.#slots++;
    const header: PciHeader = {
      ...headerOf(kind),
      command: COMMAND.memory | COMMAND.master | COMMAND.errors | COMMAND.noPins,
      status: HAS_CAPABILITIES,
      headerType: 1 | (shares ? MULTIFUNCTION : 0),
      cacheLine: 16,
      interruptLine: 0xff,
      interruptPin: 1,
      bridge: { buses: [root.bus, bus, bus], windows, control: 0x0002 },
      capabilities: [
        powerManagement(),
        messages(0, true),
        bridgeSubsystem(kind.vendor, kind.device),
        express(link, { number: this.#slots & 0xff, slot: this.#slots & 0x1fff }),
        errors(),
      ],
      size: 4096,
    };
    return {
      ...this.#place(port, root, name),
      kind: { ...kind, ...link },
      configuration: pciConfiguration(header),
      resources: rows,
      interrupt: first,
      messages: { first, count: 1, table: false },
      linked: true,
      text: undefined,
      wish: undefined,
    };
  }

  #wished(place: PciPlace, parent: string, several: boolean, regions: readonly Placed[]): PciFunction {
    return this.#device(place, place.root, parent, place.wish.kind, place.wish, several, regions);
  }

  #place(slot: Slot, root: PciRoot, parent: string): Pick<PciFunction, 'slot' | 'bus' | 'number' | 'busName' | 'parent' | 'node' | 'cpus'> {
    return {
      slot: slotText(slot),
      bus: slot.bus,
      number: slot.device * 8 + slot.function,
      busName: busText(slot.domain, slot.bus),
      parent,
      node: this.#topology.nodes === 1 ? -1 : root.node,
      cpus: this.#cpusOf(root),
    };
  }

  #device(slot: Slot, root: PciRoot, parent: string, kind: PciKind, wish: PciWish | undefined, several: boolean, regions: readonly Placed[]): PciFunction {
    const { use, text } = wish ?? {};
    const group = kind.class >> 16;
    const table = use === 'nvme' || use === 'scsi' || use === 'virtio' || use === 'network';
    const alone = use === 'ahci' || use === 'mmc' || (use === undefined && kind.driver !== undefined && group !== 6 && kind.class >> 8 !== 0x0c05);
    const count = table ? this.#queues : alone ? 1 : 0;
    const first = this.#nextMessage;
    this.#nextMessage += count;
    const pinned = count > 0;
    // Whatever is behind a port is of PCI Express.
    const linked = parent.includes('/');
    const inTable = regions.filter(({ type }) => type === 'memory' || type === 'long').at(-1);
    const capabilities: PciCapability[] = [];
    if (pinned || linked) capabilities.push(powerManagement());
    if (alone) capabilities.push(messages(0, true));
    if (table && inTable) capabilities.push(messageTable(count, inTable.base, inTable.size));
    if (linked) capabilities.push(express(linkOf(kind)), errors());
    const mac = this.#macs[wish?.interfaces[0] ?? -1];
    if (linked && mac) capabilities.push(serialNumber(mac));
    const [subsystemVendor, subsystemDevice] = text?.subsystem?.split(':').map((part) => Number.parseInt(part, 16)) ?? [kind.vendor, kind.device];
    const rows: [number, number, number][] = Array.from({ length: DEVICE_ROWS }, () => [0, 0, 0]);
    const bases = new Array<number>(6).fill(0);
    for (const { base, type, size, start } of regions) {
      rows[base] = [start, start + size - 1, FLAGS[type]];
      bases[base] = ((start % 2 ** 32) | (type === 'ports' ? 1 : type === 'memory' ? 0 : type === 'long' ? 4 : 0xc)) >>> 0;
      if (type === 'long' || type === 'prefetched') bases[base + 1] = Math.floor(start / 2 ** 32);
    }
    if (isScreen(kind)) rows[ROM] = [0xc_0000, 0xd_ffff, SHADOW_FLAGS];
    const used = kind.driver !== undefined;
    const reaches = (regions.some(({ type }) => type === 'ports') ? COMMAND.ports : 0) | (regions.some(({ type }) => type !== 'ports') ? COMMAND.memory : 0);
    const legacy = LEGACY_INTERRUPTS + ((slot.bus + slot.device) % 8);
    return {
      ...this.#place(slot, root, parent),
      kind,
      configuration: pciConfiguration({
        ...headerOf(kind),
        revision: text?.revision ?? 0,
        command: reaches | (used && pinned ? COMMAND.master | COMMAND.noPins : 0) | (linked ? COMMAND.errors : 0),
        status: capabilities.length > 0 ? HAS_CAPABILITIES : 0,
        headerType: several ? MULTIFUNCTION : 0,
        cacheLine: linked ? 16 : 0,
        bases,
        subsystemVendor: subsystemVendor ?? 0,
        subsystemDevice: subsystemDevice ?? 0,
        interruptLine: pinned ? 0xff : 0,
        interruptPin: pinned ? 1 : 0,
        capabilities,
        size: linked ? 4096 : 256,
      }),
      resources: rows,
      interrupt: alone ? first : pinned ? legacy : 0,
      messages: { first, count, table },
      linked,
      text,
      wish,
    };
  }
}

/** The link to a device, where nothing else is said. */
export function linkOf({ generation = 3, width = 4 }: PciKind): Link {
  return { generation, width };
}

export function isScreen(kind: PciKind): boolean {
  return kind.class >> 8 === 0x0300;
}

function headerOf(kind: PciKind): Pick<PciHeader, 'vendor' | 'device' | 'class' | 'revision'> {
  return { vendor: kind.vendor, device: kind.device, class: kind.class, revision: 0 };
}
