/**
 * The emulated processor beside the machine's, at length: 500 cases of every form and thousands of programs in the interpreter. Where each case is
 * translated, which takes a millisecond, it is fewer here; `npm run instructions` runs 500 in every configuration.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMS } from '../../emulator/cpu/forms.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { windowContents } from './instruction-cases.ts';
import { CONFIGURATIONS, makeExecutors } from './instruction-configurations.ts';
import { newTally, runForms, runPrograms } from './instruction-runner.ts';
import { buildNativeExecutor } from './native-executor.ts';
import { processorMissing } from './processor.ts';
import { exclusionOf } from './undefined-results.ts';

/** How many cases of each form, and programs of each kind: interpreted and translated. */
const INTERPRETED = { cases: 500, programs: 3000 };
const TRANSLATED = { cases: 40, programs: 1000 };

const missing = processorMissing();
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

const forms = FORMS.filter((form) => form.mode64 && !exclusionOf(form));
let directory = '';
let program = '';
test.before(() => {
  if (missing) return;
  directory = temporaryDirectory();
  program = buildNativeExecutor(directory);
});
test.after(() => {
  if (directory) removeDirectory(directory);
});

for (const { name, translated } of CONFIGURATIONS) {
  const { cases, programs } = translated ? TRANSLATED : INTERPRETED;
  ask(name, () => {
    const bench = { program, executors: makeExecutors([name], windowContents()) };
    const tally = newTally();
    runForms(bench, forms, 2, 0, cases, tally);
    assert.is(tally.cases, forms.length * cases);
    runPrograms(bench, 'integer', 2, 0, programs, tally);
    runPrograms(bench, 'common', 2, 0, programs, tally);
    runPrograms(bench, 'all', 2, 0, programs, tally);
    console.log(`${name}: ${tally.compared.get(name) ?? 0} of ${tally.cases} cases compared`);
    assert.equal(tally.differences.slice(0, 100).map(({ line }) => line), []);
  });
}

test.run();
