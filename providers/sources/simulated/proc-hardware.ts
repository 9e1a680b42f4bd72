/** What /proc says of a simulated machine's devices: bus/pci, irq, scsi. */

import { EINVAL, EIO, EPERM, type Errno } from '../../../fs/errno.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { PciConfiguration, PciDevice } from '../../model/devices.ts';
import type { InterruptLine } from '../../model/interrupts.ts';
import type { ScsiDevice, ScsiGeneric, ScsiGenericDevice } from '../../model/storage.ts';
import { masksOf } from '../described/cpu-sets.ts';
import type { InterruptSource } from './interrupts.ts';
import type { Machine } from './machine.ts';
import type { PciFunction } from './pci-functions.ts';
import { scsiUnits } from './storage-devices.ts';

const REGIONS = 7;
/** What of a resource's flags is in the low bits of a base address (PCI_REGION_FLAG_MASK). */
const REGION_FLAGS = 0xf;

/** /proc/bus/pci/devices */
export function pciTable({ pci }: Machine): PciDevice[] {
  return bySlot(pci.functions).map(({ bus, number, kind, interrupt, resources }) => ({
    bus,
    function: number,
    vendor: kind.vendor,
    device: kind.device,
    irq: interrupt,
    regions: resources.slice(0, REGIONS).map(([start, end, flags]) => ({ start: start + (flags & REGION_FLAGS), size: end === 0 ? 0 : end - start + 1 })),
    driver: kind.driver ?? '',
  }));
}

function bySlot(functions: readonly PciFunction[]): PciFunction[] {
  return [...functions].sort((a, b) => (a.slot < b.slot ? -1 : 1));
}

/** The directory of a bus: without its domain in the first one. */
function directoryOf({ busName }: PciFunction): string {
  return busName.startsWith('0000:') ? busName.slice(5) : busName;
}

export function pciDirectories({ pci }: Machine): string[] {
  return [...new Set(bySlot(pci.functions).map(directoryOf))];
}

export function pciNames({ pci }: Machine, bus: string): string[] {
  return bySlot(pci.functions).filter((each) => directoryOf(each) === bus).map(({ slot }) => slot.slice(8));
}

export function pciSpace({ pci }: Machine, bus: string, name: string): PciConfiguration | undefined {
  const found = pci.functions.find((each) => directoryOf(each) === bus && each.slot.slice(8) === name);
  if (!found) return undefined;
  const { configuration } = found;
  return {
    size: configuration.length,
    read(into, start, length, at) {
      const piece = configuration.subarray(at, at + length);
      into.set(piece, start);
      return piece.length;
    },
    write: () => EPERM,
  };
}

/** The settings of interrupts. Those that are changed are remembered, and change nothing else. */
export class InterruptSettings {
  readonly #sources: readonly InterruptSource[];
  readonly #all: BitMask;
  readonly #changed = new Map<number, BitMask>();
  #preset: BitMask;

  constructor(sources: readonly InterruptSource[], cpus: number) {
    this.#sources = sources;
    this.#all = masksOf(Array.from({ length: cpus }, (_, cpu) => cpu), cpus).mask;
    this.#preset = this.#all;
  }

  get preset(): BitMask {
    return this.#preset;
  }

  setPreset(cpus: BitMask): Errno | 0 {
    if (!hasAny(cpus)) return EINVAL;
    this.#preset = cpus;
    return 0;
  }

  numbers(): number[] {
    return this.#sources.map(({ number }) => number);
  }

  line(number: number): InterruptLine | undefined {
    const source = this.#sources.find((each) => each.number === number);
    if (!source) return undefined;
    const { bits } = this.#all;
    const own = (): BitMask => masksOf([source.cpu], bits).mask;
    return {
      actions: () => source.names,
      movable: () => !source.fixed,
      affinity: () => this.#changed.get(number) ?? (source.fixed ? own() : this.#all),
      effectiveAffinity: () => firstOf(this.#changed.get(number), bits) ?? own(),
      affinityHint: () => masksOf([], bits).mask,
      setAffinity: (cpus) => {
        if (source.fixed) return EIO;
        if (!hasAny(cpus)) return EINVAL;
        this.#changed.set(number, cpus);
        return 0;
      },
      node: () => source.node,
      spurious: () => ({ count: 0, unhandled: 0, lastUnhandled: 0 }),
    };
  }
}

function hasAny({ words }: BitMask): boolean {
  return words.some((word) => word !== 0);
}

/** The first of a set, which is where interrupts go of those that may go there. */
function firstOf(mask: BitMask | undefined, bits: number): BitMask | undefined {
  const index = mask?.words.findIndex((word) => word !== 0) ?? -1;
  if (!mask || index < 0) return undefined;
  return masksOf([index * 32 + 31 - Math.clz32((mask.words[index] as number) & -(mask.words[index] as number))], bits).mask;
}

/** /proc/scsi/scsi */
export function scsiTable(machine: Machine): ScsiDevice[] {
  return scsiUnits(machine).map(({ host, target, vendor, model, revision }) => ({
    host,
    channel: 0,
    id: target,
    lun: 0,
    vendor,
    model,
    revision,
    type: 'Direct-Access',
    level: 5,
    commonCommandSet: false,
  }));
}

/** /proc/scsi/sg */
export function scsiGenericTable(machine: Machine): ScsiGeneric {
  const devices = scsiUnits(machine).map(({ host, target, vendor, model, revision, queueDepth }): ScsiGenericDevice => ({
    place: { host, channel: 0, id: target, lun: 0 },
    type: 0,
    opens: 1,
    queueDepth,
    busy: 0,
    online: 1,
    vendor,
    model,
    revision,
  }));
  return { allowsDirect: 0, reservedSize: 32768, version: 30536, versionText: '3.5.36 [20140603]', devices };
}
