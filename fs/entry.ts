/**
 * Names that a path walk went through (Linux's dentries): where a file was found, for `..`, getcwd, mount points and
 * places that are held while the tree changes. An entry exists while somebody holds it or its file; the doors that
 * resolve names themselves make none, and pay nothing for them.
 */

import { S_IFDIR } from './stat.ts';
import type { FileSystem, Vnode } from './vnode.ts';

export class Entry {
  readonly vnode: Vnode;
  /** The directory's entry; undefined for the root of a file system and for what has no name. */
  parent: Entry | undefined;
  name: string;
  /** How many mounts have it as their mount point. */
  mounted = 0;
  /** The name was removed; the file may live on. */
  removed = false;

  constructor(vnode: Vnode, parent: Entry | undefined, name: string) {
    this.vnode = vnode;
    this.parent = parent;
    this.name = name;
  }

  /** Whether it stands for `name` in a directory. */
  isAt(directory: Vnode, name: string): boolean {
    return this.name === name && this.parent?.vnode === directory;
  }
}

/** The entries of each file: one for a directory, as many as were walked for a file with several names. */
const known = new WeakMap<Vnode, Entry[]>();

function add(entry: Entry): Entry {
  const list = known.get(entry.vnode);
  if (list) list.push(entry);
  else known.set(entry.vnode, [entry]);
  return entry;
}

/** The entry of a file that was found as `name` in a directory. */
export function entryOf(parent: Entry, name: string, vnode: Vnode): Entry {
  const list = known.get(vnode);
  if (list) {
    for (const entry of list) if (entry.parent === parent && entry.name === name) return entry;
    const [only] = list;
    if (only && vnode.type === S_IFDIR) {
      // A directory has one name: it was moved behind our back.
      only.parent = parent;
      only.name = name;
      return only;
    }
  }
  return add(new Entry(vnode, parent, name));
}

/** The entry of a file system's root, which has neither a name nor a parent. */
export function rootEntry(fileSystem: FileSystem): Entry {
  const { root } = fileSystem;
  return known.get(root)?.[0] ?? add(new Entry(root, undefined, ''));
}

function find(directory: Vnode, name: string, vnode: Vnode): Entry | undefined {
  return known.get(vnode)?.find((entry) => entry.isAt(directory, name));
}

/** Whether something is mounted at a name. */
export function isMountPoint(directory: Vnode, name: string, vnode: Vnode): boolean {
  const entry = find(directory, name, vnode);
  return entry !== undefined && entry.mounted > 0;
}

function forget(entry: Entry): void {
  entry.removed = true;
  const list = known.get(entry.vnode);
  const rest = list?.filter((other) => other !== entry) ?? [];
  if (rest.length > 0) known.set(entry.vnode, rest);
  else known.delete(entry.vnode);
}

/** A name was removed. */
export function entryRemoved(directory: Vnode, name: string, vnode: Vnode): void {
  const entry = find(directory, name, vnode);
  if (entry) forget(entry);
}

/** A file got another name; what it replaced, if anything, has been reported by `entryRemoved`. */
export function entryMoved(entry: Entry | undefined, newDirectory: Vnode, newName: string): void {
  if (!entry) return;
  const parent = known.get(newDirectory)?.[0];
  if (!parent) {
    // Nobody walked to where it is now, so that there is no path to tell; a walk finds it anew.
    forget(entry);
    return;
  }
  entry.parent = parent;
  entry.name = newName;
}

/** The entry that a name has, if it was walked. */
export const knownEntry: (directory: Vnode, name: string, vnode: Vnode) => Entry | undefined = find;
