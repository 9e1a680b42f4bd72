/** A described machine as the simulation uses it: sizes in bytes, curves, references resolved, and checked to be possible. */

import type { Curve } from './curve.ts';
import { curveOf } from './curve-of.ts';
import type { CacheText, Description, DiskText, InterfaceText, MountText, ProcessText, SwapText } from './description.ts';
import type { DescribedCache } from '../described/machine.ts';
import type { Mistake } from './json-text.ts';
import { kernelThreads } from './kernel-threads.ts';
import { type PciMachine, pciFunctions } from './pci-functions.ts';
import { pciPlan } from './pci-plan.ts';
import { type PowerSupply, powerSuppliesOf } from './power-supplies.ts';
import { bytesOf } from './sizes.ts';
import { type User, resolveUser, usersOf } from './users.ts';
import { Wrong } from './wrong.ts';

export interface Machine {
  readonly description: Description;
  readonly seed: number;
  readonly hostname: string;
  readonly release: string;
  readonly version: string;
  readonly commandLine: string;
  readonly pidMax: number;
  /** Milliseconds since the epoch. */
  readonly boot: number;
  /** Seconds since then at which time begins to run. */
  readonly uptime: number;
  readonly topology: Topology;
  readonly memory: { readonly total: number; readonly cache: number; readonly buffers: number; readonly shared: number };
  readonly swaps: readonly Swap[];
  readonly disks: readonly Disk[];
  readonly interfaces: readonly Interface[];
  readonly pci: PciMachine;
  readonly powerSupplies: readonly PowerSupply[];
  readonly mounts: readonly MountText[];
  readonly load: { readonly irq: Curve; readonly softirq: Curve; readonly steal: Curve; readonly waiting: Curve };
  readonly templates: readonly Template[];
}

export interface Topology {
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
  readonly nodesPerSocket: number;
  readonly nodes: number;
  readonly cpus: number;
  readonly caches: readonly DescribedCache[];
}

export interface Swap {
  readonly path: string;
  readonly type: 'partition' | 'file';
  readonly size: number;
  readonly used: number;
  readonly priority: number;
}

export interface Disk {
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  /** Sectors of 512 bytes. */
  readonly sectors: number;
  readonly partitions: readonly number[];
  readonly rotational: boolean;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  readonly reads: Curve;
  readonly writes: Curve;
  /** Sectors. */
  readonly readSize: number;
  readonly writeSize: number;
}

export interface Interface {
  readonly text: InterfaceText;
  readonly index: number;
  readonly mac: readonly number[];
  readonly ipv4: { readonly address: number; readonly prefix: number } | undefined;
  readonly ipv6: { readonly address: readonly [number, number, number, number]; readonly prefix: number } | undefined;
  readonly gateway: number | undefined;
  readonly up: boolean;
  readonly receive: Curve;
  readonly send: Curve;
  readonly packetSize: number;
}

/** Processes that are alike. */
export interface Template {
  readonly text: ProcessText;
  /** Where it is in the description, for what is wrong with it. */
  readonly path: string;
  readonly index: number;
  readonly count: number;
  readonly threads: number;
  readonly kernel: boolean;
  readonly parent: Template | undefined;
  readonly user: User;
  readonly cpu: Curve;
  readonly userShare: number;
  readonly blocked: Curve;
  readonly read: Curve;
  readonly write: Curve;
  /** Bytes. */
  readonly rss: number;
  readonly virtual: number;
  readonly swapped: number;
  /** Seconds; `every` from the start of one to that of the next. */
  readonly churn: { readonly lifetime: number; readonly every: number | undefined } | undefined;
}

/** Most CPUs a kernel is built for, and most of their threads that a description can have. */
const MOST_CPUS = 8192;
const MOST_TASKS = 1_000_000;
const PAGE = 4096;

/** Makes it of a description that keeps to the schema; or says what cannot be. */
export function machineOf(description: Description): Machine | Mistake {
  try {
    return compile(description);
  } catch (error) {
    if (error instanceof Wrong) return error.mistake;
    throw error;
  }
}

function compile(description: Description): Machine {
  const topology = topologyOf(description);
  const { kernel = {}, clock = {}, memory, load = {} } = description;
  const boot = Date.parse(clock.boot ?? '2026-01-01T00:00:00Z');
  if (Number.isNaN(boot)) throw new Wrong('clock.boot', 'must be a time that there is');
  const total = bytesOf(memory.total, 0);
  const interfaces = interfacesOf(description.interfaces ?? []);
  const machine: Machine = {
    description,
    seed: description.seed ?? 0,
    hostname: description.hostname ?? 'simulated',
    release: kernel.release ?? '6.12.0',
    version: kernel.version ?? '#1 SMP PREEMPT_DYNAMIC Thu Jan  1 00:00:00 UTC 2026',
    commandLine: kernel.commandLine ?? `BOOT_IMAGE=/boot/vmlinuz-${kernel.release ?? '6.12.0'} root=/dev/root ro quiet`,
    pidMax: kernel.pidMax ?? 4_194_304,
    boot,
    uptime: clock.uptime ?? 86_400,
    topology,
    memory: {
      total,
      cache: bytesOf(memory.cache, Math.floor(total / 8)),
      buffers: bytesOf(memory.buffers, Math.floor(total / 256)),
      shared: bytesOf(memory.shared, Math.floor(total / 512)),
    },
    swaps: (description.swap ?? []).map(swapOf),
    disks: disksOf(description.disks ?? []),
    interfaces,
    pci: pciFunctions(pciPlan(description, topology.nodes), topology, total, interfaces.map(({ mac }) => mac)),
    powerSupplies: (description.powerSupplies ?? []).map((supply, index, all) => powerSuppliesOf(supply, index, all)),
    mounts: description.mounts ?? [],
    load: {
      irq: curveOf(load.irq, 'load.irq'),
      softirq: curveOf(load.softirq, 'load.softirq'),
      steal: curveOf(load.steal, 'load.steal'),
      waiting: curveOf(load.waiting, 'load.waiting'),
    },
    templates: templatesOf(description, topology),
  };
  check(machine);
  return machine;
}

function topologyOf({ processors }: Description): Topology {
  const { sockets = 1, cores = 1, threads = 1, nodesPerSocket = 1 } = processors;
  const cpus = sockets * cores * threads;
  if (cpus > MOST_CPUS) throw new Wrong('processors', `must be at most ${MOST_CPUS}, not ${cpus}`);
  if (cores % nodesPerSocket !== 0) throw new Wrong('processors.nodesPerSocket', `must divide the ${cores} cores of a socket evenly`);
  const caches = (processors.caches ?? DEFAULT_CACHES).map(cacheOf);
  return { sockets, cores, threads, nodesPerSocket, nodes: sockets * nodesPerSocket, cpus, caches };
}

const CACHE_LINE = 64;
const DEFAULT_CACHES: readonly CacheText[] = [
  { level: 1, type: 'Data', size: '32KiB' },
  { level: 1, type: 'Instruction', size: '32KiB' },
  { level: 2, type: 'Unified', size: '1MiB' },
  { level: 3, type: 'Unified', size: '32MiB', ways: 16, sharedBy: 'package' },
];

function cacheOf({ level, type, size, ways = 8, sharedBy = 'core' }: CacheText, index: number): DescribedCache {
  const bytes = bytesOf(size, 0);
  if (bytes === 0 || bytes % (ways * CACHE_LINE) !== 0 || bytes % 1024 !== 0) {
    throw new Wrong(`processors.caches[${index}].size`, `must be a whole number of KiB and of ${ways} ways of ${CACHE_LINE}-byte lines`);
  }
  return { level, type, size: bytes / 1024, ways, lineSize: CACHE_LINE, sharedBy };
}

function swapOf({ path, type = 'partition', size, used, priority = -2 }: SwapText, index: number): Swap {
  const bytes = bytesOf(size, 0);
  const inUse = bytesOf(used, 0);
  if (inUse > bytes) throw new Wrong(`swap[${index}].used`, 'must be at most its size');
  return { path, type, size: bytes, used: inUse, priority };
}

/** The major numbers of disks by what their names begin with (Documentation/admin-guide/devices.txt). */
const MAJORS: readonly (readonly [prefix: string, major: number, minors: number])[] = [
  ['nvme', 259, 32],
  ['sd', 8, 16],
  ['vd', 254, 16],
  ['xvd', 202, 16],
  ['mmcblk', 179, 32],
  ['dm', 253, 1],
  ['md', 9, 1],
];

function disksOf(texts: readonly DiskText[]): Disk[] {
  const counts = new Map<number, number>();
  const names = new Set<string>();
  return texts.map((text, index): Disk => {
    const path = `disks[${index}]`;
    if (names.has(text.name)) throw new Wrong(`${path}.name`, `must be another than that of an earlier disk, ${text.name}`);
    names.add(text.name);
    const [, major, minors] = MAJORS.find(([prefix]) => text.name.startsWith(prefix)) ?? ['', 7, 16];
    const at = counts.get(major) ?? 0;
    counts.set(major, at + 1);
    const sectors = Math.floor(bytesOf(text.size, 0) / 512);
    const partitions = (text.partitions ?? []).map((size) => Math.floor(bytesOf(size, 0) / 512));
    const sum = partitions.reduce((all, part) => all + part, 2048);
    if (sum > sectors) throw new Wrong(`${path}.partitions`, `must fit the disk: they need ${sum} sectors of ${sectors}`);
    if (partitions.length >= minors) throw new Wrong(`${path}.partitions`, `must be fewer than ${minors}`);
    return {
      name: text.name,
      major,
      minor: at * minors,
      sectors,
      partitions,
      rotational: text.rotational ?? false,
      model: text.model ?? 'Simulated disk',
      serial: text.serial ?? `SIM${String(index + 1).padStart(8, '0')}`,
      firmware: text.firmware ?? '1.0',
      reads: curveOf(text.reads, `${path}.reads`),
      writes: curveOf(text.writes, `${path}.writes`),
      readSize: Math.max(1, Math.floor(bytesOf(text.readSize, 16384) / 512)),
      writeSize: Math.max(1, Math.floor(bytesOf(text.writeSize, 16384) / 512)),
    };
  });
}

function interfacesOf(texts: readonly InterfaceText[]): Interface[] {
  const names = new Set(['lo']);
  return texts.map((text, index): Interface => {
    const path = `interfaces[${index}]`;
    if (names.has(text.name)) throw new Wrong(`${path}.name`, `must be another than that of an earlier interface, ${text.name}`);
    names.add(text.name);
    const mac = (text.mac ?? `02:00:00:00:${hexPair(index >> 8)}:${hexPair(index + 1)}`).split(':').map((pair) => Number.parseInt(pair, 16));
    const [address = '', prefix = ''] = text.ipv4?.split('/') ?? [];
    const ipv4 = text.ipv4 === undefined ? undefined : { address: ipv4Of(address, `${path}.ipv4`), prefix: prefixOf(prefix, 32, `${path}.ipv4`) };
    const [address6 = '', prefix6 = ''] = text.ipv6?.split('/') ?? [];
    const ipv6 = text.ipv6 === undefined ? undefined : { address: ipv6Of(address6, `${path}.ipv6`), prefix: prefixOf(prefix6, 128, `${path}.ipv6`) };
    const gateway = text.gateway === undefined ? undefined : ipv4Of(text.gateway, `${path}.gateway`);
    if (gateway !== undefined && !ipv4) throw new Wrong(`${path}.gateway`, 'must have an ipv4 address beside it');
    return {
      text,
      index: index + 2,
      mac,
      ipv4,
      ipv6,
      gateway,
      up: text.up ?? true,
      receive: curveOf(text.receive, `${path}.receive`),
      send: curveOf(text.send, `${path}.send`),
      packetSize: text.packetSize ?? 800,
    };
  });
}

function hexPair(byte: number): string {
  return (byte & 255).toString(16).padStart(2, '0');
}

/** An IPv4 address in reading order. */
export function ipv4Of(text: string, path: string): number {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part <= 255))) throw new Wrong(path, 'must have four parts of at most 255');
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function prefixOf(text: string, most: number, path: string): number {
  const prefix = Number(text);
  if (!(prefix <= most)) throw new Wrong(path, `must have a prefix of at most ${most}`);
  return prefix;
}

/** An IPv6 address as four words in reading order. */
export function ipv6Of(text: string, path: string): readonly [number, number, number, number] {
  const [head = '', tail, more] = text.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const [first, last] = [groups(head), groups(tail)];
  const missing = 8 - first.length - last.length;
  const all = tail === undefined ? first : [...first, ...new Array<string>(Math.max(0, missing)).fill('0'), ...last];
  const numbers = all.map((group) => (/^[0-9a-f]{1,4}$/.test(group) ? Number.parseInt(group, 16) : Number.NaN));
  if (more !== undefined || numbers.length !== 8 || numbers.some(Number.isNaN) || (tail !== undefined && missing < 1)) throw new Wrong(path, 'must be an IPv6 address');
  const word = (index: number): number => (numbers[index] as number) * 0x1_0000 + (numbers[index + 1] as number);
  return [word(0), word(2), word(4), word(6)];
}

/** What every machine has, unless the description has it. */
function templatesOf(description: Description, topology: Topology): Template[] {
  const own = description.processes ?? [];
  const texts: (readonly [text: ProcessText, path: string])[] = [];
  const init = own.findIndex(({ name }) => name === 'init');
  if (init >= 0) texts.push([own[init] as ProcessText, `processes[${init}]`]);
  else texts.push([{ name: 'init', command: ['/sbin/init'], executable: '/usr/lib/systemd/systemd', comm: 'systemd', rss: '12MiB', descriptors: 64 }, 'init']);
  if (description.kernel?.threads ?? true) for (const text of kernelThreads(topology)) texts.push([text, text.name]);
  own.forEach((text, index) => {
    if (index !== init) texts.push([text, `processes[${index}]`]);
  });
  const users = usersOf(description.users ?? []);
  if (!Array.isArray(users)) throw new Wrong(users.place, users.what);
  const known = new Map<string, Template>();
  return texts.map(([text, path], index) => {
    if (known.has(text.name)) throw new Wrong(`${path}.name`, `must be another than that of an earlier one, ${text.name}`);
    const template = templateOf(text, path, index, topology, known, users);
    known.set(text.name, template);
    return template;
  });
}

function templateOf(text: ProcessText, path: string, index: number, topology: Topology, known: ReadonlyMap<string, Template>, users: readonly User[]): Template {
  const kernel = text.kernel ?? false;
  const first = index === 0;
  const parent = first ? undefined : known.get(text.parent ?? (kernel && known.has('kthreadd') ? 'kthreadd' : 'init'));
  if (!first && !parent) throw new Wrong(`${path}.parent`, `must be the name of one that is described before, not ${text.parent}`);
  if (first && text.parent !== undefined) throw new Wrong(`${path}.parent`, 'must not be there: init has none');
  if (parent?.churn) throw new Wrong(`${path}.parent`, 'must be one without a lifetime');
  if (parent && parent.count === 0) throw new Wrong(`${path}.parent`, `must be one of which there are some, unlike ${parent.text.name}`);
  const user = resolveUser(text.user ?? 'root', users);
  if (!user) throw new Wrong(`${path}.user`, `must be root or the name of a user in users, not ${text.user}`);
  if (text.perCpu && text.count !== undefined) throw new Wrong(`${path}.count`, 'cannot be there with perCpu');
  const count = text.perCpu ? topology.cpus : (text.count ?? 1);
  if (first && (count !== 1 || text.lifetime !== undefined)) throw new Wrong(`${path}`, 'must be one, and without a lifetime: it is init');
  const threads = text.threads ?? 1;
  if (kernel && threads > 1) throw new Wrong(`${path}.threads`, 'must be 1 for a thread of the kernel');
  if (text.every !== undefined && text.lifetime === undefined) throw new Wrong(`${path}.every`, 'must have a lifetime beside it');
  if (text.every !== undefined && text.lifetime !== undefined && text.lifetime > 0.5 * text.every) throw new Wrong(`${path}.lifetime`, `must be at most half of every, ${text.every}`);
  const rss = kernel || text.state === 'Z' ? 0 : Math.max(PAGE * 64, bytesOf(text.rss, 4 * 2 ** 20));
  const virtual = kernel || text.state === 'Z' ? 0 : bytesOf(text.virtual, 2 * rss + (threads - 1) * 8 * 2 ** 20 + 2 ** 24);
  if (virtual < 1.5 * rss) throw new Wrong(`${path}.virtual`, 'must be at least one and a half times rss');
  if (virtual > 2 ** 46) throw new Wrong(`${path}.virtual`, 'must be at most 64TiB');
  return {
    text,
    path,
    index,
    count,
    threads,
    kernel,
    parent,
    user,
    cpu: curveOf(text.cpu, `${path}.cpu`),
    userShare: kernel ? 0 : (text.userShare ?? 0.75),
    blocked: curveOf(text.blocked, `${path}.blocked`),
    read: curveOf(text.read, `${path}.read`),
    write: curveOf(text.write, `${path}.write`),
    rss,
    virtual,
    swapped: kernel ? 0 : bytesOf(text.swapped, 0),
    churn: text.lifetime === undefined ? undefined : { lifetime: text.lifetime, every: text.every },
  };
}

/** How much more than on average one that comes and goes uses while it is there, at the most. */
export function churnPeak({ churn }: Template): number {
  if (!churn) return 1;
  return churn.every === undefined ? 1 / 0.96 : (1.4 * churn.every) / (0.8 * churn.lifetime);
}

/** Most CPUs' worth that is ever asked for, but for what merely waits. */
export function peakUse(machine: Machine): number {
  const { irq, softirq, steal } = machine.load;
  return machine.templates.reduce((sum, template) => sum + template.cpu.maximum * churnPeak(template), irq.maximum + softirq.maximum + steal.maximum);
}

/** How much larger than described a process may become. */
export const LARGEST = 1.25;

/** What all templates need together. */
function check(machine: Machine): void {
  const { templates, topology, memory, swaps, pidMax } = machine;
  // What is said to be the most is taken, and what is said to be too much is more than there is.
  const atMost = (value: number): string => String(Math.floor(value * 1000) / 1000);
  const atLeast = (value: number): string => String(Math.ceil(value * 1000) / 1000);
  for (const [curve, name] of [[machine.load.irq, 'irq'], [machine.load.softirq, 'softirq'], [machine.load.steal, 'steal']] as const) {
    if (curve.maximum > topology.cpus) throw new Wrong(`load.${name}`, `must be at most ${topology.cpus}, the processors that there are`);
  }
  let tasks = 0;
  let used = memory.cache + memory.buffers + memory.shared;
  let swapped = 0;
  for (const template of templates) {
    const { count, threads, path, cpu, blocked } = template;
    tasks += count * threads;
    used += count * template.rss * LARGEST;
    swapped += count * template.swapped;
    const peak = cpu.maximum * churnPeak(template);
    if (peak > count * threads) throw new Wrong(`${path}.cpu`, `must be at most ${atMost((count * threads) / churnPeak(template))}: ${count === 1 ? 'a process' : `${count} processes`} with ${threads === 1 ? 'a thread' : `${threads} threads`} can use no more`);
    if (blocked.maximum > count) throw new Wrong(`${path}.blocked`, `must be at most ${count}, which is how many there are`);
    if (tasks > MOST_TASKS) throw new Wrong(path, `must not bring the threads above ${MOST_TASKS}`);
  }
  if (tasks * 1.5 + 1000 > pidMax) throw new Wrong('kernel.pidMax', `must leave room for ${tasks} threads: at least ${Math.ceil(tasks * 1.5 + 1000)}`);
  const peak = peakUse(machine);
  if (peak > topology.cpus) throw new Wrong('processes', `must not need more than the ${topology.cpus} processors: at times they use ${atLeast(peak)}`);
  if (templates.filter(({ text }) => text.visitor).length > 1) throw new Wrong('processes', 'must have at most one visitor');
  const visitor = templates.find(({ text }) => text.visitor);
  if (visitor && (visitor.churn || visitor.kernel || visitor.count === 0)) throw new Wrong(`${visitor.path}.visitor`, 'must be a process that stays');
  const room = memory.total * 0.97 - 2 ** 24 - tasks * 32768 - topology.cpus * 1.25 * 2 ** 20;
  if (used > room) throw new Wrong('memory.total', `must be enough: up to ${Math.ceil(used / 2 ** 20)} MiB are needed, and ${Math.max(0, Math.floor(room / 2 ** 20))} MiB can be used`);
  const swap = swaps.reduce((sum, { used: inUse }) => sum + inUse, 0);
  if (swapped > swap) throw new Wrong('swap', `must have as much used as processes have swapped, ${Math.ceil(swapped / 2 ** 20)} MiB`);
}
