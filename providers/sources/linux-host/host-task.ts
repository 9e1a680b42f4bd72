/** A thread of a Linux host. */

import { ESRCH, type Errno, isErrno } from '../../../fs/errno.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { MemoryPages, TaskOwner, TaskStat, TaskStatus, TaskView } from '../../model/task.ts';
import type { HostSource } from './host-source.ts';
import { parseStat, parseStatm, parseStatus } from './parse-task.ts';
import type { Scanner } from './scanner.ts';

/** A value and the view that it was read for. */
interface Remembered {
  readonly epoch: number;
  readonly value: unknown;
}

/**
 * It lives as long as the thread, and keeps descriptors of its hot files: a descriptor of a thread that has ended
 * gives ESRCH for ever, so a thread id that is used again is never taken for the old one.
 */
export class HostTask implements TaskView {
  readonly id: number;
  readonly #source: HostSource;
  /** The inode number of the thread's directory: another one means another thread. */
  readonly inode: number;
  readonly #descriptors = new Map<string, number>();
  readonly #remembered = new Map<string, Remembered>();
  #started: { seconds: number; nanoseconds: number } | undefined;
  #processId: number | undefined;
  #owner: { uid: number; gid: number };
  /** The view at which it was last seen to live. */
  seenAt = -1;

  constructor(source: HostSource, id: number, inode: number, owner: { uid: number; gid: number }) {
    this.#source = source;
    this.id = id;
    this.inode = inode;
    this.#owner = owner;
  }

  get kernel(): KernelView {
    return this.#source.current;
  }

  get identity(): object {
    return this;
  }

  /** Takes note of what a check of its directory showed. */
  seen(epoch: number, uid: number, gid: number): void {
    this.seenAt = epoch;
    if (uid !== this.#owner.uid || gid !== this.#owner.gid) this.#owner = { uid, gid };
  }

  /** Computes a value once for each view. */
  #once<T>(key: string, compute: () => T): T {
    const known = this.#remembered.get(key);
    if (known && known.epoch === this.#source.epoch) return known.value as T;
    const value = compute();
    this.#remembered.set(key, { epoch: this.#source.epoch, value });
    return value;
  }

  /** Reads a file of the thread through a descriptor that stays open, and parses it. */
  #parse<T>(path: string, parse: (scanner: Scanner) => T): T | Errno {
    const length = this.#readKept(path);
    if (isErrno(length)) return length;
    return length === 0 ? ESRCH : parse(this.#source.scanner.reset(this.#source.files.bytes, length));
  }

  #readKept(path: string): number | Errno {
    const { files } = this.#source;
    let descriptor = this.#descriptors.get(path);
    if (descriptor === undefined) {
      const opened = files.open(path);
      if (isErrno(opened)) return opened;
      descriptor = opened;
      this.#descriptors.set(path, descriptor);
      this.#source.countDescriptor(this);
    }
    const length = files.readOnce(descriptor);
    if (length === ESRCH) this.closeDescriptors();
    return length;
  }

  /** How many descriptors it holds. */
  get descriptors(): number {
    return this.#descriptors.size;
  }

  closeDescriptors(): void {
    for (const descriptor of this.#descriptors.values()) this.#source.files.close(descriptor);
    this.#source.uncountDescriptors(this.#descriptors.size);
    this.#descriptors.clear();
  }

  processId(): number | Errno {
    if (this.#processId === undefined) {
      const status = this.status();
      if (isErrno(status)) return status;
      this.#processId = status.processId;
    }
    return this.#processId;
  }

  owner(): TaskOwner | Errno {
    if (!this.#started) {
      const stat = this.stat(true);
      if (isErrno(stat)) return stat;
      const ticks = Number(stat.startTime);
      this.#started = {
        seconds: Number(this.kernel.statistics().bootTime) + Math.floor(ticks / 100),
        nanoseconds: (ticks % 100) * 1e7,
      };
    }
    return { ...this.#owner, ...this.#started };
  }

  #threadPath(file: string): string | Errno {
    const process = this.processId();
    return isErrno(process) ? process : `${process}/task/${this.id}/${file}`;
  }

  stat(whole: boolean): TaskStat | Errno {
    return this.#once(whole ? 'stat' : 'task/stat', () => {
      const path = whole ? `${this.id}/stat` : this.#threadPath('stat');
      return isErrno(path) ? path : this.#parse(path, parseStat);
    });
  }

  memoryPages(): MemoryPages | Errno {
    return this.#once('statm', () => this.#parse(`${this.id}/statm`, parseStatm));
  }

  status(): TaskStatus | Errno {
    return this.#once('status', () => this.#parse(`${this.id}/status`, parseStatus));
  }

  commandLine(): Uint8Array | Errno {
    const length = this.#readKept(`${this.id}/cmdline`);
    return isErrno(length) ? length : this.#source.files.bytes.subarray(0, length);
  }

  commandName(): string | Errno {
    const stat = this.stat(true);
    return isErrno(stat) ? stat : stat.comm;
  }

  threadIds(after: number): readonly number[] | Errno {
    const all = this.#once('task', () => this.#source.files.listNumbers(`${this.id}/task`));
    return isErrno(all) || after === 0 ? all : all.filter((id) => id > after);
  }

  thread(threadId: number): TaskView | undefined {
    const task = this.#source.current.task(threadId);
    return task && task.processId() === this.processId() ? task : undefined;
  }
}
