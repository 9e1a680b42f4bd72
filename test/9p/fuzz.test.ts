/** A moment of random conversations with our trees over 9P. `NODE_9P_SEED` begins elsewhere; fuzz.slow.ts takes longer. */

import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fuzzServer } from '../../mounts/node-9p/testing/fuzz.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { hostSubject, tmpfsSubject } from './fuzz-subjects.ts';

const seed = Number(process.env['NODE_9P_SEED'] ?? 1);
const milliseconds = Number(process.env['NODE_9P_FUZZ_MS'] ?? 2000);

test('a part of a tmpfs', async () => {
  const counts = await fuzzServer(tmpfsSubject, seed, milliseconds);
  console.log(JSON.stringify(counts));
  assert.ok(counts.replies > counts.conversations, 'conversations get somewhere');
  assert.ok(counts.errors < counts.replies, 'not all is wrong');
});

test('a part of a directory of the host', async () => {
  const directory = temporaryDirectory();
  try {
    let last = '';
    const counts = await fuzzServer(() => hostSubject((last = mkdtempSync(join(directory, 'x')))), seed, milliseconds);
    console.log(JSON.stringify(counts));
    assert.ok(counts.errors < counts.replies, 'not all is wrong');
    assert.is(readFileSync(join(last, 'secret'), 'utf8'), 'secret');
  } finally {
    removeDirectory(directory);
  }
});

test.run();
