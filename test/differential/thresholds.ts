/** How much of the kernel's /proc ours must say in the same way. */

import * as assert from 'uvu/assert';
import { GROUPS, KINDS, type Outcome, percent, sum } from './ledger.ts';

/** In percent: of all checks, and of those in each group, of each kind, and of each kind in each group. */
const OVERALL = 97;
const EACH = 95;

/** Fails where an outcome is below. */
export function assertThresholds({ tallies }: Outcome): void {
  const share = percent(sum(tallies, GROUPS, KINDS));
  assert.ok(share >= OVERALL, `${share.toFixed(2)} % of all checks agree, ${OVERALL} % are wanted`);
  for (const group of GROUPS) {
    const inGroup = percent(sum(tallies, [group], KINDS));
    assert.ok(inGroup >= EACH, `${inGroup.toFixed(2)} % agree in group ${group}, ${EACH} % are wanted`);
    for (const kind of KINDS) {
      const cell = percent(tallies[group][kind]);
      assert.ok(cell >= EACH, `${cell.toFixed(2)} % of kind ${kind} agree in group ${group}, ${EACH} % are wanted`);
    }
  }
  for (const kind of KINDS) {
    const ofKind = percent(sum(tallies, GROUPS, [kind]));
    assert.ok(ofKind >= EACH, `${ofKind.toFixed(2)} % of kind ${kind} agree, ${EACH} % are wanted`);
  }
}
