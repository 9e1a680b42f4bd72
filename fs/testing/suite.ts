/** Registers the conformance suite with the test runner, a test for each case. */

import { suite } from 'uvu';
import { CASES, type Subject, casesFor, runCase } from './conformance.ts';
import type { Case } from './trial.ts';

/** Runs every case that a subject can; `except` names cases that do not hold for it, with the reason. */
export function testConformance(
  name: string,
  start: () => Subject,
  options: { readonly except?: Readonly<Record<string, string>>; readonly cases?: readonly Case[]; readonly end?: () => void | Promise<void> } = {},
): void {
  const test = suite(`conformance of ${name}`);
  const subject = start();
  const except = options.except ?? {};
  const cases = casesFor(subject, options.cases ?? CASES);
  for (const item of cases) {
    if (!(item.name in except)) test(item.name, () => runCase(subject, item));
  }
  for (const [left, reason] of Object.entries(except)) console.log(`differs: ${left}: ${reason}`);
  test.after(async () => {
    subject.process.end();
    await options.end?.();
  });
  test.run();
}
