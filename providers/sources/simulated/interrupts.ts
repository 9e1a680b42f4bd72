/** Interrupts of a simulated machine: those of its disks and interfaces, the processors' own, and the soft ones that follow. */

import type { U64 } from '../../../fs/u64.ts';
import type * as model from '../../model/interrupts.ts';
import { SOFT_INTERRUPTS } from '../plain/plain-system.ts';
import type { Disk, Interface } from './machine.ts';
import type { PciFunction } from './pci-functions.ts';
import { virtioNumber } from './pci-devices.ts';
import { nvmeNumber } from './pci-plan.ts';
import type { Simulation } from './simulation.ts';

/** Ticks of a busy second. */
const HZ = 250;

/** One line: a queue of a device and the CPU that serves it. */
export interface InterruptSource {
  readonly number: number;
  readonly names: readonly string[];
  readonly cpu: number;
  /** The controller, with a place where there is one, and the number of the line there. */
  readonly chip: string;
  readonly hardwareNumber: number;
  readonly disks: readonly Disk[];
  readonly networks: readonly Interface[];
  /** Its part of what the device does. */
  readonly queues: number;
  /** The memory node that it is near to, and the CPUs that it may go to where it cannot be moved. */
  readonly node: number;
  readonly fixed: boolean;
}

/** The lines of a machine. */
export function interruptSources({ machine }: Simulation): InterruptSource[] {
  const { cpus } = machine.topology;
  const old = (number: number, name: string): InterruptSource =>
    ({ number, names: [name], cpu: 0, chip: 'IO-APIC', hardwareNumber: number, disks: [], networks: [], queues: 1, node: -1, fixed: false });
  const sources = [old(8, 'rtc0'), old(9, 'acpi')];
  let turn = 0;
  let [hosts, cards] = [0, 0];
  const nameOf = (each: PciFunction): ((queue: number) => string[]) => {
    const { kind, wish, slot } = each;
    if (wish?.use === 'virtio') return (queue) => [`virtio${virtioNumber(machine.pci, each)}-req.${queue}`];
    switch (wish?.use) {
      case 'nvme': {
        const name = nvmeNumber(machine.disks[wish.disks[0] as number]?.name ?? '');
        return (queue) => [`${name}q${queue}`];
      }
      case 'ahci':
        return () => [`ahci[${slot}]`];
      case 'scsi': {
        const host = hosts++;
        return (queue) => [`${kind.driver ?? 'scsi'}${host}-msix${queue}`];
      }
      case 'mmc': {
        const card = cards++;
        return () => [`mmc${card}`];
      }
      case 'network': {
        const { name } = (machine.interfaces[wish.interfaces[0] as number] as Interface).text;
        return (queue) => [`${name}-TxRx-${queue}`];
      }
      default:
        return () => (wish ? [kind.driver ?? slot] : ['PCIe PME', 'aerdrv']);
    }
  };
  for (const each of machine.pci.functions) {
    const { messages, wish } = each;
    if (messages.count === 0) continue;
    const names = nameOf(each);
    const disks = (wish?.disks ?? []).map((index) => machine.disks[index] as Disk);
    const networks = (wish?.interfaces ?? []).map((index) => machine.interfaces[index] as Interface);
    for (let queue = 0; queue < messages.count; queue++) {
      sources.push({
        number: messages.first + queue,
        names: names(queue),
        cpu: Math.floor((queue * cpus) / messages.count + (wish ? turn : 0)) % cpus,
        chip: `${messages.table ? 'PCI-MSIX' : 'PCI-MSI'}-${each.slot}`,
        hardwareNumber: queue,
        disks,
        networks,
        queues: messages.count,
        node: each.node,
        fixed: wish?.use === 'nvme',
      });
    }
    if (wish) turn++;
  }
  return sources.sort((a, b) => a.number - b.number);
}

/** How often a line has been raised. */
export function raised({ time }: Simulation, { disks, networks, queues, number }: InterruptSource): number {
  if (number === RTC) return 1;
  if (number === ACPI) return 2;
  let count = 0;
  for (const disk of disks) count += Math.floor((disk.reads.until(time) + disk.writes.until(time)) / queues);
  // Several packets are handled at once.
  for (const { receive, send, packetSize, up } of networks) if (up) count += Math.floor((receive.until(time) + send.until(time)) / packetSize / 4 / queues);
  return count;
}

const RTC = 8;
const ACPI = 9;

/** Kinds of the processors' own interrupts; what a CPU had of each follows from how long it was busy, and how long it has been on. */
const OWN: readonly (readonly [label: string, description: string, busy: number, always: number])[] = [
  ['NMI', 'Non-maskable interrupts', 0, 0.01],
  ['LOC', 'Local timer interrupts', HZ, 4],
  ['SPU', 'Spurious interrupts', 0, 0],
  ['PMI', 'Performance monitoring interrupts', 0, 0.01],
  ['IWI', 'IRQ work interrupts', 2, 0.01],
  ['RTR', 'APIC ICR read retries', 0, 0],
  ['RES', 'Rescheduling interrupts', 60, 0.5],
  ['CAL', 'Function call interrupts', 40, 0.5],
  ['TLB', 'TLB shootdowns', 20, 0],
  ['TRM', 'Thermal event interrupts', 0, 0],
  ['THR', 'Threshold APIC interrupts', 0, 0],
  ['MCE', 'Machine check exceptions', 0, 0],
  ['MCP', 'Machine check polls', 0, 0.0033],
];

function ownCount(simulation: Simulation, cpu: number, busy: number, always: number): number {
  return Math.floor(busy * simulation.cpu(cpu, 'busy')) + Math.floor(always * simulation.time);
}

/** /proc/interrupts */
export function interruptTable(simulation: Simulation, sources: readonly InterruptSource[]): model.InterruptTable {
  const { cpus } = simulation.machine.topology;
  const numbers = Array.from({ length: cpus }, (_, cpu) => cpu);
  const lines = sources.map((source): model.InterruptCounts => {
    const counts = new Array<U64>(cpus).fill(0);
    counts[source.cpu] = raised(simulation, source);
    return {
      number: source.number,
      counts,
      chip: source.chip,
      hardwareNumber: source.hardwareNumber,
      trigger: undefined,
      flow: source.number === ACPI ? 'fasteoi' : 'edge',
      actions: source.names,
    };
  });
  const architectural = OWN.map(([label, description, busy, always]): model.ArchitecturalInterrupt => ({
    label,
    counts: numbers.map((cpu) => ownCount(simulation, cpu, busy, always)),
    description,
    indent: 3,
  }));
  for (const label of ['ERR', 'MIS']) architectural.push({ label, counts: [0], description: undefined, indent: 3 });
  return { cpus: numbers, width: 3, chipBlanks: 1, lines, architectural };
}

/** How many there were in all, and of each line by its number. */
export function interruptTotals(simulation: Simulation, sources: readonly InterruptSource[]): { readonly total: number; readonly counts: number[] } {
  const counts = new Array<number>((sources.at(-1)?.number ?? 0) + 1).fill(0);
  let total = 0;
  for (const source of sources) {
    const count = raised(simulation, source);
    counts[source.number] = count;
    total += count;
  }
  for (let cpu = 0; cpu < simulation.machine.topology.cpus; cpu++) {
    for (const [, , busy, always] of OWN) total += ownCount(simulation, cpu, busy, always);
  }
  return { total, counts };
}

/** What each CPU had of the soft interrupts, by kind. */
export function softInterruptRows(simulation: Simulation, sources: readonly InterruptSource[]): { readonly name: string; readonly counts: number[] }[] {
  const { cpus } = simulation.machine.topology;
  const zeros = (): number[] => new Array<number>(cpus).fill(0);
  const [block, received, sent] = [zeros(), zeros(), zeros()];
  for (const source of sources) {
    const { disks, networks, cpu } = source;
    if (disks.length + networks.length === 0) continue;
    const count = raised(simulation, source);
    if (disks.length > 0) block[cpu] = (block[cpu] as number) + count;
    else {
      received[cpu] = (received[cpu] as number) + count;
      sent[cpu] = (sent[cpu] as number) + Math.floor(count / 50);
    }
  }
  const perCpu = (busy: number, always: number): number[] => zeros().map((_, cpu) => ownCount(simulation, cpu, busy, always));
  const counts: Readonly<Record<string, number[]>> = {
    TIMER: perCpu(HZ / 2, 2),
    NET_TX: sent,
    NET_RX: received,
    BLOCK: block,
    TASKLET: perCpu(0.1, 0.001),
    SCHED: perCpu(HZ, 2),
    HRTIMER: perCpu(0, 0.001),
    RCU: perCpu(HZ / 2, 1),
  };
  return SOFT_INTERRUPTS.map((name) => ({ name, counts: counts[name] ?? zeros() }));
}
