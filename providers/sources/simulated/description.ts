/** What a description of a machine says, once it is known to be right; docs/simulated.md explains it, schema.ts has the rules. */

/** A number, or a line through points that may repeat, with waves upon it. Times are seconds. */
export type CurveText =
  | number
  | {
      readonly base?: number;
      readonly waves?: readonly { readonly amplitude: number; readonly period: number; readonly phase?: number }[];
      readonly points?: readonly (readonly [time: number, value: number])[];
      readonly period?: number;
    };

/** Bytes: a number, or one with a unit, as `16GiB`. */
export type SizeText = number | string;

export interface Description {
  readonly version: 1;
  readonly hostname?: string;
  readonly seed?: number;
  readonly kernel?: {
    readonly release?: string;
    readonly version?: string;
    readonly commandLine?: string;
    readonly threads?: boolean;
    readonly pidMax?: number;
  };
  readonly clock?: { readonly boot?: string; readonly uptime?: number };
  readonly processors: ProcessorsText;
  readonly memory: { readonly total: SizeText; readonly cache?: SizeText; readonly buffers?: SizeText; readonly shared?: SizeText };
  readonly swap?: readonly SwapText[];
  readonly disks?: readonly DiskText[];
  readonly interfaces?: readonly InterfaceText[];
  readonly pci?: readonly PciText[];
  readonly dmi?: DmiText;
  readonly powerSupplies?: readonly PowerSupplyText[];
  readonly mounts?: readonly MountText[];
  readonly users?: readonly UserText[];
  readonly load?: LoadText;
  readonly sysctl?: Readonly<Record<string, number | string | readonly number[]>>;
  readonly processes?: readonly ProcessText[];
}

export interface ProcessorsText {
  readonly sockets?: number;
  readonly cores?: number;
  readonly threads?: number;
  readonly nodesPerSocket?: number;
  readonly vendor?: string;
  readonly model?: string;
  readonly family?: number;
  readonly modelNumber?: number;
  readonly stepping?: number;
  readonly microcode?: number;
  readonly mhz?: number;
  readonly flags?: readonly string[];
  readonly caches?: readonly CacheText[];
}

export interface CacheText {
  readonly level: number;
  readonly type: 'Data' | 'Instruction' | 'Unified';
  readonly size: SizeText;
  readonly ways?: number;
  readonly sharedBy?: 'core' | 'package';
}

export interface SwapText {
  readonly path: string;
  readonly type?: 'partition' | 'file';
  readonly size: SizeText;
  readonly used?: SizeText;
  readonly priority?: number;
}

export interface DiskText {
  readonly name: string;
  readonly size: SizeText;
  readonly rotational?: boolean;
  readonly model?: string;
  readonly serial?: string;
  readonly firmware?: string;
  readonly controller?: string;
  readonly partitions?: readonly SizeText[];
  readonly reads?: CurveText;
  readonly writes?: CurveText;
  readonly readSize?: SizeText;
  readonly writeSize?: SizeText;
}

export interface InterfaceText {
  readonly name: string;
  readonly mac?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly gateway?: string;
  readonly speed?: number;
  readonly mtu?: number;
  readonly up?: boolean;
  readonly controller?: string;
  readonly receive?: CurveText;
  readonly send?: CurveText;
  readonly packetSize?: number;
}

/** A function on a PCI bus. */
export interface PciText {
  readonly slot?: string;
  readonly id: string;
  readonly class: string;
  readonly subsystem?: string;
  readonly revision?: number;
  readonly driver?: string;
  readonly node?: number;
  readonly link?: { readonly generation?: number; readonly width?: number };
  readonly memory?: SizeText;
  readonly label?: string;
}

/** The files of /sys/class/dmi/id, by their names. */
export type DmiText = Readonly<Record<string, string>>;

export interface PowerSupplyText {
  readonly name: string;
  readonly type?: 'Mains' | 'Battery' | 'UPS' | 'USB';
  readonly online?: boolean;
  readonly capacity?: CurveText;
  readonly wattHours?: number;
  readonly volts?: number;
  readonly cycles?: number;
  readonly technology?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly serial?: string;
}

export interface MountText {
  readonly source: string;
  readonly point: string;
  readonly type: string;
  readonly options?: readonly string[];
  readonly readOnly?: boolean;
}

export interface UserText {
  readonly name: string;
  readonly uid: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
}

/** CPUs' worth of work that is no process's, and tasks that wait for a CPU. */
export interface LoadText {
  readonly irq?: CurveText;
  readonly softirq?: CurveText;
  readonly steal?: CurveText;
  readonly waiting?: CurveText;
}

export interface ProcessText {
  readonly name: string;
  readonly count?: number;
  readonly perCpu?: boolean;
  readonly comm?: string;
  readonly command?: readonly string[];
  readonly executable?: string;
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly parent?: string;
  readonly user?: string;
  readonly threads?: number;
  readonly kernel?: boolean;
  readonly visitor?: boolean;
  readonly terminal?: number;
  readonly nice?: number;
  readonly realTime?: number;
  readonly state?: 'S' | 'D' | 'T' | 'I' | 'Z';
  readonly cpu?: CurveText;
  readonly userShare?: number;
  readonly blocked?: CurveText;
  readonly rss?: SizeText;
  readonly virtual?: SizeText;
  readonly swapped?: SizeText;
  readonly read?: CurveText;
  readonly write?: CurveText;
  readonly cgroup?: string;
  readonly descriptors?: number;
  readonly listen?: readonly string[];
  readonly connections?: number;
  readonly openFiles?: number;
  readonly killAdjustment?: number;
  readonly lifetime?: number;
  readonly every?: number;
}
