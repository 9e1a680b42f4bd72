/** Interrupts of a simulated machine: those of its disks and interfaces, the processors' own, and the soft ones that follow. */

import type { U64 } from '../../../fs/u64.ts';
import type * as model from '../../model/interrupts.ts';
import { SOFT_INTERRUPTS } from '../plain/plain-system.ts';
import type { Disk, Interface } from './machine.ts';
import type { Simulation } from './simulation.ts';

/** Ticks of a busy second. */
const HZ = 250;
/** The first number behind those of old devices. */
const FIRST = 24;
/** Most queues that a device has. */
const MOST_QUEUES = 16;

/** One line: a queue of a device and the CPU that serves it. */
export interface InterruptSource {
  readonly number: number;
  readonly name: string;
  readonly cpu: number;
  readonly device: { readonly disk: Disk } | { readonly network: Interface } | undefined;
  /** Its part of what the device does. */
  readonly queues: number;
}

/** The lines of a machine. */
export function interruptSources({ machine }: Simulation): InterruptSource[] {
  const { cpus } = machine.topology;
  const queues = Math.min(MOST_QUEUES, cpus);
  const sources: InterruptSource[] = [{ number: 8, name: 'rtc0', cpu: 0, device: undefined, queues: 1 }, { number: 9, name: 'acpi', cpu: 0, device: undefined, queues: 1 }];
  let number = FIRST;
  let turn = 0;
  const add = (name: (queue: number) => string, device: InterruptSource['device']): void => {
    for (let queue = 0; queue < queues; queue++) {
      const cpu = Math.floor((queue * cpus) / queues + turn) % cpus;
      sources.push({ number: number++, name: name(queue), cpu, device, queues });
    }
    turn++;
  };
  for (const disk of machine.disks) add((queue) => `${disk.name.replace(/n\d+$/, '')}q${queue}`, { disk });
  for (const network of machine.interfaces) add((queue) => `${network.text.name}-TxRx-${queue}`, { network });
  return sources;
}

/** How often a line has been raised. */
export function raised({ machine: _machine, time }: Simulation, { device, queues, number }: InterruptSource): number {
  if (!device) return number === 8 ? 1 : 2;
  if ('disk' in device) return Math.floor((device.disk.reads.until(time) + device.disk.writes.until(time)) / queues);
  const { receive, send, packetSize } = device.network;
  // Several packets are handled at once.
  return Math.floor((receive.until(time) + send.until(time)) / packetSize / 4 / queues);
}

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
    const old = source.device === undefined;
    return {
      number: source.number,
      counts,
      chip: old ? 'IO-APIC' : 'PCI-MSIX',
      hardwareNumber: old ? source.number : source.number - FIRST,
      trigger: undefined,
      flow: source.number === 9 ? 'fasteoi' : 'edge',
      actions: [source.name],
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
    const { device, cpu } = source;
    if (!device) continue;
    const count = raised(simulation, source);
    if ('disk' in device) block[cpu] = (block[cpu] as number) + count;
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
