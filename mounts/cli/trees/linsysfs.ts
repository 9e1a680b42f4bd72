/** Builds linsysfs to be served. */

import { linsysfs } from '../../../providers/linsysfs/tree.ts';
import { type Overrides, overridden } from '../../../providers/overrides.ts';
import type { SourceDescription } from '../sources.ts';
import type { OverrideChanges } from '../types/overrides.ts';
import { changeOverrides, checkOverrides } from './changed-overrides.ts';
import type { Viewed } from '../types/viewed.ts';
import { openSource } from './opened-source.ts';
import { type ViewChange, ViewedSource } from './viewed-source.ts';
import type { ServedTree } from '../trees.ts';

export interface LinsysfsDescription extends SourceDescription, Viewed {
  readonly type: 'linsysfs';
  readonly overrides?: Overrides;
}

/** What can change while it is served. */
export interface LinsysfsChanges extends Pick<SourceDescription, 'playback'> {
  readonly overrides?: OverrideChanges;
  readonly view?: ViewChange;
}

/** linsysfs of any source, which takes `LinsysfsChanges`. Throws a MountError where that cannot be opened. */
export async function buildLinsysfs(description: LinsysfsDescription): Promise<ServedTree> {
  const { source: whole, threads, change } = await openSource(description);
  const source = new ViewedSource('linsysfs', whole, description);
  const overrides = { ...description.overrides };
  checkOverrides('linsysfs', source, overrides);
  const fileSystem = linsysfs(overridden(source, overrides));
  return {
    fileSystem,
    threads,
    ask(question) {
      const changes = question as LinsysfsChanges;
      const refusal = source.whyNot(changes.view) ?? changeOverrides(source, overrides, changes.overrides);
      if (refusal !== undefined) return refusal;
      source.change(changes.view);
      return change(changes);
    },
    wake: () => fileSystem.changed.wakeAll(),
  };
}
