/** The processes that descend from one, as if that were the first of a pid namespace (pid_namespaces(7)). */

import { type Caller, SUPERUSER } from '../../fs/caller.ts';
import { type Errno, isErrno } from '../../fs/errno.ts';
import type { KernelView } from '../kernel-view.ts';
import type { DescriptorInfo } from '../model/descriptor-info.ts';
import type { SysctlEntry, SysctlName, SysctlValue, SysctlView } from '../model/sysctl.ts';
import type { TaskAccounting } from '../model/task-accounting.ts';
import type { TaskFiles } from '../model/task-files.ts';
import type { PosixTimer, TaskScheduling } from '../model/task-scheduling.ts';
import type { TaskStat, TaskStatus, TaskView } from '../model/task.ts';
import { type Answers, delegate, once } from './layer.ts';
import { NamespaceNumbers, type PidNumbers, TurnedNumbers } from './pid-numbers.ts';
import { Derived, type LaidLayer, LayeredTask, TaskLayer } from './task-layer.ts';

/** Where the kernel is built for 64 bits, ids stay below it (PID_MAX_LIMIT). */
const MOST_IDS = 4_194_304;

/**
 * Shows a process as number 1, and what descends from it. What is about other processes is 0 or missing, as the kernel has it
 * for what a namespace does not reach.
 *
 * Where the process is the first of a pid namespace, the numbers are those of the namespace. Differs: otherwise the
 * processes know themselves by other numbers than are shown, for getpid(2) is not ours; and a process whose parent ended
 * before anybody looked is not known to have come from the subtree. The dump PID/sched names the real number.
 *
 * With `visits`, who looks from outside is taken for the first process; so is one who has no process in the machine.
 */
export function pidLayer(root: number, visits = false): LaidLayer {
  const subtree = new Subtree(root);
  const tasks = new TaskLayer((layer, task) => new SubtreeTask(layer, task, subtree));
  return { tasks, layer: (view) => answers(view, subtree, tasks, visits) };
}

/** Who belongs to the subtree. */
class Subtree {
  readonly #root: number;
  #rootIdentity: object | undefined;
  #numbers: PidNumbers | undefined;
  #namespace: number | undefined;
  /** Once in, always in: a process whose parent ended is another's child then. */
  readonly #members = new WeakMap<object, boolean>();

  constructor(root: number) {
    this.#root = root;
  }

  numbers(view: KernelView): PidNumbers {
    return (this.#numbers ??= this.#choose(view));
  }

  #choose(view: KernelView): PidNumbers {
    const status = view.task(this.#root)?.status();
    const ids = status === undefined || isErrno(status) ? undefined : status.namespaceIds?.processIds;
    if (ids && ids.length > 1 && ids.at(-1) === 1) return new NamespaceNumbers(ids.length - 1);
    const limit = view.sysctl().read('kernel/pid_max', SUPERUSER);
    const most = Array.isArray(limit) ? Number(limit[0]) : MOST_IDS;
    return new TurnedNumbers(this.#root, Math.max(most - 1, this.#root));
  }

  /** The pid namespace that the root is the first process of, if it is. */
  #namespaceOf(view: KernelView): number | undefined {
    if (!(this.numbers(view) instanceof NamespaceNumbers)) return undefined;
    if (this.#namespace === undefined) {
      const namespace = view.task(this.#root)?.files.namespace('pid');
      if (namespace !== undefined && !isErrno(namespace)) this.#namespace = namespace;
    }
    return this.#namespace;
  }

  contains(view: KernelView, task: TaskView): boolean {
    const known = this.#members.get(task.identity);
    if (known !== undefined) return known;
    const found = this.#find(view, task);
    if (found !== undefined) this.#members.set(task.identity, found);
    return found ?? false;
  }

  #find(view: KernelView, task: TaskView): boolean | undefined {
    const leader = task.processId();
    if (isErrno(leader)) return undefined;
    if (leader === this.#root) {
      // Its id may be another's by now.
      const process = leader === task.id ? task : view.task(leader);
      this.#rootIdentity ??= process?.identity;
      return process !== undefined && process.identity === this.#rootIdentity;
    }
    // Whoever entered the namespace has its parent outside.
    const namespace = this.#namespaceOf(view);
    if (namespace !== undefined && task.files.namespace('pid') === namespace) return true;
    const stat = task.stat(true);
    if (isErrno(stat)) return undefined;
    if (stat.parent === 0) return false;
    const parent = view.task(stat.parent);
    return parent && this.contains(view, parent);
  }

  /** The number of a thread that is inside, by its id; 0 for one that is not. */
  inside(view: KernelView, id: number): number {
    const task = id > 0 ? view.task(id) : undefined;
    return task && this.contains(view, task) ? this.numbers(view).inside(view, id) : 0;
  }

  /** The number of a group or session, which outlives the process that it is named after. */
  group(view: KernelView, id: number): number {
    if (id <= 0) return id;
    return view.task(id) ? this.inside(view, id) : this.numbers(view).inside(view, id);
  }

  task(view: KernelView, number: number): TaskView | undefined {
    const id = this.numbers(view).outside(view, number);
    const task = id === undefined ? undefined : view.task(id);
    return task && this.contains(view, task) ? task : undefined;
  }
}

/** An id of a file lock or the like: below 0 there is none. */
function seen(subtree: Subtree, view: KernelView, id: number): number {
  return id > 0 ? subtree.inside(view, id) : id;
}

function answers(view: KernelView, subtree: Subtree, tasks: TaskLayer, visits: boolean): Answers {
  const inside = (id: number): number => subtree.inside(view, id);
  const numbers = once(() => {
    const found: number[] = [];
    for (const id of view.processIds(0)) {
      const number = inside(id);
      if (number !== 0) found.push(number);
    }
    return found.sort((a, b) => a - b);
  });
  return {
    processIds: (after) => (after === 0 ? numbers() : numbers().filter((number) => number > after)),
    processCount: () => numbers().length,
    idOf: (id) => inside(view.idOf?.(id) ?? id) || undefined,
    visitor() {
      const visiting = view.visitor?.();
      if (visiting === undefined) return visits ? 1 : undefined;
      return inside(visiting) || 1;
    },
    task(number) {
      const task = subtree.task(view, number);
      return task && tasks.of(task);
    },
    loadAverage: once(() => {
      const load = view.loadAverage();
      return { ...load, lastId: subtree.numbers(view).last(view, load.lastId) };
    }),
    // The kernel leaves out the locks of processes that the reader's procfs does not have (locks_translate_pid).
    fileLocks: once(() =>
      view
        .fileLocks()
        .map((lock) => ({ ...lock, processId: seen(subtree, view, lock.processId) }))
        .filter(({ processId }) => processId !== 0),
    ),
    messageQueues: once(() =>
      view.messageQueues().map((queue) => ({ ...queue, lastSender: inside(queue.lastSender), lastReceiver: inside(queue.lastReceiver) })),
    ),
    sharedMemory: once(() =>
      view.sharedMemory().map((segment) => ({ ...segment, creator: inside(segment.creator), lastUser: inside(segment.lastUser) })),
    ),
    sysctl: () => new SubtreeSysctl(view, subtree),
  };
}

/** Parameters that are ids. */
class SubtreeSysctl implements SysctlView {
  readonly #kernel: KernelView;
  readonly #view: SysctlView;
  readonly #subtree: Subtree;

  constructor(kernel: KernelView, subtree: Subtree) {
    this.#kernel = kernel;
    this.#view = kernel.sysctl();
    this.#subtree = subtree;
  }

  list(directory: string, caller: Caller): readonly SysctlName[] | Errno {
    return this.#view.list(directory, caller);
  }

  entry(path: string, caller: Caller): SysctlEntry | undefined {
    return this.#view.entry(path, caller);
  }

  read(path: string, caller: Caller): SysctlValue | Errno {
    const value = this.#view.read(path, caller);
    if (!Array.isArray(value)) return value;
    if (path === 'kernel/ns_last_pid') return [this.#subtree.numbers(this.#kernel).last(this.#kernel, Number(value[0]))];
    return path === 'kernel/cad_pid' ? [this.#subtree.inside(this.#kernel, Number(value[0]))] : value;
  }

  write(path: string, value: SysctlValue, caller: Caller): Errno | 0 {
    return this.#view.write(path, value, caller);
  }
}

class SubtreeTask extends LayeredTask {
  readonly #subtree: Subtree;
  readonly #stats = new Derived<TaskStat, TaskStat>();
  readonly #threadStats = new Derived<TaskStat, TaskStat>();
  readonly #status = new Derived<TaskStatus, TaskStatus>();
  readonly #accounting = new Derived<TaskAccounting, TaskAccounting>();
  readonly #scheduling = new Derived<TaskScheduling, TaskScheduling>();
  readonly #files = new Derived<TaskFiles, TaskFiles>();

  constructor(layer: TaskLayer, below: TaskView, subtree: Subtree) {
    super(layer, below);
    this.#subtree = subtree;
  }

  get #view(): KernelView {
    return this.layer.under;
  }

  #inside(id: number): number {
    return this.#subtree.inside(this.#view, id);
  }

  // Another subtree has other numbers for it: what is kept of one is not right for the other.
  override get identity(): object {
    return this;
  }

  override get id(): number {
    return this.#inside(this.below.id);
  }

  override processId(): number | Errno {
    const id = this.below.processId();
    return isErrno(id) ? id : this.#inside(id);
  }

  override stat(whole: boolean): TaskStat | Errno {
    const stat = this.below.stat(whole);
    if (isErrno(stat)) return stat;
    const group = (id: number): number => this.#subtree.group(this.#view, id);
    return (whole ? this.#stats : this.#threadStats).of(stat, () => ({
      ...stat,
      pid: this.#inside(stat.pid),
      parent: this.#inside(stat.parent),
      processGroup: group(stat.processGroup),
      session: group(stat.session),
      foreground: group(stat.foreground),
    }));
  }

  override status(): TaskStatus | Errno {
    const status = this.below.status();
    if (isErrno(status)) return status;
    return this.#status.of(status, () => this.#insideStatus(status));
  }

  #insideStatus(status: TaskStatus): TaskStatus {
    const { namespaceIds } = status;
    const numbers = this.#subtree.numbers(this.#view);
    const nested = (ids: readonly number[]): readonly number[] => numbers.nested(this.#view, ids);
    return {
      ...status,
      processId: this.#inside(status.processId),
      id: this.#inside(status.id),
      parent: this.#inside(status.parent),
      tracer: this.#inside(status.tracer),
      numaGroup: this.#inside(status.numaGroup),
      namespaceIds: namespaceIds && {
        processIds: nested(namespaceIds.processIds),
        ids: nested(namespaceIds.ids),
        processGroups: this.#nestedGroups(namespaceIds.processGroups, nested),
        sessions: this.#nestedGroups(namespaceIds.sessions, nested),
      },
    };
  }

  #nestedGroups(ids: readonly number[], nested: (ids: readonly number[]) => readonly number[]): readonly number[] {
    const [id = 0] = ids;
    if (this.#subtree.group(this.#view, id) !== 0) return nested(ids);
    return nested(ids).map((number, index) => (index === 0 ? 0 : number));
  }

  override get files(): TaskFiles {
    const { files } = this.below;
    return this.#files.of(files, () => filesInside(files, (id) => seen(this.#subtree, this.#view, id)));
  }

  override get accounting(): TaskAccounting {
    const { accounting } = this.below;
    const children = (): readonly number[] | Errno => {
      const ids = accounting.children();
      return isErrno(ids) ? ids : ids.map((id) => this.#inside(id)).filter((number) => number !== 0);
    };
    return this.#accounting.of(accounting, () => delegate(accounting, { children }));
  }

  override get scheduling(): TaskScheduling {
    const { scheduling } = this.below;
    const timers = (): readonly PosixTimer[] | Errno => {
      const found = scheduling.timers();
      return isErrno(found) ? found : found.map((timer) => ({ ...timer, target: this.#inside(timer.target) }));
    };
    return this.#scheduling.of(scheduling, () => delegate(scheduling, { timers }));
  }

  override threadIds(after: number): readonly number[] | Errno {
    const ids = this.below.threadIds(0);
    if (isErrno(ids)) return ids;
    return ids
      .map((id) => this.#inside(id))
      .filter((number) => number > after)
      .sort((a, b) => a - b);
  }

  override thread(number: number): TaskView | undefined {
    const id = this.#subtree.numbers(this.#view).outside(this.#view, number);
    const thread = id === undefined ? undefined : this.below.thread(id);
    return thread && this.layer.of(thread);
  }
}

/** Locks and process descriptors name processes. */
function filesInside(files: TaskFiles, inside: (id: number) => number): TaskFiles {
  const descriptorInfo = (number: number): DescriptorInfo | Errno => {
    const info = files.descriptorInfo(number);
    if (isErrno(info)) return info;
    const locks = info.locks.map((lock) => ({ ...lock, pid: inside(lock.pid) }));
    const { details } = info;
    if (details?.kind !== 'pidfd') return { ...info, locks };
    const pid = inside(details.pid);
    const [, ...nested] = details.namespaceIds ?? [];
    return { ...info, locks, details: { ...details, pid, namespaceIds: details.namespaceIds && [pid, ...nested] } };
  };
  return delegate(files, { descriptorInfo });
}
