/** Which trees can be served, by the description that a serving thread is started with. */

import type { FileSystem } from '../../fs/vnode.ts';
import type { ThreadDirectory } from '../fuse/fuse-caller.ts';
import type { DevfsDescription } from './trees/devfs.ts';
import type { FdescfsDescription } from './trees/fdescfs.ts';
import type { LinprocfsDescription } from './trees/linprocfs.ts';
import type { LinsysfsDescription } from './trees/linsysfs.ts';
import type { NullfsDescription } from './trees/nullfs.ts';
import type { OverlayDescription } from './trees/overlay.ts';
import type { TmpfsDescription } from './trees/tmpfs.ts';
import type { UnionDescription } from './trees/union.ts';

/** A tree as plain data: what a worker needs to build it. */
export type TreeDescription =
  | LinprocfsDescription
  | LinsysfsDescription
  | DevfsDescription
  | FdescfsDescription
  | TmpfsDescription
  | NullfsDescription
  | OverlayDescription
  | UnionDescription;

/** A tree that is ready to be served. */
export interface ServedTree {
  readonly fileSystem: FileSystem;
  /** Finds the threads of this machine, who are the callers. */
  readonly threads: ThreadDirectory;
  /**
   * Answers a question, or takes changes, from the owner of the mount; both are plain data, of which the tree's type
   * knows the shape. Absent for a tree of which nothing can be changed but its files.
   */
  ask?(question: unknown): unknown;
  /** Has whoever waits for a file to change look again: called every now and then while somebody does. */
  wake(): void;
}

/** Modules with a tree each: a thread loads the one that it serves. */
const BUILDERS: { readonly [Type in TreeDescription['type']]: () => Promise<Builder<Type>> } = {
  devfs: async () => (await import('./trees/devfs.ts')).buildDevfs,
  fdescfs: async () => (await import('./trees/fdescfs.ts')).buildFdescfs,
  linprocfs: async () => (await import('./trees/linprocfs.ts')).buildLinprocfs,
  linsysfs: async () => (await import('./trees/linsysfs.ts')).buildLinsysfs,
  tmpfs: async () => (await import('./trees/tmpfs.ts')).buildTmpfs,
  overlay: async () => (await import('./trees/overlay.ts')).buildOverlay,
  unionfs: async () => (await import('./trees/union.ts')).buildUnion,
  reroot: async () => (await import('./trees/union.ts')).buildUnion,
  nullfs: async () => (await import('./trees/nullfs.ts')).buildNullfs,
};

type Builder<Type> = (description: Extract<TreeDescription, { type: Type }>) => ServedTree | Promise<ServedTree>;

/** Builds a tree. Throws a MountError where what it shows cannot be read. */
export async function buildTree(description: TreeDescription): Promise<ServedTree> {
  const build = (await BUILDERS[description.type]()) as Builder<string>;
  return build(description as never);
}
