/**
 * Which task runs. All of a machine's tasks are green threads of one host thread: one runs until it waits, ends, or has had its time
 * and another can run. While none can, the host is waited for.
 */

import { EXIT_EXCEPTION, EXIT_KERNEL, EXIT_PAGE_FAULT, EXIT_TICK, STATE_SIZE, TICK } from '../cpu/state.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { CPU_STATE } from '../memory/layout.ts';
import { NS_PER_MS } from './clocks.ts';
import { exceptionRaised, pageFault } from './faults.ts';
import type { HostEvents, HostTurns, Kernel } from './kernel.ts';
import type { Image } from './image.ts';
import { handleSignals } from './signal-delivery.ts';
import { ATTENTION_RESCHEDULE, type Task } from './task.ts';

const STATE = indexOf(CPU_STATE);

/** How long a task runs while others could, in nanoseconds. */
const SLICE = 10 * NS_PER_MS;

/** Sleeps; there are no events but the passing of time. */
const NO_EVENTS: HostEvents = {
  wait(milliseconds) {
    if (milliseconds === Number.POSITIVE_INFINITY) throw new Error('nothing can run, and nothing will happen');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  },
};

export class Scheduler {
  /** The task whose code or call runs. */
  current: Task | undefined;
  readonly #kernel: Kernel;
  readonly #events: HostEvents;
  readonly #ready: Task[] = [];
  readonly #deferred: (() => void)[] = [];
  #image: Image | undefined;
  #turns: HostTurns | undefined;
  /** Ticks were asked for. */
  #ticking = false;
  /** Changes of the task that runs: /proc/stat. */
  switches = 0;
  /** Nanoseconds in which nothing ran. */
  idle = 0;

  constructor(kernel: Kernel, events: HostEvents = NO_EVENTS) {
    this.#kernel = kernel;
    this.#events = events;
  }

  /** How many could run, the one that does not counted. */
  get runnable(): number {
    return this.#ready.length;
  }

  /** A task is new, or goes on. */
  start(task: Task): void {
    task.state = 'runnable';
    this.#ready.push(task);
    if (this.current) this.#events.tickInTime?.();
  }

  /** Code that runs has to be left now and then from now on. */
  wantTicks(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#events.startTicking?.();
  }

  /** Code is executed often. */
  runsLong(): void {
    this.#events.runsLong?.();
  }

  /** What a task waits for may have happened. */
  wake(task: Task): void {
    if (task.state !== 'waiting') return;
    task.endWaits();
    this.start(task);
  }

  /** Something is to be looked at before the task's code goes on. */
  interrupt(task: Task, attention: number): void {
    task.attention |= attention;
    if (task.state === 'waiting') this.wake(task);
    else if (this.current === task) this.tick(task);
  }

  /** Has the processor leave its code soon. */
  tick(task: Task): void {
    task.memory.words[(STATE + TICK) >>> 2] = 1;
  }

  /** Puts a task's state of the processor into its memory, and makes shared memory as it has to be seen. */
  switchTo(task: Task): void {
    const { image } = task.process;
    if (this.#image !== image) {
      image.space.switchIn();
      this.#image = image;
    }
    const { owner } = image;
    if (owner === task) return;
    const { bytes } = image.space.memory;
    if (owner && owner.state !== 'dead') owner.saved.set(bytes.subarray(STATE, STATE + STATE_SIZE));
    bytes.set(task.saved, STATE);
    image.owner = task;
  }

  /** Does something with a task's state in its memory, and puts another's back. */
  withState(task: Task, action: () => void, back: Task): void {
    this.switchTo(task);
    action();
    this.switchTo(back);
  }

  /** An image is no more. */
  forget(image: Image): void {
    if (this.#image === image) this.#image = undefined;
  }

  /** Has something done when no code is on the host's stack. */
  defer(action: () => void): void {
    this.#deferred.push(action);
  }

  #runDeferred(): void {
    for (const action of this.#deferred.splice(0)) action();
  }

  /** Runs tasks until `done`. */
  run(done: () => boolean): void {
    const { clocks } = this.#kernel;
    while (!done()) {
      clocks.fireDue();
      this.#events.poll?.();
      const task = this.#ready.shift();
      if (!task) {
        this.#idle();
        continue;
      }
      if (task.state === 'runnable') this.#give(task);
    }
  }

  /** As `run`, for a host that has to be let call back. */
  async runInTurns(turns: HostTurns, done: () => boolean): Promise<void> {
    const { clocks } = this.#kernel;
    this.#turns = turns;
    while (!done()) {
      clocks.fireDue();
      if (turns.due()) await turns.turn();
      const task = this.#ready.shift();
      if (task) {
        if (task.state === 'runnable') this.#give(task);
        continue;
      }
      const before = clocks.now();
      await turns.rest(Math.max(0, (clocks.next - before) / NS_PER_MS));
      this.idle += clocks.now() - before;
    }
    this.#turns = undefined;
  }

  #idle(): void {
    const { clocks } = this.#kernel;
    const before = clocks.now();
    const milliseconds = Math.max(0, (clocks.next - before) / NS_PER_MS);
    this.#events.wait(milliseconds);
    this.idle += clocks.now() - before;
  }

  /** Gives a task the processor until it waits, ends, or has had enough. */
  #give(task: Task): void {
    const { clocks } = this.#kernel;
    this.switches++;
    this.current = task;
    this.switchTo(task);
    task.since = clocks.now();
    this.#work(task);
    this.#runDeferred();
    const now = clocks.now();
    task.ran += now - task.since;
    task.since = now;
    this.current = undefined;
    if (task.state === 'runnable') {
      task.involuntarySwitches++;
      this.#ready.push(task);
    } else if (task.state === 'waiting') {
      task.voluntarySwitches++;
    }
  }

  #work(task: Task): void {
    const { clocks, systemCalls } = this.#kernel;
    const end = task.since + SLICE;
    if (task.retrying) systemCalls.again(task);
    for (;;) {
      if (task.attention !== 0) handleSignals(task);
      if (task.state !== 'runnable') return;
      if (task.attention & ATTENTION_RESCHEDULE) {
        task.attention &= ~ATTENTION_RESCHEDULE;
        if (this.#ready.length > 0) return;
      }
      // The program may be another than a moment ago.
      const { image } = task.process;
      this.#events.running?.(image.space.memory);
      if (this.#ready.length > 0 || clocks.next !== Number.POSITIVE_INFINITY) this.#events.tickInTime?.();
      // Whatever it was set for has been seen to.
      task.memory.words[(STATE + TICK) >>> 2] = 0;
      const reason = image.processor.run();
      if (this.#deferred.length > 0) this.#runDeferred();
      if (reason === EXIT_TICK) {
        this.#events.ticked?.(task);
        clocks.fireDue();
        this.#events.poll?.();
        const now = clocks.now();
        task.process.timers.check(task.process.cpuTime);
        task.process.posixTimers.check();
        if ((this.#ready.length > 0 && now >= end) || this.#turns?.due()) return;
      } else if (reason === EXIT_PAGE_FAULT) {
        pageFault(task);
      } else if (reason === EXIT_EXCEPTION) {
        exceptionRaised(task);
      } else if (reason !== EXIT_KERNEL) {
        throw new Error(`the processor ended with ${reason}`);
      }
    }
  }
}
