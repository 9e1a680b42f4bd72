/** Looks at many processes that end at once, and tells how many nodes the mount keeps for them. */

import { realpathSync } from 'node:fs';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import type { TreeDescription } from '../../mounts/cli/trees.ts';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';
import { compileAsk, runAsk } from '../support/ask.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';

/** Nodes that the kernel held of the mount. */
export interface NodeCounts {
  readonly before: number;
  readonly after: number;
  /** How many processes could be looked at. */
  readonly seen: number;
}

/** How often the kernel is given time to say what it has forgotten. */
const ROUNDS = 50;

/** How many nodes may be left where there were so many before: not one for each process that was looked at. */
export function allowedNodes(before: number): number {
  return 2 * before + 200;
}

/** Mounts in this process, so that its counters can be read. */
export async function lookAtMany(processes: number): Promise<NodeCounts> {
  const target = temporaryDirectory();
  const tree: TreeDescription = { type: 'linprocfs', source: 'host', roots: { proc: '/proc/', sys: '/sys/' }, options: DEFAULT_OPTIONS };
  const program = compileAsk();
  const mount = await FuseMount.start({
    target: realpathSync(target),
    label: 'linproc',
    type: 'linprocfs',
    readOnly: false,
    allowOther: true,
    worker: new URL('../../mounts/cli/worker.js', import.meta.url),
    tree,
  });
  try {
    // Everyone who is there anyway has been looked at, on both counts.
    const settle = ['census @/ 1 32768', ...Array.from({ length: 600 }, () => 'lstat @/nonesuch')].join('\n');
    await runAsk(program, target, target, settle);
    const before = mount.counters.read().nodes;
    const answers = await runAsk(program, target, target, `parade @ ${processes}`);
    // What is to be forgotten is told in the background, when the kernel has time for it, and some of it by further requests.
    let after = Infinity;
    for (let round = 0; round < ROUNDS && after > allowedNodes(before); round++) {
      if (round > 0) await new Promise((resolve) => setTimeout(resolve, 100));
      await runAsk(program, target, target, settle);
      after = mount.counters.read().nodes;
    }
    return { before, after, seen: Number(answers[0]?.kernel) + Number(answers[0]?.ours) };
  } finally {
    await mount.unmount();
    removeDirectory(target);
  }
}
