/** The disks of a simulated machine on their controllers: NVMe, SATA, SCSI, virtio and MMC. */

import { disk as describedDisk } from '../described/block.ts';
import { masksOf } from '../described/cpu-sets.ts';
import type { DescribedDevice } from '../described/devices.ts';
import { type DescribedScsiDevice, scsiDevice, scsiDevicePath, scsiDisk, scsiHost } from '../described/scsi.ts';
import { scramble } from './chance.ts';
import type { Disk, Machine } from './machine.ts';
import { pciPath, virtioNumber } from './pci-devices.ts';
import type { PciFunction } from './pci-functions.ts';
import { isVirtio } from './pci-kinds.ts';
import { nvmeNumber } from './pci-plan.ts';

/** A disk as SCSI has it. */
export interface ScsiUnit {
  readonly disk: Disk;
  readonly host: number;
  readonly target: number;
  /** The number of its generic device. */
  readonly generic: number;
  readonly vendor: string;
  readonly model: string;
  readonly revision: string;
  readonly queueDepth: number;
}

/** Devices, and where each disk is below /sys/devices. */
export interface StorageDevices {
  readonly devices: readonly DescribedDevice[];
  readonly paths: ReadonlyMap<Disk, string>;
  /** Where the NVMe controllers are. */
  readonly nvme: readonly string[];
}

const NVME_MAJOR = 241;
const VIRTIO_IDS: Readonly<Record<string, number>> = { virtio_net: 1, virtio_blk: 2, virtio_scsi: 8 };
const QUEUE_DEPTH = { ahci: 32, scsi: 64 } as const;
/** As the kernel counts: SPC-3. */
const LEVEL = 6;
const SECONDS = 30;

/** The logical units, in the order in which they are found. */
export function scsiUnits({ pci, disks }: Machine): ScsiUnit[] {
  const units: ScsiUnit[] = [];
  let host = 0;
  for (const { wish } of pci.functions) {
    if (wish?.use !== 'ahci' && wish?.use !== 'scsi') continue;
    wish.disks.forEach((index, at) => {
      const disk = disks[index] as Disk;
      const ata = wish.use === 'ahci';
      if (ata && at > 0) host++;
      const cut = ata ? -1 : disk.model.indexOf(' ');
      const named = cut > 0 && cut <= 8;
      units.push({
        disk,
        host,
        target: ata ? 0 : at,
        generic: units.length,
        vendor: ata ? 'ATA' : named ? disk.model.slice(0, cut) : 'SIM',
        model: (named ? disk.model.slice(cut + 1) : disk.model).slice(0, 16),
        revision: disk.firmware.slice(0, 4),
        queueDepth: QUEUE_DEPTH[ata ? 'ahci' : 'scsi'],
      });
    });
    host++;
  }
  return units;
}

/** A device on the bus behind a virtio function, of its driver. */
export function virtioDevice(each: PciFunction, number: number, driver: string): DescribedDevice {
  const id = VIRTIO_IDS[driver] ?? 0;
  const hexadecimal = id.toString(16).toUpperCase().padStart(8, '0');
  const modalias = `virtio:d${hexadecimal}v00001AF4`;
  return {
    path: `${pciPath(each)}/virtio${number}`,
    bus: 'virtio',
    driver,
    environment: [['MODALIAS', modalias]],
    attributes: { device: id, vendor: 0x1af4, status: 0xf, features: masksOf([28, 29, 32, 33], 64).mask, modalias },
  };
}

export function storageDevices(machine: Machine): StorageDevices {
  const found: DescribedDevice[] = [];
  const paths = new Map<Disk, string>();
  const nvme: string[] = [];
  const sequences = new Map(machine.disks.map((disk, index) => [disk, index + 1]));
  const add = (parent: string, disk: Disk, directory: 'block/' | '' = 'block/', attributes = {}): void => {
    found.push(...describedDisk(parent, { ...shape(disk), sequence: sequences.get(disk) as number, attributes }, directory));
    paths.set(disk, `${parent}/${directory}${disk.name}`);
  };
  const units = scsiUnits(machine);
  let ports = 0;
  let cards = 0;
  const controllers: Readonly<Record<string, (each: PciFunction, disks: readonly Disk[]) => void>> = {
    nvme(each, disks) {
      const [first] = disks as [Disk];
      const name = nvmeNumber(first.name);
      const number = Number(name.slice(4)) || 0;
      const path = `${pciPath(each)}/nvme/${name}`;
      const texts = { model: first.model.padEnd(40), serial: first.serial.padEnd(20), firmware_rev: first.firmware.padEnd(8), subsysnqn: `nqn.2014.08.org.nvmexpress:${first.serial}` };
      nvme.push(path);
      found.push({
        path,
        class: 'nvme',
        node: { major: NVME_MAJOR, minor: number, name },
        environment: [['NVME_TRTYPE', 'pcie']],
        attributes: { ...texts, address: each.slot, cntlid: 0, cntrltype: 'io', dctype: 'none', numa_node: each.node, queue_count: each.messages.count + 1, sqsize: 1023, kato: 0, state: 'live', transport: 'pcie', rescan_controller: null, reset_controller: null },
      });
      const subsystem = `virtual/nvme-subsystem/nvme-subsys${number}`;
      found.push({ path: subsystem, class: 'nvme-subsystem', attributes: { ...texts, state: 'live', subsystype: 'nvm', iopolicy: { options: ['numa', 'round-robin', 'queue-depth'], selected: 0 } }, links: { [name]: `devices/${path}` } });
      disks.forEach((disk, index) => add(path, disk, '', { nsid: index + 1, wwid: `eui.${worldWideName(machine, disk)}` }));
    },
    virtio(each, disks) {
      const device = virtioDevice(each, virtioNumber(machine.pci, each), 'virtio_blk');
      found.push(device);
      for (const disk of disks) add(device.path, disk, 'block/', { serial: disk.serial });
    },
    mmc(each, disks) {
      const host = `${pciPath(each)}/mmc_host/mmc${cards++}`;
      found.push({ path: host, class: 'mmc_host' });
      disks.forEach((disk, index) => {
        const card = `${host}/${host.slice(host.lastIndexOf('/') + 1)}:${String(index + 1).padStart(4, '0')}`;
        found.push({ path: card, bus: 'mmc', driver: 'mmcblk', environment: [['MMC_TYPE', 'MMC'], ['MMC_NAME', disk.model.slice(0, 6)], ['MODALIAS', 'mmc:block']], attributes: { type: 'MMC', name: disk.model.slice(0, 6), serial: `0x${worldWideName(machine, disk).slice(8)}`, date: '01/2026', manfid: '0x000000', oemid: '0x0000', fwrev: '0x1' } });
        add(card, disk);
      });
    },
    ahci(each, disks) {
      for (const disk of disks) {
        const port = `${pciPath(each)}/ata${++ports}`;
        const unit = units.find((one) => one.disk === disk) as ScsiUnit;
        found.push({ path: port }, ...scsiHost({ parent: port, number: unit.host, driverName: 'ahci', queueDepth: unit.queueDepth, attributes: { link_power_management_policy: 'max_performance' } }));
        addUnit(unit, port);
      }
    },
    scsi(each, disks) {
      let parent = pciPath(each);
      let driver = each.kind.driver ?? 'unknown';
      if (isVirtio(each.kind.vendor)) {
        const device = virtioDevice(each, virtioNumber(machine.pci, each), 'virtio_scsi');
        found.push(device);
        parent = device.path;
        driver = 'virtio_scsi';
      }
      const mine = units.filter(({ disk }) => disks.includes(disk));
      found.push(...scsiHost({ parent, number: (mine[0] as ScsiUnit).host, driverName: driver, queueDepth: QUEUE_DEPTH.scsi }));
      for (const unit of mine) addUnit(unit, parent);
    },
  };
  const addUnit = (unit: ScsiUnit, parent: string): void => {
    const { disk, host, target, vendor, model, revision, generic, queueDepth } = unit;
    const place: Pick<DescribedScsiDevice, 'host' | 'address'> = { host: `${parent}/host${host}`, address: { host, channel: 0, target, lun: 0 } };
    const name = worldWideName(machine, disk);
    const page = Buffer.concat([Buffer.from([0, 0x80, 0, disk.serial.length]), Buffer.from(disk.serial, 'latin1')]);
    found.push(
      ...scsiDevice({ ...place, type: 0, level: LEVEL, vendor, model, revision, driver: 'sd', generic, queueDepth, timeout: SECONDS, attributes: { wwid: `naa.5${name.slice(1)}`, inquiry: inquiry(vendor, model, revision), vpd_pg80: page, vpd_pg83: identification(`5${name.slice(1)}`) } }),
      scsiDisk(scsiDevicePath(place)),
    );
    add(scsiDevicePath(place), disk);
  };
  for (const each of machine.pci.functions) {
    const { wish } = each;
    if (wish?.use !== undefined && wish.disks.length > 0) controllers[wish.use]?.(each, wish.disks.map((index) => machine.disks[index] as Disk));
  }
  for (const disk of machine.disks) if (!paths.has(disk)) add('virtual', disk);
  return { devices: found, paths, nvme };
}

function shape({ name, major, minor, sectors, partitions, rotational }: Disk): Omit<Parameters<typeof describedDisk>[1], 'sequence'> {
  let start = 2048;
  return {
    name,
    major,
    minor,
    sectors,
    logicalBlock: 512,
    physicalBlock: 4096,
    rotational,
    schedulers: ['none', 'mq-deadline'],
    scheduler: rotational ? 1 : 0,
    partitions: partitions.map((length, at) => {
      const part = { number: at + 1, start, sectors: length };
      start += length;
      return part;
    }),
  };
}

/** 16 hexadecimal digits that no other disk of the machine has. */
function worldWideName({ seed, disks }: Machine, disk: Disk): string {
  const index = disks.indexOf(disk);
  const word = (which: number): string => scramble(seed, index, which).toString(16).padStart(8, '0');
  return `${word(1).slice(0, 4)}${word(2)}${(index & 0xffff).toString(16).padStart(4, '0')}`;
}

/** Standard INQUIRY data (SPC-3, 6.4.2). */
function inquiry(vendor: string, model: string, revision: string): Uint8Array {
  return Buffer.concat([Buffer.from([0, 0, 5, 2, 91, 0, 0, 2]), Buffer.from(`${vendor.padEnd(8)}${model.padEnd(16)}${revision.padEnd(4)}`, 'latin1')]);
}

/** The page of device identification with one NAA designator (SPC-3, 7.6.3). */
function identification(name: string): Uint8Array {
  return Buffer.concat([Buffer.from([0, 0x83, 0, 12, 1, 3, 0, 8]), Buffer.from(name, 'hex')]);
}
