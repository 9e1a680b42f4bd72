/** Directories of /proc whose entries are sorted by name, declared ones and ones that are found at run time. */

import type { Caller } from '../../fs/caller.ts';
import { EIO, type Errno } from '../../fs/errno.ts';
import { shorterFirst } from '../../fs/generated/name-order.ts';
import {
  type CommonOptions,
  type Declared,
  type DirectoryOptions,
  type DirectorySpec,
  type DynamicEntries,
  type LinkSpec,
  type NodeSpec,
  type Subject,
  dir,
  entry,
  link,
} from '../../fs/generated/spec.ts';
import { S_IFDIR } from '../../fs/stat.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';

/** A directory with its entries in procfs's order, in whatever order they are written. */
export function directory<C>(
  entries: Readonly<Record<string, Declared<C>>>,
  options: DirectoryOptions<C> & { readonly mode?: number } = {},
): DirectorySpec<C> {
  const { mode = 0o555, ...rest } = options;
  return dir<C>(mode, inOrder(entries), rest.dynamic ? { ...rest, order: shorterFirst } : rest);
}

/** Entries in procfs's order. */
export function inOrder<C>(entries: Readonly<Record<string, Declared<C>>>): Record<string, Declared<C>> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => shorterFirst(a, b)));
}

/** How long a link's own attributes stay valid, in milliseconds: it has no others. */
const LINK_MS = 1000;

/** A symbolic link that always leads to the same place: unlike others it has a size (proc_symlink). */
export function fixedLink<C>(target: string, options?: CommonOptions<C>): LinkSpec<C> {
  return link<C>(target, { ...options, attributes: (into) => void (into.size = target.length), attributeMilliseconds: LINK_MS });
}

/** What a node is about that the kernel has many of: an interrupt, a disk, a PCI function. */
export interface Named {
  readonly kernel: KernelView;
  readonly name: string;
}

/** Says which names there are, and whether there is one. */
export interface Names<C> {
  readonly list: (context: C) => readonly string[];
  readonly has: (context: C, name: string) => boolean;
}

/** Entries that are named at run time and all alike. */
export function namedEntries(source: KernelSource, names: Names<KernelView>, spec: NodeSpec<Named>): DynamicEntries<KernelView> {
  const subjects = new Map<string, Subject<Named>>();
  const subject = (name: string): Subject<Named> => {
    let known = subjects.get(name);
    if (!known) {
      // A file that was open when its subject went fails with EIO, as in procfs.
      const context = (caller: Caller): Named | Errno => {
        const kernel = source.view(caller);
        return names.has(kernel, name) ? { kernel, name } : EIO;
      };
      subjects.set(name, (known = { context }));
    }
    return known;
  };
  return {
    lookup: (name, kernel) => (names.has(kernel, name) ? entry(spec, subject(name)) : undefined),
    list(_after, kernel, _caller, add) {
      // The directory is sorted, which makes the cookies.
      for (const name of names.list(kernel)) if (!add(name, 1, spec.type)) return;
    },
    directories: (kernel) => (spec.type === S_IFDIR ? names.list(kernel).length : 0),
  };
}

/** Entries one level deeper: their subject's name is that of the directory, a slash and their own. */
export function nestedEntries(source: KernelSource, names: Names<Named>, spec: NodeSpec<Named>): DynamicEntries<Named> {
  const subjects = new Map<string, Subject<Named>>();
  const subject = (parent: string, name: string): Subject<Named> => {
    const path = `${parent}/${name}`;
    let known = subjects.get(path);
    if (!known) {
      const context = (caller: Caller): Named | Errno => {
        const kernel = source.view(caller);
        return names.has({ kernel, name: parent }, name) ? { kernel, name: path } : EIO;
      };
      subjects.set(path, (known = { context }));
    }
    return known;
  };
  return {
    lookup: (name, parent) => (names.has(parent, name) ? entry(spec, subject(parent.name, name)) : undefined),
    list(_after, parent, _caller, add) {
      for (const name of names.list(parent)) if (!add(name, 1, spec.type)) return;
    },
    directories: (parent) => (spec.type === S_IFDIR ? names.list(parent).length : 0),
  };
}
