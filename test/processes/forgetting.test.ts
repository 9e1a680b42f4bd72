/** A mount does not grow with the processes that ended. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { whenMounting } from '../support/requirements.ts';
import { allowedNodes, lookAtMany } from './forgetting.ts';

/** Processes to look at; each twice as many, for the program that asks does all things twice. */
const PROCESSES = 1500;

whenMounting('the nodes of processes that have ended are given back', async () => {
  const { before, after, seen } = await lookAtMany(PROCESSES);
  console.log(`${seen} processes looked at: ${before} nodes before, ${after} after`);
  assert.is(seen, 2 * PROCESSES);
  assert.ok(after <= allowedNodes(before), `${before} nodes before, ${after} after`);
});

test.run();
