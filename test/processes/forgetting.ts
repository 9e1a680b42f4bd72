/** Looks at many processes that end at once, and at how many nodes the mount keeps for them. */

import * as assert from 'uvu/assert';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { compileAsk, runAsk } from '../support/ask.ts';
import { HOST_ROOTS, mountTree } from '../support/fuse-tree.ts';
import { whenMounting } from '../support/requirements.ts';

/** Nodes that the kernel held of the mount. */
interface NodeCounts {
  readonly before: number;
  readonly after: number;
  /** How many processes could be looked at. */
  readonly seen: number;
}

/** How often the kernel is given time to say what it has forgotten. */
const ROUNDS = 50;

/** How many nodes may be left where there were so many before: not one for each process that was looked at. */
function allowedNodes(before: number): number {
  return 2 * before + 200;
}

/** A test that looks at so many processes; each twice as many, for the program that asks does all things twice. */
export function testForgetting(processes: number): void {
  whenMounting('the nodes of processes that have ended are given back', async () => {
    const { before, after, seen } = await lookAtMany(processes);
    console.log(`${seen} processes looked at: ${before} nodes before, ${after} after`);
    assert.is(seen, 2 * processes);
    assert.ok(after <= allowedNodes(before), `${before} nodes before, ${after} after`);
  });
}

/** Mounts in this process, so that its counters can be read. */
async function lookAtMany(processes: number): Promise<NodeCounts> {
  const program = compileAsk();
  const { mount, path: target, end } = await mountTree({ type: 'linprocfs', source: 'host', roots: HOST_ROOTS, options: DEFAULT_OPTIONS });
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
    await end();
  }
}
