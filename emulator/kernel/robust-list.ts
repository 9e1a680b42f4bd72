/**
 * Locks that a task held when it ended (set_robust_list(2), kernel/futex/core.c): their words are marked, and who waits is woken.
 *
 *     struct robust_list_head: the first entry's address, the offset of words from entries, and an entry that is being changed
 */

import { wakeFutex } from './futex.ts';
import type { Task } from './task.ts';
import { getLong, getUnsigned, readable, writable } from './user-memory.ts';

const FUTEX_WAITERS = -0x8000_0000;
const FUTEX_OWNER_DIED = 0x4000_0000;
const FUTEX_TID_MASK = 0x3fff_ffff;
const LIST_LIMIT = 2048;
/** The lowest bit of an entry's address marks a priority-inheritance lock. */
const PI = 1;

/** Marks what the task held. */
export function walkRobustList(task: Task): void {
  const head = task.robustList;
  if (head === 0) return;
  const at = readable(task, head, 24);
  if (at < 0) return;
  const { view } = task.memory;
  const offset = getLong(view, at + 8);
  const pendingEntry = getUnsigned(view, at + 16);
  let entry = getUnsigned(view, at);
  for (let count = 0; count < LIST_LIMIT; count++) {
    const address = entry - (entry % 2);
    if (address === head || address === 0) break;
    const next = readable(task, address, 8);
    if (next < 0) break;
    const following = getUnsigned(view, next);
    if (entry !== pendingEntry) release(task, address + offset, false);
    entry = following;
  }
  if (pendingEntry !== 0) release(task, pendingEntry - (pendingEntry % 2 === PI ? PI : 0) + offset, true);
}

function release(task: Task, address: number, pending: boolean): void {
  if (address % 4 !== 0) return;
  const at = writable(task, address, 4);
  if (at < 0) return;
  const { view } = task.memory;
  const word = view.getInt32(at, true);
  if (pending && word === 0) {
    wakeFutex(task.kernel, task, address, 1);
    return;
  }
  if ((word & FUTEX_TID_MASK) !== task.tid) return;
  view.setInt32(at, (word & FUTEX_WAITERS) | FUTEX_OWNER_DIED, true);
  if (word & FUTEX_WAITERS) wakeFutex(task.kernel, task, address, 1);
}
