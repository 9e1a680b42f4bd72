/**
 * Compares the emulated processor with the machine's, instruction by instruction:
 *
 *     node dist/test/emulator/instructions.js [--form NUMBER|TEXT] [--seed N] [--case N] [--count N] [--configuration NAME]
 *         [--program N] [--programs N] [--vocabulary integer|common|all] [--reports DIRECTORY]
 *
 * TEXT is a part of a form's row. Prints what differs, a line each, and in --reports writes a file for each form.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FORMS, type Form } from '../../emulator/cpu/forms.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { windowContents } from './instruction-cases.ts';
import { CONFIGURATIONS, makeExecutors } from './instruction-configurations.ts';
import { type Bench, type Difference, newTally, runForms, runPrograms } from './instruction-runner.ts';
import { buildNativeExecutor } from './native-executor.ts';
import { exclusionOf } from './undefined-results.ts';

const { values } = parseArgs({
  options: {
    form: { type: 'string' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
    count: { type: 'string', default: '500' },
    configuration: { type: 'string' },
    program: { type: 'string' },
    programs: { type: 'string' },
    vocabulary: { type: 'string', default: 'all' },
    reports: { type: 'string' },
  },
});

const directory = temporaryDirectory();
const tally = newTally();
try {
  const names = CONFIGURATIONS.map(({ name }) => name).filter((name) => (values.configuration ?? name).split(',').includes(name));
  const bench: Bench = { program: buildNativeExecutor(directory), executors: makeExecutors(names, windowContents()) };
  const seed = Number(values.seed);
  if (values.program !== undefined || values.programs !== undefined) {
    const vocabulary = values.vocabulary === 'integer' || values.vocabulary === 'common' ? values.vocabulary : 'all';
    const first = Number(values.program ?? 0);
    const count = values.program === undefined ? Number(values.programs) : 1;
    for (let at = first; at < first + count; at += 500) {
      runPrograms(bench, vocabulary, seed, at, Math.min(500, first + count - at), tally);
    }
  } else {
    const wanted = values.form;
    const forms = FORMS.filter(
      (form) => form.mode64 && !exclusionOf(form) && (wanted === undefined || form.id === Number(wanted) || form.row.includes(wanted)),
    );
    if (values.case === undefined) runForms(bench, forms, seed, 0, Number(values.count), tally);
    else runForms(bench, forms, seed, Number(values.case), 1, tally);
  }
} finally {
  removeDirectory(directory);
}

if (values.reports !== undefined) {
  rmSync(values.reports, { recursive: true, force: true });
  mkdirSync(values.reports, { recursive: true });
  const byForm = new Map<Form | undefined, Difference[]>();
  for (const difference of tally.differences) {
    const found = byForm.get(difference.form);
    if (found) found.push(difference);
    else byForm.set(difference.form, [difference]);
  }
  for (const [form, found] of byForm) {
    const name = form ? `${form.id}-${form.row.replace(/[^A-Za-z0-9]+/g, '_')}` : 'programs';
    writeFileSync(join(values.reports, `${name}.txt`), found.map(({ line }) => `${line}\n`).join(''));
  }
  const lines = [...byForm].map(([form, found]) => `${String(found.length).padStart(6)} ${form ? `${form.id} ${form.row}` : 'programs'}`);
  writeFileSync(join(values.reports, 'SUMMARY.txt'), lines.map((line) => `${line}\n`).join(''));
} else {
  for (const { line } of tally.differences) console.log(line);
}
console.log(
  `${tally.cases} cases, ${tally.exceptions} of them end with an exception; ${[...tally.compared].map(([name, count]) => `${name} ${count}`).join(', ')}; ${tally.differences.length} differences`,
);
process.exitCode = tally.differences.length > 0 ? 1 : 0;
