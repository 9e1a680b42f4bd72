/** The whole comparison with the kernel's /proc, several times over, and how far it can be trusted. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { whenMounting } from '../support/requirements.ts';
import { unusedReasons } from './known-differences.ts';
import { GROUPS, differenceLine, table } from './ledger.ts';
import { runDifferential } from './run.ts';
import { assertThresholds } from './thresholds.ts';

whenMounting('the kernel agrees with itself', async () => {
  const { differences } = await runDifferential({ against: '/proc' });
  assert.equal(differences.map(differenceLine), []);
});

whenMounting("our /proc agrees with the kernel's, time and again", async () => {
  for (let round = 0; round < 3; round++) {
    const outcome = await runDifferential();
    if (round === 0) {
      console.log(outcome.differences.map(differenceLine).join('\n'));
      assert.equal(unusedReasons(outcome.differences), [], 'every reason on record is needed');
    }
    console.log(table(outcome.tallies, GROUPS));
    assertThresholds(outcome);
  }
});

test.run();
