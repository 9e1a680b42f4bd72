/**
 * The host's events, as a guest's scheduler sees them. All of a guest runs in one thread of the host's, and so do the callbacks in which
 * signals and data arrive; for them the guest has to leave the thread now and then. Programs that compute do so at ticks, which a thread
 * of its own makes; it is started when there is something that could arrive, or code that
 * would run faster if it were left and entered again: an engine does not replace code of WebAssembly while it runs. A thread takes as long to start as small
 * programs run, so for what could arrive it is started only when some code has been executed often: until then, none has run for long.
 */

import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { outside } from '../../fs/outside.ts';
import { TICK } from '../cpu/state.ts';
import type { HostEvents, HostTurns } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import type { Task } from '../kernel/task.ts';
import { SIGNAL_NAMES, SIGUSR1, SIG_DFL, SIG_IGN } from '../kernel/signals.ts';
import { type GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { CPU_STATE } from '../memory/layout.ts';
import type { Waiting } from './host-descriptor.ts';

/** How often a program that computes looks up, in milliseconds. */
const TICK_MS = 20;

/** What the ticking thread runs: it sets a word of the guest's memory and another one, until it is told to stop. */
const TICKER = `
const { receiveMessageOnPort, workerData: { control, milliseconds, index, port } } = require('node:worker_threads');
let words;
while (Atomics.wait(control, 0, 0, milliseconds) === 'timed-out') {
  for (let told; (told = receiveMessageOnPort(port)); ) words = told.message;
  Atomics.store(control, 1, 1);
  if (words) Atomics.store(words, index, 1);
}
`;

/** Signals that others send to us and mean the program: SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGCONT, SIGTSTP, SIGWINCH. */
const FORWARDED: ReadonlySet<number> = new Set([1, 2, 3, 10, 12, 15, 18, 20, 28]);

/** Where the word is that makes the processor leave its code. */
const TICK_INDEX = (indexOf(CPU_STATE) + TICK) >>> 2;

export class HostLoop implements HostEvents, HostTurns, Waiting {
  /** Whether a single task that waits is all that there is. */
  readonly #alone: () => boolean;
  readonly #control = new Int32Array(new SharedArrayBuffer(8));
  #pending = 0;
  #ticker: { readonly worker: Worker; readonly port: MessagePort } | undefined;
  #words: Int32Array | undefined;
  /** Whether something could arrive, and whether there is code that would not notice. */
  #wantsTicks = false;
  #runsLong = false;
  #wake: (() => void) | undefined;
  /** Hands a signal that we got to the guest. Absent: guests get none from outside. */
  forward: ((signal: number) => void) | undefined;
  /** Told of what runs at each tick. */
  sample: ((task: Task) => void) | undefined;
  /** Signals of the host that we take, with what takes them. */
  readonly #taken = new Map<NodeJS.Signals, () => void>();
  #woken = false;

  constructor(alone: () => boolean) {
    this.#alone = alone;
  }

  alone(): boolean {
    return this.#ticker === undefined && !this.#wantsTicks && this.#pending === 0 && this.#alone();
  }

  pending(change: 1 | -1): void {
    this.#pending += change;
    if (change < 0) this.wake();
  }

  /** Something has happened that the guest waits for. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  ticked(task: Task): void {
    this.sample?.(task);
  }

  /** Ticks from now on: something can arrive that does not wait for the guest to ask. */
  startTicking(milliseconds: number = TICK_MS): void {
    if (this.#ticker) return;
    const { port1, port2 } = new MessageChannel();
    const workerData = { control: this.#control, milliseconds, index: TICK_INDEX, port: port2 };
    const worker = new Worker(TICKER, { eval: true, workerData, transferList: [port2] });
    worker.unref();
    port1.unref();
    this.#ticker = { worker, port: port1 };
    if (this.#words) port1.postMessage(this.#words);
  }

  tickInTime(): void {
    this.#wantsTicks = true;
    if (this.#runsLong) this.startTicking();
  }

  runsLong(): void {
    this.#runsLong = true;
    if (this.#wantsTicks) this.startTicking();
  }

  running({ words }: GuestMemory): void {
    if (this.#words === words) return;
    this.#words = words;
    this.#ticker?.port.postMessage(words);
  }

  /**
   * A guest's program does something else at a signal than what it does to us: from now on we take it for the program. What the signal
   * does by itself it may do to us, and the program ends as well.
   */
  actionChanged(process: Process, signal: number): void {
    const name = SIGNAL_NAMES[signal] as NodeJS.Signals | undefined;
    if (!this.forward || name === undefined || !FORWARDED.has(signal)) return;
    const { handler } = process.actions.of(signal);
    if (handler === SIG_DFL) return;
    // Who ignores a signal need not be told of it.
    if (handler !== SIG_IGN) this.tickInTime();
    this.#take(name, signal);
  }

  /** From now on signals that we get are a guest's. Node would open its debugger's port at SIGUSR1, so that is taken whatever the guest does at it. */
  begin(forward: (signal: number) => void): void {
    this.forward = forward;
    this.#take('SIGUSR1', SIGUSR1);
  }

  #take(name: NodeJS.Signals, signal: number): void {
    if (this.#taken.has(name)) return;
    const take = (): void => {
      this.forward?.(signal);
      this.wake();
    };
    this.#taken.set(name, take);
    globalThis.process.on(name, take);
  }

  /** Whether the host's callbacks should be let run. */
  due(): boolean {
    return Atomics.load(this.#control, 1) !== 0;
  }

  /** Lets the host's callbacks run. */
  turn(): Promise<void> {
    Atomics.store(this.#control, 1, 0);
    outside.looks++;
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Waits for something to happen, at most so many milliseconds. */
  rest(milliseconds: number): Promise<void> {
    outside.looks++;
    if (this.#woken) {
      this.#woken = false;
      return this.turn();
    }
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const done = (): void => {
        this.#wake = undefined;
        this.#woken = false;
        clearTimeout(timer);
        resolve();
      };
      // Without an end, something has to keep the host's loop alive all the same.
      timer = setTimeout(done, Math.min(milliseconds, 2 ** 30));
      this.#wake = done;
    });
  }

  /** For a guest that is run without turns: only time passes. */
  wait(milliseconds: number): void {
    outside.looks++;
    if (milliseconds === Number.POSITIVE_INFINITY) throw new Error('nothing can run, and nothing will happen');
    Atomics.wait(this.#control, 1, 1, milliseconds);
  }

  dispose(): void {
    for (const [name, take] of this.#taken) process.off(name, take);
    this.#taken.clear();
    Atomics.store(this.#control, 0, 1);
    Atomics.notify(this.#control, 0);
    this.#ticker?.port.close();
    this.#ticker = undefined;
  }
}
