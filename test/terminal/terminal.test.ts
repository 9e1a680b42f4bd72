/**
 * What is printed under all settings, sequences for each of the other things that terminals do, and random ones: our
 * terminals and, where there are any, the kernel's, in the same words.
 */

import { suite } from 'uvu';
import { PRINTED, SCRIPTS, SETTINGS } from './cases.ts';
import { compare, endComparisons } from './machines.ts';
import { randomSequence } from './random.ts';

/** How many random sequences are tried. */
const SEQUENCES = 150;

const test = suite('terminals');

for (const [name, change] of Object.entries(SETTINGS)) {
  test(`printed: ${name}`, () => {
    for (const text of PRINTED) {
      compare(`${name}: ${JSON.stringify(text)}`, (pair) => {
        pair.set(change);
        pair.print(text);
        pair.look();
        // What is echoed begins where the output ended.
        pair.type('x\t\x7f\x7f\n');
        pair.look();
      });
    }
  });
}

for (const [name, script] of Object.entries(SCRIPTS)) test(name, () => compare(name, script));

test('random sequences', () => {
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const steps = randomSequence(seed);
    compare(`seed ${seed}`, (pair) => steps.forEach((step) => step(pair)));
  }
});

test.after(endComparisons);
test.run();
