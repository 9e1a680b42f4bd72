/** Builds linsysfs to be served: by itself, for a thread that serves nothing else need not load the other trees. */

import { linsysfs } from '../../providers/linsysfs/tree.ts';
import type { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { HostThreads } from './host-threads.ts';
import type { ServedTree } from './trees.ts';

/** linsysfs of a host. */
export function buildLinsysfs(host: HostSource): ServedTree {
  const fileSystem = linsysfs(host);
  return { fileSystem, threads: new HostThreads(host), change() {}, wake: () => fileSystem.changed.wakeAll() };
}
