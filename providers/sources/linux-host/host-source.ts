/** The kernel of a Linux machine, read from its own /proc and /sys: of the one that we run on, or of a recorded one. */

import { performance } from 'node:perf_hooks';
import type { Caller } from '../../../fs/caller.ts';
import { isErrno } from '../../../fs/errno.ts';
import type { KernelSource } from '../../kernel-view.ts';
import type { SysctlView } from '../../model/sysctl.ts';
import { RememberedSysctl } from '../remembered-sysctl.ts';
import { type HostCalls, LIVE_CALLS } from './host-calls.ts';
import { HOST_ROOTS, HostFiles, type HostRoots } from './host-files.ts';
import { HostControlGroups } from './host-control-groups.ts';
import { HostSysctl } from './host-sysctl.ts';
import { HostSysfs } from './host-sysfs.ts';
import type { KeptFileOwner } from './kept-file.ts';
import { HostTask } from './host-task.ts';
import { HostView } from './host-view.ts';
import { parsePageKibibytes } from './memory-pages.ts';
import { mountedAt } from './mount-walk.ts';
import { Scanner } from './scanner.ts';

/** How long a view may be handed out again, in milliseconds. */
const VIEW_MS = 1;
/** How long a listing of processes may be carried on from what was read at its start, in milliseconds. */
const LISTING_MS = 1000;
/** How long a file that the kernel lacks is not looked for again, in milliseconds. */
const ABSENT_MS = 1000;
/** How many descriptors of threads are kept open unless the system allows fewer. */
const DESCRIPTORS = 4096;

export class HostSource implements KernelSource, KeptFileOwner {
  readonly files: HostFiles;
  readonly scanner: Scanner = new Scanner();
  readonly sysctl: SysctlView;
  readonly controlGroups: HostControlGroups;
  readonly sysfs: HostSysfs = new HostSysfs(this);
  /** Which optional files the host's kernel has, as far as somebody asked. */
  readonly #known = new Map<string, { readonly exists: boolean; readonly at: number }>();
  readonly #constants = new Map<string, unknown>();
  /** The view handed out last. */
  current: HostView;
  /** Counts views: what was read for one is not used for the next. */
  epoch = 0;
  readonly #tasks = new Map<number, HostTask>();
  #reach = { epoch: -1, threadId: 0, path: '', answer: false };
  #device: string | undefined;
  #pageKibibytes: number | undefined;
  #viewedAt = 0;
  /** For whom and which operation of theirs the present view was handed out last. */
  #viewer: Caller | undefined;
  #operation = 0;
  #descriptors = 0;
  #descriptorLimit = DESCRIPTORS;
  /** How many directories the root has that are not processes, and when they were counted. */
  #directories: { readonly at: number; readonly count: number } = { at: -Infinity, count: 0 };
  #listing: { readonly at: number; readonly ids: readonly number[] } = { at: -Infinity, ids: [] };
  /** Whether the next listing that begins may not go by it. */
  #isListingOld = false;

  constructor(roots: HostRoots = HOST_ROOTS, calls: HostCalls = LIVE_CALLS) {
    this.files = new HostFiles(roots, calls);
    this.controlGroups = new HostControlGroups(this.files);
    this.current = new HostView(this);
    const sysctl = new HostSysctl(this);
    this.sysctl = calls.live ? sysctl : new RememberedSysctl(sysctl);
    if (calls.live) this.#descriptorLimit = Math.min(DESCRIPTORS, this.#openFileLimit() >> 1);
  }

  /**
   * Whether a path leads a thread to the procfs that we read. Told by its mount table, for the path itself may lie in a
   * mount that we serve.
   */
  isReachedBy(threadId: number, path: string): boolean {
    if (!this.files.calls.live) return false;
    if (this.#reach.epoch === this.epoch && this.#reach.threadId === threadId && this.#reach.path === path) return this.#reach.answer;
    const length = this.files.read(`${threadId}/mountinfo`);
    const mount = isErrno(length) ? undefined : mountedAt(this.files.bytes.toString('latin1', 0, length), path);
    this.#device ??= this.#ownDevice();
    const answer = mount?.root === '/' && mount.device === this.#device;
    this.#reach = { epoch: this.epoch, threadId, path, answer };
    return answer;
  }

  /** The procfs's device number as mount tables write it. */
  #ownDevice(): string {
    const stats = this.files.stat('.');
    // Procfs has an anonymous device: major number 0, and up to 20 bits of minor in glibc's layout.
    return stats ? `0:${(stats.dev & 0xff) | ((stats.dev >>> 12) & 0xfff00)}` : '';
  }

  #openFileLimit(): number {
    const length = this.files.read('self/limits');
    if (isErrno(length)) return 256;
    const [, soft] = /^Max open files\s+(\d+)/m.exec(this.files.bytes.toString('latin1', 0, length)) ?? [];
    return soft === undefined ? 256 : Number(soft);
  }

  view(caller?: Caller): HostView {
    const operation = caller?.operation;
    if (operation !== undefined) {
      if (operation === this.#operation && caller === this.#viewer) return this.current;
      this.#viewer = caller;
      this.#operation = operation;
    }
    const now = performance.now();
    if (now - this.#viewedAt >= VIEW_MS) {
      this.#viewedAt = now;
      this.epoch++;
      this.current = new HostView(this);
    }
    return this.current;
  }

  /** Makes the next caller read everything anew: something was written. */
  invalidate(): void {
    this.#viewedAt = 0;
    this.#operation = 0;
    this.#isListingOld = true;
  }

  /** The size of a page of memory. */
  get pageKibibytes(): number {
    return (this.#pageKibibytes ??= this.#findPageKibibytes());
  }

  #findPageKibibytes(): number {
    const length = this.files.read('self/auxv');
    const { architecture } = this.files.calls;
    const narrow = architecture === 'arm' || architecture === 'ia32';
    return isErrno(length) ? 4 : parsePageKibibytes(this.files.bytes.subarray(0, length), narrow ? 4 : 8);
  }

  /** A value that stays as it is while the system runs. */
  constant<T>(name: string, compute: () => T): T {
    if (!this.#constants.has(name)) this.#constants.set(name, compute());
    return this.#constants.get(name) as T;
  }

  /** Whether the kernel has an optional file. One that is missing may appear when a module is loaded. */
  has(file: string): boolean {
    const known = this.#known.get(file);
    if (known && (known.exists || performance.now() - known.at < ABSENT_MS)) return known.exists;
    const path = file
      .replace(/^PID\/task\/TID\//, 'thread-self/')
      .replace(/^PID\//, 'self/')
      .replace(/^irq\/N\//, () => `irq/${this.current.interruptNumbers()[0] ?? 0}/`);
    const exists = this.files.stat(path) !== undefined;
    this.#known.set(file, { exists, at: performance.now() });
    return exists;
  }

  /** The thread of an id, as of the present view. */
  task(id: number): HostTask | undefined {
    const known = this.#tasks.get(id);
    if (known && (known.seenAt === this.epoch || known.showsLife(this.epoch))) return known;
    const stats = this.files.stat(String(id));
    if (!stats) {
      if (known) this.#forget(known);
      return undefined;
    }
    if (known && (known.inode === stats.ino || known.isStill())) {
      known.inode = stats.ino;
      known.seen(this.epoch, stats.uid, stats.gid);
      return known;
    }
    if (known) this.#forget(known);
    const task = new HostTask(this, id, stats.ino, stats.uid, stats.gid);
    task.seenAt = this.epoch;
    this.#tasks.set(id, task);
    return task;
  }

  #forget(task: HostTask): void {
    task.closeDescriptors();
    this.#tasks.delete(task.id);
  }

  /** Thread group ids greater than `after`, ascending. A listing that is carried on goes by what it began with. */
  processIds(after: number): readonly number[] {
    const now = performance.now();
    const age = now - this.#listing.at;
    if (after === 0 ? this.#isListingOld || age >= VIEW_MS : age >= LISTING_MS) {
      this.#isListingOld = false;
      const found = this.files.listNumbers('');
      const ids = isErrno(found) ? [] : found;
      this.#listing = { at: now, ids };
      if (this.#tasks.size > ids.length) this.#sweep(ids);
    }
    const { ids } = this.#listing;
    return after === 0 ? ids : ids.slice(firstGreater(ids, after));
  }

  /** All processes of the system: what the links of the root directory count besides its own directories. */
  processCount(): number {
    const stats = this.files.stat('.');
    const now = performance.now();
    if (now - this.#directories.at >= ABSENT_MS) {
      const entries = this.files.listTypes('');
      const own = isErrno(entries) ? [] : entries.filter(({ name, directory }) => directory && name.charCodeAt(0) > 0x39);
      this.#directories = { at: now, count: own.length };
    }
    return stats ? stats.nlink - 2 - this.#directories.count : 0;
  }

  /** Forgets the threads that have ended. */
  #sweep(ids: readonly number[]): void {
    const living = new Set(ids);
    for (const task of this.#tasks.values()) {
      if (!living.has(task.id) && !this.files.stat(String(task.id))) this.#forget(task);
    }
  }

  /** Makes room for one more descriptor of a thread's file: beyond the limit, those of the threads known longest go. */
  opening(): void {
    if (this.#descriptors >= this.#descriptorLimit) {
      for (const task of this.#tasks.values()) {
        task.closeDescriptors();
        if (this.#descriptors <= this.#descriptorLimit * 0.75) break;
      }
    }
    this.#descriptors++;
  }

  /** One descriptor fewer is open. */
  closed(): void {
    this.#descriptors--;
  }

  dispose(): void {
    for (const task of this.#tasks.values()) task.closeDescriptors();
    this.#tasks.clear();
    this.sysfs.dispose();
    this.controlGroups.dispose();
    this.files.dispose();
  }
}

/** The index of the first id greater than `after` in an ascending list. */
function firstGreater(ids: readonly number[], after: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] as number) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}
