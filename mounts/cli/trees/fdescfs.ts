/** Builds fdescfs to be served. */

import { Fdescfs, type FdescfsForm } from '../../../providers/fdescfs/fdescfs.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import { HostSource } from '../../../providers/sources/linux-host/host-source.ts';
import { HostThreads } from '../host-threads.ts';
import type { ServedTree } from '../trees.ts';

export interface FdescfsDescription {
  readonly type: 'fdescfs';
  readonly roots: HostRoots;
  readonly form: FdescfsForm;
  readonly procfs?: readonly string[];
}

/** The descriptors of this machine's processes. */
export function buildFdescfs({ roots, form, procfs }: FdescfsDescription): ServedTree {
  const source = new HostSource(roots);
  return { fileSystem: new Fdescfs({ source, form, ...(procfs && { procfs }) }), threads: new HostThreads(source), wake() {} };
}
