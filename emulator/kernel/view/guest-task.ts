/** A thread of a guest. */

import { ESRCH, type Errno, isErrno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { KernelView } from '../../../providers/kernel-view.ts';
import { masksOf } from '../../../providers/sources/described/cpu-sets.ts';
import type { NetworkView } from '../../../providers/model/network.ts';
import type { TaskAccounting } from '../../../providers/model/task-accounting.ts';
import type { TaskFiles } from '../../../providers/model/task-files.ts';
import type { AddressSpace } from '../../../providers/model/task-memory.ts';
import type { TaskMounts } from '../../../providers/model/task-mounts.ts';
import type { TaskScheduling } from '../../../providers/model/task-scheduling.ts';
import type { TaskSecurity } from '../../../providers/model/task-security.ts';
import type { FilesOwner, MemoryPages, TaskMemory, TaskOwner, TaskStat, TaskStatus, TaskView } from '../../../providers/model/task.ts';
import { indexOf } from '../../memory/guest-memory.ts';
import { PAGE_SIZE } from '../../memory/layout.ts';
import { USER_HZ } from '../clocks.ts';
import type { CapabilitySet } from '../credentials.ts';
import type { Kernel } from '../kernel.ts';
import { RLIMIT_RSS, RLIMIT_SIGPENDING } from '../resource-limits.ts';
import type { Task } from '../task.ts';
import { GuestAccounting } from './guest-accounting.ts';
import { GuestAddressSpace } from './guest-address-space.ts';
import { GuestMounts } from './guest-mounts.ts';
import { GUEST_NETWORK } from './guest-network.ts';
import { GuestScheduling } from './guest-scheduling.ts';
import { GuestSecurity } from './guest-security.ts';
import { GuestTaskFiles } from './guest-task-files.ts';
import { limitValue, maskValue, signalValue, stateOf } from './values.ts';

const NS_PER_TICK = 1e9 / USER_HZ;
/** PF_RANDOMIZE */
const PROCESS_FLAGS = 0x400000;

export class GuestTask implements TaskView {
  readonly kernel: KernelView;
  readonly task: Task;
  readonly #kernel: Kernel;
  #files: TaskFiles | undefined;
  #addressSpace: AddressSpace | undefined;
  #mounts: TaskMounts | undefined;
  #scheduling: TaskScheduling | undefined;
  #accounting: TaskAccounting | undefined;
  #security: TaskSecurity | undefined;

  constructor(view: KernelView, kernel: Kernel, task: Task) {
    this.kernel = view;
    this.#kernel = kernel;
    this.task = task;
  }

  get identity(): object {
    return this.task;
  }

  get id(): number {
    return this.task.tid;
  }

  /** Errors: ESRCH once it is no more. */
  check(): Errno | 0 {
    return this.#kernel.tasks.get(this.task.tid) === this.task ? 0 : ESRCH;
  }

  /** Whether it has memory: what has ended has none. */
  get #hasMemory(): boolean {
    return this.task.state !== 'dead' && this.task.process.alive;
  }

  processId(): number | Errno {
    return this.check() || this.task.process.pid;
  }

  owner(): TaskOwner | Errno {
    const { euid, egid } = this.task.credentials;
    const started = this.task.started;
    const seconds = this.#kernel.clocks.bootSeconds + Math.floor(started / 1e9);
    return this.check() || { uid: euid, gid: egid, seconds, nanoseconds: Math.floor(started % 1e9) };
  }

  filesOwner(): FilesOwner | Errno {
    const { euid, egid } = this.task.credentials;
    const dumpable = this.#hasMemory && this.task.process.dumpable === 1;
    return this.check() || (dumpable ? { uid: euid, gid: egid } : { uid: 0, gid: 0 });
  }

  stat(whole: boolean): TaskStat | Errno {
    const { task } = this;
    const { process, pending, blocked } = task;
    const error = this.check();
    if (error) return error;
    const { image, actions } = process;
    const { program } = image;
    const alive = this.#hasMemory;
    const totals = alive ? image.space.totals() : undefined;
    const size = totals ? totals.total * PAGE_SIZE : 0;
    const ticks = (ns: number): number => Math.floor(ns / NS_PER_TICK);
    const spent = whole ? process.cpuTime : task.cpuTime;
    const terminal = this.#terminal();
    const { usage, childUsage } = process;
    return {
      pid: task.tid,
      comm: task.name,
      state: stateOf(this.#kernel, task),
      parent: process.parent?.pid ?? 0,
      processGroup: process.group,
      session: process.session,
      terminal: terminal.device,
      foreground: terminal.foreground,
      flags: PROCESS_FLAGS,
      minorFaults: usage.minorFaults,
      childMinorFaults: childUsage.minorFaults,
      majorFaults: usage.majorFaults,
      childMajorFaults: childUsage.majorFaults,
      userTime: ticks(spent),
      systemTime: ticks(usage.system),
      childUserTime: ticks(childUsage.user),
      childSystemTime: ticks(childUsage.system),
      priority: task.policy === 1 || task.policy === 2 ? -1 - task.priority : 20 + task.nice,
      nice: task.nice,
      threads: process.tasks.length,
      startTime: ticks(whole ? process.started : task.started),
      virtualSize: size,
      residentPages: totals?.total ?? 0,
      residentLimit: limitValue(process.limits.soft[RLIMIT_RSS]),
      codeStart: alive ? program.codeStart : 0,
      codeEnd: alive ? program.codeEnd : 0,
      stackStart: alive ? program.stackStart : 0,
      // Linux tells these two only of a program that is about to die.
      stackPointer: 0,
      instructionPointer: 0,
      pendingSignals: pending.set.low & 0x7fff_ffff,
      blockedSignals: blocked.low & 0x7fff_ffff,
      ignoredSignals: signalValue(actions, 'ignored')[0] & 0x7fff_ffff,
      caughtSignals: signalValue(actions, 'caught')[0] & 0x7fff_ffff,
      waiting: task.state === 'waiting' ? 1 : 0,
      exitSignal: process.exitSignal,
      processor: 0,
      realTimePriority: task.priority,
      policy: task.policy,
      blockDelay: 0,
      guestTime: 0,
      childGuestTime: 0,
      dataStart: alive ? program.dataStart : 0,
      dataEnd: alive ? program.dataEnd : 0,
      heapStart: alive ? program.breakStart : 0,
      argumentStart: alive ? program.argumentStart : 0,
      argumentEnd: alive ? program.argumentEnd : 0,
      environmentStart: alive ? program.environmentStart : 0,
      environmentEnd: alive ? program.environmentEnd : 0,
      exitCode: process.status ? (process.status.code << 8) | process.status.signal : 0,
    };
  }

  /** The controlling terminal. */
  #terminal(): { readonly device: number; readonly foreground: number } {
    const terminal = this.#kernel.options.sessions?.terminalOf(this.task);
    return terminal ? { device: terminal.device, foreground: terminal.group } : { device: 0, foreground: -1 };
  }

  memoryPages(): MemoryPages | Errno {
    const error = this.check();
    if (error) return error;
    if (!this.#hasMemory) return { size: 0, resident: 0, shared: 0, text: 0, data: 0 };
    const { program, space } = this.task.process.image;
    const totals = space.totals();
    const text = Math.ceil((program.codeEnd - program.codeStart) / PAGE_SIZE);
    return { size: totals.total, resident: totals.total, shared: totals.shared, text, data: totals.data + totals.stack };
  }

  status(): TaskStatus | Errno {
    const { task } = this;
    const { process, credentials } = task;
    const error = this.check();
    if (error) return error;
    const { uid, euid, suid, fsuid, gid, egid, sgid, fsgid } = credentials;
    const { cpus } = { cpus: this.#kernel.processors };
    const all = Array.from({ length: cpus }, (_, cpu) => cpu);
    const value = (set: { readonly low: number; readonly high: number }): U64 => maskValue(set.low, set.high);
    const capabilities = (set: CapabilitySet): U64 => maskValue(set.low, set.high);
    return {
      name: task.name,
      umask: this.#hasMemory ? process.context.umask : undefined,
      state: stateOf(this.#kernel, task),
      processId: process.pid,
      numaGroup: 0,
      id: task.tid,
      parent: process.parent?.pid ?? 0,
      tracer: 0,
      uids: [uid, euid, suid, fsuid],
      gids: [gid, egid, sgid, fsgid],
      descriptorSlots: this.#hasMemory ? process.files.size : 0,
      groups: credentials.groups,
      namespaceIds: { processIds: [process.pid], ids: [task.tid], processGroups: [process.group], sessions: [process.session] },
      kernelThread: false,
      memory: this.#hasMemory ? this.#memory() : undefined,
      threads: process.tasks.length,
      queuedSignals: task.pending.count + process.pending.count,
      queuedSignalLimit: limitValue(process.limits.soft[RLIMIT_SIGPENDING]),
      pendingSignals: value(task.pending.set),
      sharedPendingSignals: value(process.pending.set),
      blockedSignals: value(task.blocked),
      ignoredSignals: maskValue(...signalValue(process.actions, 'ignored')),
      caughtSignals: maskValue(...signalValue(process.actions, 'caught')),
      capabilities: {
        inheritable: capabilities(credentials.inheritable),
        permitted: capabilities(credentials.permitted),
        effective: capabilities(credentials.effective),
        bounding: capabilities(credentials.bounding),
        ambient: capabilities(credentials.ambient),
      },
      noNewPrivileges: task.noNewPrivileges,
      seccomp: { mode: 0, filters: 0 },
      speculativeStoreBypass: undefined,
      speculationIndirectBranch: undefined,
      cpusAllowed: masksOf(all, cpus).mask,
      memoryNodesAllowed: { bits: 1, words: [1] },
      architectureFeatures: { enabled: '', locked: '' },
      voluntarySwitches: task.voluntarySwitches,
      involuntarySwitches: task.involuntarySwitches,
    };
  }

  #memory(): TaskMemory {
    const { space, program } = this.task.process.image;
    const totals = space.totals();
    const kib = (pages: number): number => (pages * PAGE_SIZE) / 1024;
    const text = Math.ceil((program.codeEnd - program.codeStart) / PAGE_SIZE);
    return {
      peak: kib(totals.peak),
      size: kib(totals.total),
      locked: kib(totals.locked),
      pinned: 0,
      highWater: kib(totals.peak),
      resident: kib(totals.total),
      residentAnonymous: kib(totals.data + totals.stack),
      residentFile: kib(Math.max(0, totals.total - totals.data - totals.stack - totals.shared)),
      residentShared: kib(totals.shared),
      data: kib(totals.data),
      stack: kib(totals.stack),
      executable: kib(text),
      libraries: kib(Math.max(0, totals.executable - text)),
      pageTables: kib(Math.ceil(totals.total / 512)),
      swapped: 0,
      hugeTlb: 0,
      coreDumping: false,
      transparentHugePages: false,
      untagMask: undefined,
    };
  }

  commandLine(): Uint8Array | Errno {
    const { program } = this.task.process.image;
    return this.check() || (this.#hasMemory ? this.bytes(program.argumentStart, program.argumentEnd) : new Uint8Array(0));
  }

  /** Bytes of its memory, whatever their permissions. */
  bytes(start: number, end: number): Uint8Array {
    const { memory } = this.task.process.image.space;
    return memory.bytes.slice(indexOf(start), indexOf(start) + (end - start));
  }

  commandName(): string | Errno {
    return this.check() || this.task.name;
  }

  setCommandName(name: string): Errno | 0 {
    const error = this.check();
    if (!error) this.task.name = name.slice(0, 15);
    return error;
  }

  get files(): TaskFiles {
    return (this.#files ??= new GuestTaskFiles(this, this.#kernel));
  }

  get addressSpace(): AddressSpace {
    return (this.#addressSpace ??= new GuestAddressSpace(this));
  }

  get mounts(): TaskMounts {
    return (this.#mounts ??= new GuestMounts(this, this.#kernel));
  }

  get scheduling(): TaskScheduling {
    return (this.#scheduling ??= new GuestScheduling(this));
  }

  get accounting(): TaskAccounting {
    return (this.#accounting ??= new GuestAccounting(this));
  }

  get security(): TaskSecurity {
    return (this.#security ??= new GuestSecurity(this));
  }

  network(): NetworkView | Errno {
    return this.check() || GUEST_NETWORK;
  }

  threadIds(after: number): readonly number[] | Errno {
    const ids = this.task.process.tasks.map(({ tid }) => tid).filter((id) => id > after);
    return this.check() || ids.sort((a, b) => a - b);
  }

  thread(threadId: number): TaskView | undefined {
    const view = this.kernel.task(threadId);
    return view && !isErrno(view.processId()) && view.processId() === this.task.process.pid ? view : undefined;
  }
}

