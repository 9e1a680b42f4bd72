/**
 * Locks of files (fcntl_locking(2), flock(2), fs/locks.c): ranges that belong to processes or to open file descriptions, and whole files
 * that belong to descriptions. The kinds do not see each other, but for the two of ranges.
 */

import { EAGAIN, EDEADLK, type Errno, WOULD_BLOCK, type WouldBlock } from '../../fs/errno.ts';
import type { Vnode } from '../../fs/vnode.ts';
import { WaitQueue } from '../../fs/wait-queue.ts';

export const F_RDLCK = 0;
export const F_WRLCK = 1;
export const F_UNLCK = 2;

/** A lock that is held. */
export interface HeldLock {
  readonly kind: 'posix' | 'ofd' | 'flock';
  /** The descriptor table of a process, or the description. */
  readonly owner: object;
  readonly pid: number;
  readonly write: boolean;
  readonly start: number;
  /** Exclusive; Infinity to the end of the file, wherever that is. */
  readonly end: number;
}

interface FileLocks {
  held: HeldLock[];
  readonly released: WaitQueue;
}

/** What is to be locked or unlocked. */
export type LockRequest = HeldLock;

export class LockTable {
  readonly #files = new Map<Vnode, FileLocks>();
  /** What owners that wait wait for. */
  readonly #waiting = new Map<object, object>();

  #of(vnode: Vnode): FileLocks {
    let locks = this.#files.get(vnode);
    if (!locks) this.#files.set(vnode, (locks = { held: [], released: new WaitQueue() }));
    return locks;
  }

  /** Woken when locks of a file are given back. */
  released(vnode: Vnode): WaitQueue {
    return this.#of(vnode).released;
  }

  /** The lock that is in the way of another. */
  conflict(vnode: Vnode, request: LockRequest): HeldLock | undefined {
    const ranges = request.kind !== 'flock';
    return this.#files.get(vnode)?.held.find(
      (lock) =>
        (lock.kind !== 'flock') === ranges &&
        lock.owner !== request.owner &&
        (lock.write || request.write) &&
        lock.start < request.end &&
        request.start < lock.end,
    );
  }

  /** Takes a lock. Errors: EAGAIN where it does not wait, EDEADLK where processes would wait for each other. */
  lock(vnode: Vnode, request: LockRequest, wait: boolean): Errno | WouldBlock | 0 {
    this.#waiting.delete(request.owner);
    const conflict = this.conflict(vnode, request);
    if (!conflict) {
      this.#replace(vnode, request, request);
      return 0;
    }
    if (!wait) return EAGAIN;
    if (request.kind === 'posix') {
      for (let owner: object | undefined = conflict.owner; owner; owner = this.#waiting.get(owner)) {
        if (owner === request.owner) return EDEADLK;
      }
      this.#waiting.set(request.owner, conflict.owner);
    }
    return WOULD_BLOCK;
  }

  /** A wait is over without a lock. */
  giveUp(owner: object): void {
    this.#waiting.delete(owner);
  }

  unlock(vnode: Vnode, request: LockRequest): void {
    if (this.#files.has(vnode)) this.#replace(vnode, request, undefined);
  }

  /** Everything of an owner in a file: it has closed it. */
  releaseAll(vnode: Vnode, owner: object): void {
    const locks = this.#files.get(vnode);
    if (!locks || !locks.held.some((lock) => lock.owner === owner)) return;
    locks.held = locks.held.filter((lock) => lock.owner !== owner);
    this.#changed(vnode, locks);
  }

  #replace(vnode: Vnode, range: LockRequest, lock: HeldLock | undefined): void {
    const locks = this.#of(vnode);
    const { start, end, owner, kind } = range;
    const next: HeldLock[] = [];
    let merged = lock;
    for (const held of locks.held) {
      const own = held.owner === owner && (held.kind === 'flock') === (kind === 'flock');
      const touches = merged !== undefined && held.write === merged.write && held.start <= merged.end && merged.start <= held.end;
      if (own && touches && merged) {
        merged = { ...merged, start: Math.min(merged.start, held.start), end: Math.max(merged.end, held.end) };
      } else if (own && held.start < end && start < held.end) {
        if (held.start < start) next.push({ ...held, end: start });
        if (end < held.end) next.push({ ...held, start: end });
      } else {
        next.push(held);
      }
    }
    if (merged) next.push(merged);
    locks.held = next;
    this.#changed(vnode, locks);
  }

  #changed(vnode: Vnode, locks: FileLocks): void {
    locks.released.wakeAll();
    if (locks.held.length === 0 && locks.released.size === 0) this.#files.delete(vnode);
  }

  /** All that are held: /proc/locks. */
  *all(): Iterable<[Vnode, HeldLock]> {
    for (const [vnode, { held }] of this.#files) for (const lock of held) yield [vnode, lock];
  }
}
