/** PID/map_files (fs/proc/base.c proc_map_files_readdir). */

import { CAP_CHECKPOINT_RESTORE, CAP_SYS_ADMIN, type Caller } from '../../../fs/caller.ts';
import { EACCES, ENOENT, type Errno, isErrno } from '../../../fs/errno.ts';
import { type DirectorySpec, type DynamicEntries, type Subject, dir, entry } from '../../../fs/generated/spec.ts';
import { S_IFLNK, type Stat } from '../../../fs/stat.ts';
import { type U64, u64 } from '../../../fs/u64.ts';
import type { FileAccess, MemoryRange } from '../../model/task-files.ts';
import type { TaskView } from '../../model/task.ts';
import { isSameProcess, mayTrace } from './access.ts';
import { hasAddressSpace } from './attach-access.ts';
import { type MagicRoots, magicLink } from './magic-link.ts';
import type { TaskSubject } from './task-subject.ts';

interface MappedFile {
  readonly task: TaskView;
  readonly range: MemoryRange;
}

const PAGE_SIZE = 4096;
const LINK_SIZE = 64;

export function mapFilesDirectory(
  subjectOf: (task: TaskView) => TaskSubject,
  procfs: MagicRoots,
): DirectorySpec<TaskView> {
  const mapped = magicLink<MappedFile>(
    procfs,
    {
      task: ({ task }) => task,
      place: ({ range }) => `map_files/${nameOf(range)}`,
      text: ({ task, range }) => task.files.mappedFileLink(range),
      // A link would lead past directories that the caller may not search.
      mayFollow: (caller) => caller.capable(CAP_CHECKPOINT_RESTORE) || caller.capable(CAP_SYS_ADMIN),
    },
    { whenGone: ENOENT },
  );
  const ranges: DynamicEntries<TaskView> = {
    lookup(name, task, caller, known) {
      if (!mayTrace(task, caller)) return EACCES;
      const range = parseRange(name);
      if (!range) return undefined;
      const access = task.files.mappedFile(range);
      if (isErrno(access)) return access;
      return entry(mapped, known instanceof MappingSubject ? known : new MappingSubject(subjectOf(task), range));
    },
    // A mapping's cookie is the number of its first page, and one: mappings do not overlap.
    list(after, task, caller, add) {
      if (!mayTrace(task, caller)) {
        // Where there is no memory, the kernel has nothing to protect.
        const present = hasAddressSpace(task);
        return isErrno(present) ? present : present ? EACCES : 0;
      }
      const found = task.files.mappedFiles(after * PAGE_SIZE);
      if (isErrno(found)) return found;
      for (const range of found) {
        if (!add(nameOf(range), Math.floor(Number(range.start) / PAGE_SIZE) + 1, S_IFLNK)) return;
      }
      return;
    },
  };
  return dir<TaskView>(0o500, {}, {
    dynamic: ranges,
    permission: (_mask, task, caller) => (isSameProcess(task, caller) ? 0 : undefined),
    whenGone: ENOENT,
  });
}

function nameOf({ start, end }: MemoryRange): string {
  return `${start.toString(16)}-${end.toString(16)}`;
}

/** Two hexadecimal addresses without leading zeros; like the kernel's own, it takes capitals too. */
function parseRange(name: string): MemoryRange | undefined {
  const [, start, end] = /^(0|[1-9a-f][0-9a-f]{0,15})-([1-9a-f][0-9a-f]{0,15})$/i.exec(name) ?? [];
  return start === undefined || end === undefined ? undefined : { start: address(start), end: address(end) };
}

function address(digits: string): U64 {
  return u64(BigInt(`0x${digits}`));
}

class MappingSubject implements Subject<MappedFile> {
  readonly #task: TaskSubject;
  readonly #range: MemoryRange;
  #context: MappedFile | undefined;
  #access: FileAccess | undefined;

  constructor(task: TaskSubject, range: MemoryRange) {
    this.#task = task;
    this.#range = range;
  }

  context(caller: Caller): MappedFile | Errno {
    const task = this.#task.context(caller);
    if (isErrno(task)) return task;
    if (this.#context?.task !== task) this.#context = { task, range: this.#range };
    return this.#context;
  }

  /** The owner's permissions are what the file was opened for; they stay when it is unmapped. */
  attributes(into: Stat, caller: Caller): Errno | 0 {
    const context = this.context(caller);
    const access = isErrno(context) ? context : context.task.files.mappedFile(this.#range);
    if (!isErrno(access)) this.#access = access;
    into.mode = S_IFLNK | (this.#access?.read ? 0o400 : 0) | (this.#access?.write ? 0o200 : 0);
    into.size = LINK_SIZE;
    return this.#task.attributes(into, caller);
  }

  gone(): boolean {
    return this.#task.gone() || (this.#context !== undefined && isErrno(this.#context.task.files.mappedFile(this.#range)));
  }
}
