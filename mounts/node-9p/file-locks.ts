/** The record locks of one file (fcntl(2)), for servers that have no other place for them. */

import { EINTR } from './errors.ts';
import type { Answer, Lock, Request } from './operations.ts';
import { LOCK_BLOCKED, LOCK_SUCCESS, LOCK_TYPE_RDLCK, LOCK_TYPE_UNLCK, LOCK_TYPE_WRLCK } from './protocol.ts';

/** A range that is locked. */
interface Held {
  readonly type: number;
  readonly start: number;
  /** The first byte behind it; Infinity for a lock to the end of the file. */
  readonly end: number;
  readonly lock: Lock;
  readonly peer: number;
  /** The open file that it was taken through. */
  readonly holder: object;
}

interface Waiter {
  /** Tries again; returns whether it is done. */
  readonly retry: () => boolean;
}

/**
 * How long a blocking request is held before the client is told to ask again. Linux's client asks again after 30
 * seconds, and can be interrupted by any signal only while it waits for that and not for us.
 */
const PATIENCE_MS = 2000;

export class FileLocks {
  #held: Held[] = [];
  readonly #waiters = new Set<Waiter>();
  readonly #patience: number;

  constructor(patience: number = PATIENCE_MS) {
    this.#patience = patience;
  }

  /** Whether nothing is locked and nobody waits. */
  get idle(): boolean {
    return this.#held.length === 0 && this.#waiters.size === 0;
  }

  /**
   * Takes a lock, or gives one back. `holder` is the open file that it is taken through. Answers LOCK_SUCCESS, or
   * LOCK_BLOCKED when another owner's lock is in the way; a blocking request waits a while before that.
   */
  lock(lock: Lock, holder: object, request: Request): Answer<number> {
    if (this.#take(lock, holder, request.peer.id)) {
      // Others may get what is now free, or only read-locked.
      this.#retryAll();
      return LOCK_SUCCESS;
    }
    return lock.blocking && this.#patience > 0 ? this.#wait(lock, holder, request) : LOCK_BLOCKED;
  }

  /** Finds a lock that is in the way of another. */
  conflict(lock: Lock, request: Request): Lock {
    const { start, end } = rangeOf(lock);
    const found = lock.type === LOCK_TYPE_UNLCK ? undefined : this.#conflict(lock, start, end, request.peer.id);
    if (!found) return { ...lock, type: LOCK_TYPE_UNLCK };
    const length = found.end === Infinity ? 0 : found.end - found.start;
    return { ...found.lock, type: found.type, start: found.start, length };
  }

  /** Gives back what was taken through an open file: it is closed. */
  release(holder: object): void {
    const before = this.#held.length;
    this.#held = this.#held.filter((held) => held.holder !== holder);
    if (this.#held.length < before) this.#retryAll();
  }

  #take(lock: Lock, holder: object, peer: number): boolean {
    const { start, end } = rangeOf(lock);
    if (lock.type !== LOCK_TYPE_UNLCK && this.#conflict(lock, start, end, peer)) return false;
    const rest: Held[] = [];
    for (const held of this.#held) {
      if (!isOwner(held, lock, peer) || held.end <= start || held.start >= end) {
        rest.push(held);
        continue;
      }
      // What one owner locks replaces what it had there.
      if (held.start < start) rest.push({ ...held, end: start });
      if (held.end > end) rest.push({ ...held, start: end });
    }
    if (lock.type === LOCK_TYPE_RDLCK || lock.type === LOCK_TYPE_WRLCK) {
      rest.push({ type: lock.type, start, end, lock, peer, holder });
      this.#held = joined(rest);
    } else {
      this.#held = rest;
    }
    return true;
  }

  #conflict(lock: Lock, start: number, end: number, peer: number): Held | undefined {
    return this.#held.find(
      (held) =>
        held.start < end &&
        held.end > start &&
        (held.type === LOCK_TYPE_WRLCK || lock.type === LOCK_TYPE_WRLCK) &&
        !isOwner(held, lock, peer),
    );
  }

  #wait(lock: Lock, holder: object, request: Request): Promise<number> {
    return new Promise((resolve) => {
      const end = (status: number): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(status);
      };
      const waiter: Waiter = {
        retry: () => {
          const taken = this.#take(lock, holder, request.peer.id);
          if (taken) end(LOCK_SUCCESS);
          return taken;
        },
      };
      const timer = setTimeout(() => end(LOCK_BLOCKED), this.#patience);
      this.#waiters.add(waiter);
      request.onAbort(() => end(EINTR));
    });
  }

  /** Has those that wait try again, the first first. */
  #retryAll(): void {
    // Who gets a lock may have held a stronger one, which lets others in.
    while ([...this.#waiters].some((waiter) => waiter.retry()));
  }
}

function rangeOf({ start, length }: Lock): { start: number; end: number } {
  return { start, end: length === 0 ? Infinity : start + length };
}

function isOwner(held: Held, lock: Lock, peer: number): boolean {
  return held.peer === peer && held.lock.processId === lock.processId && held.lock.clientId === lock.clientId;
}

/** Joins the ranges of one owner that touch, so that a file locked byte by byte does not fill memory. */
function joined(all: readonly Held[]): Held[] {
  const sorted = [...all].sort((a, b) => a.start - b.start);
  const result: Held[] = [];
  for (const held of sorted) {
    const at = result.findLastIndex(
      (other) =>
        other.end === held.start &&
        other.type === held.type &&
        other.holder === held.holder &&
        isOwner(other, held.lock, held.peer),
    );
    const other = result[at];
    if (other) result[at] = { ...other, end: held.end };
    else result.push(held);
  }
  return result;
}
