/** Builds a tmpfs to be served. */

import type { TmpfsOptions } from '../../../fs/memory/options.ts';
import { Tmpfs } from '../../../fs/memory/tmpfs.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import type { ServedTree } from '../trees.ts';
import { storedTree } from './stored.ts';

/** A file system in memory, which lives as long as its mount. */
export interface TmpfsDescription {
  readonly type: 'tmpfs';
  /** Where the callers are looked up. */
  readonly roots: HostRoots;
  readonly options: TmpfsOptions;
}

/** An empty tmpfs, which takes other limits, or says why not. */
export function buildTmpfs({ options, roots }: TmpfsDescription): ServedTree {
  const fileSystem = new Tmpfs(options);
  return { ...storedTree(fileSystem, roots), ask: (changes) => fileSystem.remount(changes as Partial<TmpfsOptions>) };
}
