/** A process: tasks that share memory, descriptors and signal handlers, and what is left of it until its parent has asked. */

import type { AlternateRoot } from '../../fs/caller.ts';
import type { Jail } from '../../fs/jail.ts';
import { WaitQueue } from '../../fs/wait-queue.ts';
import type { Brand } from './brand.ts';
import type { FdTable } from './fd-table.ts';
import type { FileContext } from './file-context.ts';
import type { Image } from './image.ts';
import type { IntervalTimers } from './interval-timers.ts';
import { PosixTimers } from './posix-timers.ts';
import type { ResourceLimits } from './resource-limits.ts';
import { PendingSignals, SIGCHLD, type SignalActions } from './signals.ts';
import type { Task } from './task.ts';

/** A job: processes that a terminal's signals go to, in a session. */
export interface ProcessGroup {
  readonly id: number;
  readonly session: number;
}

/** How a process ended, or was stopped. */
export interface ExitStatus {
  /** 0..255; 0 where a signal ended it. */
  readonly code: number;
  readonly signal: number;
  readonly core: boolean;
}

/** Times and counts of getrusage(2); times in nanoseconds. */
export interface Usage {
  user: number;
  system: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
  minorFaults: number;
  majorFaults: number;
  blocksRead: number;
  blocksWritten: number;
  /** KiB. */
  maximumResident: number;
}

export function noUsage(): Usage {
  return {
    user: 0, system: 0, voluntarySwitches: 0, involuntarySwitches: 0, minorFaults: 0, majorFaults: 0, blocksRead: 0, blocksWritten: 0,
    maximumResident: 0,
  };
}

export class Process {
  readonly pid: number;
  parent: Process | undefined;
  readonly children: Set<Process> = new Set();
  group: number;
  session: number;
  /** The first one is the thread group's leader, which stays until all have ended. */
  readonly tasks: Task[] = [];
  files: FdTable;
  context: FileContext;
  actions: SignalActions;
  readonly limits: ResourceLimits;
  /** What it executes. */
  image: Image;
  brand: Brand;
  readonly pending: PendingSignals = new PendingSignals();
  /** How it ended; undefined while it lives. */
  status: ExitStatus | undefined;
  /** Its tasks are to end, with this status. */
  ending: ExitStatus | undefined;
  /** It is stopped by this signal; 0 where it is not. */
  stoppedBy = 0;
  /** What wait4(2) has not told yet. */
  changed: 'stopped' | 'continued' | undefined;
  /** What its parent gets at its end. */
  exitSignal: number = SIGCHLD;
  /** Woken when a child's state changes. */
  readonly childChanged: WaitQueue = new WaitQueue();
  /** Woken when it executes another program or ends: for vfork(2). */
  readonly memoryReleased: WaitQueue = new WaitQueue();
  /** It has left the memory that a vfork(2) lent it. */
  released = false;
  timers: IntervalTimers;
  readonly posixTimers: PosixTimers = new PosixTimers();
  /** Of tasks that have ended. */
  readonly usage: Usage = noUsage();
  /** Of children that were waited for. */
  readonly childUsage: Usage = noUsage();
  /** When it was made, in nanoseconds since the machine started. */
  readonly started: number;
  dumpable = 1;
  subreaper = false;
  /** It has executed a program since it was forked. */
  executed = false;
  declare readonly jail?: Jail;
  declare readonly alternateRoot?: AlternateRoot;

  constructor(parts: {
    pid: number;
    parent: Process | undefined;
    group: number;
    session: number;
    files: FdTable;
    context: FileContext;
    actions: SignalActions;
    limits: ResourceLimits;
    image: Image;
    brand: Brand;
    timers: IntervalTimers;
    started: number;
    jail?: Jail | undefined;
    alternateRoot?: AlternateRoot | undefined;
  }) {
    this.pid = parts.pid;
    this.parent = parts.parent;
    this.group = parts.group;
    this.session = parts.session;
    this.files = parts.files;
    this.context = parts.context;
    this.actions = parts.actions;
    this.limits = parts.limits;
    this.image = parts.image;
    this.brand = parts.brand;
    this.timers = parts.timers;
    this.started = parts.started;
    if (parts.jail) this.jail = parts.jail;
    if (parts.alternateRoot) this.alternateRoot = parts.alternateRoot;
    parts.parent?.children.add(this);
  }

  /** The thread group's leader. */
  get leader(): Task {
    return this.tasks[0]!;
  }

  get alive(): boolean {
    return this.status === undefined;
  }

  /** Nanoseconds of processor time of all its tasks. */
  get cpuTime(): number {
    let sum = this.usage.user;
    for (const task of this.tasks) if (task.state !== 'dead') sum += task.cpuTime;
    return sum;
  }
}
