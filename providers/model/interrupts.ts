/** Interrupts: their counts, and where they go. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import type { BitMask } from './bit-mask.ts';

export interface InterruptView {
  /** /proc/interrupts */
  interrupts(): InterruptTable;
  /** /proc/softirqs */
  softInterrupts(): SoftInterruptTable;
  /** The interrupts that have a directory in /proc/irq, ascending. */
  interruptNumbers(): readonly number[];
  /** /proc/irq/N */
  interruptLine(number: number): InterruptLine | undefined;
  /** /proc/irq/default_smp_affinity */
  defaultAffinity(): BitMask;
  /** Sends new interrupts to the CPUs of a mask. Errors: EINVAL when none of them is online. */
  setDefaultAffinity(cpus: BitMask): Errno | 0;
}

export interface InterruptTable {
  /** Online CPUs; counts are in this order. */
  readonly cpus: readonly number[];
  /** How wide the column of numbers is: the digits of the highest possible number, at least 3. */
  readonly width: number;
  /** How many blanks stand before the column of controllers: 1, and 2 in older kernels. */
  readonly chipBlanks: number;
  readonly lines: readonly InterruptCounts[];
  /** Interrupts that the processor itself knows, as NMI. */
  readonly architectural: readonly ArchitecturalInterrupt[];
}

export interface InterruptCounts {
  readonly number: number;
  readonly counts: readonly U64[];
  /** The controller, as `IO-APIC`; `-` without a name, `None` without one. */
  readonly chip: string;
  /** The number at the controller; absent where it belongs to no domain. */
  readonly hardwareNumber: U64 | undefined;
  /** Only where the kernel tells it (CONFIG_GENERIC_IRQ_SHOW_LEVEL). */
  readonly trigger: 'Edge' | 'Level' | undefined;
  /** How it is handled, as `edge`. */
  readonly flow: string | undefined;
  /** The names of the handlers. */
  readonly actions: readonly string[];
}

export interface ArchitecturalInterrupt {
  /** As `NMI`. */
  readonly label: string;
  /** By CPU, or one for the whole machine. */
  readonly counts: readonly U64[];
  /** Absent for those of the whole machine. */
  readonly description: string | undefined;
  /** How many blanks stand between the counts and the description: 3 on x86, 7 on arm64. */
  readonly indent: number;
}

export interface SoftInterruptTable {
  /** Possible CPUs; counts are in this order. */
  readonly cpus: readonly number[];
  readonly rows: readonly { readonly name: string; readonly counts: readonly U64[] }[];
}

/** The settings of one interrupt. Accessors are lazy: each is a file. */
export interface InterruptLine {
  /** The names of its handlers, each a directory. */
  actions(): readonly string[];
  /** Whether the affinity can be set. */
  movable(): boolean;
  /** Where it may go, where it goes, and where its driver wants it to. */
  affinity(): BitMask;
  effectiveAffinity(): BitMask;
  affinityHint(): BitMask;
  /** Errors: EINVAL when none of the CPUs is online, EPERM. */
  setAffinity(cpus: BitMask): Errno | 0;
  /** The memory node, or -1. */
  node(): number;
  spurious(): SpuriousInterrupts;
}

export interface SpuriousInterrupts {
  readonly count: number;
  readonly unhandled: number;
  /** Milliseconds after boot. */
  readonly lastUnhandled: number;
}
