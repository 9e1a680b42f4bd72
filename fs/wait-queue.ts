/**
 * Where requests wait for a file to change: a read that got `WOULD_BLOCK`, or a poll whose events are not there yet.
 */
export class WaitQueue {
  readonly #waiters = new Set<() => void>();

  /**
   * Calls `wake` at each `wakeAll` until the returned function is called. A wake-up is a hint: the waiter tries its
   * operation again and may find that it would still block.
   */
  add(wake: () => void): () => void {
    const waiter = (): void => wake();
    this.#waiters.add(waiter);
    return () => {
      this.#waiters.delete(waiter);
    };
  }

  /** Wakes every waiter of this moment; those that add themselves during the calls wait for the next. */
  wakeAll(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  /** How many wait. */
  get size(): number {
    return this.#waiters.size;
  }
}
