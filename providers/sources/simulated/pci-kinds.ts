/** What the PCI devices are that a simulated machine has without being described, and what registers devices of a class have. */

/** A device that one can buy: ids as in pci.ids, and the driver that Linux has for it. */
export interface PciKind {
  readonly vendor: number;
  readonly device: number;
  /** 24 bits: class, subclass, interface. */
  readonly class: number;
  readonly driver?: string;
  /** Of its link, where it is of PCI Express. */
  readonly generation?: number;
  readonly width?: number;
}

const AMD = 0x1022;
const INTEL = 0x8086;
const REDHAT_EMULATION = 0x1b36;
const VIRTIO = 0x1af4;

/** The parts of a chip set. */
export interface ChipSet {
  readonly hostBridge: PciKind;
  readonly rootPort: PciKind;
  /** Devices on the first bus, by device and function. */
  readonly own: readonly (readonly [place: string, kind: PciKind])[];
  /** The function in which AMD's processors have their thermometer, at device 18 and the following ones. */
  readonly thermometer?: PciKind;
}

const HOST = 0x06_0000;
const PORT = 0x06_0400;
const ISA = 0x06_0100;
const SMBUS = 0x0c_0500;

const CHIP_SETS: Readonly<Record<string, ChipSet>> = {
  AuthenticAMD: {
    hostBridge: { vendor: AMD, device: 0x1480, class: HOST },
    rootPort: { vendor: AMD, device: 0x1483, class: PORT, driver: 'pcieport' },
    own: [
      ['14.0', { vendor: AMD, device: 0x790b, class: SMBUS, driver: 'piix4_smbus' }],
      ['14.3', { vendor: AMD, device: 0x790e, class: ISA }],
    ],
    thermometer: { vendor: AMD, device: 0x1653, class: HOST, driver: 'k10temp' },
  },
  GenuineIntel: {
    hostBridge: { vendor: INTEL, device: 0x2020, class: HOST },
    rootPort: { vendor: INTEL, device: 0x2030, class: PORT, driver: 'pcieport' },
    own: [
      ['1f.0', { vendor: INTEL, device: 0xa1c1, class: ISA }],
      ['1f.4', { vendor: INTEL, device: 0xa1a3, class: SMBUS, driver: 'i801_smbus' }],
    ],
  },
};

const OTHER_CHIP_SET: ChipSet = {
  hostBridge: { vendor: REDHAT_EMULATION, device: 0x0008, class: HOST },
  rootPort: { vendor: REDHAT_EMULATION, device: 0x000c, class: PORT, driver: 'pcieport' },
  own: [],
};

/** The chip set that goes with a vendor's processors. */
export function chipSetOf(vendor: string): ChipSet {
  return CHIP_SETS[vendor] ?? OTHER_CHIP_SET;
}

/** What is made up for disks that name no controller, by what their names begin with. */
export const DISK_CONTROLLERS: Readonly<Record<string, PciKind>> = {
  nvme: { vendor: REDHAT_EMULATION, device: 0x0010, class: 0x01_0802, driver: 'nvme', generation: 4, width: 4 },
  sd: { vendor: INTEL, device: 0x2922, class: 0x01_0601, driver: 'ahci', generation: 2, width: 1 },
  vd: { vendor: VIRTIO, device: 0x1042, class: 0x01_0000, driver: 'virtio-pci', generation: 1, width: 1 },
  mmcblk: { vendor: INTEL, device: 0x0f14, class: 0x08_0501, driver: 'sdhci-pci', generation: 1, width: 1 },
};

/** An Ethernet card of a speed in Mbit/s. */
export function cardOf(speed: number): PciKind {
  const ethernet = 0x02_0000;
  if (speed <= 1000) return { vendor: INTEL, device: 0x1533, class: ethernet, driver: 'igb', generation: 1, width: 1 };
  if (speed <= 40_000) return { vendor: INTEL, device: 0x1583, class: ethernet, driver: 'i40e', generation: 3, width: 8 };
  return { vendor: 0x15b3, device: 0x1017, class: ethernet, driver: 'mlx5_core', generation: 3, width: 16 };
}

/** Whose devices are behind a bus of their own, on which the disk or interface is. */
export function isVirtio(vendor: number): boolean {
  return vendor === VIRTIO;
}

/** Where a device's registers are. */
export interface Region {
  /** Which base address, from 0 on. */
  readonly base: number;
  readonly type: 'ports' | 'memory' | 'long' | 'prefetched';
  readonly size: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The regions of a device of a class. */
export function regionsOf(kind: { readonly class: number; readonly vendor: number }, memory: number): Region[] {
  const subclass = kind.class >> 8;
  const group = kind.class >> 16;
  const mapped: Region[] = memory > 0 ? [{ base: group === 3 ? 0 : 4, type: 'prefetched', size: 2 ** Math.ceil(Math.log2(Math.max(memory, 4 * KIB))) }] : [];
  if (isVirtio(kind.vendor)) return [{ base: 1, type: 'memory', size: 4 * KIB }, ...mapped];
  if (subclass === 0x0c05) return [{ base: 4, type: 'ports', size: 32 }];
  if (group === 6) return [];
  if (subclass === 0x0106) return [{ base: 5, type: 'memory', size: 2 * KIB }];
  if (group === 3) return [...(mapped.length > 0 ? mapped : [{ base: 0, type: 'prefetched', size: 16 * MIB } as const]), { base: 2, type: 'memory', size: 16 * KIB }];
  if (subclass === 0x0108) return [{ base: 0, type: 'long', size: 16 * KIB }, ...mapped];
  if (group === 2) return [{ base: 0, type: 'long', size: 512 * KIB }, { base: 2, type: 'long', size: 16 * KIB }, ...mapped];
  return [{ base: 0, type: 'long', size: 64 * KIB }, ...mapped];
}
