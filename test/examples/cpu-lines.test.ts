/** The example shows what it says. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { missingProgram, reasonNotToMount, unless } from '../support/requirements.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/cpu-lines/main.js', import.meta.url));

unless(reasonNotToMount() ?? missingProgram('cc'), 'a program aborts on four columns and runs on ours', async () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [EXAMPLE], { encoding: 'utf8' });
  assert.is(stderr, '');
  assert.is(status, 0);
  const [four = '', ours = ''] = stdout.split('\n\n');
  assert.match(four, /^ {4}cpu0( \d+){4}$/m);
  assert.match(four, /ended by SIGABRT$/);
  assert.match(ours, /^ {4}cpu0( \d+){10}$/m);
  assert.match(ours, /^ {4}cpu0: user \d+ nice \d+ system \d+ idle \d+ irq \d+$/m);
  assert.match(ours, /ended with status 0$/);
});

test.run();
