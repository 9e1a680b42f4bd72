/**
 * Who waits at words of memory (futex(2)). A word is known by its address space and address; words of shared mappings of several address spaces
 * by the same address in each.
 */

import { WaitQueue } from '../../fs/wait-queue.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './task.ts';

/** One that waits. */
export interface FutexWaiter {
  key: string;
  readonly bits: number;
  /** It was woken, and not by a signal or the time. */
  woken: boolean;
  readonly queue: WaitQueue;
}

const queues = new WeakMap<Kernel, Map<string, FutexWaiter[]>>();

function tableOf(kernel: Kernel): Map<string, FutexWaiter[]> {
  let table = queues.get(kernel);
  if (!table) queues.set(kernel, (table = new Map()));
  return table;
}

const spaces = new WeakMap<object, number>();
let lastSpace = 0;

/** What a word is known by. */
export function futexKey(task: Task, address: number, isPrivate: boolean): string {
  const { space } = task.process.image;
  const shared = isPrivate ? undefined : sharedKey(task, address);
  if (shared !== undefined) return shared;
  let id = spaces.get(space);
  if (id === undefined) spaces.set(space, (id = ++lastSpace));
  return `${id}:${address}`;
}

function sharedKey(task: Task, address: number): string | undefined {
  const { space } = task.process.image;
  if (!space.sharing) return undefined;
  const mapping = space.entries().find(({ start, end, shared }) => shared && address >= start && address < end);
  return mapping && `${mapping.device}/${mapping.ino}:${mapping.offset + address - mapping.start}`;
}

/** Puts somebody at a word. */
export function addWaiter(kernel: Kernel, waiter: FutexWaiter): void {
  const table = tableOf(kernel);
  const list = table.get(waiter.key);
  if (list) list.push(waiter);
  else table.set(waiter.key, [waiter]);
}

/** Takes somebody away who was not woken. */
export function removeWaiter(kernel: Kernel, waiter: FutexWaiter): void {
  const table = tableOf(kernel);
  const list = table.get(waiter.key);
  const index = list?.indexOf(waiter) ?? -1;
  if (!list || index < 0) return;
  list.splice(index, 1);
  if (list.length === 0) table.delete(waiter.key);
}

/** Wakes at most `count` of those whose bits match, in the order in which they came. Returns how many. */
export function wakeKey(kernel: Kernel, key: string, count: number, bits = -1): number {
  const list = tableOf(kernel).get(key);
  if (!list) return 0;
  let woken = 0;
  for (const waiter of [...list]) {
    if (woken >= count) break;
    if ((waiter.bits & bits) === 0) continue;
    removeWaiter(kernel, waiter);
    waiter.woken = true;
    waiter.queue.wakeAll();
    woken++;
  }
  return woken;
}

/** Has at most `count` wait at another word instead. Returns how many. */
export function requeue(kernel: Kernel, from: string, to: string, count: number): number {
  const list = tableOf(kernel).get(from);
  if (!list) return 0;
  const moved = list.slice(0, count);
  for (const waiter of moved) {
    removeWaiter(kernel, waiter);
    waiter.key = to;
    addWaiter(kernel, waiter);
  }
  return moved.length;
}

/** Wakes waiters at an address of a task's memory, private ones and those of other processes. */
export function wakeFutex(kernel: Kernel, task: Task, address: number, count: number): number {
  const own = futexKey(task, address, true);
  const woken = wakeKey(kernel, own, count);
  const shared = futexKey(task, address, false);
  return shared === own ? woken : woken + wakeKey(kernel, shared, count - woken);
}
