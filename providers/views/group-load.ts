/** The load of a control group, worked out when somebody asks (kernel/sched/loadavg.c). */

import type { GroupThreads } from '../model/control-groups.ts';

/** Seconds between looks at the group's threads: for the average, and for counts. */
const INTERVAL = 5;
const COUNT_INTERVAL = 1;
/** A time without looks so long is not told by one count at its end. */
const LONG = 2 * INTERVAL;
/** Seconds of the three averages. */
const WINDOWS = [60, 300, 900] as const;

type Averages = [number, number, number];

/**
 * Linux adds the number of active threads to its averages every five seconds. Nobody tells us when five seconds are over: a
 * time in which nobody asked counts with the CPUs that the group used in it on average, and the time before the first
 * question likewise.
 */
export class GroupLoad {
  #averages: Averages | undefined;
  #at = 0;
  #usedAt = 0;
  #threads: GroupThreads = { total: 0, running: 0, blocked: 0 };
  #countedAt = -Infinity;

  /** Counts threads no more than once a second. `now` is in seconds. */
  threads(now: number, count: () => GroupThreads): GroupThreads {
    if (now - this.#countedAt < COUNT_INTERVAL) return this.#threads;
    this.#countedAt = now;
    return (this.#threads = count());
  }

  /**
   * The averages in hundredths. `age` is how long the group has been, and `used` how much CPU time it has used, in seconds; they are
   * asked for when it is time for that alone.
   */
  averages(now: number, age: () => number, used: () => number, count: () => GroupThreads): Averages {
    if (!this.#averages) this.#begin(now, age(), used());
    const passed = now - this.#at;
    if (passed >= INTERVAL) this.#advance(now, passed, used(), count);
    return (this.#averages as Averages).map((average) => Math.round(average * 100)) as Averages;
  }

  #begin(now: number, age: number, used: number): void {
    const mean = age > 0 ? used / age : 0;
    this.#averages = WINDOWS.map((window) => mean * (1 - Math.exp(-age / window))) as Averages;
    this.#at = now;
    this.#usedAt = used;
  }

  #advance(now: number, passed: number, used: number, count: () => GroupThreads): void {
    const { running, blocked } = this.threads(now, count);
    const active = passed > LONG ? Math.max(0, used - this.#usedAt) / passed : running + blocked;
    this.#averages = (this.#averages as Averages).map((average, index) => {
      const decay = Math.exp(-passed / (WINDOWS[index] as number));
      return average * decay + active * (1 - decay);
    }) as Averages;
    this.#at = now;
    this.#usedAt = used;
  }
}
