/**
 * Compares our /proc with the kernel's and prints the table: `node dist/test/differential/main.js [--group GROUP]...
 * [--subject KIND]... [--against DIRECTORY] [--list-differences]`. Says how often each sort of difference was seen, or lists
 * them all.
 */

import { GROUPS, type Group, differenceLine, differenceSummary, table } from './ledger.ts';
import { runDifferential } from './run.ts';
import { SUBJECT_KINDS, type SubjectKind } from './subjects.ts';

const words = process.argv.slice(2);
const groups: Group[] = [];
const subjects: SubjectKind[] = [];
let against: string | undefined;
let all = false;
for (let word = words.shift(); word !== undefined; word = words.shift()) {
  const value = word === '--group' || word === '--subject' || word === '--against' ? words.shift() : undefined;
  const group = GROUPS.find((name) => name === value);
  const subject = SUBJECT_KINDS.find((kind) => kind === value);
  if (word === '--group' && group) groups.push(group);
  else if (word === '--subject' && subject) subjects.push(subject);
  else if (word === '--against' && value !== undefined) against = value;
  else if (word === '--list-differences') all = true;
  else {
    console.error(`differential: ${word}${value === undefined ? '' : ` ${value}`}: what is that?`);
    console.error(`usage: differential [--group ${GROUPS.join('|')}]... [--subject ${SUBJECT_KINDS.join('|')}]... [--against DIRECTORY] [--list-differences]`);
    process.exit(2);
  }
}
const chosen = groups.length ? groups : GROUPS;
const outcome = await runDifferential({
  groups: chosen,
  ...(subjects.length ? { subjects } : {}),
  ...(against === undefined ? {} : { against }),
});
for (const line of all ? outcome.differences.map(differenceLine) : differenceSummary(outcome.differences)) console.log(line);
console.log(table(outcome.tallies, chosen));
