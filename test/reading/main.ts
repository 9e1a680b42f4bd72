/** Reads every file in every way and lists what goes wrong: `node dist/test/reading/main.js`. */

import { SUBJECT_KINDS } from '../differential/subjects.ts';
import { readEverything } from './read-everything.ts';

const result = await readEverything(SUBJECT_KINDS);
for (const line of [...result.failures, ...result.inconsistent, ...result.differing]) console.log(line);
console.log(
  `${result.files} files: ${result.failures.length} hang, ${result.inconsistent.length} inconsistent, ` +
    `${result.compared} errors compared, ${result.differing.length} differ`,
);
process.exit(result.failures.length ? 1 : 0);
