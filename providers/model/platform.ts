/** Firmware, clocks and the kernel's own knobs. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';

export interface PlatformView {
  /** /proc/mtrr */
  memoryTypeRanges(): readonly MemoryTypeRange[];
  /** Adds or removes one. Errors: EINVAL, ENOSPC, EIO. */
  changeMemoryTypeRanges(change: MemoryTypeChange): Errno | 0;
  /** /proc/acpi/wakeup */
  wakeupDevices(): readonly WakeupDevice[];
  /** Lets the device of a name (of at most four bytes) wake the system, or no longer. */
  toggleWakeup(name: string): Errno | 0;
  /** /proc/driver/rtc */
  realTimeClock(): RealTimeClock;
  /** /proc/dynamic_debug/control */
  debugMessages(): readonly DebugMessage[];
  /** Switches messages by a query, as `module usbcore +p`. Errors: EINVAL. */
  switchDebugMessages(query: string): Errno | 0;
  /** /proc/sysrq-trigger: does what the keys stand for. */
  triggerSysRq(keys: string): Errno | 0;
  /** Forgets what /proc/latency_stats counted. */
  clearLatencies(): Errno | 0;
  /** /proc/bootconfig */
  bootConfiguration(): BootConfiguration;
  /** /proc/version_signature, which Ubuntu's kernels have. */
  versionSignature(): string;
}

export interface MemoryTypeRange {
  readonly register: number;
  /** Pages of 4 KiB, both. */
  readonly base: U64;
  readonly size: U64;
  readonly uses: number;
  /** As `write-back`. */
  readonly type: string;
}

export type MemoryTypeChange =
  | { readonly disable: number }
  | { readonly disable: undefined; readonly base: U64; readonly size: U64; readonly type: string };

export interface WakeupDevice {
  readonly name: string;
  /** The deepest sleep that it wakes from. */
  readonly sleepState: U64;
  /** Its physical devices, as `pci:0000:00:14.0`; one without a place where there is none. */
  readonly nodes: readonly { readonly valid: boolean; readonly enabled: boolean; readonly place: string | undefined }[];
}

/** A moment as a clock tells it; a part that is not set is undefined. */
export interface ClockTime {
  readonly year: number | undefined;
  readonly month: number | undefined;
  readonly day: number | undefined;
  readonly hour: number | undefined;
  readonly minute: number | undefined;
  readonly second: number | undefined;
}

export interface RealTimeClock {
  /** Absent when it cannot be read, as is the alarm. */
  readonly time: ClockTime | undefined;
  readonly alarm:
    | {
        readonly time: ClockTime;
        readonly enabled: boolean;
        readonly pending: boolean;
        readonly updateInterrupt: boolean;
        readonly periodicInterrupt: boolean;
        /** Hertz. */
        readonly frequency: number;
        readonly maxUserFrequency: number;
      }
    | undefined;
  /** What the driver adds, as `batt_status` and `okay`. */
  readonly details: ReadonlyMap<string, string>;
}

export interface DebugMessage {
  readonly file: string;
  readonly line: number;
  readonly module: string;
  readonly function: string;
  /** The letters of what it prints, or `_` when it is off. */
  readonly flags: string;
  /** The format with white space escaped as in C. */
  readonly format: string;
  /** The class that it belongs to, by name or number, if any. */
  readonly class: string | number | undefined;
}

export interface BootConfiguration {
  readonly entries: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** What the boot loader gave besides, where the command line has both. */
  readonly fromLoader: string | undefined;
}
