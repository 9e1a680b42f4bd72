/** Builds linsysfs to be served. */

import { linsysfs } from '../../../providers/linsysfs/tree.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import { HostSource } from '../../../providers/sources/linux-host/host-source.ts';
import { HostThreads } from '../host-threads.ts';
import type { ServedTree } from '../trees.ts';

export interface LinsysfsDescription {
  readonly type: 'linsysfs';
  readonly source: 'host';
  readonly roots: HostRoots;
}

/** linsysfs of a host. */
export function buildLinsysfs({ roots }: LinsysfsDescription): ServedTree {
  const host = new HostSource(roots);
  const fileSystem = linsysfs(host);
  return { fileSystem, threads: new HostThreads(host), wake: () => fileSystem.changed.wakeAll() };
}
