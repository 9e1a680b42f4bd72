/** Every file is read in every way: none hangs, none changes with the way it is read, errors are the kernel's. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { whenMounting } from '../support/requirements.ts';
import { readEverything } from './read-everything.ts';

/** How much of the errors of open(2) and read(2) must agree with the kernel's, in percent. */
const AGREEMENT = 97;

whenMounting('every file can be read in every way', async () => {
  const result = await readEverything(['single', 'user'], false);
  const { files, failures, inconsistent, compared, differing } = result;
  console.log([...failures, ...inconsistent, ...differing].slice(0, 40).join('\n'));
  console.log(`${files} files, ${inconsistent.length} inconsistent, ${differing.length} of ${compared} errors differ`);
  assert.equal(failures, []);
  assert.equal(inconsistent, []);
  assert.ok(100 * (compared - differing.length) >= AGREEMENT * compared);
});

test.run();
