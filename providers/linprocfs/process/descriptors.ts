/** PID/fd and PID/fdinfo (fs/proc/fd.c). */

import type { Caller } from '../../../fs/caller.ts';
import { EINVAL, ENOENT, type Errno, isErrno } from '../../../fs/errno.ts';
import { type DirectorySpec, type DynamicEntries, type NodeSpec, type Subject, dir, entry, file } from '../../../fs/generated/spec.ts';
import { S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../../fs/stat.ts';
import type { FileAccess } from '../../model/task-files.ts';
import type { TaskView } from '../../model/task.ts';
import { isSameProcess, tracePermission } from './access.ts';
import { fdinfo } from './fdinfo.ts';
import { type MagicRoots, magicLink } from './magic-link.ts';
import type { TaskSubject } from './task-subject.ts';

/** An open descriptor of a task. */
export interface OpenDescriptor {
  readonly task: TaskView;
  readonly number: number;
}

/** What the kernel gives as the size of links that are made on the spot. */
const LINK_SIZE = 64;

/** PID/fd */
export function fdDirectory(subjectOf: (task: TaskView) => TaskSubject, procfs: MagicRoots): DirectorySpec<TaskView> {
  const open = magicLink<OpenDescriptor>(
    procfs,
    {
      task: ({ task }) => task,
      place: ({ number }) => `fd/${number}`,
      text: ({ task, number }) => task.files.descriptorLink(number),
    },
    { whenGone: ENOENT },
  );
  return dir<TaskView>(0o500, {}, {
    dynamic: numbered(subjectOf, open),
    permission: (_mask, task, caller) => (isSameProcess(task, caller) ? 0 : undefined),
    attributes(into, task) {
      const count = task.files.descriptorCount();
      if (isErrno(count)) return count;
      into.size = count;
      return 0;
    },
    // A program may count what it has open just now.
    attributeMilliseconds: 0,
    whenGone: ENOENT,
    attributesGo: true,
  });
}

/** PID/fdinfo */
export function fdinfoDirectory(subjectOf: (task: TaskView) => TaskSubject): DirectorySpec<TaskView> {
  const info = file<OpenDescriptor>(0o444, fdinfo, {
    writeError: EINVAL,
    permission: (_mask, { task }, caller) => tracePermission(task, caller),
    whenGone: ENOENT,
  });
  return dir<TaskView>(0o555, {}, {
    dynamic: numbered(subjectOf, info),
    permission: (_mask, task, caller) => tracePermission(task, caller),
  });
}

/** An entry for each open descriptor. Its cookie is the number and one. */
function numbered(subjectOf: (task: TaskView) => TaskSubject, spec: NodeSpec<OpenDescriptor>): DynamicEntries<TaskView> {
  return {
    lookup(name, task, _caller, known) {
      const number = parseNumber(name);
      if (number === undefined) return undefined;
      const access = task.files.descriptor(number);
      if (isErrno(access)) return access;
      return entry(spec, known instanceof DescriptorSubject ? known : new DescriptorSubject(subjectOf(task), number));
    },
    list(after, task, _caller, add) {
      const numbers = task.files.descriptors(after);
      if (isErrno(numbers)) return numbers;
      const type = spec.type === S_IFLNK ? S_IFLNK : S_IFREG;
      for (const number of numbers) if (!add(String(number), number + 1, type)) return;
      return;
    },
  };
}

/** A number in the only spelling that procfs takes: decimal without leading zeros. */
function parseNumber(name: string): number | undefined {
  return /^(0|[1-9][0-9]{0,9})$/.test(name) ? Number(name) : undefined;
}

/** It stays the same while the number is in use, whichever file that stands for, as the kernel's own entries do. */
class DescriptorSubject implements Subject<OpenDescriptor> {
  readonly #task: TaskSubject;
  readonly #number: number;
  #context: OpenDescriptor | undefined;
  #access: FileAccess | undefined;

  constructor(task: TaskSubject, number: number) {
    this.#task = task;
    this.#number = number;
  }

  context(caller: Caller): OpenDescriptor | Errno {
    const task = this.#task.context(caller);
    if (isErrno(task)) return task;
    if (this.#context?.task !== task) this.#context = { task, number: this.#number };
    return this.#context;
  }

  /** The owner's permissions of a link are what the file was opened for; they stay when it is closed. */
  attributes(into: Stat, caller: Caller): Errno | 0 {
    if ((into.mode & S_IFMT) === S_IFLNK) {
      const context = this.context(caller);
      const access = isErrno(context) ? context : context.task.files.descriptor(this.#number);
      if (!isErrno(access)) this.#access = access;
      into.mode = S_IFLNK | (this.#access?.read ? 0o500 : 0) | (this.#access?.write ? 0o300 : 0);
      into.size = LINK_SIZE;
    }
    return this.#task.attributes(into, caller);
  }

  gone(): boolean {
    return this.#task.gone() || (this.#context !== undefined && isErrno(this.#context.task.files.descriptor(this.#number)));
  }
}
