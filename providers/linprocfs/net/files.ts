/** The kinds of files in PID/net, and the directories whose files come and go. */

import { CAP_SYSLOG, type Caller } from '../../../fs/caller.ts';
import { EACCES, EINVAL, ENOENT, type Errno, isErrno } from '../../../fs/errno.ts';
import { canWrite } from '../../../fs/flags.ts';
import {
  type CommonOptions,
  type DirectorySpec,
  type DynamicEntries,
  type FileOptions,
  type FileSpec,
  type NodeSpec,
  type Subject,
  entry,
  file,
} from '../../../fs/generated/spec.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { S_IFDIR, type Stat } from '../../../fs/stat.ts';
import { type NetworkDirectories, type NetworkFiles, type NetworkView, entryPath } from '../../model/network.ts';
import type { TaskView } from '../../model/task.ts';
import { directory } from '../directory.ts';

/** Writes what a file holds. `hidden`: kernel addresses are not for this reader. */
export type Show<T> = (out: TextWriter, value: T, hidden: boolean, caller: Caller) => void;

/**
 * How a file takes being opened for writing, which depends on what it was made with in the kernel (fs/proc/proc_net.c):
 * `table` proc_create_net refuses to open, `single` proc_create_net_single refuses to write, `plain` is a file like any
 * other of /proc. `commands`: it takes commands, which go to the kernel.
 */
export type FileKind = 'table' | 'single' | 'plain' | 'commands';

function kindOptions<C>(kind: FileKind, pathOf: (context: C) => string, taskOf: (context: C) => TaskView): FileOptions<C> {
  switch (kind) {
    case 'table':
      return { open: (flags) => (canWrite(flags) ? EACCES : 0) };
    case 'single':
      return { writeError: EACCES };
    case 'plain':
      return {};
    case 'commands':
      return {
        write(value, _at, context) {
          const network = networkOf(taskOf(context));
          return isErrno(network) ? network : network.write(pathOf(context), value);
        },
      };
  }
}

/** Gives the task's subject: an entry is about a task and a name. */
export type SubjectOf = (task: TaskView) => Subject<TaskView>;

/** The namespace of a task. Errors: ENOENT where it is in none. */
function networkOf(task: TaskView): NetworkView | Errno {
  const network = task.network();
  return isErrno(network) ? ENOENT : network;
}

/** Gives a file or directory to the owner of the namespace. Errors: ENOENT when it is gone. */
function setOwner(into: Stat, task: TaskView, path: string): Errno | 0 {
  const network = networkOf(task);
  const owner = isErrno(network) ? undefined : network.owner(path);
  if (!owner) return ENOENT;
  into.uid = owner.uid;
  into.gid = owner.gid;
  return 0;
}

/** How long the name of a file stays valid, in milliseconds: a task may go to another namespace, which lacks it. */
export const NAME_MS = 1;

/** What all nodes at a fixed path have in common: they exist where the namespace has them, and belong to its owner. */
function placed(path: string): CommonOptions<TaskView> {
  return {
    exists(task) {
      const network = networkOf(task);
      return !isErrno(network) && network.owner(path) !== undefined;
    },
    attributes: (into, task) => setOwner(into, task, path),
  };
}

/** Reads something of a task's namespace and writes it. */
function showValue<T>(
  out: TextWriter,
  task: TaskView,
  caller: Caller,
  read: (network: NetworkView) => T | Errno,
  show: Show<T>,
): Errno | 0 {
  const network = networkOf(task);
  if (isErrno(network)) return network;
  const value = read(network);
  if (isErrno(value)) return value;
  show(out, value, network.truePointers && !caller.capable(CAP_SYSLOG), caller);
  return 0;
}

/** A file at a fixed path. */
export function netFile<K extends keyof NetworkFiles>(
  path: K,
  kind: FileKind,
  show: Show<NetworkFiles[K]>,
  mode = 0o444,
): FileSpec<TaskView> {
  return file<TaskView>(mode, (out, task, caller) => showValue(out, task, caller, (network) => network.read(path), show), {
    ...kindOptions<TaskView>(kind, () => path, (task) => task),
    ...placed(path),
  });
}

/**
 * A file through which the kernel asks user space, and is answered (net/sunrpc/cache.c).
 * Differs: it has no questions, for asking would take them away from those who are meant to answer.
 */
export function channelFile(path: string): FileSpec<TaskView> {
  return file<TaskView>(0o600, () => 0, { ...kindOptions<TaskView>('commands', () => path, (task) => task), ...placed(path) });
}

/** A directory with fixed entries. */
export function netDirectory(path: string, entries: Readonly<Record<string, NodeSpec<TaskView>>>): DirectorySpec<TaskView> {
  return directory<TaskView>(entries, { ...placed(path), nameMilliseconds: NAME_MS });
}

/** A name in a directory whose files come and go, and the task through which it was found. */
export interface NamedEntry {
  readonly task: TaskView;
  readonly name: string;
}

class NamedSubject implements Subject<NamedEntry> {
  readonly #task: Subject<TaskView>;
  readonly #name: string;

  constructor(task: Subject<TaskView>, name: string) {
    this.#task = task;
    this.#name = name;
  }

  context(caller: Caller): NamedEntry | Errno {
    const task = this.#task.context(caller);
    return isErrno(task) ? task : { task, name: this.#name };
  }

  attributes(into: Stat, caller: Caller): Errno | 0 {
    return this.#task.attributes?.(into, caller) ?? 0;
  }

  gone(): boolean {
    return this.#task.gone?.() ?? false;
  }
}

/** A file that comes and goes. */
export function namedFile<K extends keyof NetworkDirectories>(
  directory: K,
  kind: FileKind,
  show: Show<NetworkDirectories[K]>,
  mode = 0o444,
): FileSpec<NamedEntry> {
  const pathOf = ({ name }: NamedEntry): string => entryPath(directory, name);
  return file<NamedEntry>(
    mode,
    (out, { task, name }, caller) => showValue(out, task, caller, (network) => network.readEntry(directory, name), show),
    {
      ...kindOptions<NamedEntry>(kind, pathOf, ({ task }) => task),
      attributes: (into, entryOf) => setOwner(into, entryOf.task, pathOf(entryOf)),
    },
  );
}

/** A directory that comes and goes, with files of its own. */
export function namedSubdirectory(parent: string, entries: Readonly<Record<string, FileSpec<NamedEntry>>>): DirectorySpec<NamedEntry> {
  return directory<NamedEntry>(entries, {
    attributes: (into, { task, name }) => setOwner(into, task, `${parent}/${name}`),
  });
}

/** A directory whose entries come and go, all of one kind but for those with fixed names. */
export function namedDirectory(
  path: string,
  subjectOf: SubjectOf,
  named: NodeSpec<NamedEntry>,
  fixed: Readonly<Record<string, NodeSpec<TaskView>>> = {},
): DirectorySpec<TaskView> {
  const known = new WeakMap<Subject<TaskView>, Map<string, NamedSubject>>();
  const subject = (task: TaskView, name: string): NamedSubject => {
    const parent = subjectOf(task);
    let byName = known.get(parent);
    if (!byName) known.set(parent, (byName = new Map()));
    let found = byName.get(name);
    if (!found) byName.set(name, (found = new NamedSubject(parent, name)));
    return found;
  };
  const names = (task: TaskView): readonly string[] => {
    const network = networkOf(task);
    return isErrno(network) ? [] : network.names(path).filter((name) => !Object.hasOwn(fixed, name));
  };
  const dynamic: DynamicEntries<TaskView> = {
    lookup(name, task) {
      const network = networkOf(task);
      if (isErrno(network)) return network;
      return network.owner(`${path}/${name}`) ? entry(named, subject(task, name)) : undefined;
    },
    list(_after, task, _caller, add) {
      // The directory is sorted, which makes the cookies.
      for (const name of names(task)) if (!add(name, 1, named.type)) return;
    },
    directories: (task) => (named.type === S_IFDIR ? names(task).length : 0),
  };
  return directory<TaskView>(fixed, { ...placed(path), nameMilliseconds: NAME_MS, dynamic });
}

/** Makes a listing fail for a task that is in no namespace. */
export const namespaceRequired: DynamicEntries<TaskView> = {
  lookup: () => undefined,
  list(_after, task) {
    const network = networkOf(task);
    return isErrno(network) || !network.exists() ? EINVAL : undefined;
  },
};
