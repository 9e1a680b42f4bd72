/**
 * The conformance suite: what Linux does with files, as cases that every file system here runs, and that hold on the
 * kernel's own tmpfs too.
 */

import { isErrno } from '../errno.ts';
import { ATTRIBUTE_CASES } from './cases/attributes.ts';
import { CONTENT_CASES } from './cases/content.ts';
import { NAME_CASES } from './cases/names.ts';
import { PATH_CASES } from './cases/paths.ts';
import { READING_CASES } from './cases/reading.ts';
import { RESOLVE_CASES } from './cases/resolve.ts';
import type { Process } from './process.ts';
import { type Case, type Feature, Trial } from './trial.ts';

/** The cases that change something. */
const WRITING_CASES: readonly Case[] = [...PATH_CASES, ...NAME_CASES, ...ATTRIBUTE_CASES, ...CONTENT_CASES, ...RESOLVE_CASES];

export const CASES: readonly Case[] = [
  ...READING_CASES,
  ...WRITING_CASES.map((item) => ({ ...item, needs: ['writable', ...(item.needs ?? [])] as const })),
];

/**
 * A file system to try: a process whose working directory is a directory in it that everyone may search. One that is not
 * `writable` has the tree of the reading cases there.
 */
export interface Subject {
  readonly process: Process;
  readonly features: ReadonlySet<Feature>;
}

/** The cases that a subject can run. */
export function casesFor(subject: Subject, cases: readonly Case[] = CASES): Case[] {
  return cases.filter(({ needs = [] }) => needs.every((feature) => subject.features.has(feature)));
}

let serial = 0;

/** Runs a case, where things can be made in a directory of its own. Throws a Disagreement. */
export function runCase(subject: Subject, { run }: Case): void {
  const { process } = subject;
  const trial = new Trial(process, subject.features);
  const home = process.getcwd();
  if (isErrno(home)) throw new Error(`the subject has no working directory: ${home}`);
  if (!subject.features.has('writable')) {
    try {
      run(trial);
    } finally {
      process.chdir(home);
    }
    return;
  }
  const directory = `case-${++serial}`;
  trial.make('dir', directory, 0o755);
  trial.is(process.chdir(directory), 0);
  try {
    run(trial);
  } finally {
    process.umask(0);
    process.chdir(home);
    trial.clear(directory);
  }
}
