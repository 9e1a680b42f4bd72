/** The parts of the model that are about one thread, or the process that it leads. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import type { KernelView } from '../kernel-view.ts';
import type { BitMask } from './bit-mask.ts';
import type { NetworkView } from './network.ts';
import type { TaskAccounting } from './task-accounting.ts';
import type { TaskFiles } from './task-files.ts';
import type { AddressSpace } from './task-memory.ts';
import type { TaskMounts } from './task-mounts.ts';
import type { TaskScheduling } from './task-scheduling.ts';
import type { TaskSecurity } from './task-security.ts';

/**
 * A thread. The file `/proc/PID/x` speaks of the thread that leads the group, `/proc/PID/task/TID/x` of one thread;
 * where they differ, an accessor takes `whole` (true: the whole process).
 *
 * Every accessor gives ESRCH when the thread has vanished, and EACCES where the source itself may not look.
 */
export interface TaskView {
  readonly kernel: KernelView;
  /** The same object for the same thread at every view: a key for what others keep about it. */
  readonly identity: object;
  readonly id: number;
  /** The id that callers know it by (`Caller.threadId`), where that is another. */
  readonly callerId?: number;
  /** Set where what it tells is worked out each time that it is asked, so that nothing is gained by keeping texts of it. */
  readonly workedOut?: true;
  /** Set where it lives as long as the machine: its names and attributes may be kept. */
  readonly stays?: boolean;
  /** The thread group id. */
  processId(): number | Errno;

  /** Who owns the directories about it that all may read, and when it began. */
  owner(): TaskOwner | Errno;
  /** Who owns everything else about it. */
  filesOwner(): FilesOwner | Errno;
  /** PID/stat */
  stat(whole: boolean): TaskStat | Errno;
  /** PID/statm */
  memoryPages(): MemoryPages | Errno;
  /** PID/status */
  status(): TaskStatus | Errno;
  /** PID/cmdline: the bytes of the argument area, borrowed. Empty for kernel threads and zombies. */
  commandLine(): Uint8Array | Errno;
  /** PID/comm */
  commandName(): string | Errno;

  /** PID/comm written. Errors: EINVAL where the source can name no thread but its own. */
  setCommandName(name: string): Errno | 0;

  /** Descriptors, links and namespaces. */
  readonly files: TaskFiles;
  readonly addressSpace: AddressSpace;
  readonly mounts: TaskMounts;
  readonly scheduling: TaskScheduling;
  readonly accounting: TaskAccounting;
  readonly security: TaskSecurity;
  /** The network namespace that it is in. */
  network(): NetworkView | Errno;

  /** The thread ids of the group in ascending order, those greater than `after`. */
  threadIds(after: number): readonly number[] | Errno;
  /** A thread of the group. */
  thread(threadId: number): TaskView | undefined;
}

/** Root for a process that may not be dumped and for one that has no memory (any more), otherwise its effective user. */
export interface FilesOwner {
  readonly uid: number;
  readonly gid: number;
}

/** The effective user and group, and when the process began. */
export interface TaskOwner {
  readonly uid: number;
  readonly gid: number;
  /** The times of the directory: when the process started, in seconds and nanoseconds since the epoch. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** The fields of PID/stat (proc_pid_stat(5)), by number there. Times are USER_HZ ticks; addresses are bytes. */
export interface TaskStat {
  readonly pid: number;
  readonly comm: string;
  /** R, S, D, Z, T, t, X, I or P. */
  readonly state: string;
  readonly parent: number;
  readonly processGroup: number;
  readonly session: number;
  /** The controlling terminal, packed by `makeDevice`; 0 for none. */
  readonly terminal: number;
  /** The terminal's foreground process group, or -1. */
  readonly foreground: number;
  readonly flags: U64;
  readonly minorFaults: U64;
  readonly childMinorFaults: U64;
  readonly majorFaults: U64;
  readonly childMajorFaults: U64;
  readonly userTime: U64;
  readonly systemTime: U64;
  readonly childUserTime: number | bigint;
  readonly childSystemTime: number | bigint;
  readonly priority: number;
  readonly nice: number;
  readonly threads: number;
  /** Ticks after boot. */
  readonly startTime: U64;
  readonly virtualSize: U64;
  /** Pages. */
  readonly residentPages: U64;
  readonly residentLimit: U64;
  readonly codeStart: U64;
  readonly codeEnd: U64;
  readonly stackStart: U64;
  readonly stackPointer: U64;
  readonly instructionPointer: U64;
  /** The low 31 bits of the masks; `status` has them whole. */
  readonly pendingSignals: number;
  readonly blockedSignals: number;
  readonly ignoredSignals: number;
  readonly caughtSignals: number;
  /** Whether it waits in the kernel: 1 or 0. */
  readonly waiting: U64;
  readonly exitSignal: number;
  readonly processor: number;
  readonly realTimePriority: number;
  readonly policy: number;
  readonly blockDelay: U64;
  readonly guestTime: U64;
  readonly childGuestTime: number | bigint;
  readonly dataStart: U64;
  readonly dataEnd: U64;
  readonly heapStart: U64;
  readonly argumentStart: U64;
  readonly argumentEnd: U64;
  readonly environmentStart: U64;
  readonly environmentEnd: U64;
  readonly exitCode: number;
}

/** PID/statm, in pages. */
export interface MemoryPages {
  readonly size: U64;
  readonly resident: U64;
  readonly shared: U64;
  readonly text: U64;
  readonly data: U64;
}

/** PID/status. */
export interface TaskStatus {
  readonly name: string;
  readonly umask: number | undefined;
  readonly state: string;
  readonly processId: number;
  readonly numaGroup: number;
  readonly id: number;
  readonly parent: number;
  readonly tracer: number;
  /** Real, effective, saved, file system. */
  readonly uids: readonly [number, number, number, number];
  readonly gids: readonly [number, number, number, number];
  readonly descriptorSlots: number;
  readonly groups: readonly number[];
  /** Ids in each nested pid namespace, outermost first; absent where the kernel has no pid namespaces. */
  readonly namespaceIds:
    | {
        readonly processIds: readonly number[];
        readonly ids: readonly number[];
        readonly processGroups: readonly number[];
        readonly sessions: readonly number[];
      }
    | undefined;
  /** Absent on kernels before 6.8. */
  readonly kernelThread: boolean | undefined;
  /** Absent for kernel threads and zombies. */
  readonly memory: TaskMemory | undefined;
  readonly threads: number;
  readonly queuedSignals: U64;
  readonly queuedSignalLimit: U64;
  readonly pendingSignals: U64;
  readonly sharedPendingSignals: U64;
  readonly blockedSignals: U64;
  readonly ignoredSignals: U64;
  readonly caughtSignals: U64;
  readonly capabilities: {
    readonly inheritable: U64;
    readonly permitted: U64;
    readonly effective: U64;
    readonly bounding: U64;
    readonly ambient: U64;
  };
  readonly noNewPrivileges: boolean;
  /** Absent where the kernel has no seccomp. */
  readonly seccomp: { readonly mode: number; readonly filters: number | undefined } | undefined;
  /** As prctl(PR_GET_SPECULATION_CTRL) names them: `vulnerable`, `thread vulnerable`, `not vulnerable`, .. */
  readonly speculativeStoreBypass: string | undefined;
  readonly speculationIndirectBranch: string | undefined;
  readonly cpusAllowed: BitMask;
  readonly memoryNodesAllowed: BitMask | undefined;
  /** x86: features that arch_prctl enabled on the thread and locked; absent elsewhere. */
  readonly architectureFeatures: { readonly enabled: string; readonly locked: string } | undefined;
  readonly voluntarySwitches: U64;
  readonly involuntarySwitches: U64;
}

/** The Vm block of PID/status; KiB. */
export interface TaskMemory {
  readonly peak: U64;
  readonly size: U64;
  readonly locked: U64;
  readonly pinned: U64;
  readonly highWater: U64;
  readonly resident: U64;
  readonly residentAnonymous: U64;
  readonly residentFile: U64;
  readonly residentShared: U64;
  readonly data: U64;
  readonly stack: U64;
  readonly executable: U64;
  readonly libraries: U64;
  readonly pageTables: U64;
  readonly swapped: U64;
  /** Absent where the kernel has no huge pages. */
  readonly hugeTlb: U64 | undefined;
  readonly coreDumping: boolean;
  readonly transparentHugePages: boolean | undefined;
  /** Absent before 6.4. */
  readonly untagMask: U64 | undefined;
}
