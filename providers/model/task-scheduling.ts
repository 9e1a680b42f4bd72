/** What the scheduler keeps about a task, and what the task waits for. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';

export interface TaskScheduling {
  /** PID/sched: the kernel's own dump, which differs with each release; borrowed. */
  dump(): Uint8Array | Errno;
  /** A write to PID/sched: sets the counters in it to zero. */
  resetStatistics(): Errno | 0;
  /** PID/schedstat */
  statistics(): ScheduleStatistics | Errno;
  /** PID/autogroup; undefined for a task that is in none. */
  autogroup(): Autogroup | undefined | Errno;
  setAutogroupNice(nice: number): Errno | 0;
  /** PID/latency */
  latencies(): readonly Latency[] | Errno;
  clearLatencies(): Errno | 0;
  /** PID/timerslack_ns: nanoseconds. */
  timerSlack(): U64 | Errno;
  /** 0 sets the default. */
  setTimerSlack(nanoseconds: U64): Errno | 0;
  /** PID/timers, in the kernel's order. */
  timers(): readonly PosixTimer[] | Errno;
  /** PID/wchan: the kernel function that it waits in; undefined while it waits in none. */
  waitChannel(): string | undefined | Errno;
  /** PID/stack: the kernel's own dump; borrowed. */
  kernelStack(): Uint8Array | Errno;
  /** PID/syscall; undefined while it runs. */
  systemCall(): SystemCall | undefined | Errno;
  /** PID/patch_state: 0 unpatched, 1 patched, -1 where nothing is being patched. */
  patchState(): { readonly state: number } | Errno;
  /** PID/arch_status; undefined where the processor or the task has nothing to tell. */
  architectureStatus(): ArchitectureStatus | undefined | Errno;
  /** PID/stack_depth: how deep the kernel stack was in the system call before the last one and in the last; bytes. */
  stackDepth(): { readonly previous: U64; readonly last: U64 } | Errno;
}

/** PID/schedstat. */
export interface ScheduleStatistics {
  /** Nanoseconds on a CPU, and waiting for one. */
  readonly runTime: U64;
  readonly waitTime: U64;
  readonly slices: U64;
}

export interface Autogroup {
  readonly id: U64;
  readonly nice: number;
}

/** A cause of waiting. */
export interface Latency {
  readonly count: number;
  /** Microseconds: in all, and the longest. */
  readonly total: number | bigint;
  readonly longest: number | bigint;
  /** Kernel functions, innermost first. */
  readonly backtrace: readonly string[];
}

/** A timer of timer_create(2). */
export interface PosixTimer {
  readonly id: number;
  readonly signal: number;
  /** sigev_value */
  readonly value: U64;
  /** `signal`, `none` or `thread`. */
  readonly notify: string;
  /** Whether it notifies one thread, and the id of the thread or process. */
  readonly toThread: boolean;
  readonly target: number;
  readonly clock: number;
}

/** The system call that a blocked task is in. */
export interface SystemCall {
  /** -1 for a task that is blocked outside any. */
  readonly number: number;
  /** Six; undefined outside any. */
  readonly arguments: readonly U64[] | undefined;
  readonly stackPointer: U64;
  readonly instructionPointer: U64;
}

/** x86: what PID/arch_status tells. */
export interface ArchitectureStatus {
  /** Milliseconds since the task was last seen using AVX-512; -1 for never. */
  readonly avx512Elapsed: number | bigint;
}
