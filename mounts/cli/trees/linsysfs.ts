/** Builds linsysfs to be served. */

import { linsysfs } from '../../../providers/linsysfs/tree.ts';
import type { SourceDescription } from '../sources.ts';
import { openSource } from './opened-source.ts';
import type { ServedTree } from '../trees.ts';

export interface LinsysfsDescription extends SourceDescription {
  readonly type: 'linsysfs';
}

/** linsysfs of any source. Throws a MountError where that cannot be opened. */
export async function buildLinsysfs(description: LinsysfsDescription): Promise<ServedTree> {
  const { source, threads } = await openSource(description);
  const fileSystem = linsysfs(source);
  return { fileSystem, threads, wake: () => fileSystem.changed.wakeAll() };
}
