/** How much of the kernel's /sys ours says in the same way; what it does not is listed. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KINDS, differenceLine, percent, sum, table } from '../differential/ledger.ts';
import { whenMounting } from '../support/requirements.ts';
import { compareSysfs } from './run.ts';

/** In percent: of each sort of objects. */
const EACH = 95;

whenMounting("our /sys agrees with the kernel's", async () => {
  const { differences, tallies } = await compareSysfs();
  const groups = Object.keys(tallies).sort();
  console.log(differences.slice(0, 100).map(differenceLine).join('\n'));
  console.log(table(tallies, groups));
  for (const group of groups) {
    for (const kind of KINDS) {
      const share = percent(sum(tallies, [group], [kind]));
      assert.ok(share >= EACH, `${share.toFixed(2)} % of the ${kind} of ${group} agree, ${EACH} % are wanted`);
    }
  }
});

test.run();
