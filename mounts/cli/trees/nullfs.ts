/** Builds a nullfs to be served. */

import { Passthrough, type PassthroughOptions } from '../../../fs/passthrough/passthrough.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import type { ServedTree } from '../trees.ts';
import { storedTree } from './stored.ts';

/** A directory of this machine. */
export interface NullfsDescription {
  readonly type: 'nullfs';
  readonly roots: HostRoots;
  /** Absolute. */
  readonly path: string;
  readonly options: PassthroughOptions;
}

/** A directory of the host. */
export function buildNullfs({ path, options, roots }: NullfsDescription): ServedTree {
  return storedTree(new Passthrough(path, { descriptors: `${roots.proc}self/fd/`, ...options }), roots);
}
