/**
 * The process directories: /proc/PID and /proc/PID/task/TID (fs/proc/base.c).
 *
 * Differs: a process that was just reaped may be shown for as long as a view lasts, and through FUSE until the kernel
 * asks for its name again (a tick of its clock or two); the names of files in a directory that is held open, for a second.
 */

import { ENOENT, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import type { Caller } from '../../../fs/caller.ts';
import {
  type CommonOptions,
  type Declared,
  type DirectorySpec,
  type DynamicEntries,
  dir,
  entry,
} from '../../../fs/generated/spec.ts';
import { S_IFDIR } from '../../../fs/stat.ts';
import type { KernelSource, KernelView } from '../../kernel-view.ts';
import type { TaskView } from '../../model/task.ts';
import type { LinprocfsOptions } from '../options.ts';
import { net } from '../net/tree.ts';
import { fdDirectory, fdinfoDirectory } from './descriptors.ts';
import { filesAfterLinks, filesBeforeLinks } from './files.ts';
import { type MagicRoots, magicLink } from './magic-link.ts';
import { mapFilesDirectory } from './map-files.ts';
import { nsDirectory } from './namespaces.ts';
import { TaskSubject, taskSubjects } from './task-subject.ts';
import { directoryPermission, isVisible } from './visibility.ts';

/** How long the name of a process stays valid where all callers see the same, in milliseconds. */
const PROCESS_ENTRY_MS = 1;
/** The same of one that lives as long as its machine (`TaskView.stays`), and of what its directory has. */
export const LASTING_MS = 30_000;

/** What all process directories of a mount share. */
interface Shared {
  readonly subjectOf: (task: TaskView) => TaskSubject;
  readonly magic: MagicRoots;
  /** hidepid=, where it is in force: what it says of directories, and of the attributes of hidden ones. */
  readonly permission: CommonOptions<TaskView>['permission'];
  readonly attributes: CommonOptions<TaskView>['attributes'];
}

/** A thread id in the only spelling that procfs takes: decimal without leading zeros. */
function parseId(name: string): number | undefined {
  if (name.length > 10 || name.charCodeAt(0) === 0x30) return undefined;
  let id = 0;
  for (let index = 0; index < name.length; index++) {
    const digit = name.charCodeAt(index) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    id = id * 10 + digit;
  }
  return id === 0 ? undefined : id;
}

/**
 * What programs find that look for themselves by the id that they have elsewhere (ps(1)): whom those who look are taken for. It is not
 * listed.
 */
function visitor(id: number, kernel: KernelView, caller: Caller): TaskView | undefined {
  const visiting = kernel.visitor?.();
  if (visiting === undefined) return undefined;
  const own = caller.processIdElsewhere?.() ?? caller.processId();
  return own === id ? kernel.task(visiting) : undefined;
}

/** The numbered entries of /proc. */
export function processes(source: KernelSource, options: LinprocfsOptions): DynamicEntries<KernelView> {
  // The option may change while this is served, and names that everybody may see stay valid for longer.
  const hides = (): boolean => options.hidePid !== 0;
  const subjectOf = taskSubjects(source);
  const open: Shared = { subjectOf, magic: source.holdsFiles ? 'here' : options.magic, permission: undefined, attributes: undefined };
  const hiding: Shared = {
    ...open,
    permission: (_mask, task, caller) => directoryPermission(options, task, caller),
    attributes: (_into, task, caller) => (isVisible(options, task, caller) ? 0 : ENOENT),
  };
  let toAll: DirectorySpec<TaskView> | undefined;
  let toSome: DirectorySpec<TaskView> | undefined;
  return {
    entryMilliseconds: (kernel, name) => (hides() ? 0 : kernel.task(Number(name))?.stays ? LASTING_MS : PROCESS_ENTRY_MS),
    lookup(name, kernel, caller, known) {
      const id = parseId(name);
      const task = id === undefined ? undefined : (kernel.task(id) ?? visitor(id, kernel, caller));
      if (!task || !isVisible(options, task, caller)) return undefined;
      const process = hides() ? (toSome ??= processDirectory(hiding, source)) : (toAll ??= processDirectory(open, source));
      if (!(known instanceof TaskSubject) || !known.isAbout(task)) return entry(process, subjectOf(task));
      if (known.entry?.spec !== process) known.entry = entry(process, known);
      return known.entry;
    },
    list(after, kernel, caller, add) {
      for (const id of kernel.processIds(after)) {
        if (hides()) {
          const task = kernel.task(id);
          if (!task || !isVisible(options, task, caller)) continue;
        }
        if (!add(String(id), id, S_IFDIR)) return;
      }
    },
    directories: (kernel) => kernel.processCount(),
  };
}

/** PID/task */
function taskDirectory(shared: Shared, thread: DirectorySpec<TaskView>, attributeMilliseconds: number): DirectorySpec<TaskView> {
  const threads: DynamicEntries<TaskView> = {
    lookup(name, task) {
      const id = parseId(name);
      const found = id === undefined ? undefined : task.thread(id);
      return found && entry(thread, shared.subjectOf(found));
    },
    list(after, task, _caller, add): Errno | 0 {
      const ids = task.threadIds(after);
      if (isErrno(ids)) return ids;
      for (const id of ids) if (!add(String(id), id, S_IFDIR)) return 0;
      return 0;
    },
    directories(task) {
      const ids = task.threadIds(0);
      return isErrno(ids) ? 0 : ids.length;
    },
  };
  // A program may count its threads by the links, just now.
  const options = { dynamic: threads, attributeMilliseconds };
  return dir<TaskView>(0o555, {}, shared.permission ? { ...options, permission: shared.permission } : options);
}

/** cwd, root and exe. */
function links({ magic }: Shared): Record<string, Declared<TaskView>> {
  const own = (name: string, text: (task: TaskView) => string | Errno): Declared<TaskView> =>
    () => magicLink<TaskView>(magic, { task: (task) => task, place: () => name, text }, { whenGone: ENOENT });
  return {
    cwd: own('cwd', (task) => task.files.workingDirectory()),
    root: own('root', (task) => task.files.rootDirectory()),
    exe: own('exe', (task) => task.files.executable()),
  };
}

function processDirectory(shared: Shared, { namesLast }: KernelSource): DirectorySpec<TaskView> {
  const { subjectOf, magic, permission, attributes } = shared;
  return dir<TaskView>(
    0o555,
    {
      task: () => taskDirectory(shared, threadDirectory(shared), namesLast ? LASTING_MS : 0),
      fd: () => fdDirectory(subjectOf, magic),
      map_files: () => mapFilesDirectory(subjectOf, magic),
      fdinfo: () => fdinfoDirectory(subjectOf),
      ns: () => nsDirectory(magic, attributes),
      net: () => net(subjectOf),
      ...filesBeforeLinks(true),
      ...links(shared),
      ...filesAfterLinks(true, attributes),
    },
    {
      changes: (change) => (change.mode === undefined ? 'ignored' : EPERM),
      immutable: true,
      ...(permission && { permission }),
      ...(attributes && { attributes }),
    },
  );
}

/** PID/task/TID */
function threadDirectory(shared: Shared): DirectorySpec<TaskView> {
  const { subjectOf, magic, attributes } = shared;
  return dir<TaskView>(
    0o555,
    {
      fd: () => fdDirectory(subjectOf, magic),
      fdinfo: () => fdinfoDirectory(subjectOf),
      ns: () => nsDirectory(magic, attributes),
      net: () => net(subjectOf),
      ...filesBeforeLinks(false),
      ...links(shared),
      ...filesAfterLinks(false, attributes),
    },
    { whenGone: ENOENT, immutable: true, ...(attributes && { attributes }) },
  );
}
