/** How much of the kernel's /proc ours says in the same way; `npm run differential` lists what it does not. */

import { test } from 'uvu';
import { whenMounting } from '../support/requirements.ts';
import { GROUPS, differenceSummary, table } from './ledger.ts';
import { runDifferential } from './run.ts';
import { assertThresholds } from './thresholds.ts';

whenMounting("our /proc agrees with the kernel's", async () => {
  const outcome = await runDifferential({
    subjects: ['single', 'threads', 'zombie', 'descriptors', 'names', 'user', 'network'],
    quick: true,
  });
  console.log(differenceSummary(outcome.differences).slice(0, 100).join('\n'));
  console.log(table(outcome.tallies, GROUPS));
  assertThresholds(outcome);
});

test.run();
