/**
 * A task: a thread of a process, with its credentials, its signals and its part of the processor. It is also who asks the file system.
 *
 * How a call waits: the handler says what it waits for (`waitFor`, `waitUntil`) and returns WOULD_BLOCK. The scheduler parks the task, and when
 * one of these things happens the call is made again, with `retrying` set; what the handler keeps meanwhile is `continuation`.
 */

import type { AlternateRoot, Caller } from '../../fs/caller.ts';
import type { Jail } from '../../fs/jail.ts';
import type { Place } from '../../fs/place.ts';
import type { WaitQueue } from '../../fs/wait-queue.ts';
import { CPU_STATE } from '../memory/layout.ts';
import { type GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { FS_BASE, GS_BASE, INSTRUCTION_POINTER } from '../cpu/state.ts';
import { type Credentials, hasCapability } from './credentials.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './process.ts';
import { PendingSignals, SignalSet } from './signals.ts';

/** Where the state of the processor begins, in words of guest memory. */
const STATE_WORDS = indexOf(CPU_STATE) >>> 2;

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R8 = 8;
export const R9 = 9;
export const R10 = 10;
export const R11 = 11;
/** As registers are numbered: FS_BASE and so on are 8 bytes each, like the general ones. */
export const FS: number = FS_BASE / 8;
export const GS: number = GS_BASE / 8;
export const RIP: number = INSTRUCTION_POINTER / 8;

/** What a call that waits does when a signal's handler has run. */
export type Interruption =
  /** It is made again if the handler has SA_RESTART, and else gives EINTR. */
  | 'restart'
  /** It gives EINTR. */
  | 'never';

export type TaskState = 'runnable' | 'waiting' | 'stopped' | 'dead';

/** Why a task has to look up from its code. */
export const ATTENTION_SIGNAL = 1;
export const ATTENTION_EXIT = 2;
export const ATTENTION_RESCHEDULE = 4;

export class Task implements Caller {
  readonly kernel: Kernel;
  /** Changes only where a thread that is not the first calls execve(2). */
  tid: number;
  readonly process: Process;
  credentials: Credentials;
  /** comm: at most 15 bytes. */
  name: string;
  state: TaskState = 'runnable';
  /** ATTENTION_*; 0 while its code may run on. */
  attention = 0;
  memory: GuestMemory;
  /** The state of the processor while another task's is in memory. */
  readonly saved: Uint8Array;

  // Signals.
  readonly blocked: SignalSet = new SignalSet();
  readonly pending: PendingSignals = new PendingSignals();
  /** The mask that holds again when a call that had another is over (sigsuspend(2), ppoll(2)). */
  readonly maskBefore: SignalSet = new SignalSet();
  hasMaskBefore = false;
  /** sigaltstack(2). */
  readonly stack: { address: number; size: number; flags: number } = { address: 0, size: 0, flags: 2 };

  /** The last fault, as signal frames tell it. */
  readonly trap: { vector: number; error: number; address: number } = { vector: 0, error: 0, address: 0 };

  // Threads.
  clearChildTid = 0;
  robustList = 0;
  rseq: { address: number; length: number; signature: number } | undefined;

  // prctl(2).
  noNewPrivileges = false;
  parentDeathSignal = 0;
  timerSlack = 50_000;
  personality = 0;

  // Scheduling.
  nice = 0;
  policy = 0;
  priority = 0;
  ioPriority = 0;
  /** Nanoseconds for which it ran. */
  ran = 0;
  /** When it was given the processor; only while it has it. */
  since = 0;
  /** When it was made, in nanoseconds since the machine started. */
  readonly started: number;
  voluntarySwitches = 0;
  involuntarySwitches = 0;

  // The call that it is in.
  /** The number of the call that is or was made last; -1 where there is none. */
  call = -1;
  /** The call is made again, because what it waited for may have happened. */
  retrying = false;
  /** What a handler keeps while it waits. */
  continuation: unknown = undefined;
  interruption: Interruption = 'restart';
  /** How much of a transfer is done that waits for the rest: what a call gives that is interrupted. */
  progress = 0;
  /** What a handler does when a signal ends its waiting. */
  interrupted: (() => void) | undefined;
  readonly #waits: (() => void)[] = [];

  declare readonly jail?: Jail;
  declare alternateRoot?: AlternateRoot;

  constructor(kernel: Kernel, tid: number, process: Process, credentials: Credentials, memory: GuestMemory, saved: Uint8Array) {
    this.kernel = kernel;
    this.tid = tid;
    this.process = process;
    this.credentials = credentials;
    this.memory = memory;
    this.saved = saved;
    this.name = '';
    this.started = kernel.clocks.now();
    if (process.jail) this.jail = process.jail;
    if (process.alternateRoot) this.alternateRoot = process.alternateRoot;
  }

  // Who asks (`Caller`).

  get uid(): number {
    return this.credentials.fsuid;
  }

  get gid(): number {
    return this.credentials.fsgid;
  }

  get threadId(): number {
    return this.tid;
  }

  get umask(): number {
    return this.process.context.umask;
  }

  get root(): Place {
    return this.process.context.root;
  }

  get cwd(): Place {
    return this.process.context.cwd;
  }

  processId(): number {
    return this.process.pid;
  }

  inGroup(gid: number): boolean {
    return gid === this.credentials.fsgid || this.credentials.groups.includes(gid);
  }

  capable(capability: number): boolean {
    return hasCapability(this.credentials.effective, capability);
  }

  // Registers of the task whose state is in memory.

  /** The low half of a register, signed. */
  low(register: number): number {
    return this.memory.words[STATE_WORDS + register * 2]!;
  }

  /** A register as an unsigned number, inexact above 2^53. */
  register(register: number): number {
    const at = STATE_WORDS + register * 2;
    const { words } = this.memory;
    return (words[at + 1]! >>> 0) * 0x1_0000_0000 + (words[at]! >>> 0);
  }

  /** A register as a signed number. */
  signed(register: number): number {
    const at = STATE_WORDS + register * 2;
    const { words } = this.memory;
    return words[at + 1]! * 0x1_0000_0000 + (words[at]! >>> 0);
  }

  setRegister(register: number, value: number): void {
    const at = STATE_WORDS + register * 2;
    const { words } = this.memory;
    words[at] = value | 0;
    words[at + 1] = Math.floor(value / 0x1_0000_0000) | 0;
  }

  // Waiting.

  /** The call is made again when the queue is woken. */
  waitFor(queue: WaitQueue): void {
    this.#waits.push(queue.add(() => this.kernel.scheduler.wake(this)));
  }

  /** The call is made again at a moment of the steady clock at the latest. */
  waitUntil(moment: number): void {
    if (moment === Number.POSITIVE_INFINITY) return;
    this.#waits.push(this.kernel.clocks.add(moment, () => this.kernel.scheduler.wake(this)));
  }

  /** Takes back what it waits for. */
  endWaits(): void {
    if (this.#waits.length === 0) return;
    for (const end of this.#waits) end();
    this.#waits.length = 0;
  }

  /** The call is over: nothing of it is kept. */
  endCall(): void {
    this.retrying = false;
    this.continuation = undefined;
    this.progress = 0;
    this.interruption = 'restart';
    this.interrupted = undefined;
  }

  /** Nanoseconds of processor time. */
  get cpuTime(): number {
    return this.kernel.scheduler.current === this ? this.ran + this.kernel.clocks.now() - this.since : this.ran;
  }
}
