/** What is known of a machine at a moment, in Linux's terms: what the mappings make of systeminformation's results. */

import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import { ProcessTable } from './process-table.ts';

/** What hardly ever changes. */
export interface MachineFacts {
  readonly architecture: 'x86' | 'arm64' | 'riscv';
  readonly vendor: string;
  readonly modelName: string;
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
  readonly flags: readonly string[];
  /** How a number of CPUs is made up, where that is known. */
  readonly packages: number;
  readonly cores: number;
  /** KiB; 0 for none. */
  readonly caches: { readonly l1d: number; readonly l1i: number; readonly l2: number; readonly l3: number };
  /** kHz that it may have; 0 where that is not told. */
  readonly frequencies: { readonly least: number; readonly most: number; readonly governor: string };
  readonly hostname: string;
  readonly release: string;
  readonly version: string;
}

/** How the processors' time went. */
export interface TimesFacts {
  /** Seconds since boot, and the clock that never steps at that moment. */
  readonly uptime: number;
  readonly steady: number;
  /** Seconds since the epoch. */
  readonly bootTime: number;
  readonly cpus: readonly { readonly ticks: readonly number[]; readonly megahertz: number }[];
  /** Hundredths. */
  readonly load: readonly [number, number, number];
}

/** Bytes. */
export interface MemoryFacts {
  readonly total: number;
  readonly free: number;
  readonly available: number;
  readonly buffers: number;
  readonly cached: number;
  readonly slab: number;
  readonly reclaimableSlab: number;
  readonly swap: number;
  readonly swapFree: number;
  readonly dirty: number;
  readonly writeback: number;
}

/** An interface of the network. */
export interface InterfaceFacts {
  readonly name: string;
  readonly index: number;
  readonly loopback: boolean;
  readonly up: boolean;
  readonly state: string;
  readonly mtu: number;
  readonly address: readonly number[];
  /** Mbit/s. */
  readonly speed: number | undefined;
  readonly duplex: string;
  readonly ipv4: { readonly address: Ipv4Address; readonly mask: number } | undefined;
  readonly ipv6: { readonly address: Ipv6Address; readonly prefix: number } | undefined;
}

/** What went over an interface. */
export interface TrafficFacts {
  readonly receivedBytes: number;
  readonly receiveErrors: number;
  readonly receiveDropped: number;
  readonly sentBytes: number;
  readonly sendErrors: number;
  readonly sendDropped: number;
}

/** A socket of the internet protocols. */
export interface ConnectionFacts {
  readonly protocol: 'tcp' | 'tcp6' | 'udp' | 'udp6';
  readonly local: Ipv4Address | Ipv6Address;
  readonly localPort: number;
  readonly remote: Ipv4Address | Ipv6Address;
  readonly remotePort: number;
  /** As include/net/tcp_states.h has it. */
  readonly state: number;
}

/** A disk or a part of one. */
export interface DeviceFacts {
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  readonly bytes: number;
  readonly rotational: boolean;
  readonly removable: boolean;
  /** The disk that it is a part of. */
  readonly within: string | undefined;
}

/** What is mounted. */
export interface MountFacts {
  readonly source: string;
  readonly type: string;
  readonly point: string;
  readonly readOnly: boolean;
}

/** What all disks did together. */
export interface TransferFacts {
  readonly reads: number;
  readonly writes: number;
  readonly readTime: number;
  readonly writeTime: number;
  readonly weightedTime: number;
  /** Bytes. */
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** Open files. */
  readonly openFiles: number;
  readonly mostOpenFiles: number;
}

/** A battery. Volts and amounts are millionths: of volts, and of watt or ampere hours. */
export interface BatteryFacts {
  /** Charging, Discharging, Full, Not charging. */
  readonly status: string;
  readonly technology: string;
  readonly cycles: number | undefined;
  readonly microvolts: number | undefined;
  /** What the amounts are of; absent where they are not told. */
  readonly unit: 'energy' | 'charge' | undefined;
  readonly design: number | undefined;
  readonly full: number | undefined;
  readonly now: number | undefined;
  readonly percent: number | undefined;
  /** For how long it lasts. */
  readonly minutes: number | undefined;
  readonly model: string;
  readonly manufacturer: string;
  readonly serial: string;
}

/** What feeds the machine. */
export interface PowerFacts {
  /** Whether it is on the mains, where that is told. */
  readonly mains: boolean | undefined;
  readonly batteries: readonly BatteryFacts[];
}

/** Thousandths of a degree; 0 for what is not told. */
export interface TemperatureFacts {
  readonly main: number;
  readonly cores: readonly number[];
  readonly sockets: readonly number[];
  readonly chipset: number;
}

/** All of it. Each part is replaced as a whole, and none is changed. */
export interface Snapshot {
  readonly machine: MachineFacts;
  readonly times: TimesFacts;
  readonly memory: MemoryFacts;
  readonly processes: ProcessTable;
  /** How many processes there have been, the id of the youngest, and how many run or wait for a disk. */
  readonly population: { readonly started: number; readonly lastId: number; readonly running: number; readonly blocked: number };
  readonly interfaces: { readonly list: readonly InterfaceFacts[]; readonly gateway: Ipv4Address | undefined };
  readonly traffic: ReadonlyMap<string, TrafficFacts>;
  readonly connections: readonly ConnectionFacts[];
  readonly disks: { readonly devices: readonly DeviceFacts[]; readonly mounts: readonly MountFacts[] };
  readonly transfers: TransferFacts;
  /** What firmware tells, by the names of attributes in /sys/class/dmi/id. */
  readonly hardware: Readonly<Record<string, string>>;
  readonly power: PowerFacts;
  readonly temperatures: TemperatureFacts;
}

/** Nothing is known: one processor, no memory, no process. */
export const NOTHING: Snapshot = {
  machine: {
    architecture: 'x86',
    vendor: 'unknown',
    modelName: 'unknown',
    family: 6,
    model: 0,
    stepping: 0,
    flags: [],
    packages: 1,
    cores: 1,
    caches: { l1d: 0, l1i: 0, l2: 0, l3: 0 },
    frequencies: { least: 0, most: 0, governor: '' },
    hostname: 'localhost',
    release: '',
    version: '',
  },
  times: { uptime: 0, steady: 0, bootTime: 0, cpus: [{ ticks: new Array<number>(10).fill(0), megahertz: 0 }], load: [0, 0, 0] },
  memory: { total: 0, free: 0, available: 0, buffers: 0, cached: 0, slab: 0, reclaimableSlab: 0, swap: 0, swapFree: 0, dirty: 0, writeback: 0 },
  processes: ProcessTable.of([]),
  population: { started: 0, lastId: 0, running: 0, blocked: 0 },
  interfaces: { list: [], gateway: undefined },
  traffic: new Map(),
  connections: [],
  disks: { devices: [], mounts: [] },
  transfers: { reads: 0, writes: 0, readTime: 0, writeTime: 0, weightedTime: 0, readBytes: 0, writtenBytes: 0, openFiles: 0, mostOpenFiles: 0 },
  hardware: {},
  power: { mains: undefined, batteries: [] },
  temperatures: { main: 0, cores: [], sockets: [], chipset: 0 },
};
