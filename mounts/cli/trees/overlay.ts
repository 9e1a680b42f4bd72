/** Builds an overlay to be served. */

import { isErrno } from '../../../fs/errno.ts';
import { hostUpper } from '../../../fs/layers/overlay/host-upper.ts';
import { memoryUpper } from '../../../fs/layers/overlay/memory-upper.ts';
import type { MarkSpace } from '../../../fs/layers/overlay/marks.ts';
import { Overlay } from '../../../fs/layers/overlay/overlay.ts';
import type { TmpfsOptions } from '../../../fs/memory/options.ts';
import { Passthrough } from '../../../fs/passthrough/passthrough.ts';
import { SystemCalls } from '../../../fs/passthrough/system-calls.ts';
import { Stat } from '../../../fs/stat.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import type { ServedTree } from '../trees.ts';
import { storedTree } from './stored.ts';

/** Directories of this machine as the lower layers, and one of them or memory as the upper one. */
export interface OverlayDescription {
  readonly type: 'overlay';
  readonly roots: HostRoots;
  /** Absolute, the topmost first. */
  readonly lowers: readonly string[];
  /** Where the marks of layers are kept; absent: `trusted`. */
  readonly space?: MarkSpace;
  readonly upper?: { readonly path: string; readonly work: string } | { readonly memory: TmpfsOptions };
}

/** A layer in memory begins as the topmost one below it is. */
function ownerOf({ root }: Passthrough): Partial<TmpfsOptions> {
  const stat = new Stat();
  return isErrno(root.stat(stat)) ? {} : { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
}

/** An overlay whose layers end with it. */
export function buildOverlay({ lowers, upper, space = 'trusted', roots }: OverlayDescription): ServedTree {
  const descriptors = `${roots.proc}self/fd/`;
  const systemCalls = SystemCalls.start(descriptors);
  const layers = lowers.map((path) => new Passthrough(path, { descriptors, systemCalls, readOnly: true }));
  const [top] = layers;
  const changes = upper && ('memory' in upper ? { upper: memoryUpper({ ...upper.memory, ...(top && ownerOf(top)) }), owned: [] } : hostUpper(upper.path, upper.work, { descriptors, systemCalls }));
  return storedTree(
    new Overlay({ ...changes, space, lowers: layers.map(({ root }) => root), owned: [...layers, ...(changes?.owned ?? [])] }),
    roots,
  );
}
