/**
 * One machine: its processes, its clocks, its files and its name. Nothing of the host is reachable from it but what the embedder gave:
 * the tree of file systems, the first process's descriptors, and the means to execute.
 */

import type { AlternateRoot } from '../../fs/caller.ts';
import type { Sessions } from '../../fs/devices/terminal/sessions.ts';
import type { Errno } from '../../fs/errno.ts';
import type { Jail } from '../../fs/jail.ts';
import { fillRandom } from '../../fs/random.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import type { Vfs } from '../../fs/vfs.ts';
import { WaitQueue } from '../../fs/wait-queue.ts';
import type { ProcessorContract, ProcessorHost } from '../cpu/processor-contract.ts';
import type { ExecFailure, ExecRequest, ExecutedProgram } from '../loader/exec-contract.ts';
import type { AddressSpaceContract } from '../memory/address-space-contract.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { MappedFiles } from '../memory/mapped-files.ts';
import type { Row } from '../syscalls/row.ts';
import { SystemCalls } from '../syscalls/dispatch.ts';
import type { Brand } from './brand.ts';
import { Clocks } from './clocks.ts';
import { LockTable } from './file-locks.ts';
import { SharedMemory } from './shared-memory.ts';
import { LoadAverage } from './load-average.ts';
import { NamelessFiles } from './nameless.ts';
import type { Process } from './process.ts';
import { Scheduler } from './scheduler.ts';
import type { Task } from './task.ts';

/** uname(2), but for the machine, which the brand tells. */
export interface SystemName {
  hostname: string;
  domain: string;
  /** As `6.1.0`. */
  release: string;
  version: string;
}

/** What the kernel needs to execute programs. */
export interface Engine {
  /** prepareExec of the loader. */
  execute(request: ExecRequest): ExecutedProgram | Errno | ExecFailure;
  createProcessor(space: AddressSpaceContract, host: ProcessorHost): ProcessorContract;
  readonly mappedFiles: MappedFiles;
  /** By the names that the loader gives. */
  readonly brands: ReadonlyMap<string, Brand>;
  readonly disabledBrands?: ReadonlySet<string>;
  readonly fallbackBrand?: string;
}

/** What of the host's time and events the scheduler sees. */
export interface HostEvents {
  /**
   * Nothing can run: waits for an event of the host's, at most so many milliseconds (Infinity: until there is one). What happened is told
   * by waking queues and sending signals before it returns.
   */
  wait(milliseconds: number): void;
  /** Tells what has happened, without waiting; called now and then. */
  poll?(): void;
  /** From now on code has to be left now and then: something is to happen at a time. */
  startTicking?(): void;
  /** Likewise, but only where code may run for long without asking the kernel (see `runsLong`): something else could run. */
  tickInTime?(): void;
  /** There is code that may run for long without asking the kernel. */
  runsLong?(): void;
  /** Code of this memory is about to run: it is to be left at ticks. */
  running?(memory: GuestMemory): void;
  /** A task was running when a tick came; its state of the processor is in memory. */
  ticked?(task: Task): void;
  /** A process said what becomes of a signal. */
  actionChanged?(process: Process, signal: number): void;
}

/** Events of a host that calls back, for which the guest has to leave the thread. */
export interface HostTurns {
  /** Whether callbacks should be let run. */
  due(): boolean;
  turn(): Promise<void>;
  /** Nothing can run: as `HostEvents.wait`. */
  rest(milliseconds: number): Promise<void>;
}

/** Something that programs asked for and the emulator does not do. */
export interface Unsupported {
  readonly task: Task;
  /** `call`, `instruction`, `ioctl`, `prctl` ... */
  readonly kind: string;
  /** What it was: a name, or a number. */
  readonly what: string;
}

/** Who is told of system calls. */
export interface SystemCallTracer {
  /** A process was started from outside; `environment` is where its variables are, and how many. */
  started?(task: Task, path: string, argv: readonly string[], environment: { readonly address: number; readonly count: number }): void;
  /** A call is made; `args` is borrowed. Called once, also for calls that wait. */
  enter(task: Task, number: number, row: Row | undefined, args: readonly number[]): void;
  /** It waits from now on, and others run; and it is made again. */
  waits?(task: Task): void;
  resumes?(task: Task): void;
  /** It is over; `result` is what the program gets, or NO_RESULT. */
  leave(task: Task, number: number, row: Row | undefined, args: readonly number[], result: number): void;
  /** A signal arrives at a task. */
  signal?(task: Task, info: import('./signals.ts').SignalInfo): void;
  /** A process ended. */
  ended?(process: Process): void;
}

export interface KernelOptions {
  readonly vfs: Vfs;
  readonly engine: Engine;
  readonly name?: Partial<SystemName>;
  readonly events?: HostEvents;
  /** Bytes of memory that the machine has. */
  readonly memory?: number;
  /** The number of processors that programs are told of. */
  readonly processors?: number;
  /** The first process's id. */
  readonly firstPid?: number;
  readonly jail?: Jail;
  /** Which terminal controls which session. */
  readonly sessions?: Sessions;
  /** Where paths are looked up first. */
  readonly alternateRoot?: AlternateRoot;
  /** Makes a file system of a type for mount(2). Absent: ENODEV for all. */
  readonly mountType?: (type: string, source: string, data: string, task: Task) => FileSystem | Errno;
  /** Told of what is not done. */
  readonly unsupported?: (event: Unsupported) => void;
}

const GIB = 1024 ** 3;

/** The machine. */
export class Kernel {
  readonly vfs: Vfs;
  readonly engine: Engine;
  readonly name: SystemName;
  readonly clocks: Clocks = new Clocks();
  readonly scheduler: Scheduler;
  readonly systemCalls: SystemCalls;
  readonly locks: LockTable = new LockTable();
  readonly sharedMemory: SharedMemory;
  readonly files: NamelessFiles = new NamelessFiles();
  readonly processes: Map<number, Process> = new Map();
  /** Every thread, by its id. */
  readonly tasks: Map<number, Task> = new Map();
  readonly memory: number;
  readonly processors: number;
  readonly options: KernelOptions;
  /** Woken when a signal is sent to anybody: for signalfd(2). */
  readonly signalled: WaitQueue = new WaitQueue();
  readonly load: LoadAverage;
  tracer: SystemCallTracer | undefined;
  readonly whenEnded: Map<Process, () => void> = new Map();
  /** How many processes and threads were made: /proc/stat. */
  forks = 0;
  #lastPid: number;

  constructor(options: KernelOptions) {
    this.options = options;
    this.vfs = options.vfs;
    this.engine = options.engine;
    this.memory = options.memory ?? 4 * GIB;
    this.sharedMemory = new SharedMemory(this.memory);
    this.processors = options.processors ?? 1;
    this.#lastPid = (options.firstPid ?? 1) - 1;
    this.name = {
      hostname: 'localhost',
      domain: '(none)',
      release: '6.1.0-compatfs',
      version: '#1 SMP PREEMPT_DYNAMIC compatfs',
      ...options.name,
    };
    this.scheduler = new Scheduler(this, options.events);
    this.systemCalls = new SystemCalls(this);
    this.load = new LoadAverage(this.clocks, () => this.scheduler.runnable + 1);
  }

  /** A process id that nobody has. */
  allocatePid(): number {
    do this.#lastPid = this.#lastPid >= PID_MAX ? FIRST_REUSED : this.#lastPid + 1;
    while (this.tasks.has(this.#lastPid) || this.processes.has(this.#lastPid) || this.#isGroup(this.#lastPid));
    return this.#lastPid;
  }

  #isGroup(id: number): boolean {
    for (const process of this.processes.values()) if (process.group === id || process.session === id) return true;
    return false;
  }

  /** Whether no process of a group has a parent in its session but outside of it, who could wake it. */
  isOrphanedGroup(group: number): boolean {
    for (const process of this.processes.values()) {
      const { parent } = process;
      if (process.group !== group || !process.alive || !parent) continue;
      if (parent.group !== group && parent.session === process.session) return false;
    }
    return true;
  }

  /** A session's leader has ended: its terminal is told. */
  sessionEnded(session: number): void {
    this.options.sessions?.ended(session);
  }

  /** Tells whoever started a process from outside that it has ended. */
  ended(process: Process): void {
    this.whenEnded.get(process)?.();
  }

  /** The last process id that was given away: /proc/loadavg. */
  get lastPid(): number {
    return this.#lastPid;
  }

  random(into: Uint8Array): void {
    // Node does not fill shared memory.
    const bytes = new Uint8Array(into.length);
    fillRandom(bytes);
    into.set(bytes);
  }

  /** Bytes of memory that programs have mapped. */
  memoryUsed(): number {
    const spaces = new Set([...this.processes.values()].filter(({ alive }) => alive).map(({ image }) => image.space));
    let pages = 0;
    for (const space of spaces) pages += space.totals().data;
    return pages * 4096;
  }

  /** Why the program that was to be executed last is none that runs, where it is one. */
  refusal: string | undefined = undefined;

  /** Tells that something is not done. */
  report(task: Task, kind: string, what: string): void {
    this.options.unsupported?.({ task, kind, what });
  }
}

const PID_MAX = 4194304;
/** As in Linux, the lowest ones are not given again. */
const FIRST_REUSED = 300;
