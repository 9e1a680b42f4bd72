/** A process of a portable machine. Its threads are not told: it has the one that leads it. */

import { ESRCH, type Errno } from '../../../fs/errno.ts';
import { U64_MAX } from '../../../fs/u64.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { NetworkView } from '../../model/network.ts';
import type { TaskAccounting } from '../../model/task-accounting.ts';
import type { TaskFiles } from '../../model/task-files.ts';
import type { AddressSpace } from '../../model/task-memory.ts';
import type { Mount, TaskMounts } from '../../model/task-mounts.ts';
import type { Autogroup, ScheduleStatistics, TaskScheduling } from '../../model/task-scheduling.ts';
import type { TaskSecurity } from '../../model/task-security.ts';
import type { FilesOwner, MemoryPages, TaskMemory, TaskOwner, TaskStat, TaskStatus, TaskView } from '../../model/task.ts';
import { PlainScheduling } from '../plain/plain-scheduling.ts';
import { PlainSecurity, UNSET } from '../plain/plain-security.ts';
import type { PlainTask } from '../plain/plain-task.ts';
import { PortableAccounting } from './portable-accounting.ts';
import { PortableAddressSpace } from './portable-address-space.ts';
import { PortableFiles } from './portable-files.ts';
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
  #addressSpace: PortableAddressSpace | undefined;
  #scheduling: PortableScheduling | undefined;
  #security: PortableSecurity | undefined;
  /** How much its badness is changed, as it was written here. */
  killAdjustment: number = 0;

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
    return (this.#addressSpace ??= new PortableAddressSpace(this));
  }

  get mounts(): TaskMounts {
    return taskMounts(() => this.check(), () => this.state === ZOMBIE, this.world.mounts, this.world.mountsVersion);
  }

  get scheduling(): TaskScheduling {
    return (this.#scheduling ??= new PortableScheduling(this));
  }

  get accounting(): TaskAccounting {
    return new PortableAccounting(this, this.#most());
  }

  get security(): TaskSecurity {
    return (this.#security ??= new PortableSecurity(this));
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

class PortableSecurity extends PlainSecurity {
  /** Who logged in, as it was written here. */
  #login: number = UNSET;

  override loginUser(): number | Errno {
    return this.of.check() || this.#login;
  }

  /** It is another's process: what is written is shown, and nobody else hears of it. */
  override setLoginUser(user: number): Errno | 0 {
    const error = this.of.check();
    if (!error) this.#login = user;
    return error;
  }
}

class PortableScheduling extends PlainScheduling {
  readonly #task: PortableTask;
  /** How nice its group of processes is, as it was written here. */
  #groupNice = 0;

  constructor(task: PortableTask) {
    super(task);
    this.#task = task;
  }

  statistics(): ScheduleStatistics | Errno {
    return this.of.check() || { runTime: (this.#task.number('userTime') + this.#task.number('systemTime')) * 1e7, waitTime: 0, slices: 0 };
  }

  /** That of its session, which is its own; threads of the kernel are in none (kernel/sched/autogroup.c). */
  override autogroup(): Autogroup | undefined | Errno {
    return this.of.check() || (this.#task.isKernel ? undefined : { id: this.#task.id, nice: this.#groupNice });
  }

  /** It is another's process: what is written is shown, and nobody else hears of it. */
  override setAutogroupNice(nice: number): Errno | 0 {
    const error = this.of.check();
    if (!error && !this.#task.isKernel) this.#groupNice = nice;
    return error;
  }
}
