/** The PCI buses of a simulated machine as devices. */

import type { DescribedDevice } from '../described/devices.ts';
import { masksOf } from '../described/cpu-sets.ts';
import type { Contents } from '../described/object-tree.ts';
import { pciFunction } from '../described/pci.ts';
import type { Machine } from './machine.ts';
import { speedText } from './pci-capabilities.ts';
import { type PciFunction, type PciMachine, isScreen, linkOf } from './pci-functions.ts';
import { isVirtio } from './pci-kinds.ts';

const CORRECTABLE = ['RxErr', 'BadTLP', 'BadDLLP', 'Rollover', 'Timeout', 'NonFatalErr', 'CorrIntErr', 'HeaderOF', 'TOTAL_ERR_COR'];
const UNCORRECTABLE =
  'Undefined DLP SDES TLP FCP CmpltTO CmpltAbrt UnxCmplt RxOF MalfTLP ECRC UnsupReq ACSViol UncorrIntErr BlockedTLP AtomicOpBlocked TLPBlockedErr PoisonTLPBlocked'.split(' ');

/** The path of a function below /sys/devices. */
export function pciPath({ parent, slot }: PciFunction): string {
  return `${parent}/${slot}`;
}

/** The number of the virtio device behind a function: they are counted in the order of functions. */
export function virtioNumber({ functions }: PciMachine, of: PciFunction): number {
  return functions.filter(({ kind, wish }) => wish?.use !== undefined && isVirtio(kind.vendor)).indexOf(of);
}

/** Roots, functions and buses, those above before those below. */
export function pciDevices({ pci, topology }: Machine): DescribedDevice[] {
  const { cpus } = topology;
  const functions = pci.functions.map((each) =>
    pciFunction({
      parent: each.parent,
      slot: each.slot,
      configuration: each.configuration,
      resources: each.resources,
      interrupt: each.interrupt,
      node: each.node,
      cpus: each.cpus,
      possibleCpus: cpus,
      ...(each.kind.driver !== undefined && { driver: each.kind.driver }),
      attributes: attributesOf(each),
    }),
  );
  const buses = pci.buses.map(({ name, bridge, cpus: near }): DescribedDevice => {
    const { mask, ranges } = masksOf(near, cpus);
    return { path: `${bridge}/pci_bus/${name}`, class: 'pci_bus', attributes: { cpuaffinity: mask, cpulistaffinity: ranges, rescan: null } };
  });
  const depth = ({ path }: DescribedDevice): number => path.split('/').length;
  const byDepth = [...functions].sort((a, b) => depth(a) - depth(b));
  return [...pci.roots.map((path): DescribedDevice => ({ path })), ...byDepth, ...buses];
}

function attributesOf(each: PciFunction): Contents {
  const { messages, kind, text, linked } = each;
  const interrupts = Object.fromEntries(Array.from({ length: messages.count }, (_, index) => [`msi_irqs/${messages.first + index}`, messages.table ? 'msix' : 'msi']));
  const { generation, width } = linkOf(kind);
  const link = linked && {
    current_link_speed: speedText(generation),
    current_link_width: width,
    max_link_speed: speedText(generation),
    max_link_width: width,
    aer_dev_correctable: CORRECTABLE.map((name) => [name, 0]),
    aer_dev_fatal: [...UNCORRECTABLE, 'TOTAL_ERR_FATAL'].map((name) => [name, 0]),
    aer_dev_nonfatal: [...UNCORRECTABLE, 'TOTAL_ERR_NONFATAL'].map((name) => [name, 0]),
  };
  return {
    ...interrupts,
    ...link,
    ...(linked && each.wish && { reset_method: ['flr', 'bus'] }),
    ...(text?.label !== undefined && { label: text.label, index: 1 }),
    ...(isScreen(kind) && { boot_vga: 1 }),
  };
}
