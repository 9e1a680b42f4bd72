/** Builds a nullfs to be served. */

import { Passthrough, type PassthroughOptions } from '../../../fs/passthrough/passthrough.ts';
import { SystemCalls } from '../../../fs/passthrough/system-calls.ts';
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
  const descriptors = `${roots.proc}self/fd/`;
  return storedTree(new Passthrough(path, { descriptors, systemCalls: SystemCalls.start(descriptors), ...options }), roots);
}
