/** Which trees can be served, by the description that a serving thread is started with. */

import type { FileSystem } from '../../fs/vnode.ts';
import type { KernelSource } from '../../providers/kernel-view.ts';
import type { LinprocfsOptions } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import type { HostRoots } from '../../providers/sources/linux-host/host-files.ts';
import type { ThreadDirectory } from '../fuse/fuse-caller.ts';
import { HostThreads } from './host-threads.ts';

/** A tree as plain data: what a worker needs to build it. */
export interface TreeDescription {
  readonly type: 'linprocfs';
  readonly source: 'host';
  readonly roots: HostRoots;
  readonly options: LinprocfsOptions;
}

/** A tree that is ready to be served. */
export interface ServedTree {
  readonly fileSystem: FileSystem;
  /** Finds the threads of this machine, who are the callers. */
  readonly threads: ThreadDirectory;
}

export function buildTree(description: TreeDescription): ServedTree {
  const host = new HostSource(description.roots);
  const source: KernelSource = host;
  return { fileSystem: linprocfs(source, description.options), threads: new HostThreads(host) };
}
