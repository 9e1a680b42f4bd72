/** The process directories: /proc/PID and /proc/PID/task/TID (fs/proc/base.c). */

import type { Caller } from '../../../fs/caller.ts';
import { EPERM, ESRCH, type Errno, isErrno } from '../../../fs/errno.ts';
import { type DirectorySpec, type DynamicEntries, type Subject, dir, entry } from '../../../fs/generated/spec.ts';
import { S_IFDIR, type Stat } from '../../../fs/stat.ts';
import type { KernelSource, KernelView } from '../../kernel-view.ts';
import type { TaskView } from '../../model/task.ts';
import type { LinprocfsOptions } from '../options.ts';
import { net } from '../net/tree.ts';
import { filesAfterLinks, filesBeforeLinks } from './files.ts';

/** How long the name of a process stays valid where all callers see the same, in milliseconds. */
const PROCESS_ENTRY_MS = 1;

/** A task as the subject of its directory: found anew for each operation, gone when the id means another. */
class TaskSubject implements Subject<TaskView> {
  readonly #source: KernelSource;
  readonly #identity: object;
  readonly #id: number;
  #gone = false;

  constructor(source: KernelSource, task: TaskView) {
    this.#source = source;
    this.#identity = task.identity;
    this.#id = task.id;
  }

  context(caller: Caller): TaskView | Errno {
    const task = this.#source.view(caller).task(this.#id);
    if (task && task.identity === this.#identity) return task;
    this.#gone = true;
    return ESRCH;
  }

  attributes(into: Stat, caller: Caller): Errno | 0 {
    const task = this.context(caller);
    if (isErrno(task)) return task;
    const owner = task.owner();
    if (isErrno(owner)) return owner;
    into.uid = owner.uid;
    into.gid = owner.gid;
    into.setTimes(owner.seconds, owner.nanoseconds);
    return 0;
  }

  gone(): boolean {
    return this.#gone;
  }
}

/** The subjects by task identity: a task keeps its nodes as long as it lives. */
function subjects(source: KernelSource): (task: TaskView) => TaskSubject {
  const known = new WeakMap<object, TaskSubject>();
  return (task) => {
    let subject = known.get(task.identity);
    if (!subject) known.set(task.identity, (subject = new TaskSubject(source, task)));
    return subject;
  };
}

/** A thread id in the only spelling that procfs takes: decimal without leading zeros. */
function parseId(name: string): number | undefined {
  return /^[1-9][0-9]{0,9}$/.test(name) ? Number(name) : undefined;
}

/** The numbered entries of /proc. */
export function processes(source: KernelSource, options: LinprocfsOptions): DynamicEntries<KernelView> {
  const subjectOf = subjects(source);
  const thread = threadDirectory(subjectOf);
  const process = processDirectory(subjectOf, thread);
  return {
    entryMilliseconds: () => (options.hidePid === 0 ? PROCESS_ENTRY_MS : 0),
    lookup(name, kernel) {
      const id = parseId(name);
      const task = id === undefined ? undefined : kernel.task(id);
      return task && entry(process, subjectOf(task));
    },
    list(after, kernel, _caller, add) {
      for (const id of kernel.processIds(after)) if (!add(String(id), id, S_IFDIR)) return;
    },
    directories: (kernel) => kernel.processCount(),
  };
}

function processDirectory(
  subjectOf: (task: TaskView) => TaskSubject,
  thread: DirectorySpec<TaskView>,
): DirectorySpec<TaskView> {
  const tasks: DynamicEntries<TaskView> = {
    lookup(name, task) {
      const id = parseId(name);
      const found = id === undefined ? undefined : task.thread(id);
      return found && entry(thread, subjectOf(found));
    },
    list(after, task, _caller, add) {
      const ids = task.threadIds(after);
      if (isErrno(ids)) return ids;
      for (const id of ids) if (!add(String(id), id, S_IFDIR)) return;
      return;
    },
    directories(task) {
      const ids = task.threadIds(0);
      return isErrno(ids) ? 0 : ids.length;
    },
  };
  return dir<TaskView>(
    0o555,
    {
      task: dir(0o555, {}, { dynamic: tasks }),
      net: net(subjectOf),
      ...filesBeforeLinks(true),
      ...filesAfterLinks(true),
    },
    { changes: (change) => (change.mode === undefined ? 'ignored' : EPERM) },
  );
}

function threadDirectory(subjectOf: (task: TaskView) => TaskSubject): DirectorySpec<TaskView> {
  return dir<TaskView>(0o555, {
    net: net(subjectOf),
    ...filesBeforeLinks(false),
    ...filesAfterLinks(false),
  });
}
