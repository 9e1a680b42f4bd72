/**
 * A process of its own that compares the kernel's /sys with ours, which a thread serves that must not wait for us:
 * `node comparer.js KERNEL OURS [UID]` prints the outcome as JSON.
 */

import { writeSync } from 'node:fs';
import { Comparison, type ComparisonRules } from '../differential/compare.ts';
import { areas, groupsOf } from './areas.ts';
import { reasonFor } from './known-differences.ts';

const [kernel = '/sys', ours = '', uid] = process.argv.slice(2);
if (uid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
const parts = areas(kernel);
const rules: ComparisonRules<string> = {
  groups: groupsOf(parts),
  // Reading it makes a device.
  readPolicy: (path) => ({ openOnly: path === 'class/zram-control/hot_add' }),
  grammarOf: () => undefined,
  reasonFor,
};
const comparison = new Comparison(kernel, ours, rules);
for (const part of parts) comparison.compare(part);
const text = Buffer.from(JSON.stringify(comparison.outcome));
for (let at = 0; at < text.length; ) at += writeSync(1, text, at);
