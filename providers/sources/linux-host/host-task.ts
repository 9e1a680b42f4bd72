/** A thread of a Linux host. */

import { constants, writeSync } from 'node:fs';
import { EINVAL, ENOENT, ESRCH, type Errno, errnoFromHost, isErrno } from '../../../fs/errno.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { MemoryPages, TaskOwner, TaskStat, TaskStatus, TaskView } from '../../model/task.ts';
import type { NetworkView } from '../../model/network.ts';
import type { TaskFiles } from '../../model/task-files.ts';
import { HostNetwork } from './host-network.ts';
import type { HostSource } from './host-source.ts';
import { HostAccounting } from './host-accounting.ts';
import { HostAddressSpace } from './host-address-space.ts';
import { HostScheduling } from './host-scheduling.ts';
import { HostSecurity } from './host-security.ts';
import { HostTaskFiles } from './host-task-files.ts';
import { HostTaskMounts } from './host-task-mounts.ts';
import { parseStat, parseStatm, parseStatus } from './parse-task.ts';
import type { Scanner } from './scanner.ts';

/** A value, the view that it was read for, and the bytes that it was parsed from. */
interface Remembered {
  epoch: number;
  value: unknown;
  bytes: Buffer;
  length: number;
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
  readonly #statPath: string;
  readonly #statusPath: string;
  readonly #descriptors = new Map<string, number>();
  readonly #remembered = new Map<string, Remembered>();
  #files: HostTaskFiles | undefined;
  #addressSpace: HostAddressSpace | undefined;
  #mounts: HostTaskMounts | undefined;
  #scheduling: HostScheduling | undefined;
  #accounting: HostAccounting | undefined;
  #security: HostSecurity | undefined;
  #network: HostNetwork | undefined;
  #processId: number | undefined;
  #owner: TaskOwner | undefined;
  #uid: number;
  #gid: number;
  /** The view at which it was last seen to live. */
  seenAt = -1;

  constructor(source: HostSource, id: number, inode: number, uid: number, gid: number) {
    this.#source = source;
    this.id = id;
    this.inode = inode;
    this.#statPath = `${id}/stat`;
    this.#statusPath = `${id}/status`;
    this.#uid = uid;
    this.#gid = gid;
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
    if (uid === this.#uid && gid === this.#gid) return;
    this.#uid = uid;
    this.#gid = gid;
    this.#owner = undefined;
  }

  /**
   * Reads a file of the thread, once for each view, and parses it unless it reads as it did the last time: most threads
   * are idle, and then even the value is the same object.
   */
  #parsed<T>(path: string, parse: (scanner: Scanner) => T): T | Errno {
    const source = this.#source;
    const known = this.#remembered.get(path);
    if (known && known.epoch === source.epoch) return known.value as T | Errno;
    const length = this.#readKept(path);
    if (isErrno(length)) return length;
    if (length === 0) return ESRCH;
    const { bytes } = source.files;
    if (known) {
      known.epoch = source.epoch;
      if (known.length === length && bytes.compare(known.bytes, 0, length, 0, length) === 0) return known.value as T;
      known.value = parse(source.scanner.reset(bytes, length));
      if (known.bytes.length < length) known.bytes = Buffer.allocUnsafeSlow(length + 64);
      bytes.copy(known.bytes, 0, 0, length);
      known.length = length;
      return known.value as T;
    }
    const value = parse(source.scanner.reset(bytes, length));
    this.#remembered.set(path, { epoch: source.epoch, value, bytes: Buffer.from(bytes.subarray(0, length)), length });
    return value;
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
    if (this.#owner) return this.#owner;
    const stat = this.stat(true);
    if (isErrno(stat)) return stat;
    const ticks = Number(stat.startTime);
    this.#owner = {
      uid: this.#uid,
      gid: this.#gid,
      seconds: Number(this.kernel.statistics().bootTime) + Math.floor(ticks / 100),
      nanoseconds: (ticks % 100) * 1e7,
    };
    return this.#owner;
  }

  #threadPath(file: string): string | Errno {
    const process = this.processId();
    return isErrno(process) ? process : `${process}/task/${this.id}/${file}`;
  }

  /**
   * Opens a file of the thread's directory, or of another that is named after it, and makes sure that it is this
   * thread's and not that of one which has got the id since. Errors: ESRCH.
   */
  open(path: string, flags: number | string = 'r'): number | Errno {
    const { files } = this.#source;
    const descriptor = files.open(path, flags);
    if (isErrno(descriptor)) return descriptor === ENOENT ? ESRCH : descriptor;
    // While the directory is still there, whatever was opened under its name before belongs to it.
    if (files.stat(String(this.id))?.ino === this.inode) return descriptor;
    files.close(descriptor);
    return ESRCH;
  }

  /** The bytes of a file of the thread as they are now, borrowed until the next read. */
  readBytes(file: string, path = `${this.id}/${file}`): Buffer | Errno {
    const { files } = this.#source;
    const descriptor = this.open(path);
    if (isErrno(descriptor)) return descriptor;
    const length = files.readAll(descriptor);
    files.close(descriptor);
    return isErrno(length) ? length : files.bytes.subarray(0, length);
  }

  /** A file of the thread as it is now, parsed; it may be empty. */
  read<T>(file: string, parse: (scanner: Scanner) => T): T | Errno {
    const bytes = this.readBytes(file);
    return isErrno(bytes) ? bytes : parse(this.#source.scanner.reset(bytes));
  }

  /** As `read`, of what /proc/PID/task/TID has otherwise than /proc/TID. */
  readOfThread<T>(file: string, parse: (scanner: Scanner) => T): T | Errno {
    const path = this.#threadPath(file);
    if (isErrno(path)) return path;
    const bytes = this.readBytes(file, path);
    return isErrno(bytes) ? bytes : parse(this.#source.scanner.reset(bytes));
  }

  /** Writes a value to a file of the thread in one write(2), and has everything read anew. */
  write(file: string, text: string): Errno | 0 {
    const { files } = this.#source;
    const descriptor = this.open(`${this.id}/${file}`, constants.O_WRONLY);
    if (isErrno(descriptor)) return descriptor;
    try {
      writeSync(descriptor, text, null, 'latin1');
      return 0;
    } catch (error) {
      return errnoFromHost(error);
    } finally {
      files.close(descriptor);
      this.#source.invalidate();
    }
  }

  stat(whole: boolean): TaskStat | Errno {
    const path = whole ? this.#statPath : this.#threadPath('stat');
    return isErrno(path) ? path : this.#parsed(path, parseStat);
  }

  memoryPages(): MemoryPages | Errno {
    return this.#parsed(`${this.id}/statm`, parseStatm);
  }

  status(): TaskStatus | Errno {
    return this.#parsed(this.#statusPath, parseStatus);
  }

  commandLine(): Uint8Array | Errno {
    const length = this.#readKept(`${this.id}/cmdline`);
    return isErrno(length) ? length : this.#source.files.bytes.subarray(0, length);
  }

  commandName(): string | Errno {
    const stat = this.stat(true);
    return isErrno(stat) ? stat : stat.comm;
  }

  /** The kernel lets a process name its own threads alone. */
  setCommandName(): Errno {
    return EINVAL;
  }

  get addressSpace(): HostAddressSpace {
    return (this.#addressSpace ??= new HostAddressSpace(this));
  }

  get mounts(): HostTaskMounts {
    return (this.#mounts ??= new HostTaskMounts(this, this.#source));
  }

  get scheduling(): HostScheduling {
    return (this.#scheduling ??= new HostScheduling(this));
  }

  get accounting(): HostAccounting {
    return (this.#accounting ??= new HostAccounting(this));
  }

  get security(): HostSecurity {
    return (this.#security ??= new HostSecurity(this, this.#source));
  }

  get files(): TaskFiles {
    return (this.#files ??= new HostTaskFiles(this.#source, this.id));
  }

  network(): NetworkView | Errno {
    return (this.#network ??= new HostNetwork(this.#source, this.id));
  }

  threadIds(after: number): readonly number[] | Errno {
    const all = this.#source.files.listNumbers(`${this.id}/task`);
    return isErrno(all) || after === 0 ? all : all.filter((id) => id > after);
  }

  thread(threadId: number): TaskView | undefined {
    const task = this.#source.current.task(threadId);
    return task && task.processId() === this.processId() ? task : undefined;
  }
}
