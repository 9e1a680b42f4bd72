/** The timers of timer_create(2), of one process (kernel/time/posix-timers.c). */

import { type Clocks, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID } from './clocks.ts';
import type { Process } from './process.ts';
import { signalProcess, signalTask } from './signal-delivery.ts';
import { SI_TIMER } from './signals.ts';
import type { Task } from './task.ts';

/** How a timer tells that it has expired. */
export interface TimerEvent {
  /** 0 for nothing. */
  readonly signal: number;
  readonly value: bigint;
  /** The thread that is told; undefined for the process. */
  readonly task: Task | undefined;
}

export class PosixTimer {
  readonly id: number;
  readonly clock: number;
  readonly #event: TimerEvent;
  readonly #clocks: Clocks;
  readonly #process: Process;
  readonly #spent: () => number;
  /** When it is due: on the steady clock, or in processor time; 0 where it is off. */
  #at = 0;
  interval = 0;
  /** How often it expired again before the last signal was taken. */
  overrun = 0;
  #cancel: (() => void) | undefined;

  constructor(id: number, clock: number, event: TimerEvent, process: Process, owner: Task, clocks: Clocks) {
    this.id = id;
    this.clock = clock;
    this.#event = event;
    this.#clocks = clocks;
    this.#process = process;
    this.#spent = clock === CLOCK_THREAD_CPUTIME_ID ? () => owner.cpuTime : () => process.cpuTime;
  }

  /** Whether it counts time on the processor. */
  get counting(): boolean {
    return this.clock === CLOCK_PROCESS_CPUTIME_ID || this.clock === CLOCK_THREAD_CPUTIME_ID;
  }

  #now(): number {
    return this.counting ? this.#spent() : this.#clocks.now();
  }

  /** What is left, in nanoseconds; 0 where it is off. */
  get left(): number {
    return this.#at === 0 ? 0 : Math.max(1, this.#at - this.#now());
  }

  /** Sets it to expire at a moment of its clock; 0 switches it off. */
  set(at: number, interval: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#at = at;
    this.interval = interval;
    this.#arm();
  }

  /** The moment that is so many nanoseconds from now. */
  after(nanoseconds: number): number {
    return this.#now() + nanoseconds;
  }

  #arm(): void {
    if (this.#at === 0 || this.counting) return;
    this.#cancel = this.#clocks.add(this.#at, () => this.#expire());
  }

  #expire(): void {
    const now = this.#now();
    const missed = this.interval === 0 ? 0 : Math.floor((now - this.#at) / this.interval);
    this.overrun = Math.min(missed, 0x7fff_ffff);
    this.#at = this.interval === 0 ? 0 : this.#at + (missed + 1) * this.interval;
    this.#arm();
    const { signal, value, task } = this.#event;
    if (signal === 0) return;
    const info = { signal, code: SI_TIMER, timer: this.id, overrun: this.overrun, value };
    if (!task) signalProcess(this.#process, info);
    else if (task.state !== 'dead') signalTask(task, info);
  }

  /** Looks whether one of processor time is due. */
  check(): void {
    if (this.counting && this.#at !== 0 && this.#spent() >= this.#at) this.#expire();
  }
}

/** The timers of a process, by id. */
export class PosixTimers {
  readonly #timers = new Map<number, PosixTimer>();
  #lastId = -1;

  create(clock: number, event: TimerEvent, owner: Task): PosixTimer {
    const timer = new PosixTimer(++this.#lastId, clock, event, owner.process, owner, owner.kernel.clocks);
    this.#timers.set(timer.id, timer);
    return timer;
  }

  get nextId(): number {
    return this.#lastId + 1;
  }

  get(id: number): PosixTimer | undefined {
    return this.#timers.get(id);
  }

  delete(id: number): boolean {
    this.#timers.get(id)?.set(0, 0);
    return this.#timers.delete(id);
  }

  check(): void {
    for (const timer of this.#timers.values()) timer.check();
  }

  /** All go: the process executes another program, or ends. */
  clear(): void {
    for (const id of [...this.#timers.keys()]) this.delete(id);
  }
}
