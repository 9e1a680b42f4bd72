/** How the processes of a subtree are numbered so that its root is 1. */

import { isErrno } from '../../fs/errno.ts';
import type { KernelView } from '../kernel-view.ts';
import type { TaskView } from '../model/task.ts';

/** Numbers of threads, seen from outside and inside. */
export interface PidNumbers {
  /** The number inside of a thread that is inside; 0 where it has none. */
  inside(view: KernelView, id: number): number;
  /** The thread of a number; undefined where there is none. */
  outside(view: KernelView, number: number): number | undefined;
  /** The number that was given out last, from the one of the whole machine. */
  last(view: KernelView, id: number): number;
  /** The numbers in pid namespaces that are nested in the view, from those that are nested in the source. */
  nested(view: KernelView, ids: readonly number[]): readonly number[];
}

/**
 * For a root that is the first process of no namespace: all ids are turned until the root's is 1. The order stays, nothing
 * has to be remembered, and two views of one subtree agree.
 */
export class TurnedNumbers implements PidNumbers {
  readonly #root: number;
  /** Ids are 1 to this. */
  readonly #most: number;

  constructor(root: number, most: number) {
    this.#root = root;
    this.#most = most;
  }

  inside(_view: KernelView, id: number): number {
    return ((((id - this.#root) % this.#most) + this.#most) % this.#most) + 1;
  }

  outside(_view: KernelView, number: number): number | undefined {
    return number > this.#most ? undefined : ((number - 1 + this.#root - 1) % this.#most) + 1;
  }

  last(view: KernelView, id: number): number {
    return this.inside(view, id);
  }

  nested(view: KernelView, [id = 0, ...rest]: readonly number[]): readonly number[] {
    return [this.inside(view, id), ...rest];
  }
}

/** For the first process of a pid namespace: the numbers that the namespace itself has, which its processes know. */
export class NamespaceNumbers implements PidNumbers {
  /** How many namespaces lie between the source's and this one, including this one. */
  readonly #level: number;
  readonly #known = new Map<number, number>();
  #last = 1;

  constructor(level: number) {
    this.#level = level;
  }

  inside(view: KernelView, id: number): number {
    const task = view.task(id);
    const number = task ? this.#numberOf(task) : 0;
    if (number !== 0) this.#known.set(number, id);
    if (number > this.#last) this.#last = number;
    return number;
  }

  #numberOf(task: TaskView): number {
    const status = task.status();
    return isErrno(status) ? 0 : (status.namespaceIds?.ids[this.#level] ?? 0);
  }

  outside(view: KernelView, number: number): number | undefined {
    const known = this.#known.get(number);
    if (known !== undefined && this.inside(view, known) === number) return known;
    this.#known.delete(number);
    for (const id of view.processIds(0)) {
      if (this.inside(view, id) === 0) continue;
      const threads = view.task(id)?.threadIds(0) ?? [];
      if (!isErrno(threads)) for (const thread of threads) if (this.inside(view, thread) === number) return thread;
    }
    return undefined;
  }

  /** Differs: the last one that was seen, for the namespace's own count can be read only in it. */
  last(): number {
    return this.#last;
  }

  nested(_view: KernelView, ids: readonly number[]): readonly number[] {
    return ids.slice(this.#level);
  }
}
