/** Builds linprocfs to be served. */

import type { KernelSource } from '../../../providers/kernel-view.ts';
import type { LinprocfsOptions } from '../../../providers/linprocfs/options.ts';
import { linprocfs } from '../../../providers/linprocfs/tree.ts';
import { type Overrides, overridden } from '../../../providers/overrides.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import { HostSource } from '../../../providers/sources/linux-host/host-source.ts';
import { HostThreads } from '../host-threads.ts';
import type { ServedTree } from '../trees.ts';

export interface LinprocfsDescription {
  readonly type: 'linprocfs';
  readonly source: 'host';
  readonly roots: HostRoots;
  readonly options: LinprocfsOptions;
  readonly overrides?: Overrides;
}

/** What can change while it is served; an absent field stays. */
export interface LinprocfsChanges {
  readonly options?: Partial<LinprocfsOptions>;
  readonly overrides?: Overrides;
}

/** linprocfs of a host, which takes `LinprocfsChanges`. */
export function buildLinprocfs(description: LinprocfsDescription): ServedTree {
  const host = new HostSource(description.roots);
  const options = { ...description.options };
  const overrides = { ...description.overrides };
  const source: KernelSource = overridden(host, overrides);
  const fileSystem = linprocfs(source, options);
  return {
    fileSystem,
    threads: new HostThreads(host),
    ask(question) {
      const changes = question as LinprocfsChanges;
      Object.assign(options, changes.options);
      Object.assign(overrides, changes.overrides);
      host.invalidate();
    },
    wake: () => fileSystem.changed.wakeAll(),
  };
}
