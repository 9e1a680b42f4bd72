/** Builds linprocfs to be served. */

import type { LinprocfsOptions } from '../../../providers/linprocfs/options.ts';
import { linprocfs } from '../../../providers/linprocfs/tree.ts';
import type { Playback } from '../../../providers/sources/recorded/recorded-source.ts';
import { type Overrides, overridden } from '../../../providers/overrides.ts';
import type { SourceDescription } from '../sources.ts';
import type { OverrideChanges } from '../types/overrides.ts';
import { changeOverrides, checkOverrides } from './changed-overrides.ts';
import type { Viewed } from '../types/viewed.ts';
import { openSource } from './opened-source.ts';
import { type ViewChange, ViewedSource } from './viewed-source.ts';
import type { ServedTree } from '../trees.ts';

export interface LinprocfsDescription extends SourceDescription, Viewed {
  readonly type: 'linprocfs';
  readonly options: LinprocfsOptions;
  readonly overrides?: Overrides;
}

/** What can change while it is served; an absent field stays, and an override that is null goes. */
export interface LinprocfsChanges {
  readonly options?: Partial<LinprocfsOptions>;
  readonly overrides?: OverrideChanges;
  readonly playback?: Partial<Playback>;
  readonly view?: ViewChange;
}

/** linprocfs of any source, which takes `LinprocfsChanges`. Throws a MountError where that cannot be opened. */
export async function buildLinprocfs(description: LinprocfsDescription): Promise<ServedTree> {
  const { source: whole, threads, change } = await openSource(description);
  const source = new ViewedSource('linprocfs', whole, description);
  const options = { ...description.options };
  const overrides = { ...description.overrides };
  checkOverrides('linprocfs', source, overrides);
  const fileSystem = linprocfs(overridden(source, overrides), options);
  return {
    fileSystem,
    threads,
    ask(question) {
      const changes = question as LinprocfsChanges;
      const refusal = source.whyNot(changes.view) ?? changeOverrides(source, overrides, changes.overrides);
      if (refusal !== undefined) return refusal;
      source.change(changes.view);
      Object.assign(options, changes.options);
      return change(changes);
    },
    wake: () => fileSystem.changed.wakeAll(),
  };
}
