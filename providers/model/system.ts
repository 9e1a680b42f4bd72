/** The parts of the model that are about the whole machine. */

import type { U64 } from '../../fs/u64.ts';
import type { BlockView } from './block.ts';
import type { CodeView } from './code.ts';
import type { DeviceView } from './devices.ts';
import type { FileSystemView } from './file-systems.ts';
import type { InterruptView } from './interrupts.ts';
import type { IpcView } from './ipc.ts';
import type { LogView } from './log.ts';
import type { MemoryView } from './memory.ts';
import type { PlatformView } from './platform.ts';
import type { RawMemoryView } from './raw-memory.ts';
import type { SchedulingView } from './scheduling.ts';
import type { StorageView } from './storage.ts';

/** System-wide accessors; each names the file it is for. */
export interface SystemView
  extends BlockView,
    StorageView,
    FileSystemView,
    MemoryView,
    RawMemoryView,
    InterruptView,
    SchedulingView,
    IpcView,
    CodeView,
    DeviceView,
    PlatformView,
    LogView {
  /** /proc/stat */
  statistics(): KernelStatistics;
  /** /proc/meminfo: kernel names and amounts in KiB, but counts for the four HugePages_*; in the kernel's order. */
  memory(): ReadonlyMap<string, U64>;
  /** /proc/uptime */
  uptime(): Uptime;
  /** /proc/loadavg */
  loadAverage(): LoadAverage;
  /** /proc/version and sys/kernel/{ostype,osrelease,version} */
  release(): KernelRelease;
  /** /proc/cmdline: the boot parameters, without the final newline. */
  bootParameters(): string;
  /** /proc/cpuinfo: the online CPUs. */
  processors(): readonly Processor[];
  /** /proc/filesystems, in order of registration. */
  fileSystemTypes(): readonly FileSystemType[];
  /** sys/kernel/yama/ptrace_scope: how far tracing is restricted, 0 to 3; 0 where the kernel has no such module. */
  traceScope(): number;
  /** To whom the kernel shows its addresses. */
  addressPolicy(): AddressPolicy;
}

/** sys/kernel/kptr_restrict, and sys/kernel/perf_event_paranoid, which is 3 where the kernel counts no events. */
export interface AddressPolicy {
  readonly restriction: number;
  readonly paranoia: number;
}

/** Ticks of USER_HZ (100 a second) that CPUs spent in each state; the columns of a `cpu` line of /proc/stat. */
export interface CpuTimes {
  /** user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice; user includes guest. */
  readonly ticks: readonly U64[];
}

/** The times of one CPU. */
export interface ProcessorTimes extends CpuTimes {
  /** The CPU's number; offline CPUs are absent. */
  readonly id: number;
}

export interface KernelStatistics {
  readonly total: CpuTimes;
  readonly cpus: readonly ProcessorTimes[];
  /** Interrupts since boot: all of them, and by interrupt number from 0. */
  readonly interrupts: { readonly total: U64; readonly counts: readonly U64[] };
  readonly contextSwitches: U64;
  /** Boot time in seconds since the epoch. */
  readonly bootTime: U64;
  /** Processes and threads created since boot. */
  readonly forks: U64;
  readonly running: U64;
  readonly blocked: U64;
  /** Soft interrupts since boot: all, and HI, TIMER, NET_TX, NET_RX, BLOCK, IRQ_POLL, TASKLET, SCHED, HRTIMER, RCU. */
  readonly softInterrupts: { readonly total: U64; readonly counts: readonly U64[] };
}

/** Hundredths of a second. */
export interface Uptime {
  readonly up: number;
  /** Summed over the CPUs. */
  readonly idle: number;
}

export interface LoadAverage {
  /** Averages over 1, 5 and 15 minutes, in hundredths. */
  readonly averages: readonly [number, number, number];
  /** Tasks that can run now, and all tasks. */
  readonly running: number;
  readonly total: number;
  /** The thread id given out last. */
  readonly lastId: number;
}

export interface KernelRelease {
  /** `Linux` */
  readonly sysname: string;
  /** As in uname -r. */
  readonly release: string;
  /** As in uname -v: build number, flavour and date. */
  readonly version: string;
  /** Who built it: `user@host`. */
  readonly builder: string;
  /** The compiler and linker. */
  readonly compiler: string;
}

export interface FileSystemType {
  readonly name: string;
  /** Whether it needs a block device. */
  readonly needsDevice: boolean;
}

/** One entry of /proc/cpuinfo. */
export type Processor = X86Processor | Arm64Processor | RiscvProcessor;

export interface X86Processor {
  readonly architecture: 'x86';
  readonly id: number;
  readonly vendor: string;
  readonly family: number;
  readonly model: number;
  readonly modelName: string;
  /** -1 where the kernel does not know it. */
  readonly stepping: number;
  /** Absent where the kernel knows none. */
  readonly microcode: number | undefined;
  /** kHz; absent for a processor without a time stamp counter, unknown while none was measured. */
  readonly frequency: number | 'unknown' | undefined;
  /** KiB; absent where not known. */
  readonly cacheSize: number | undefined;
  /** Topology lines appear on multiprocessor kernels only. */
  readonly topology:
    | {
        readonly physicalId: number;
        readonly siblings: number;
        readonly coreId: number;
        readonly cores: number;
        readonly apicId: number;
        readonly initialApicId: number;
      }
    | undefined;
  /** Bugs of old processors, which only 32-bit kernels tell. */
  readonly oldBugs: { readonly fdiv: boolean; readonly f00f: boolean; readonly coma: boolean } | undefined;
  readonly fpu: boolean;
  readonly fpuException: boolean;
  readonly cpuidLevel: number;
  readonly writeProtect: boolean;
  readonly flags: readonly string[];
  readonly vmxFlags: readonly string[] | undefined;
  readonly bugs: readonly string[];
  /** Hundredths. */
  readonly bogomips: number;
  /** TLB size in 4 KiB pages, on some AMD processors. */
  readonly tlbPages: number | undefined;
  /** Bytes. */
  readonly clflushSize: number;
  readonly cacheAlignment: number;
  readonly physicalAddressBits: number;
  readonly virtualAddressBits: number;
  readonly powerManagement: readonly string[];
}

export interface Arm64Processor {
  readonly architecture: 'arm64';
  readonly id: number;
  /** Only told to a 32-bit program. */
  readonly modelName: string | undefined;
  /** Hundredths. */
  readonly bogomips: number;
  readonly features: readonly string[];
  /** The parts of the main id register. */
  readonly implementer: number;
  readonly variant: number;
  readonly part: number;
  readonly revision: number;
}

export interface RiscvProcessor {
  readonly architecture: 'riscv';
  readonly id: number;
  readonly hart: U64;
  /** What all harts have, as `rv64imafdc_zicsr`. */
  readonly isa: string;
  /** As `sv48`. */
  readonly mmu: string;
  readonly microarchitecture: string | undefined;
  /** Absent before Linux 6.2. */
  readonly ids: { readonly vendor: U64; readonly architecture: U64; readonly implementation: U64 } | undefined;
  /** What this hart has; absent before Linux 6.7. */
  readonly hartIsa: string | undefined;
}
