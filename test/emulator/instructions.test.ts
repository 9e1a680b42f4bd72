/**
 * The emulated processor beside the machine's: some cases of every form, and some programs. The suite of the same name that is slow
 * has many more; `node dist/test/emulator/instructions.js` repeats a single one.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMS } from '../../emulator/cpu/forms.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { windowContents } from './instruction-cases.ts';
import { CONFIGURATIONS, makeExecutors } from './instruction-configurations.ts';
import { type Bench, newTally, runForms, runPrograms } from './instruction-runner.ts';
import { buildNativeExecutor } from './native-executor.ts';
import { processorMissing } from './processor.ts';
import { exclusionOf, staleExclusions } from './undefined-results.ts';

const CASES = 30;
/** Of them, how many are translated as well: that takes most of the time. */
const TRANSLATED_CASES = 5;
const PROGRAMS = 200;

const missing = processorMissing();
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

const forms = FORMS.filter((form) => form.mode64 && !exclusionOf(form));
let directory = '';
let bench: Bench;
test.before(() => {
  if (missing) return;
  directory = temporaryDirectory();
  const names = CONFIGURATIONS.map(({ name }) => name);
  bench = { program: buildNativeExecutor(directory), executors: makeExecutors(names, windowContents()) };
});
test.after(() => {
  if (directory) removeDirectory(directory);
});

test('what is left out is there, and is little', () => {
  assert.equal(staleExclusions(FORMS), []);
  const leftOut = FORMS.filter((form) => form.mode64 && exclusionOf(form));
  assert.ok(leftOut.length < 40, leftOut.map(({ row }) => row).join('\n'));
});

ask('every form does what the processor does', () => {
  const tally = newTally();
  runForms(bench, forms, 1, 0, TRANSLATED_CASES, tally);
  const interpreted = bench.executors.filter(({ configuration }) => !configuration.translated);
  runForms({ ...bench, executors: interpreted }, forms, 1, TRANSLATED_CASES, CASES - TRANSLATED_CASES, tally);
  assert.is(tally.cases, forms.length * CASES);
  for (const { name } of CONFIGURATIONS) assert.ok((tally.compared.get(name) ?? 0) > forms.length, name);
  assert.equal(tally.differences.slice(0, 50).map(({ line }) => line), []);
  console.log(`${tally.cases} cases of ${forms.length} forms, ${tally.exceptions} end with an exception`);
});

ask('programs do what they do on the processor', () => {
  const tally = newTally();
  runPrograms(bench, 'integer', 1, 0, PROGRAMS, tally);
  runPrograms(bench, 'common', 1, 0, PROGRAMS, tally);
  runPrograms(bench, 'all', 1, 0, PROGRAMS, tally);
  assert.equal(tally.differences.slice(0, 50).map(({ line }) => line), []);
});

test.run();
