/** How much of the kernel's /proc ours says in the same way; the whole comparison is `npm run differential`. */

import { accessSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GROUPS, KINDS, type Outcome, differenceLine, percent, sum, table } from './ledger.ts';
import { runDifferential } from './run.ts';

/** In percent. */
const OVERALL = 0;
const EACH = 0;

function reasonNotToRun(): string | undefined {
  if (process.platform !== 'linux') return 'the oracle is a Linux kernel';
  if (process.getuid?.() !== 0) return 'needs root, to make subjects of every kind';
  try {
    accessSync('/dev/fuse');
  } catch {
    return 'needs /dev/fuse';
  }
  return undefined;
}

const reason = reasonNotToRun();
if (reason !== undefined) console.log(`skipped: ${reason}`);
const when = reason === undefined ? test : test.skip;

when('our /proc agrees with the kernel\'s', async () => {
  const outcome: Outcome = await runDifferential({ subjects: ['single', 'threads', 'zombie', 'descriptors', 'names', 'user', 'network'] });
  console.log(table(outcome.tallies, GROUPS));
  const unexplained = outcome.differences.filter((difference) => difference.reason === undefined);
  console.log(unexplained.slice(0, 40).map(differenceLine).join('\n'));
  const share = percent(sum(outcome.tallies, GROUPS, KINDS));
  assert.ok(share >= OVERALL, `${share.toFixed(2)} % of all checks agree, ${OVERALL} % are wanted`);
  for (const group of GROUPS) {
    const inGroup = percent(sum(outcome.tallies, [group], KINDS));
    assert.ok(inGroup >= EACH, `${inGroup.toFixed(2)} % agree in group ${group}, ${EACH} % are wanted`);
  }
  for (const kind of KINDS) {
    const ofKind = percent(sum(outcome.tallies, GROUPS, [kind]));
    assert.ok(ofKind >= EACH, `${ofKind.toFixed(2)} % of kind ${kind} agree, ${EACH} % are wanted`);
  }
});

test.run();
