/** epoll(7): a file that tells which of other files are ready (fs/eventpoll.c). */

import type { Caller } from '../../fs/caller.ts';
import { EEXIST, EINVAL, ELOOP, ENOENT, type Errno } from '../../fs/errno.ts';
import { DEFAULT_POLL_MASK, O_RDWR, POLLERR, POLLHUP, POLLIN, POLLRDNORM } from '../../fs/flags.ts';
import { OpenFile, type Vnode } from '../../fs/vnode.ts';
import { WaitQueue } from '../../fs/wait-queue.ts';
import type { Description } from './description.ts';

export const EPOLLET = 0x8000_0000;
export const EPOLLONESHOT = 0x4000_0000;
export const EPOLLEXCLUSIVE = 0x1000_0000;
const EVENT_BITS = 0xffff;

/** One file that is watched. */
interface Item {
  readonly description: Description;
  readonly fd: number;
  events: number;
  dataLow: number;
  dataHigh: number;
  /** With EPOLLET: something has happened since it was reported. */
  fresh: boolean;
  stop: () => void;
}

/** What is reported of a file. */
export interface ReadyEvent {
  events: number;
  dataLow: number;
  dataHigh: number;
}

const NESTED_MOST = 5;

export class EventPoll extends OpenFile {
  override readonly waiters: WaitQueue = new WaitQueue();
  readonly #items: Item[] = [];

  constructor(vnode: Vnode) {
    super(vnode, O_RDWR);
  }

  #find(description: Description, fd: number): Item | undefined {
    return this.#items.find((item) => item.description === description && item.fd === fd);
  }

  /** How deep epoll files watch each other from here down. */
  #depth(seen = 0): number {
    if (seen > NESTED_MOST) return seen;
    let deepest = 0;
    for (const { description } of this.#items) {
      const { file } = description;
      if (file instanceof EventPoll) deepest = Math.max(deepest, 1 + file.#depth(seen + 1));
    }
    return deepest;
  }

  #reaches(target: EventPoll, seen = 0): boolean {
    if (seen > NESTED_MOST) return true;
    return this === target || this.#items.some(({ description: { file } }) => file instanceof EventPoll && file.#reaches(target, seen + 1));
  }

  /** EPOLL_CTL_ADD. Errors: EEXIST, ELOOP. */
  add(description: Description, fd: number, events: number, dataLow: number, dataHigh: number): Errno | 0 {
    if (this.#find(description, fd)) return EEXIST;
    const { file } = description;
    if (file instanceof EventPoll && (file.#reaches(this) || file.#depth() >= NESTED_MOST - 1)) return ELOOP;
    const item: Item = { description, fd, events, dataLow, dataHigh, fresh: true, stop: () => undefined };
    const stopWaiting = file.waiters?.add(() => {
      item.fresh = true;
      this.waiters.wakeAll();
    });
    const stopWatching = description.whenClosed(() => this.#remove(item));
    item.stop = () => {
      stopWaiting?.();
      stopWatching();
    };
    this.#items.push(item);
    this.waiters.wakeAll();
    return 0;
  }

  /** EPOLL_CTL_MOD. Errors: ENOENT, EINVAL. */
  modify(description: Description, fd: number, events: number, dataLow: number, dataHigh: number): Errno | 0 {
    const item = this.#find(description, fd);
    if (!item) return ENOENT;
    if ((item.events >>> 0) & EPOLLEXCLUSIVE) return EINVAL;
    item.events = events;
    item.dataLow = dataLow;
    item.dataHigh = dataHigh;
    item.fresh = true;
    this.waiters.wakeAll();
    return 0;
  }

  /** EPOLL_CTL_DEL. Errors: ENOENT. */
  delete(description: Description, fd: number): Errno | 0 {
    const item = this.#find(description, fd);
    if (!item) return ENOENT;
    this.#remove(item);
    return 0;
  }

  #remove(item: Item): void {
    item.stop();
    const index = this.#items.indexOf(item);
    if (index >= 0) this.#items.splice(index, 1);
  }

  #ready(item: Item, caller: Caller): number {
    const wanted = item.events & EVENT_BITS;
    // One that was reported once is silent until it is set anew.
    if (wanted === 0) return 0;
    if ((item.events >>> 0) >= EPOLLET && !item.fresh) return 0;
    const { file } = item.description;
    const events = file.poll?.(caller) ?? DEFAULT_POLL_MASK;
    return events & (wanted | POLLERR | POLLHUP);
  }

  /** Fills in what is ready, at most as many as there are places. Returns how many. */
  collect(into: ReadyEvent[], caller: Caller): number {
    let count = 0;
    const reported: Item[] = [];
    for (const item of this.#items) {
      if (count === into.length) break;
      const events = this.#ready(item, caller);
      if (events === 0) continue;
      const place = into[count++]!;
      place.events = events;
      place.dataLow = item.dataLow;
      place.dataHigh = item.dataHigh;
      item.fresh = false;
      if (item.events & EPOLLONESHOT) item.events &= ~EVENT_BITS;
      reported.push(item);
    }
    // Those that were reported come last the next time.
    if (reported.length < this.#items.length) {
      for (const item of reported) {
        this.#items.splice(this.#items.indexOf(item), 1);
        this.#items.push(item);
      }
    }
    return count;
  }

  override poll(caller: Caller): number {
    return this.#items.some((item) => this.#ready(item, caller) !== 0) ? POLLIN | POLLRDNORM : 0;
  }

  protected override close(): void {
    for (const item of [...this.#items]) this.#remove(item);
  }

  /** What /proc/PID/fdinfo tells. */
  get watched(): readonly { readonly fd: number; readonly events: number }[] {
    return this.#items;
  }
}
