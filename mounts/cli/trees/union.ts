/** Builds unions of directories to be served: unionfs, and the tree with two roots. */

import { branchUpper } from '../../../fs/layers/overlay/host-upper.ts';
import { Overlay } from '../../../fs/layers/overlay/overlay.ts';
import { UnionFs } from '../../../fs/layers/union/union.ts';
import { Passthrough } from '../../../fs/passthrough/passthrough.ts';
import { SystemCalls } from '../../../fs/passthrough/system-calls.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import type { ServedTree } from '../trees.ts';
import { storedTree } from './stored.ts';

/** A directory of this machine as a branch. */
export interface BranchDescription {
  /** Absolute. */
  readonly path: string;
  readonly readOnly: boolean;
}

export interface UnionDescription {
  readonly type: 'unionfs' | 'reroot';
  readonly roots: HostRoots;
  /** The first hides the others. */
  readonly branches: readonly BranchDescription[];
  /** Whether what is changed is copied to the first branch, and what is removed covered there. */
  readonly copies: boolean;
  /** Whether directories list what all branches have. */
  readonly merges: boolean;
  /** Where it is going to be mounted, if anywhere: a branch shows what is beneath. */
  readonly covered?: string;
}

/** A union whose branches end with it. */
export function buildUnion({ type, branches, copies, merges, covered, roots }: UnionDescription): ServedTree {
  const descriptors = `${roots.proc}self/fd/`;
  const common = { descriptors, systemCalls: SystemCalls.start(descriptors), ...(covered !== undefined && { covered }) };
  const [first, ...rest] = branches;
  if (copies && first) {
    const upper = branchUpper(first.path, common);
    const lowers = rest.map(({ path }) => new Passthrough(path, { ...common, readOnly: true }));
    return storedTree(new Overlay({ ...upper, lowers: lowers.map(({ root }) => root), owned: [...upper.owned, ...lowers] }), roots);
  }
  const opened = branches.map(({ path, readOnly }) => ({ fileSystem: new Passthrough(path, { ...common, readOnly }), readOnly }));
  const union = opened.map(({ fileSystem: { root }, readOnly }) => ({ root, readOnly }));
  return storedTree(new UnionFs(union, { type, merges, owned: opened.map(({ fileSystem }) => fileSystem) }), roots);
}
