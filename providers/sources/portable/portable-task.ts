/** A process of a portable machine. Its threads are not told: it has the one that leads it. */

import { EINVAL, EIO, ENOENT, EPERM, ESRCH, type Errno } from '../../../fs/errno.ts';
import { type U64, U64_MAX } from '../../../fs/u64.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { NetworkView } from '../../model/network.ts';
import type { ControlGroup, IoCounters, ResourceLimit, TaskAccounting } from '../../model/task-accounting.ts';
import type { FileAccess, MemoryRange, NamespaceName, TaskFiles } from '../../model/task-files.ts';
import { NAMESPACE_NAMES } from '../../model/task-files.ts';
import type { DescriptorInfo } from '../../model/descriptor-info.ts';
import type { AddressSpace, MemoryFile } from '../../model/task-memory.ts';
import type { Mount, TaskMounts } from '../../model/task-mounts.ts';
import type { ScheduleStatistics, TaskScheduling } from '../../model/task-scheduling.ts';
import type { TaskSecurity } from '../../model/task-security.ts';
import type { FilesOwner, MemoryPages, TaskMemory, TaskOwner, TaskStat, TaskStatus, TaskView } from '../../model/task.ts';
import { DEFAULT_SLACK, PlainScheduling } from '../plain/plain-scheduling.ts';
import { PlainSecurity } from '../plain/plain-security.ts';
import type { PlainTask } from '../plain/plain-task.ts';
import { taskMounts } from './portable-mounts.ts';
import type { ProcessTable } from './process-table.ts';
import type { Snapshot } from './snapshot.ts';

/** PF_RANDOMIZE, and PF_KTHREAD with PF_NOFREEZE and PF_FORKNOEXEC. */
const PROCESS_FLAGS = 0x40_0000;
const KERNEL_FLAGS = 0x20_8040;
const SIGCHLD = 17;
const ALL_CAPABILITIES = 0x1ff_ffff_ffff;
const TICKS = 100;
const KIB_PER_PAGE = 4;
const ZOMBIE = 'Z';
const FIRST_NAMESPACE = 0xeffffff0;
const STACK_LIMIT = 8 * 2 ** 20;
const LOCK_LIMIT = 8 * 2 ** 20;
const [OPEN_FILES, MOST_OPEN_FILES] = [1024, 524_288];
const QUEUE_LIMIT = 819_200;
/** What smaps and core dumps of a process have where nobody said anything. */
const DUMP_FILTER = 0x33;
/** Most descriptors of a process are counted in steps of so many. */
const DESCRIPTOR_SLOTS = 64;

/** What the processes of a machine share. */
export interface TaskWorld {
  /** The view that was handed out last. */
  readonly latest: KernelView;
  /** The snapshot of that view, with the processes kept up to date. */
  readonly snapshot: Snapshot;
  readonly allCpus: BitMask;
  readonly oneNode: BitMask;
  readonly network: NetworkView;
  readonly mounts: () => readonly Mount[];
  readonly mountsVersion: () => number;
}

export class PortableTask implements TaskView, PlainTask {
  readonly world: TaskWorld;
  readonly id: number;
  readonly life: number;
  #table: ProcessTable | undefined;
  #row = -1;
  #name: string | undefined;

  constructor(world: TaskWorld, id: number, life: number) {
    this.world = world;
    this.id = id;
    this.life = life;
  }

  get kernel(): KernelView {
    return this.world.latest;
  }

  get identity(): object {
    return this;
  }

  get table(): ProcessTable {
    return this.world.snapshot.processes;
  }

  /** Its row in the table; -1 where it is gone. */
  get row(): number {
    const { table } = this;
    if (table !== this.#table) {
      const row = table.find(this.id);
      this.#row = row >= 0 && table.number(row, 'life') === this.life ? row : -1;
      this.#table = table;
    }
    return this.#row;
  }

  check(): Errno | 0 {
    return this.row < 0 ? ESRCH : 0;
  }

  number(column: Parameters<ProcessTable['number']>[1]): number {
    return this.table.number(this.row, column);
  }

  get state(): string {
    return String.fromCharCode(this.number('state'));
  }

  get isKernel(): boolean {
    return this.number('kernel') === 1;
  }

  /** Whether it has memory, files and arguments. */
  get hasMemory(): boolean {
    const { state } = this;
    return !this.isKernel && state !== ZOMBIE && state !== 'X';
  }

  get name(): string {
    return this.#name ?? this.table.text(this.row, 'name');
  }

  processId(): number | Errno {
    return this.check() || this.id;
  }

  owner(): TaskOwner | Errno {
    const error = this.check();
    if (error) return error;
    const started = this.number('started');
    return { uid: this.number('uid'), gid: this.number('gid'), seconds: Math.floor(started / 1000), nanoseconds: Math.floor(started % 1000) * 1e6 };
  }

  filesOwner(): FilesOwner | Errno {
    return this.check() || (this.hasMemory ? { uid: this.number('uid'), gid: this.number('gid') } : { uid: 0, gid: 0 });
  }

  commandName(): string | Errno {
    return this.check() || this.name;
  }

  /** It is another's process: the name that is written is shown, and nobody else hears of it. */
  setCommandName(name: string): Errno | 0 {
    const error = this.check();
    if (!error) this.#name = name.slice(0, 15);
    return error;
  }

  commandLine(): Uint8Array | Errno {
    return this.check() || Buffer.from(this.table.text(this.row, 'command'), 'latin1');
  }

  stat(): TaskStat | Errno {
    const error = this.check();
    if (error) return error;
    const nice = this.number('nice');
    const terminal = this.number('terminal');
    const kernel = this.isKernel;
    return {
      pid: this.id,
      comm: this.name,
      state: this.state,
      parent: this.number('parent'),
      processGroup: kernel ? 0 : this.id,
      session: kernel ? 0 : this.id,
      terminal,
      foreground: terminal === 0 ? -1 : this.id,
      flags: kernel ? KERNEL_FLAGS : PROCESS_FLAGS,
      minorFaults: 0,
      childMinorFaults: 0,
      majorFaults: 0,
      childMajorFaults: 0,
      userTime: this.number('userTime'),
      systemTime: this.number('systemTime'),
      childUserTime: 0,
      childSystemTime: 0,
      priority: 20 + nice,
      nice,
      threads: 1,
      startTime: Math.max(0, Math.floor((this.number('started') / 1000 - this.world.snapshot.times.bootTime) * TICKS)),
      virtualSize: this.number('size') * 1024,
      residentPages: Math.floor(this.number('resident') / KIB_PER_PAGE),
      residentLimit: U64_MAX,
      codeStart: 0,
      codeEnd: 0,
      stackStart: 0,
      stackPointer: 0,
      instructionPointer: 0,
      pendingSignals: 0,
      blockedSignals: 0,
      ignoredSignals: 0,
      caughtSignals: 0,
      waiting: 0,
      exitSignal: SIGCHLD,
      processor: 0,
      realTimePriority: 0,
      policy: 0,
      blockDelay: 0,
      guestTime: 0,
      childGuestTime: 0,
      dataStart: 0,
      dataEnd: 0,
      heapStart: 0,
      argumentStart: 0,
      argumentEnd: 0,
      environmentStart: 0,
      environmentEnd: 0,
      exitCode: 0,
    };
  }

  memoryPages(): MemoryPages | Errno {
    const error = this.check();
    if (error) return error;
    const pages = (kib: number): number => Math.floor(kib / KIB_PER_PAGE);
    const resident = pages(this.number('resident'));
    return { size: pages(this.number('size')), resident, shared: 0, text: 0, data: resident };
  }

  status(): TaskStatus | Errno {
    const error = this.check();
    if (error) return error;
    const alive = this.hasMemory;
    const kernel = this.isKernel;
    const [uid, gid] = [this.number('uid'), this.number('gid')];
    const held = uid === 0 ? ALL_CAPABILITIES : 0;
    const session = kernel ? 0 : this.id;
    return {
      name: this.name,
      umask: alive || kernel ? 0o022 : undefined,
      state: this.state,
      processId: this.id,
      numaGroup: 0,
      id: this.id,
      parent: this.number('parent'),
      tracer: 0,
      uids: [uid, uid, uid, uid],
      gids: [gid, gid, gid, gid],
      descriptorSlots: alive ? DESCRIPTOR_SLOTS : 0,
      groups: [],
      namespaceIds: { processIds: [this.id], ids: [this.id], processGroups: [session], sessions: [session] },
      kernelThread: kernel,
      memory: alive ? this.#memory() : undefined,
      threads: 1,
      queuedSignals: 0,
      queuedSignalLimit: this.#most(),
      pendingSignals: 0,
      sharedPendingSignals: 0,
      blockedSignals: 0,
      ignoredSignals: 0,
      caughtSignals: 0,
      capabilities: { inheritable: 0, permitted: held, effective: held, bounding: ALL_CAPABILITIES, ambient: 0 },
      noNewPrivileges: false,
      seccomp: { mode: 0, filters: 0 },
      speculativeStoreBypass: undefined,
      speculationIndirectBranch: undefined,
      cpusAllowed: this.world.allCpus,
      memoryNodesAllowed: this.world.oneNode,
      architectureFeatures: undefined,
      voluntarySwitches: 0,
      involuntarySwitches: 0,
    };
  }

  #memory(): TaskMemory {
    const [size, resident] = [this.number('size'), this.number('resident')];
    return {
      peak: size,
      size,
      locked: 0,
      pinned: 0,
      highWater: resident,
      resident,
      residentAnonymous: resident,
      residentFile: 0,
      residentShared: 0,
      data: resident,
      stack: 0,
      executable: 0,
      libraries: 0,
      pageTables: 0,
      swapped: 0,
      hugeTlb: 0,
      coreDumping: false,
      transparentHugePages: false,
      untagMask: undefined,
    };
  }

  /** How many processes and queued signals a user may have, as Linux has it for the machine's memory. */
  #most(): number {
    return Math.max(128, Math.floor(this.world.snapshot.memory.total / 2 ** 18));
  }

  get files(): TaskFiles {
    return new PortableFiles(this);
  }

  get addressSpace(): AddressSpace {
    return new PortableAddressSpace(this);
  }

  get mounts(): TaskMounts {
    return taskMounts(() => this.check(), () => this.state === ZOMBIE, this.world.mounts, this.world.mountsVersion);
  }

  get scheduling(): TaskScheduling {
    return new PortableScheduling(this);
  }

  get accounting(): TaskAccounting {
    return new PortableAccounting(this, this.#most());
  }

  get security(): TaskSecurity {
    return new PlainSecurity(this);
  }

  network(): NetworkView | Errno {
    return this.check() || this.world.network;
  }

  threadIds(after: number): readonly number[] | Errno {
    return this.check() || (this.id > after ? [this.id] : []);
  }

  thread(threadId: number): TaskView | undefined {
    return threadId === this.id && this.row >= 0 ? this : undefined;
  }

  /** The processes that it started and that live. */
  children(): number[] {
    const { table } = this;
    const ids: number[] = [];
    for (let row = 0; row < table.length; row++) if (table.number(row, 'parent') === this.id) ids.push(table.number(row, 'pid'));
    return ids;
  }
}

/** What it has open is not told; where its program is may be. */
class PortableFiles implements TaskFiles {
  readonly #of: PortableTask;

  constructor(task: PortableTask) {
    this.#of = task;
  }

  /** Errors: ENOENT for what has no files. */
  #alive(): Errno | 0 {
    return this.#of.check() || (this.#of.hasMemory ? 0 : ENOENT);
  }

  areOpen(): boolean {
    return true;
  }

  executable(): string | Errno {
    return this.#alive() || this.#of.table.text(this.#of.row, 'executable') || ENOENT;
  }

  workingDirectory(): string | Errno {
    return this.#of.check() || (this.#of.state === ZOMBIE ? ENOENT : '/');
  }

  rootDirectory(): string | Errno {
    return this.workingDirectory();
  }

  descriptorCount(): number | Errno {
    return this.#of.check();
  }

  descriptors(): readonly number[] | Errno {
    return this.#of.check() || [];
  }

  descriptor(): FileAccess | Errno {
    return this.#of.check() || ENOENT;
  }

  descriptorLink(): string | Errno {
    return this.#of.check() || ENOENT;
  }

  descriptorInfo(): DescriptorInfo | Errno {
    return this.#of.check() || ENOENT;
  }

  namespace(name: NamespaceName): number | Errno {
    const error = this.#of.check() || (this.#of.state === ZOMBIE ? ENOENT : 0);
    return error || FIRST_NAMESPACE + NAMESPACE_NAMES.indexOf(name.replace(/_for_children$/, '') as NamespaceName);
  }

  mappedFiles(): readonly MemoryRange[] | Errno {
    return this.#alive() || [];
  }

  mappedFile(): FileAccess | Errno {
    return this.#alive() || ENOENT;
  }

  mappedFileLink(): string | Errno {
    return this.#alive() || ENOENT;
  }
}

const NO_BYTES: MemoryFile = { read: () => EIO, write: () => EPERM, close: () => undefined };

/** What is mapped where is not told. */
class PortableAddressSpace implements AddressSpace {
  readonly #of: PortableTask;

  constructor(task: PortableTask) {
    this.#of = task;
  }

  #nothing(): readonly never[] | Errno {
    return this.#of.check() || [];
  }

  generation(): string | Errno {
    return this.#of.check() || String(this.#of.life);
  }

  access(): Errno | 0 {
    return this.#of.check();
  }

  mappings(): readonly never[] | Errno {
    return this.#nothing();
  }

  mappingUsages(): readonly never[] | Errno {
    return this.#nothing();
  }

  totalUsage(): Errno {
    return ESRCH;
  }

  numaMappings(): readonly never[] | Errno {
    return this.#nothing();
  }

  environment(): Uint8Array | Errno {
    return this.#of.check() || (this.#of.hasMemory ? new Uint8Array(0) : ESRCH);
  }

  /** AT_NULL alone. */
  auxiliaryVector(): Uint8Array | Errno {
    return this.#of.check() || (this.#of.hasMemory ? new Uint8Array(16) : ESRCH);
  }

  openBytes(): MemoryFile | Errno {
    return this.#of.check() || (this.#of.hasMemory ? NO_BYTES : ESRCH);
  }

  openPageMap(): MemoryFile | Errno {
    return this.openBytes();
  }

  clearReferences(): Errno {
    return this.#of.check() || EPERM;
  }

  coredumpFilter(): number | undefined | Errno {
    return this.#of.check() || (this.#of.hasMemory ? DUMP_FILTER : undefined);
  }

  setCoredumpFilter(): Errno {
    return this.#of.check() || EPERM;
  }

  mergingPages(): U64 | undefined | Errno {
    return this.#of.check() || undefined;
  }

  samePageMerging(): undefined | Errno {
    return this.#of.check() || undefined;
  }
}

class PortableScheduling extends PlainScheduling {
  readonly #task: PortableTask;

  constructor(task: PortableTask) {
    super(task);
    this.#task = task;
  }

  statistics(): ScheduleStatistics | Errno {
    return this.of.check() || { runTime: (this.#task.number('userTime') + this.#task.number('systemTime')) * 1e7, waitTime: 0, slices: 0 };
  }

  timerSlack(): U64 | Errno {
    return this.of.check() || DEFAULT_SLACK;
  }

  setTimerSlack(): Errno {
    return this.of.check() || EPERM;
  }
}

class PortableAccounting implements TaskAccounting {
  readonly #of: PortableTask;
  readonly #most: number;

  constructor(task: PortableTask, most: number) {
    this.#of = task;
    this.#most = most;
  }

  /** What Linux begins with. */
  limits(): readonly ResourceLimit[] | Errno {
    const both = (limit: U64): ResourceLimit => ({ soft: limit, hard: limit });
    const free = both(U64_MAX);
    const most = both(this.#most);
    return (
      this.#of.check() || [
        free,
        free,
        free,
        { soft: STACK_LIMIT, hard: U64_MAX },
        { soft: 0, hard: U64_MAX },
        free,
        most,
        { soft: OPEN_FILES, hard: MOST_OPEN_FILES },
        both(LOCK_LIMIT),
        free,
        free,
        most,
        both(QUEUE_LIMIT),
        both(0),
        both(0),
        free,
      ]
    );
  }

  io(): IoCounters | Errno {
    return this.#of.check() || { charactersRead: 0, charactersWritten: 0, readCalls: 0, writeCalls: 0, bytesRead: 0, bytesWritten: 0, bytesCancelled: 0 };
  }

  controlGroups(): readonly ControlGroup[] | Errno {
    return this.#of.check() || [{ hierarchy: 0, controllers: [], path: '/' }];
  }

  cpuset(): string | Errno {
    return this.#of.check() || '/';
  }

  resourceControlGroups(): { readonly control: string; readonly monitoring: string } | Errno {
    return this.#of.check() || { control: '', monitoring: '' };
  }

  /** As Linux has it for what is resident: thousandths of memory and swap (mm/oom_kill.c oom_badness). */
  killScore(): U64 | Errno {
    const error = this.#of.check();
    if (error) return error;
    const { total, swap } = this.#of.world.snapshot.memory;
    if (!this.#of.hasMemory || total + swap === 0) return 0;
    const points = (this.#of.number('resident') * 1024 * 1000) / (total + swap);
    return Math.max(0, Math.floor(((1000 + points) * 2) / 3));
  }

  killAdjustment(): { readonly adjustment: number } | Errno {
    return this.#of.check() || { adjustment: 0 };
  }

  setKillAdjustment(adjustment: number): Errno | 0 {
    return adjustment < -1000 || adjustment > 1000 ? EINVAL : this.#of.check() || EPERM;
  }

  setLegacyKillAdjustment(): Errno | 0 {
    return this.#of.check() || EPERM;
  }

  children(): readonly number[] | Errno {
    return this.#of.check() || this.#of.children();
  }
}
