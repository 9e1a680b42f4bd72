/** A source as the option `view` has it seen. */

import type { KernelSource } from '../../../providers/kernel-view.ts';
import { seenByGroups } from '../../../providers/views/control-groups.ts';
import { MountError } from '../../fuse/kernel-mount.ts';
import { type SourceDescription, isHost } from '../sources.ts';
import type { Viewed } from '../types/viewed.ts';

/** Lays the view over a source. Throws a MountError where nobody who asks can be in a group of the source's. */
export function viewedSource(type: string, source: KernelSource, { view, source: name }: Viewed & SourceDescription): KernelSource {
  if (view === undefined) return source;
  if (!isHost(name)) throw new MountError(type, 'view=cgroup: who looks at another machine is in no control group there');
  return seenByGroups(source);
}
