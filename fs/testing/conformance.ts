/**
 * The conformance suite: what Linux does with files, as cases that every file system here runs, and that hold on the
 * kernel's own tmpfs too.
 */

import { isErrno } from '../errno.ts';
import { ATTRIBUTE_CASES } from './cases/attributes.ts';
import { CONTENT_CASES } from './cases/content.ts';
import { NAME_CASES } from './cases/names.ts';
import { PATH_CASES } from './cases/paths.ts';
import { RESOLVE_CASES } from './cases/resolve.ts';
import type { Process } from './process.ts';
import { type Case, type Feature, Trial } from './trial.ts';

export const CASES: readonly Case[] = [...PATH_CASES, ...NAME_CASES, ...ATTRIBUTE_CASES, ...CONTENT_CASES, ...RESOLVE_CASES];

/** A file system to try: a process whose working directory is a directory in it that everyone may search. */
export interface Subject {
  readonly process: Process;
  readonly features: ReadonlySet<Feature>;
}

/** The cases that a subject can run. */
export function casesFor(subject: Subject, cases: readonly Case[] = CASES): Case[] {
  return cases.filter(({ needs = [] }) => needs.every((feature) => subject.features.has(feature)));
}

let serial = 0;

/** Runs a case in a directory of its own. Throws a Disagreement. */
export function runCase(subject: Subject, { run }: Case): void {
  const { process } = subject;
  const trial = new Trial(process, subject.features);
  const home = process.getcwd();
  if (isErrno(home)) throw new Error(`the subject has no working directory: ${home}`);
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
