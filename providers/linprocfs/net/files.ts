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
  dir,
  entry,
  file,
} from '../../../fs/generated/spec.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { S_IFREG, type Stat } from '../../../fs/stat.ts';
import type { NetworkDirectories, NetworkFiles, NetworkView } from '../../model/network.ts';
import type { TaskView } from '../../model/task.ts';

/** Writes what a file holds. `hidden`: kernel addresses are not for this reader. */
export type Show<T> = (out: TextWriter, value: T, hidden: boolean) => void;

/**
 * How a file takes being opened for writing, which depends on what it was made with in the kernel (fs/proc/proc_net.c):
 * `table` proc_create_net refuses to open, `single` proc_create_net_single refuses to write, `plain` is a file like any
 * other of /proc.
 */
export type FileKind = 'table' | 'single' | 'plain';

const KINDS: { readonly [K in FileKind]: FileOptions<unknown> } = {
  table: { open: (flags) => (canWrite(flags) ? EACCES : 0) },
  single: { writeError: EACCES },
  plain: {},
};

/** Gives the task's subject: an entry is about a task and a name. */
export type SubjectOf = (task: TaskView) => Subject<TaskView>;

/** The namespace of a task. Errors: ENOENT where it is in none. */
function networkOf(task: TaskView): NetworkView | Errno {
  const network = task.network();
  return isErrno(network) ? ENOENT : network;
}

/** What all nodes at a fixed path have in common: they exist where the namespace has them, and belong to its owner. */
function placed(path: string): CommonOptions<TaskView> {
  const owner = (task: TaskView): { uid: number; gid: number } | undefined => {
    const network = networkOf(task);
    return isErrno(network) ? undefined : network.owner(path);
  };
  return {
    exists: (task) => owner(task) !== undefined,
    attributes(into: Stat, task) {
      const found = owner(task);
      if (!found) return ENOENT;
      into.uid = found.uid;
      into.gid = found.gid;
      return 0;
    },
  };
}

/** A file at a fixed path. */
export function netFile<K extends keyof NetworkFiles>(
  path: K,
  kind: FileKind,
  show: Show<NetworkFiles[K]>,
  mode = 0o444,
): FileSpec<TaskView> {
  return file<TaskView>(
    mode,
    (out, task, caller) => {
      const network = networkOf(task);
      if (isErrno(network)) return network;
      const value = network.read(path);
      if (isErrno(value)) return value;
      show(out, value, hidesPointers(network, caller));
      return 0;
    },
    { ...KINDS[kind], ...placed(path) },
  );
}

function hidesPointers(network: NetworkView, caller: Caller): boolean {
  return network.truePointers && !caller.capable(CAP_SYSLOG);
}

/** A directory with fixed entries. */
export function netDirectory(path: string, entries: Readonly<Record<string, NodeSpec<TaskView>>>): DirectorySpec<TaskView> {
  return dir<TaskView>(0o555, inKernelOrder(entries), placed(path));
}

/** Directory entries in the order in which procfs lists them: by length, then by bytes (proc_match). */
export function inKernelOrder<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => compareNames(a, b)));
}

function compareNames(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** A name in a directory whose files come and go, and the task through which it was found. */
interface NamedEntry {
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

/** How the files of such a directory are. */
export interface NamedFiles<T> {
  readonly mode: number;
  readonly kind: FileKind;
  readonly show: Show<T>;
  /** Whether writes reach the kernel. */
  readonly writable?: boolean;
}

/** A directory whose files come and go. */
export function namedDirectory<K extends keyof NetworkDirectories>(
  directory: K,
  subjectOf: SubjectOf,
  { mode, kind, show, writable }: NamedFiles<NetworkDirectories[K]>,
): DirectorySpec<TaskView> {
  const spec = file<NamedEntry>(
    mode,
    (out, { task, name }, caller) => {
      const network = networkOf(task);
      if (isErrno(network)) return network;
      const value = network.readEntry(directory, name);
      if (isErrno(value)) return value;
      show(out, value, hidesPointers(network, caller));
      return 0;
    },
    {
      ...KINDS[kind],
      attributes(into, { task, name }) {
        const network = networkOf(task);
        const owner = isErrno(network) ? undefined : network.owner(`${directory}/${name}`);
        if (!owner) return ENOENT;
        into.uid = owner.uid;
        into.gid = owner.gid;
        return 0;
      },
      ...(writable && {
        write(value, _at, { task, name }) {
          const network = networkOf(task);
          return isErrno(network) ? network : network.write(`${directory}/${name}`, value);
        },
      }),
    },
  );
  return dir<TaskView>(0o555, {}, { ...placed(directory), dynamic: namedEntries(directory, subjectOf, spec) });
}

/** Lists in the kernel's order. A cookie is a number that a name got once and for all. */
function namedEntries(
  directory: keyof NetworkDirectories,
  subjectOf: SubjectOf,
  spec: NodeSpec<NamedEntry>,
): DynamicEntries<TaskView> {
  const known = new WeakMap<Subject<TaskView>, Map<string, NamedSubject>>();
  const numbers = new Map<string, number>();
  const named: string[] = [];
  const cookieOf = (name: string): number => {
    let cookie = numbers.get(name);
    if (cookie === undefined) numbers.set(name, (cookie = named.push(name)));
    return cookie;
  };
  return {
    lookup(name, task) {
      const network = networkOf(task);
      if (isErrno(network)) return network;
      if (!network.owner(`${directory}/${name}`)) return undefined;
      const subject = subjectOf(task);
      let byName = known.get(subject);
      if (!byName) known.set(subject, (byName = new Map()));
      let found = byName.get(name);
      if (!found) byName.set(name, (found = new NamedSubject(subject, name)));
      return entry(spec, found);
    },
    list(after, task, _caller, add) {
      const network = networkOf(task);
      if (isErrno(network)) return;
      const last = named[after - 1];
      for (const name of [...network.names(directory)].sort(compareNames)) {
        if (last !== undefined && compareNames(name, last) <= 0) continue;
        if (!add(name, cookieOf(name), S_IFREG)) return;
      }
    },
  };
}

/** Makes a listing fail for a task that is in no namespace. */
export const namespaceRequired: DynamicEntries<TaskView> = {
  lookup: () => undefined,
  list(_after, task) {
    const network = networkOf(task);
    return isErrno(network) || !network.exists() ? EINVAL : undefined;
  },
};
