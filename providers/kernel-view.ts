/**
 * The model of a running Linux kernel that every provider renders from and every source fills: this machine, a
 * recording, a simulation, the emulator.
 *
 * All accessors are lazy: they compute on first use and are remembered for the life of the view, so a file touches only
 * what it prints. Values are in the kernel's own units, named in the doc comments; counters that may pass 2^53 are
 * `U64`. Strings are byte strings. No value is preformatted text.
 *
 * What a modelled kernel does not have (a file of a feature that is not configured) is absent from `has`.
 */

import type { Caller } from '../fs/caller.ts';
import type { GroupView } from './model/control-groups.ts';
import type { ControlGroup } from './model/task-accounting.ts';
import type { SysfsView } from './model/sysfs.ts';
import type { SystemView } from './model/system.ts';
import type { SysctlView } from './model/sysctl.ts';
import type { TaskView } from './model/task.ts';

/** Where views come from. */
export interface KernelSource {
  /**
   * The kernel as the caller sees it now. O(1). One view may be handed out again for at most a millisecond, never
   * across a write, and never to callers who would see differently.
   */
  view(caller: Caller): KernelView;
  /** Set where the files of the processes are in the very tree that the views are shown in: links to them lead there (`TaskFiles.place`). */
  readonly holdsFiles?: true;
  /** Set where callers are shown different things: what one does not find is not gone for that. */
  readonly byCaller?: true | undefined;
  /**
   * Set where what a directory of a process has, and whose it is, stays the same as long as the process lives; and nobody is misled
   * when that is known for a while after its end.
   */
  readonly namesLast?: true;
  /** Gives up descriptors and memory. */
  dispose?(): void;
}

/** The kernel at one moment. */
export interface KernelView extends SystemView {
  /**
   * Whether the kernel has an optional file, by its path under /proc; `PID` stands for any process and `TID` for any
   * thread, `irq/N` for any interrupt: `modules`, `schedstat`, `PID/ksm_stat`, `PID/net/tcp6`.
   */
  has(file: string): boolean;

  /** The kernel parameters. */
  sysctl(): SysctlView;

  /** The tree of kernel objects. */
  sysfs(): SysfsView;

  /**
   * Thread group ids in ascending order, those greater than `after`. A listing is resumed by the last id it gave, so
   * what comes and goes in between is neither skipped nor repeated.
   */
  processIds(after: number): readonly number[];

  /** How many processes there are, those in other pid namespaces than the source's own included. */
  processCount(): number;

  /**
   * Whether the path leads the caller to the very procfs that this view is of, so that it may be sent there. Absent:
   * there is none.
   */
  isReachedBy?(caller: Caller, procfs: string): boolean;

  /**
   * The id under which `task` finds a thread that callers know by another (`Caller.threadId`); undefined for one that is not
   * shown. Absent: ids are what callers have.
   */
  idOf?(callerId: number): number | undefined;

  /**
   * The process that those are taken for who look at a machine on which they are none: what `self` leads them to. Absent: they are
   * nobody.
   */
  visitor?(): number | undefined;

  /** The control groups of a task, by what its PID/cgroup says. Absent: the source knows nothing of them. */
  controlGroups?(groups: readonly ControlGroup[]): GroupView;

  /** A thread, most often the leader of its group, by id; undefined when there is none. */
  task(threadId: number): TaskView | undefined;
}
