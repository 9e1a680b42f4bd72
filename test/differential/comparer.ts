/**
 * A process of its own that compares parts of /proc, so that it can be somebody: another user, in another network
 * namespace. Takes its order as JSON in the first argument and prints the outcome as JSON.
 */

import { writeSync } from 'node:fs';
import { Comparison, type ComparisonRules, type Part } from './compare.ts';
import { grammarOf } from './grammars.ts';
import { reasonFor } from './known-differences.ts';
import { GROUPS, type Group } from './ledger.ts';
import { readPolicy } from './read-policy.ts';

export interface ComparisonOrder {
  readonly kernel: string;
  readonly ours: string;
  readonly parts: readonly Part[];
  /** Who compares; absent: whoever starts it. */
  readonly uid?: number;
}

const order = JSON.parse(process.argv[2] ?? '') as ComparisonOrder;
if (order.uid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(order.uid);
  process.setuid?.(order.uid);
}
const rules: ComparisonRules<Group> = { groups: GROUPS, readPolicy, grammarOf, reasonFor };
const comparison = new Comparison(order.kernel, order.ours, rules);
for (const part of order.parts) {
  // The comparing process itself: a walk begins at a directory, not at a link to it.
  comparison.compare(part.path === 'self' ? { ...part, path: String(process.pid) } : part);
}
const text = Buffer.from(JSON.stringify(comparison.outcome));
for (let at = 0; at < text.length; ) at += writeSync(1, text, at);
