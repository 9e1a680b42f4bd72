/** Opens the source portable for the trees that show it. */

import type { HostRoots } from '../../providers/sources/linux-host/host-files.ts';
import { LiveFeed } from '../../providers/sources/portable/live-feed.ts';
import { PortableSource } from '../../providers/sources/portable/portable-source.ts';
import { MountError } from '../fuse/kernel-mount.ts';

/** Opens it, and waits for the first snapshot. Throws a MountError where nothing can be collected. */
export async function openPortable({ proc, uncovered }: HostRoots): Promise<PortableSource> {
  // What is collected on Linux comes from /proc, which must not be ours.
  const enter = uncovered === undefined ? [] : ['unshare', `--root=${proc}${uncovered}`, '--'];
  try {
    return new PortableSource(await LiveFeed.start({ enter }));
  } catch (error) {
    throw new MountError('portable', `cannot be collected (${error instanceof Error ? error.message : String(error)})`);
  }
}
