/** A thread of a Linux host. */

import { EINVAL, ENOENT, EROFS, ESRCH, type Errno, isErrno } from '../../../fs/errno.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { FilesOwner, MemoryPages, TaskMemory, TaskOwner, TaskStat, TaskStatus, TaskView } from '../../model/task.ts';
import type { NetworkView } from '../../model/network.ts';
import type { TaskFiles } from '../../model/task-files.ts';
import { rememberedWrite } from '../remembered-writes.ts';
import { READ, WRITE } from './host-calls.ts';
import { HostNetwork } from './host-network.ts';
import type { HostSource } from './host-source.ts';
import { HostAccounting } from './host-accounting.ts';
import { HostAddressSpace } from './host-address-space.ts';
import { HostScheduling } from './host-scheduling.ts';
import { HostSecurity } from './host-security.ts';
import { HostTaskFiles } from './host-task-files.ts';
import { HostTaskMounts } from './host-task-mounts.ts';
import { KeptDescriptor, KeptFile } from './kept-file.ts';
import { NO_PAGES, pagesOfMemory } from './memory-pages.ts';
import { amendStatus, parseStat, parseStatm, parseStatus } from './parse-task.ts';
import type { Scanner } from './scanner.ts';

/** A view may end while somebody is at a thread, who then comes to it in two of them before asking for its status. */
const LOOKS = 2;
const ROOT: FilesOwner = { uid: 0, gid: 0 };
const NOTHING = new Uint8Array(0);

/**
 * It lives as long as the thread, and keeps descriptors of its hot files: a descriptor of a thread that has ended
 * gives ESRCH for ever, so a thread id that is used again is never taken for the old one.
 */
export class HostTask implements TaskView {
  readonly id: number;
  readonly #source: HostSource;
  /** The inode number of the thread's directory: as long as it is the same, so is the thread. */
  inode: number;
  readonly #stat: KeptFile<TaskStat>;
  readonly #statm: KeptFile<MemoryPages>;
  readonly #status: KeptFile<TaskStatus>;
  readonly #cmdline: KeptDescriptor;
  /** The thread's own figures, where they differ from the process's; opened when first asked for. */
  #threadStat: KeptFile<TaskStat> | undefined;
  #files: HostTaskFiles | undefined;
  #addressSpace: HostAddressSpace | undefined;
  #mounts: HostTaskMounts | undefined;
  #scheduling: HostScheduling | undefined;
  #accounting: HostAccounting | undefined;
  #security: HostSecurity | undefined;
  #network: HostNetwork | undefined;
  #processId: number | undefined;
  #owner: TaskOwner | undefined;
  #filesOwner: FilesOwner | undefined;
  #filesOwnerEpoch = -1;
  #pagesOf: TaskMemory | undefined;
  #pages: MemoryPages | undefined;
  #uid: number;
  #gid: number;
  /** What was written to files of a process that cannot be changed. */
  #remembered: Map<string, Buffer> | undefined;
  /** The view at which it was last seen to live. */
  seenAt = -1;
  /** How often it may still be looked at by its status: each time that somebody asks for it brings it back to the most. */
  #looks = 0;

  constructor(source: HostSource, id: number, inode: number, uid: number, gid: number) {
    this.#source = source;
    this.id = id;
    this.inode = inode;
    this.#stat = new KeptFile(source, `${id}/stat`, parseStat);
    this.#statm = new KeptFile(source, `${id}/statm`, parseStatm);
    this.#status = new KeptFile(source, `${id}/status`, parseStatus, amendStatus);
    this.#cmdline = new KeptDescriptor(source, `${id}/cmdline`);
    this.#uid = uid;
    this.#gid = gid;
  }

  get kernel(): KernelView {
    return this.#source.current;
  }

  get identity(): object {
    return this;
  }

  /**
   * Looks whether it lives by its status, if that is likely to be asked for next: whoever goes through all processes and
   * asks for it each time has it read once for both.
   */
  showsLife(epoch: number): boolean {
    if (this.#looks === 0 || !this.#status.isOpen) return false;
    this.#looks--;
    const status = this.#status.value();
    if (status === undefined || isErrno(status)) return false;
    this.seen(epoch, status.uids[1], status.gids[1]);
    return true;
  }

  /** Takes note of what a check of its directory showed. */
  seen(epoch: number, uid: number, gid: number): void {
    this.seenAt = epoch;
    if (uid === this.#uid && gid === this.#gid) return;
    this.#uid = uid;
    this.#gid = gid;
    this.#owner = undefined;
  }

  /** The value of a file that is never empty while the thread lives. */
  #valueOf<T>(file: KeptFile<T>): T | Errno {
    const value = file.value();
    if (value === undefined || !isErrno(value)) return value ?? ESRCH;
    if (value === ESRCH) this.closeDescriptors();
    return value;
  }

  closeDescriptors(): void {
    for (const file of [this.#stat, this.#statm, this.#status, this.#cmdline, this.#threadStat]) file?.close();
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

  filesOwner(): FilesOwner | Errno {
    // Root's files are root's, whether or not they may be dumped.
    if (this.#uid === 0 && this.#gid === 0) return ROOT;
    const { epoch, files } = this.#source;
    if (this.#filesOwner && this.#filesOwnerEpoch === epoch) return this.#filesOwner;
    const stats = files.stat(`${this.id}/stat`);
    if (!stats) return ESRCH;
    const { uid, gid } = stats;
    if (this.#filesOwner?.uid !== uid || this.#filesOwner.gid !== gid) this.#filesOwner = { uid, gid };
    this.#filesOwnerEpoch = epoch;
    return this.#filesOwner;
  }

  /**
   * Whether its id still means this thread, asked when the directory has another inode number: the kernel makes a new
   * inode for one that was not in use, too.
   */
  isStill(): boolean {
    if (this.#stat.isOpen) return !isErrno(this.#stat.read());
    const before = this.#stat.last;
    const { files, scanner } = this.#source;
    const length = before ? files.read(`${this.id}/stat`) : ESRCH;
    return !isErrno(length) && parseStat(scanner.reset(files.bytes, length)).startTime === before?.startTime;
  }

  /** Whether what was just read under its id was this thread's, not that of one which has got the id since. */
  isNow(): boolean {
    return this.#source.files.stat(String(this.id))?.ino === this.inode;
  }

  #threadPath(file: string): string | Errno {
    const process = this.processId();
    return isErrno(process) ? process : `${process}/task/${this.id}/${file}`;
  }

  /**
   * Opens a file of the thread's directory, or of another that is named after it, and makes sure that it is this
   * thread's and not that of one which has got the id since. Errors: ESRCH.
   */
  open(path: string, flags: number = READ): number | Errno {
    const { files } = this.#source;
    const descriptor = files.open(path, flags);
    if (isErrno(descriptor)) return descriptor === ENOENT ? ESRCH : descriptor;
    // While the directory is still there, whatever was opened under its name before belongs to it.
    if (this.isNow() || this.isStill()) return descriptor;
    files.close(descriptor);
    return ESRCH;
  }

  /** The bytes of a file of the thread as they are now, borrowed until the next read. */
  readBytes(file: string, path = `${this.id}/${file}`): Buffer | Errno {
    const { files } = this.#source;
    const remembered = files.calls.live ? undefined : this.#rememberedOf(file);
    if (remembered) return remembered;
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

  /** What was written to a file that cannot take it, of the thread or of its process. */
  #rememberedOf(file: string): Buffer | undefined {
    const leader = this.#leader();
    return this.#remembered?.get(file) ?? (leader && leader.#remembered?.get(file));
  }

  #leader(): HostTask | undefined {
    const process = this.processId();
    return isErrno(process) || process === this.id ? undefined : this.#source.task(process);
  }

  #remember(file: string, text: string): Errno | 0 {
    const write = rememberedWrite(file, text, () => {
      const bytes = this.readBytes(file);
      return isErrno(bytes) ? '' : bytes.toString('latin1');
    });
    if (!write) return EROFS;
    const whose = write.ofProcess ? (this.#leader() ?? this) : this;
    (whose.#remembered ??= new Map()).set(write.file, Buffer.from(write.text, 'latin1'));
    this.#source.invalidate();
    return 0;
  }

  /** Whether it is of this machine, and not of a recorded one. */
  get isLive(): boolean {
    return this.#source.files.calls.live;
  }

  /** Writes a value to a file of the thread in one write(2), and has everything read anew. */
  write(file: string, text: string): Errno | 0 {
    const { files } = this.#source;
    if (!files.calls.live) return this.#remember(file, text);
    const descriptor = this.open(`${this.id}/${file}`, WRITE);
    if (isErrno(descriptor)) return descriptor;
    const bytes = Buffer.from(text, 'latin1');
    const count = files.calls.write(descriptor, bytes, 0, bytes.length, null);
    files.close(descriptor);
    this.#source.invalidate();
    return isErrno(count) ? count : 0;
  }

  stat(whole: boolean): TaskStat | Errno {
    if (whole) return this.#valueOf(this.#stat);
    const path = this.#threadPath('stat');
    if (isErrno(path)) return path;
    return this.#valueOf((this.#threadStat ??= new KeptFile(this.#source, path, parseStat)));
  }

  /** Whoever goes through all processes has its status read in this view; all that statm says follows from it. */
  memoryPages(): MemoryPages | Errno {
    // A recording has both, of two moments: what each said is told as it was.
    const status = this.#source.files.calls.live ? this.#status.current : undefined;
    if (!status) return this.#valueOf(this.#statm);
    const { memory } = status;
    if (!memory) return NO_PAGES;
    // Most have as much as the last time.
    if (memory !== this.#pagesOf) {
      this.#pagesOf = memory;
      this.#pages = pagesOfMemory(memory, this.#source.pageKibibytes);
    }
    return this.#pages ?? this.#valueOf(this.#statm);
  }

  status(): TaskStatus | Errno {
    this.#looks = LOOKS;
    return this.#valueOf(this.#status);
  }

  commandLine(): Uint8Array | Errno {
    // It lies in the thread's memory.
    const status = this.#status.current;
    if (status && !status.memory) return NOTHING;
    const length = this.#cmdline.read();
    return isErrno(length) ? length : this.#source.files.bytes.subarray(0, length);
  }

  commandName(): string | Errno {
    // Likewise: a worker of the kernel's is called by what it does at the moment.
    const name = this.#source.files.calls.live ? ESRCH : this.readBytes('comm');
    if (!isErrno(name)) return name.toString('latin1', 0, Math.max(0, name.length - 1));
    const stat = this.stat(true);
    return isErrno(stat) ? stat : stat.comm;
  }

  /** The kernel lets a process name its own threads alone. */
  setCommandName(): Errno {
    return EINVAL;
  }

  get addressSpace(): HostAddressSpace {
    return (this.#addressSpace ??= new HostAddressSpace(this, this.#source.files.calls));
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
    return (this.#security ??= new HostSecurity(this));
  }

  get files(): TaskFiles {
    return (this.#files ??= new HostTaskFiles(this, this.#source));
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
