/** Every file is read in every way, with processes of every kind there. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUBJECT_KINDS } from '../differential/subjects.ts';
import { whenMounting } from '../support/requirements.ts';
import { readEverything } from './read-everything.ts';

whenMounting('every file of every process can be read in every way', async () => {
  const { files, failures, inconsistent, compared, differing } = await readEverything(SUBJECT_KINDS);
  console.log([...failures, ...inconsistent, ...differing].join('\n'));
  console.log(`${files} files, ${inconsistent.length} inconsistent, ${differing.length} of ${compared} errors differ`);
  assert.equal(failures, []);
  assert.equal(inconsistent, []);
  assert.ok(100 * (compared - differing.length) >= 97 * compared);
});

test.run();
