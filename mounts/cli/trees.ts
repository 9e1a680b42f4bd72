/** Which trees can be served, by the description that a serving thread is started with. */

import type { TmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { Passthrough, type PassthroughOptions } from '../../fs/passthrough/passthrough.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import type { KernelSource } from '../../providers/kernel-view.ts';
import type { LinprocfsOptions } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { type Overrides, overridden } from '../../providers/overrides.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import type { HostRoots } from '../../providers/sources/linux-host/host-files.ts';
import type { ThreadDirectory } from '../fuse/fuse-caller.ts';
import { HostThreads } from './host-threads.ts';
import { buildLinsysfs } from './sysfs-tree.ts';

/** A tree as plain data: what a worker needs to build it. */
export type TreeDescription = LinprocfsDescription | LinsysfsDescription | TmpfsDescription | NullfsDescription;

export interface LinprocfsDescription {
  readonly type: 'linprocfs';
  readonly source: 'host';
  readonly roots: HostRoots;
  readonly options: LinprocfsOptions;
  readonly overrides?: Overrides;
}

export interface LinsysfsDescription {
  readonly type: 'linsysfs';
  readonly source: 'host';
  readonly roots: HostRoots;
}

/** A file system in memory, which lives as long as its mount. */
export interface TmpfsDescription {
  readonly type: 'tmpfs';
  /** Where the callers are looked up. */
  readonly roots: HostRoots;
  readonly options: TmpfsOptions;
}

/** A directory of this machine. */
export interface NullfsDescription {
  readonly type: 'nullfs';
  readonly roots: HostRoots;
  /** Absolute. */
  readonly path: string;
  readonly options: PassthroughOptions;
}

/** What can change while a tree is served; an absent field stays. */
export interface TreeChanges {
  readonly options?: Partial<LinprocfsOptions>;
  readonly overrides?: Overrides;
}

/** A tree that is ready to be served. */
export interface ServedTree {
  readonly fileSystem: FileSystem;
  /** Finds the threads of this machine, who are the callers. */
  readonly threads: ThreadDirectory;
  change(changes: TreeChanges): void;
  /** Has whoever waits for a file to change look again: called every now and then while somebody does. */
  wake(): void;
}

export function buildTree(description: TreeDescription): ServedTree {
  const host = new HostSource(description.roots);
  switch (description.type) {
    case 'linprocfs':
      return buildLinprocfs(description, host);
    case 'linsysfs':
      return buildLinsysfs(host);
    case 'tmpfs':
      return fixedTree(new Tmpfs(description.options), host);
    case 'nullfs': {
      const options = { descriptors: `${description.roots.proc}self/fd/`, ...description.options };
      return fixedTree(new Passthrough(description.path, options), host);
    }
  }
}

/** A tree of which nothing can be changed but its files. */
function fixedTree(fileSystem: FileSystem, host: HostSource): ServedTree {
  return { fileSystem, threads: new HostThreads(host, { exact: true }), change() {}, wake() {} };
}

function buildLinprocfs(description: LinprocfsDescription, host: HostSource): ServedTree {
  const options = { ...description.options };
  const overrides = { ...description.overrides };
  const source: KernelSource = overridden(host, overrides);
  const fileSystem = linprocfs(source, options);
  return {
    fileSystem,
    threads: new HostThreads(host),
    change(changes) {
      Object.assign(options, changes.options);
      Object.assign(overrides, changes.overrides);
      host.invalidate();
    },
    wake: () => fileSystem.changed.wakeAll(),
  };
}
