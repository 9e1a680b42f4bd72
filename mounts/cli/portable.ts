/** Opens the source portable for the trees that show it. */

import type { HostRoots } from '../../providers/sources/linux-host/host-files.ts';
import { LiveFeed } from '../../providers/sources/portable/live-feed.ts';
import { PortableSource } from '../../providers/sources/portable/portable-source.ts';
import { MountError } from '../fuse/kernel-mount.ts';

/** Opens it, and waits for the first snapshot. Throws a MountError where nothing can be collected. */
export async function openPortable({ proc, uncovered }: HostRoots): Promise<PortableSource> {
  if (uncovered === 'none') throw new MountError('portable', 'cannot be shown over /proc or /sys, where it comes from: no mount namespace can be made to collect it in');
  // What is collected on Linux comes from /proc and /sys, which must not be ours.
  const enter = uncovered === undefined ? [] : ['nsenter', `--mount=${proc}${uncovered.replace(/root$/, 'ns/mnt')}`, '--'];
  try {
    return new PortableSource(await LiveFeed.start({ enter }));
  } catch (error) {
    throw new MountError('portable', `cannot be collected (${error instanceof Error ? error.message : String(error)})`);
  }
}
