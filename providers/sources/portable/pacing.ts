/** Which part is to be asked for when: it follows from what is read. There are no timers in it; whoever has some asks it. */

import { BUSY_SHARE, PACES, PARTS, type Part } from './parts.ts';

/** What hangs is taken for this at most, in milliseconds. */
const LONGEST = 15 * 60_000;

interface Course {
  /** When it was asked for last, and how long that took; milliseconds. */
  begun: number;
  took: number;
  running: boolean;
}

/** Times are milliseconds of any clock that never steps. */
export class Pacing {
  readonly #courses: { readonly [P in Part]: Course };
  readonly #interest: number;

  /** `interest` is how long a part is wanted after it was read, at least. */
  constructor(interest: number) {
    this.#interest = interest;
    const course = (): Course => ({ begun: Number.NEGATIVE_INFINITY, took: 0, running: false });
    this.#courses = Object.fromEntries(PARTS.map((part) => [part, course()])) as { [P in Part]: Course };
  }

  /** From one beginning to the next. */
  #every(part: Part): number {
    return Math.max(PACES[part].every, this.#courses[part].took / BUSY_SHARE);
  }

  /** Until when a part that was read at a moment is wanted. */
  wantedUntil(part: Part, readAt: number): number {
    return readAt + Math.max(this.#interest, (2 * this.#courses[part].took) / BUSY_SHARE);
  }

  /** When a part is to be asked for next: now or in the past if at once. */
  due(part: Part): number {
    const { begun, running } = this.#courses[part];
    return running ? Number.POSITIVE_INFINITY : begun + this.#every(part);
  }

  /** Whether somebody was asked for a part and has not answered. */
  isRunning(part: Part): boolean {
    return this.#courses[part].running;
  }

  /** When a part was asked for last. */
  begunAt(part: Part): number {
    return this.#courses[part].begun;
  }

  begin(part: Part, now: number): void {
    Object.assign(this.#courses[part], { begun: now, running: true });
  }

  end(part: Part, now: number): void {
    const course = this.#courses[part];
    if (course.running) Object.assign(course, { took: now - course.begun, running: false });
  }

  /** A part was waited for in vain: it is asked for less and less often, for whatever hangs once may do so for ever. */
  hang(part: Part, now: number): void {
    const course = this.#courses[part];
    Object.assign(course, { took: Math.min(LONGEST, Math.max(2 * course.took, now - course.begun)), running: false });
  }

  /** Whoever was asked is gone. What it was asked for is asked for in its time. */
  abandon(): void {
    for (const part of PARTS) this.#courses[part].running = false;
  }
}
