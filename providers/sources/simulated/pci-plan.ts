/** Where the PCI devices of a simulated machine are: those that are described, and those that its disks and interfaces need. */

import type { DiskText, InterfaceText, PciText, ProcessorsText } from './description.ts';
import { type ChipSet, DISK_CONTROLLERS, type PciKind, cardOf, chipSetOf } from './pci-kinds.ts';
import { type Slot, parseSlot, slotText } from './pci-slot.ts';
import { Wrong } from './wrong.ts';

/** A function as it was asked for. */
export interface PciWish {
  /** Where in the description it is asked for. */
  readonly path: string;
  readonly kind: PciKind;
  readonly text?: PciText;
  /** What it is for; absent for a device of which nothing else is known. */
  use?: 'nvme' | 'ahci' | 'scsi' | 'virtio' | 'mmc' | 'network';
  /** The disks of it and the interfaces, by their index in the description. */
  readonly disks: number[];
  readonly interfaces: number[];
}

/** A function in its place. */
export interface PciPlace extends Slot {
  readonly wish: PciWish;
  /** The bus of the root below which it is. */
  readonly root: PciRoot;
}

/** A host bridge with the buses below it. */
export interface PciRoot {
  readonly domain: number;
  readonly bus: number;
  /** How many buses there are for it and what is below it. */
  readonly buses: number;
  readonly node: number;
  /** Buses behind ports, each with what is on it. */
  readonly behind: Map<number, PciPlace[]>;
  /** What is on its own bus. */
  readonly own: PciPlace[];
}

export interface PciPlan {
  readonly chipSet: ChipSet;
  readonly roots: readonly PciRoot[];
  readonly wishes: readonly PciWish[];
}

/** Devices that are put behind ports of one root before another one is begun. */
const MOST_BEHIND = 128;
/** Most memory nodes that have a root of their own. */
const MOST_ROOTS = 16;
const BUSES = 256;
const AHCI_PORTS = 6;
/** What is below no device. */
const VIRTUAL_DISK = /^(?:dm|md|xvd|loop|zram|ram|nbd|rbd|drbd|bcache)/;
const VIRTUAL_INTERFACE = /[.]|^(?:lo|br|docker|veth|vnet|virbr|cni|flannel|cali|tun|tap|wg|bond|team|dummy|vxlan|vlan|macvlan|ipvlan|ppp|ifb|sit|gre|ip6tnl|tunl|wwan)\d*|^br-/;

/** Plans the buses. Throws what is wrong with the description. */
export function pciPlan(
  { pci = [], disks = [], interfaces = [], processors }: { readonly pci?: readonly PciText[]; readonly disks?: readonly DiskText[]; readonly interfaces?: readonly InterfaceText[]; readonly processors: ProcessorsText },
  nodes: number,
): PciPlan {
  const described = pci.map(wishOf);
  const bySlot = new Map<string, PciWish>();
  described.forEach((wish, index) => {
    const { slot } = wish.text as PciText;
    if (slot === undefined) return;
    const text = slotText(parseSlot(slot));
    if (bySlot.has(text)) throw new Wrong(`pci[${index}].slot`, `must be another than that of an earlier device, ${text}`);
    bySlot.set(text, wish);
  });
  const forDisks = disks.flatMap((disk, index) => wishForDisk(disk, index, bySlot));
  const forInterfaces = interfaces.flatMap((each, index) => wishForInterface(each, index, bySlot));
  const wishes = [...described, ...shared(forDisks, disks), ...forInterfaces];
  const chipSet = chipSetOf(processors.vendor ?? 'AuthenticAMD');
  return { chipSet, roots: new Placing(nodes).place(wishes), wishes };
}

function wishOf(text: PciText, index: number): PciWish {
  const [vendor = 0, device = 0] = text.id.split(':').map((part) => Number.parseInt(part, 16));
  const kind: PciKind = {
    vendor,
    device,
    class: Number.parseInt(text.class.padEnd(6, '0'), 16),
    ...(text.driver !== undefined && { driver: text.driver }),
    ...(text.link && { generation: text.link.generation ?? 3, width: text.link.width ?? 4 }),
  };
  if (kind.class >> 8 === 0x0604) throw new Wrong(`pci[${index}].class`, 'must not be 0604: bridges come by themselves');
  if (![1, 2, 4, 8, 16, 32].includes(kind.width ?? 1)) throw new Wrong(`pci[${index}].link.width`, 'must be 1, 2, 4, 8, 16 or 32');
  if (text.slot !== undefined && text.node !== undefined) throw new Wrong(`pci[${index}].node`, 'cannot be there with slot, from which it follows');
  return { path: `pci[${index}]`, kind, text, disks: [], interfaces: [] };
}

/** What the name of a disk begins with. */
function sortOf(name: string): string | undefined {
  return Object.keys(DISK_CONTROLLERS).find((sort) => name.startsWith(sort));
}

function useOf(sort: string, driver: string | undefined): NonNullable<PciWish['use']> {
  if (sort === 'nvme') return 'nvme';
  if (sort === 'vd') return 'virtio';
  if (sort === 'mmcblk') return 'mmc';
  return driver === 'ahci' ? 'ahci' : 'scsi';
}

/** A wish for a controller of one disk; none where it is of a device that is described, or of none. */
function wishForDisk(disk: DiskText, index: number, bySlot: ReadonlyMap<string, PciWish>): PciWish[] {
  const path = `disks[${index}].controller`;
  const sort = VIRTUAL_DISK.test(disk.name) ? undefined : sortOf(disk.name);
  if (disk.controller === 'virtual') return [];
  if (disk.controller === undefined) {
    if (sort === undefined) return [];
    const kind = DISK_CONTROLLERS[sort] as PciKind;
    return [{ path: `disks[${index}]`, kind, use: useOf(sort, kind.driver), disks: [index], interfaces: [] }];
  }
  const wish = bySlot.get(slotText(parseSlot(disk.controller)));
  if (!wish) throw new Wrong(path, `must be the slot of a device in pci, or virtual, not ${disk.controller}`);
  if (sort === undefined) throw new Wrong(path, `must not be there, or be virtual: no device on PCI has a disk that is called ${disk.name}`);
  const wanted: Readonly<Record<string, (code: number) => boolean>> = {
    nvme: (code) => code >> 8 === 0x0108,
    sd: (code) => code >> 16 === 1 && code >> 8 !== 0x0108,
    vd: (code) => code >> 16 === 1 && wish.kind.vendor === DISK_CONTROLLERS['vd']?.vendor,
    mmcblk: (code) => code >> 8 === 0x0805,
  };
  if (!wanted[sort]?.(wish.kind.class)) throw new Wrong(path, `must be a device that can have a disk that is called ${disk.name}`);
  take(wish, useOf(sort, wish.kind.driver), path);
  wish.disks.push(index);
  return [];
}

function wishForInterface(text: InterfaceText, index: number, bySlot: ReadonlyMap<string, PciWish>): PciWish[] {
  const path = `interfaces[${index}].controller`;
  if (text.controller === 'virtual' || (text.controller === undefined && VIRTUAL_INTERFACE.test(text.name))) return [];
  if (text.controller === undefined) {
    return [{ path: `interfaces[${index}]`, kind: cardOf(text.speed ?? 1000), use: 'network', disks: [], interfaces: [index] }];
  }
  const wish = bySlot.get(slotText(parseSlot(text.controller)));
  if (!wish) throw new Wrong(path, `must be the slot of a device in pci, or virtual, not ${text.controller}`);
  if (wish.kind.class >> 16 !== 2) throw new Wrong(path, 'must be a network controller, of class 02');
  take(wish, 'network', path);
  wish.interfaces.push(index);
  return [];
}

function take(wish: PciWish, use: NonNullable<PciWish['use']>, path: string): void {
  if (wish.use !== undefined && wish.use !== use) throw new Wrong(path, 'must be a device that has nothing of another sort');
  wish.use = use;
}

/** The number of an NVMe controller, which its name space begins with. */
export function nvmeNumber(name: string): string {
  return /^nvme\d+/.exec(name)?.[0] ?? name;
}

/** Name spaces of one controller share it, and so do six SATA disks. */
function shared(wishes: readonly PciWish[], disks: readonly DiskText[]): PciWish[] {
  const controllers = new Map<string, PciWish>();
  let ports = 0;
  for (const wish of wishes) {
    const index = wish.disks[0] as number;
    const key = wish.use === 'nvme' ? nvmeNumber((disks[index] as DiskText).name) : wish.use === 'ahci' ? `ahci${Math.floor(ports++ / AHCI_PORTS)}` : wish.path;
    const found = controllers.get(key);
    if (found) found.disks.push(index);
    else controllers.set(key, wish);
  }
  return [...controllers.values()];
}

/** Puts wishes on buses: first where they are said to be, then wherever there is room. */
class Placing {
  readonly #nodes: number;
  readonly #count: number;
  readonly #roots: PciRoot[] = [];
  #turn = 0;

  constructor(nodes: number) {
    this.#nodes = nodes;
    this.#count = 2 ** Math.floor(Math.log2(Math.min(nodes, MOST_ROOTS)));
    for (let index = 0; index < this.#count; index++) this.#root(0, index);
  }

  place(wishes: readonly PciWish[]): PciRoot[] {
    for (const wish of wishes) {
      const slot = wish.text?.slot;
      if (slot !== undefined) this.#put(wish, parseSlot(slot));
    }
    for (const wish of wishes) if (wish.text?.slot === undefined) this.#put(wish, this.#free(wish));
    return [...this.#roots].sort((a, b) => a.domain - b.domain || a.bus - b.bus);
  }

  #root(domain: number, index: number): PciRoot {
    const buses = BUSES / this.#count;
    const bus = index * buses;
    let root = this.#roots.find((each) => each.domain === domain && each.bus === bus);
    if (!root) {
      root = { domain, bus, buses, node: Math.floor((index * this.#nodes) / this.#count), behind: new Map(), own: [] };
      this.#roots.push(root);
    }
    return root;
  }

  #put(wish: PciWish, slot: Slot): void {
    const root = this.#root(slot.domain, Math.floor((slot.bus * this.#count) / BUSES));
    const place = { ...slot, wish, root };
    if (slot.bus === root.bus) return void root.own.push(place);
    const bus = root.behind.get(slot.bus);
    if (bus) bus.push(place);
    else root.behind.set(slot.bus, [place]);
  }

  /** A bus on which nothing is yet, near to a node. */
  #free({ text, path }: PciWish): Slot {
    const node = text?.node;
    if (node !== undefined && node >= this.#nodes) throw new Wrong(`${path}.node`, `must be less than ${this.#nodes}, which is how many there are`);
    const index = node === undefined ? this.#turn++ % this.#count : Math.floor((node * this.#count) / this.#nodes);
    for (let domain = 0; ; domain++) {
      const { bus: first, buses, behind } = this.#root(domain, index);
      if (behind.size >= MOST_BEHIND) continue;
      for (let bus = first + 1; bus < first + buses; bus++) if (!behind.has(bus)) return { domain, bus, device: 0, function: 0 };
    }
  }
}
