/** A source as the option `view` has it seen. */

import { SUPERUSER } from '../../../fs/caller.ts';
import type { KernelSource } from '../../../providers/kernel-view.ts';
import { seenByGroups } from '../../../providers/views/control-groups.ts';
import { MountError } from '../../fuse/kernel-mount.ts';
import type { Viewed } from '../types/viewed.ts';

/** Lays the view over a source. Throws a MountError where the source has none such. */
export function viewedSource(type: string, source: KernelSource, { view }: Viewed): KernelSource {
  if (view === undefined) return source;
  if (!source.view(SUPERUSER).controlGroups) throw new MountError(type, 'view=cgroup: the source knows no control groups');
  return seenByGroups(source);
}
