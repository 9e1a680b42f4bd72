/**
 * Compares our /sys with the kernel's and prints the table, each difference, and what no table describes:
 * `node dist/test/sysfs/main.js [--against DIRECTORY]`.
 */

import { differenceLine, table } from '../differential/ledger.ts';
import { missingAttributes } from './missing.ts';
import { compareSysfs } from './run.ts';

const [word, against] = process.argv.slice(2);
if (word !== undefined && (word !== '--against' || against === undefined)) {
  console.error('usage: main [--against DIRECTORY]');
  process.exit(2);
}
const { differences, tallies } = await compareSysfs(against === undefined ? {} : { against });
for (const difference of differences) console.log(differenceLine(difference));
console.log(table(tallies, Object.keys(tallies).sort()));
const { missing, total } = missingAttributes('/sys');
for (const [name, count] of missing) console.log(`no table has ${name} (${count})`);
console.log(`${total} attributes, ${[...missing.values()].reduce((sum, count) => sum + count, 0)} in no table`);
