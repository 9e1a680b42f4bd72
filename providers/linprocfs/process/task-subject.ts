/** Tasks as the subjects of their directories. */

import { type Caller, SUPERUSER } from '../../../fs/caller.ts';
import { ESRCH, type Errno, isErrno } from '../../../fs/errno.ts';
import type { DynamicEntry, Subject } from '../../../fs/generated/spec.ts';
import { S_IFDIR, type Stat } from '../../../fs/stat.ts';
import type { KernelSource } from '../../kernel-view.ts';
import type { TaskView } from '../../model/task.ts';

/** Directories that all may read belong to a task's user even if it may not be dumped (task_dump_owner). */
const OPEN_DIRECTORY: number = S_IFDIR | 0o555;

/** A task, found anew for each operation; gone when its id means another. */
export class TaskSubject implements Subject<TaskView> {
  readonly #source: KernelSource;
  readonly #identity: object;
  readonly #id: number;
  #seconds = 0;
  #nanoseconds = 0;
  #gone = false;
  /** Who asked last in which operation, and what it was told. */
  #asking: Caller | undefined;
  #operation = 0;
  #task: TaskView | undefined;

  constructor(source: KernelSource, task: TaskView) {
    this.#source = source;
    this.#identity = task.identity;
    this.#id = task.id;
  }

  /** The process directory about it, once somebody has found it twice. */
  entry: DynamicEntry | undefined;

  isAbout(task: TaskView): boolean {
    return !this.#gone && task.identity === this.#identity;
  }

  context(caller: Caller): TaskView | Errno {
    if (this.#gone) return ESRCH;
    const { operation } = caller;
    if (operation === this.#operation && caller === this.#asking && this.#task) return this.#task;
    const task = this.#source.view(caller).task(this.#id);
    if (task && task.identity === this.#identity) {
      this.#asking = caller;
      this.#operation = operation ?? 0;
      this.#task = task;
      return task;
    }
    this.#task = undefined;
    this.#gone = true;
    return ESRCH;
  }

  attributes(into: Stat, caller: Caller): Errno | 0 {
    const task = this.context(caller);
    const owner = isErrno(task) ? task : task.owner();
    if (isErrno(owner)) {
      if (owner !== ESRCH) return owner;
      // It belongs to root from then on.
      if (this.#seconds !== 0) into.setTimes(this.#seconds, this.#nanoseconds);
      return 0;
    }
    this.#seconds = owner.seconds;
    this.#nanoseconds = owner.nanoseconds;
    into.setTimes(owner.seconds, owner.nanoseconds);
    into.uid = owner.uid;
    into.gid = owner.gid;
    if (into.mode === OPEN_DIRECTORY || isErrno(task)) return 0;
    const files = task.filesOwner();
    if (isErrno(files)) return files === ESRCH ? 0 : files;
    into.uid = files.uid;
    into.gid = files.gid;
    return 0;
  }

  gone(): boolean {
    return this.#gone || isErrno(this.context(SUPERUSER));
  }
}

/** The subjects by task identity: a task keeps its nodes as long as it lives. */
export function taskSubjects(source: KernelSource): (task: TaskView) => TaskSubject {
  const known = new WeakMap<object, TaskSubject>();
  return (task) => {
    let subject = known.get(task.identity);
    if (!subject) known.set(task.identity, (subject = new TaskSubject(source, task)));
    return subject;
  };
}
