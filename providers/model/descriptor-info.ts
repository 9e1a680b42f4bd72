/** What PID/fdinfo/N tells of an open file (fs/proc/fd.c seq_show, proc_pid_fdinfo(5)). */

import type { U64 } from '../../fs/u64.ts';
import type { FileLock } from './file-lock.ts';

export interface DescriptorInfo {
  /** The file offset: loff_t modulo 2^64. */
  readonly position: U64;
  /** The O_* flags of open(2), with O_CLOEXEC as the descriptor has it. */
  readonly flags: number;
  readonly mountId: number;
  /** Absent before Linux 5.14. */
  readonly inode: U64 | undefined;
  /** The locks that were made through this open file. */
  readonly locks: readonly FileLock[];
  /** What the file's own kind adds. Most files add nothing. */
  readonly details: DescriptorDetails | undefined;
}

export type DescriptorDetails =
  | EventCounter
  | PollSet
  | InotifyWatches
  | FanotifyGroup
  | SignalReceiver
  | TimerDescriptor
  | ProcessDescriptor
  | Ring
  | FaultHandler
  | Attributes;

/** eventfd(2) */
export interface EventCounter {
  readonly kind: 'eventfd';
  readonly count: U64;
  readonly id: number | undefined;
  readonly semaphore: boolean | undefined;
}

/** epoll(7) */
export interface PollSet {
  readonly kind: 'epoll';
  readonly targets: readonly {
    readonly descriptor: number;
    /** EPOLL* */
    readonly events: number;
    readonly data: U64;
    /** The file that is watched. loff_t modulo 2^64; the device is the kernel's own packing (MKDEV). */
    readonly position: U64;
    readonly inode: U64;
    readonly device: number;
  }[];
}

/** inotify(7) */
export interface InotifyWatches {
  readonly kind: 'inotify';
  readonly watches: readonly {
    readonly watch: number;
    readonly inode: U64;
    readonly device: number;
    /** IN_* */
    readonly mask: number;
    readonly ignoredMask: number;
    readonly handle: FileHandle | undefined;
  }[];
}

/** A handle as name_to_handle_at(2) gives it. */
export interface FileHandle {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** fanotify(7) */
export interface FanotifyGroup {
  readonly kind: 'fanotify';
  /** FAN_* flags of fanotify_init(2), and O_* flags of the files that come with events. */
  readonly flags: number;
  readonly eventFlags: number;
  readonly marks: readonly FanotifyMark[];
}

export interface FanotifyMark {
  /** What is marked: an inode, a mount, a file system or a mount namespace. */
  readonly object:
    | { readonly kind: 'inode'; readonly inode: U64; readonly device: number; readonly handle: FileHandle | undefined }
    | { readonly kind: 'mount'; readonly id: number }
    | { readonly kind: 'file system'; readonly device: number }
    | { readonly kind: 'mount namespace'; readonly inode: number };
  /** FAN_MARK_* */
  readonly flags: number;
  readonly mask: number;
  readonly ignoredMask: number;
}

/** signalfd(2) */
export interface SignalReceiver {
  readonly kind: 'signalfd';
  readonly mask: U64;
}

/** timerfd_create(2) */
export interface TimerDescriptor {
  readonly kind: 'timerfd';
  /** CLOCK_* */
  readonly clock: number;
  readonly ticks: U64;
  /** TFD_TIMER_* */
  readonly flags: number;
  /** Until the next expiration, and from then on; seconds and nanoseconds. */
  readonly value: Moment;
  readonly interval: Moment;
}

export interface Moment {
  readonly seconds: U64;
  readonly nanoseconds: U64;
}

/** pidfd_open(2) */
export interface ProcessDescriptor {
  readonly kind: 'pidfd';
  /** -1 once the process is gone, 0 for one that cannot be seen. */
  readonly pid: number;
  /** The ids in its nested pid namespaces, outermost first. Absent where the kernel has no pid namespaces. */
  readonly namespaceIds: readonly number[] | undefined;
}

/** userfaultfd(2) */
export interface FaultHandler {
  readonly kind: 'userfaultfd';
  readonly pending: U64;
  readonly total: U64;
  /** The version of the interface, the features in use and those that the kernel has. */
  readonly version: U64;
  readonly features: number;
  readonly available: U64;
}

/** io_uring(7) */
export interface Ring {
  readonly kind: 'io_uring';
  readonly submissionMask: number;
  readonly submissionHead: number;
  readonly submissionTail: number;
  readonly cachedSubmissionHead: number;
  readonly completionMask: number;
  readonly completionHead: number;
  readonly completionTail: number;
  readonly cachedCompletionTail: number;
  /** How many entries wait, and those of them that can be shown. */
  readonly submissionCount: number;
  readonly submissions: readonly RingSubmission[];
  readonly completionCount: number;
  readonly completions: readonly RingCompletion[];
  /** The polling thread and its CPU, or -1. Absent before Linux 5.10. */
  readonly thread: number;
  readonly threadCpu: number;
  /** Microseconds that the polling thread ran and worked. Absent before Linux 6.9. */
  readonly threadTimes: { readonly total: U64; readonly work: U64 } | undefined;
  readonly fileCount: number;
  readonly files: readonly { readonly slot: number; readonly path: string | undefined }[];
  readonly bufferCount: number;
  readonly buffers: readonly { readonly slot: number; readonly memory: { readonly address: U64; readonly length: U64 } | undefined }[];
  readonly polls: readonly { readonly operation: number; readonly taskWorks: number }[];
  readonly overflow: readonly { readonly userData: U64; readonly result: number; readonly flags: number }[];
  /** Busy polling of network devices. Absent before Linux 6.9 and where the kernel has none. */
  readonly napi: 'disabled' | { readonly tracking: string; readonly busyPollTime: U64; readonly prefer: boolean } | undefined;
}

export interface RingSubmission {
  readonly slot: number;
  /** The operation's name: READV, NOP. */
  readonly operation: string;
  readonly descriptor: number;
  readonly flags: number;
  readonly offset: U64;
  readonly address: U64;
  readonly operationFlags: number;
  readonly bufferIndex: number;
  readonly userData: U64;
  /** The second half of a 128-byte entry, or empty. */
  readonly extra: readonly U64[];
}

export interface RingCompletion {
  readonly slot: number;
  readonly userData: U64;
  readonly result: number;
  readonly flags: number;
  /** The second half of a 32-byte entry. */
  readonly extra: readonly [U64, U64] | undefined;
}

/**
 * Named values of other drivers, in their order: BPF maps and programs, graphics clients (drm-*), terminals, network
 * tunnels, DMA buffers. The set is open, and values are as the driver writes them.
 */
export interface Attributes {
  readonly kind: 'attributes';
  readonly entries: readonly {
    readonly name: string;
    /** Between the colon and the value: most drivers write a tab, some a blank. */
    readonly separator: 'tab' | 'blank' | 'none';
    readonly value: string;
  }[];
}
