/** Trees of files that somebody stored, of which nothing changes but those files. */

import type { FileSystem } from '../../../fs/vnode.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import { HostSource } from '../../../providers/sources/linux-host/host-source.ts';
import { HostThreads } from '../host-threads.ts';
import type { ServedTree } from '../trees.ts';

/** Serves a file system to the threads of the machine; who they are decides what they may, so it is found exactly. */
export function storedTree(fileSystem: FileSystem, roots: HostRoots): ServedTree {
  return { fileSystem, threads: new HostThreads(new HostSource(roots), { exact: true }), wake() {} };
}
