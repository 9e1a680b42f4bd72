/** A thread of a simulated machine. */

import { ESRCH, type Errno } from '../../../fs/errno.ts';
import { makeDevice } from '../../../fs/stat.ts';
import { U64_MAX } from '../../../fs/u64.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { NetworkView } from '../../model/network.ts';
import type { TaskAccounting } from '../../model/task-accounting.ts';
import type { TaskFiles } from '../../model/task-files.ts';
import type { AddressSpace } from '../../model/task-memory.ts';
import type { TaskMounts } from '../../model/task-mounts.ts';
import type { TaskScheduling } from '../../model/task-scheduling.ts';
import type { TaskSecurity } from '../../model/task-security.ts';
import type { FilesOwner, MemoryPages, TaskMemory, TaskOwner, TaskStat, TaskStatus, TaskView } from '../../model/task.ts';
import type { PlainTask } from '../plain/plain-task.ts';
import { PlainSecurity, UNSET } from '../plain/plain-security.ts';
import { type Layout, layoutOf } from './address-layout.ts';
import { scramble } from './chance.ts';
import type { Template } from './machine.ts';
import { PAGE, type ProcessPages, mostPages, pagesOf } from './memory-state.ts';
import type { Life } from './population.ts';
import { SimulatedAccounting } from './simulated-accounting.ts';
import { SimulatedAddressSpace } from './simulated-address-space.ts';
import { SimulatedFiles } from './simulated-files.ts';
import { SimulatedMounts } from './simulated-mounts.ts';
import { SimulatedScheduling } from './simulated-scheduling.ts';
import type { Simulation } from './simulation.ts';
import type { Sockets } from './sockets.ts';

/** PF_RANDOMIZE, and PF_KTHREAD with PF_NOFREEZE and PF_FORKNOEXEC. */
const PROCESS_FLAGS = 0x40_0000;
const KERNEL_FLAGS = 0x20_8040;
/** The major number of pseudo-terminals. */
const TERMINAL_MAJOR = 136;
const SIGCHLD = 17;
const ALL_CAPABILITIES = 0x1ff_ffff_ffff;
/** How far below the end of the stack arguments begin; half of it is for the environment. */
const ARGUMENTS = 0x1000;
const NOTHING_REAPED = { user: 0, system: 0 };
/** Seconds that a task stays on one CPU. */
const STAY_SECONDS = 5;
/** Largest name, bytes. */
const COMM = 15;

/** What all tasks of a machine share. */
export interface TaskWorld {
  /** The view that was handed out last. */
  readonly latest: KernelView;
  readonly simulation: Simulation;
  readonly sockets: Sockets;
  readonly network: NetworkView;
  readonly mounts: SimulatedMounts;
  readonly allCpus: BitMask;
  readonly allNodes: BitMask;
  taskOf(life: Life, thread: number): SimulatedTask;
}

export class SimulatedTask implements TaskView, PlainTask {
  readonly workedOut: true = true;
  readonly stays: boolean;
  readonly world: TaskWorld;
  readonly life: Life;
  /** Its number among the threads of the process; 0 leads them. */
  readonly number: number;
  readonly template: Template;
  /** What never changes, once it was asked for; the name until another is written. */
  #name: string | undefined;
  #arguments: string | undefined;
  #parent = -1;
  #leader: SimulatedTask | undefined;
  /** How nice the group of processes is that it leads, as it was written. */
  groupNice: number = 0;
  #files: TaskFiles | undefined;
  #addressSpace: AddressSpace | undefined;
  #scheduling: TaskScheduling | undefined;
  #accounting: TaskAccounting | undefined;
  #security: TaskSecurity | undefined;

  constructor(world: TaskWorld, life: Life, number: number) {
    this.world = world;
    this.life = life;
    this.number = number;
    this.template = world.simulation.population.template(life.slot);
    this.stays = life.next === Number.POSITIVE_INFINITY;
  }

  get kernel(): KernelView {
    return this.world.latest;
  }

  get identity(): object {
    return this;
  }

  get id(): number {
    return this.life.pid + this.number;
  }

  get time(): number {
    return this.world.simulation.time;
  }

  check(): Errno | 0 {
    return this.time < this.life.gone ? 0 : ESRCH;
  }

  /** Whether it has ended, and waits for its parent. */
  get isZombie(): boolean {
    return this.template.text.state === 'Z' || this.time >= this.life.end;
  }

  /** Whether it has memory, files and arguments. */
  get hasMemory(): boolean {
    return !this.template.kernel && !this.isZombie;
  }

  /** The process that started its own; 0 for the first ones. Parents stay. */
  get parentId(): number {
    if (this.#parent < 0) this.#parent = this.#findParent();
    return this.#parent;
  }

  #findParent(): number {
    const { population } = this.world.simulation;
    if (this.template.kernel && this.template.text.name === 'kthreadd') return 0;
    const slot = population.parentOf(this.life.slot);
    return slot === undefined ? 0 : (population.lifeIn(slot, this.time)?.pid ?? 1);
  }

  /** The session and group: what is started by something else than init is in that one's, unless it has another terminal. */
  get sessionId(): number {
    return this.sessionLeader?.life.pid ?? 0;
  }

  /** Whose session it is in; threads of the kernel are in none. */
  get sessionLeader(): SimulatedTask | undefined {
    return this.template.kernel ? undefined : (this.#leader ??= this.#findLeader());
  }

  #findLeader(): SimulatedTask {
    const { population } = this.world.simulation;
    const { parent } = this.template;
    const slot = population.parentOf(this.life.slot);
    const own = slot === undefined || parent?.index === 0 || parent?.kernel || parent?.text.terminal !== this.template.text.terminal;
    const life = own ? undefined : population.lifeIn(slot, this.time);
    return (life && this.world.taskOf(life, 0).sessionLeader) ?? this.world.taskOf(this.life, 0);
  }

  get layout(): Layout {
    return layoutOf(this.template);
  }

  pages(): ProcessPages {
    return pagesOf(this.world.simulation, this.life, Math.floor(this.time));
  }

  /** Seconds of a CPU: of the whole process, or of this thread. */
  used(whole: boolean): number {
    const used = this.world.simulation.activity.usedBy(this.life, this.time);
    return whole ? used : used / this.template.threads;
  }

  state(): string {
    const { state } = this.template.text;
    if (this.isZombie) return 'Z';
    if (state === 'T' || state === 'D') return state;
    if (this.template.text.visitor && this.number === 0) return 'R';
    const { running, blocked } = this.world.simulation.activity.state(this.life, this.time);
    const { threads } = this.template;
    if (running > 0) {
      const first = threads === 1 ? 0 : scramble(this.world.simulation.machine.seed, this.life.slot, Math.floor(this.time * 4)) % threads;
      if ((this.number - first + threads) % threads < running) return 'R';
    }
    if (blocked && this.number === 0) return 'D';
    return state ?? 'S';
  }

  processId(): number | Errno {
    return this.check() || this.life.pid;
  }

  owner(): TaskOwner | Errno {
    const { uid, gid } = this.template.user;
    const started = this.world.simulation.machine.boot + Math.floor(this.life.start * 1000);
    return this.check() || { uid, gid, seconds: Math.floor(started / 1000), nanoseconds: (started % 1000) * 1e6 };
  }

  filesOwner(): FilesOwner | Errno {
    const { uid, gid } = this.template.user;
    return this.check() || (this.hasMemory ? { uid, gid } : { uid: 0, gid: 0 });
  }

  commandName(): string | Errno {
    return this.check() || this.name;
  }

  get name(): string {
    if (this.#name === undefined) {
      const { executable, command, comm, name } = this.template.text;
      const path = executable ?? command?.[0] ?? name;
      this.#name = this.expand(comm ?? path.slice(path.lastIndexOf('/') + 1)).slice(0, COMM);
    }
    return this.#name;
  }

  /** The login user that was written. */
  login: number | undefined;

  setCommandName(name: string): Errno | 0 {
    const error = this.check();
    if (!error) this.#name = name.slice(0, COMM);
    return error;
  }

  /** A text of the description with what it stands for. */
  expand(text: string): string {
    if (!text.includes('{')) return text;
    const index = this.world.simulation.population.indexOf(this.life.slot);
    return text.replaceAll('{index}', String(index)).replaceAll('{pid}', String(this.life.pid));
  }

  /** The arguments, each with a NUL behind it. */
  arguments(): string {
    if (this.#arguments === undefined) {
      const { command, executable, name } = this.template.text;
      this.#arguments = (command ?? [executable ?? name]).map((word) => `${this.expand(word)}\0`).join('');
    }
    return this.#arguments;
  }

  environmentText(): string {
    const { environment = {} } = this.template.text;
    const { name, uid } = this.template.user;
    const usual = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: uid === 0 ? '/root' : `/home/${name}`, USER: name, LANG: 'C.UTF-8' };
    return Object.entries({ ...usual, ...environment }).map(([key, value]) => `${key}=${this.expand(value)}\0`).join('');
  }

  commandLine(): Uint8Array | Errno {
    return this.check() || Buffer.from(this.hasMemory ? this.arguments() : '', 'latin1');
  }

  stat(whole: boolean): TaskStat | Errno {
    const error = this.check();
    if (error) return error;
    const alive = this.hasMemory;
    const pages = alive ? this.pages() : undefined;
    const resident = pages ? pages.anonymous + pages.files : 0;
    const used = this.used(whole);
    const ofPrograms = used * this.template.userShare;
    const userTime = ticks(ofPrograms);
    const systemTime = ticks(used - ofPrograms);
    const reaped = whole || this.number === 0 ? this.#reaped() : NOTHING_REAPED;
    const childUserTime = ticks(reaped.user);
    const childSystemTime = ticks(reaped.system);
    const { minor, major } = this.#faults(used);
    const state = this.state();
    const processor = this.cpu;
    const { template, life } = this;
    const { text, kernel } = template;
    const layout = alive ? this.layout : undefined;
    const session = this.sessionId;
    const terminal = text.terminal === undefined ? 0 : makeDevice(TERMINAL_MAJOR, text.terminal);
    const realTime = text.realTime ?? 0;
    const nice = text.nice ?? 0;
    return {
      pid: this.id,
      comm: this.name,
      state,
      parent: this.parentId,
      processGroup: session,
      session,
      terminal,
      foreground: terminal === 0 ? -1 : session,
      flags: kernel ? KERNEL_FLAGS : PROCESS_FLAGS,
      minorFaults: minor,
      childMinorFaults: childUserTime * 3,
      majorFaults: major,
      childMajorFaults: 0,
      userTime,
      systemTime,
      childUserTime,
      childSystemTime,
      priority: realTime > 0 ? -1 - realTime : 20 + nice,
      nice,
      threads: this.isZombie ? 1 : template.threads,
      startTime: ticks(life.start),
      virtualSize: layout ? layout.total : 0,
      residentPages: resident,
      residentLimit: U64_MAX,
      codeStart: layout ? layout.code : 0,
      codeEnd: layout ? layout.code + layout.codeSize : 0,
      stackStart: layout ? layout.stackTop - ARGUMENTS : 0,
      stackPointer: 0,
      instructionPointer: 0,
      pendingSignals: 0,
      blockedSignals: 0,
      ignoredSignals: kernel ? 0x7fff_ffff : 0x1000,
      caughtSignals: kernel ? 0 : 0x4002,
      waiting: 1,
      exitSignal: SIGCHLD,
      processor,
      realTimePriority: realTime,
      policy: realTime > 0 ? 1 : 0,
      blockDelay: 0,
      guestTime: 0,
      childGuestTime: 0,
      dataStart: layout ? layout.data : 0,
      dataEnd: layout ? layout.data + layout.dataSize : 0,
      heapStart: layout ? layout.heap : 0,
      argumentStart: layout ? layout.stackTop - ARGUMENTS : 0,
      argumentEnd: layout ? layout.stackTop - ARGUMENTS + this.arguments().length : 0,
      environmentStart: layout ? layout.stackTop - ARGUMENTS / 2 : 0,
      environmentEnd: layout ? layout.stackTop - ARGUMENTS / 2 + 64 : 0,
      exitCode: 0,
    };
  }

  /** The CPU that it ran on last. */
  get cpu(): number {
    const { machine, population } = this.world.simulation;
    if (this.template.text.perCpu) return population.indexOf(this.life.slot);
    // What sleeps stays where it is.
    const stay = this.template.cpu.isZero ? 0 : Math.floor(this.time / STAY_SECONDS);
    return scramble(machine.seed ^ this.number, this.life.slot, stay) % machine.topology.cpus;
  }

  /** Seconds that its children used that have ended. */
  #reaped(): { readonly user: number; readonly system: number } {
    const { activity } = this.world.simulation;
    if (!this.world.simulation.population.hasPassingChildren(this.template)) return NOTHING_REAPED;
    let user = 0;
    let system = 0;
    for (const { slot, template } of this.#childSlots()) {
      if (!template.churn) continue;
      const used = activity.usedByReaped(slot, this.time);
      user += used * template.userShare;
      system += used * (1 - template.userShare);
    }
    return { user, system };
  }

  /** The places whose processes are its children. */
  *#childSlots(): Generator<{ readonly slot: number; readonly template: Template }> {
    const { population, machine } = this.world.simulation;
    const { count, index } = this.template;
    const own = population.indexOf(this.life.slot);
    for (const template of machine.templates) {
      if (template.parent?.index !== index) continue;
      const { first } = population.groups[template.index] as { first: number };
      for (let slot = first + own; slot < first + template.count; slot += count) yield { slot, template };
    }
  }

  /** The processes that it started and that live. */
  children(): number[] {
    const { population } = this.world.simulation;
    const ids: number[] = [];
    for (const { slot, template } of this.#childSlots()) {
      if (template.kernel && template.text.name === 'kthreadd') continue;
      const life = population.lifeIn(slot, this.time);
      if (life && this.time >= life.start && this.time < life.gone) ids.push(life.pid);
    }
    return ids.sort((a, b) => a - b);
  }

  #faults(used: number): { readonly minor: number; readonly major: number } {
    if (this.template.rss === 0) return { minor: 0, major: 0 };
    const { read, count } = this.template;
    return { minor: Math.floor(used * 300) + 400, major: read.isZero ? 0 : Math.floor(read.until(this.time) / count / 2 ** 22) };
  }

  /** How often it has left a CPU: by itself, and because it had to. */
  switches(): { readonly voluntary: number; readonly involuntary: number } {
    const used = this.used(false);
    const age = this.template.cpu.isZero ? 0 : Math.min(this.time, this.life.end) - this.life.start;
    return { voluntary: 1 + Math.floor(used * 150) + Math.floor(age / 2), involuntary: Math.floor(used * 20) };
  }

  memoryPages(): MemoryPages | Errno {
    const error = this.check();
    if (error) return error;
    if (!this.hasMemory) return { size: 0, resident: 0, shared: 0, text: 0, data: 0 };
    const { layout } = this;
    const pages = this.pages();
    return {
      size: layout.total / PAGE,
      resident: pages.anonymous + pages.files,
      shared: pages.files,
      text: layout.codeSize / PAGE,
      data: (layout.dataBytes + layout.stackSize) / PAGE,
    };
  }

  status(): TaskStatus | Errno {
    const error = this.check();
    if (error) return error;
    const alive = this.hasMemory;
    const state = this.state();
    const { voluntary, involuntary } = this.switches();
    const { template, life } = this;
    const { uid, gid, groups } = template.user;
    const { kernel, text } = template;
    const session = this.sessionId;
    const held = uid === 0 ? ALL_CAPABILITIES : 0;
    return {
      name: this.name,
      umask: alive || kernel ? 0o022 : undefined,
      state,
      processId: life.pid,
      numaGroup: 0,
      id: this.id,
      parent: this.parentId,
      tracer: 0,
      uids: [uid, uid, uid, uid],
      gids: [gid, gid, gid, gid],
      descriptorSlots: alive ? Math.max(64, 2 ** Math.ceil(Math.log2(Math.max(1, this.descriptorCount())))) : kernel ? 64 : 0,
      groups,
      namespaceIds: { processIds: [life.pid], ids: [this.id], processGroups: [session], sessions: [session] },
      kernelThread: kernel,
      memory: alive ? this.#memory() : undefined,
      threads: this.isZombie ? 1 : template.threads,
      queuedSignals: 0,
      queuedSignalLimit: Math.floor(this.world.simulation.machine.memory.total / 2 ** 18),
      pendingSignals: 0,
      sharedPendingSignals: 0,
      blockedSignals: 0,
      ignoredSignals: kernel ? U64_MAX : 0x1000,
      caughtSignals: kernel ? 0 : 0x1_8000_4002,
      capabilities: { inheritable: 0, permitted: held, effective: held, bounding: ALL_CAPABILITIES, ambient: 0 },
      noNewPrivileges: false,
      seccomp: { mode: 0, filters: 0 },
      speculativeStoreBypass: 'vulnerable',
      speculationIndirectBranch: 'conditional enabled',
      cpusAllowed: text.perCpu ? oneCpu(this.cpu, this.world.allCpus) : this.world.allCpus,
      memoryNodesAllowed: this.world.allNodes,
      architectureFeatures: { enabled: '', locked: '' },
      voluntarySwitches: voluntary,
      involuntarySwitches: involuntary,
    };
  }

  descriptorCount(): number {
    return Math.max(this.template.text.descriptors ?? 4, 3 + this.world.sockets.of(this.life).length + (this.template.text.connections ?? 0));
  }

  #memory(): TaskMemory {
    const { layout } = this;
    const pages = this.pages();
    const kib = (count: number): number => count * (PAGE / 1024);
    return {
      peak: layout.total / 1024,
      size: layout.total / 1024,
      locked: 0,
      pinned: 0,
      highWater: kib(mostPages(this.world.simulation, this.life)),
      resident: kib(pages.anonymous + pages.files),
      residentAnonymous: kib(pages.anonymous),
      residentFile: kib(pages.files),
      residentShared: 0,
      data: layout.dataBytes / 1024,
      stack: layout.stackSize / 1024,
      executable: layout.codeSize / 1024,
      libraries: layout.libraryCode / 1024,
      pageTables: kib(pages.tables),
      swapped: kib(pages.swapped),
      hugeTlb: 0,
      coreDumping: false,
      transparentHugePages: true,
      untagMask: undefined,
    };
  }

  get files(): TaskFiles {
    return (this.#files ??= new SimulatedFiles(this));
  }

  get addressSpace(): AddressSpace {
    return (this.#addressSpace ??= new SimulatedAddressSpace(this));
  }

  get mounts(): TaskMounts {
    return this.world.mounts.of(this);
  }

  get scheduling(): TaskScheduling {
    return (this.#scheduling ??= new SimulatedScheduling(this));
  }

  get accounting(): TaskAccounting {
    return (this.#accounting ??= new SimulatedAccounting(this));
  }

  get security(): TaskSecurity {
    return (this.#security ??= new SimulatedSecurity(this));
  }

  network(): NetworkView | Errno {
    return this.check() || this.world.network;
  }

  threadIds(after: number): readonly number[] | Errno {
    const error = this.check();
    if (error) return error;
    const { pid } = this.life;
    const ids: number[] = [];
    const count = this.isZombie ? 1 : this.template.threads;
    for (let number = Math.max(0, after - pid + 1); number < count; number++) ids.push(pid + number);
    return ids;
  }

  thread(threadId: number): TaskView | undefined {
    const number = threadId - this.life.pid;
    return number >= 0 && number < (this.isZombie ? 1 : this.template.threads) ? this.world.taskOf(this.life, number) : undefined;
  }
}

/** Of USER_HZ. */
function ticks(seconds: number): number {
  return Math.floor(seconds * 100);
}

function oneCpu(cpu: number, { bits }: BitMask): BitMask {
  const words = new Array<number>((bits + 31) >> 5).fill(0);
  words[cpu >> 5] = (1 << (cpu & 31)) >>> 0;
  return { bits, words };
}

/** Who has logged in stays who logged in, until it is written. */
class SimulatedSecurity extends PlainSecurity {
  readonly #task: SimulatedTask;

  constructor(task: SimulatedTask) {
    super(task);
    this.#task = task;
  }

  override loginUser(): number | Errno {
    const { text, user } = this.#task.template;
    return this.of.check() || (this.#task.login ?? (text.terminal === undefined ? UNSET : user.uid));
  }

  override setLoginUser(user: number): Errno | 0 {
    const error = this.of.check();
    if (!error) this.#task.login = user;
    return error;
  }

  override loginSession(): number | Errno {
    const { text } = this.#task.template;
    return this.of.check() || (text.terminal === undefined ? UNSET : text.terminal + 1);
  }
}
