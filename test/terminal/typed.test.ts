/** What is typed under all settings: our terminals and, where there are any, the kernel's, in the same words. */

import { suite } from 'uvu';
import { SETTINGS, TYPED } from './cases.ts';
import { compare, endComparisons } from './machines.ts';

const test = suite('typed at terminals');

for (const [name, change] of Object.entries(SETTINGS)) {
  test(name, () => {
    for (const text of TYPED) {
      compare(`${name}: ${JSON.stringify(text)}`, (pair) => {
        pair.set(change);
        pair.type(text);
        pair.look();
      });
    }
  });
}

test.after(endComparisons);
test.run();
