/** Half a minute of random conversations, from a seed that is different each time and printed. */

import { test } from 'uvu';
import { fuzzServer } from './testing/fuzz.ts';
import { memorySubject } from './testing/fuzz-memory.ts';

const seed = Number(process.env['NODE_9P_SEED'] ?? Date.now() % 1_000_000_000);
console.log(`NODE_9P_SEED=${seed}`);

for (const pace of ['at once', 'later'] as const) {
  test(`a server that answers ${pace}`, async () => {
    console.log(JSON.stringify(await fuzzServer(() => memorySubject(pace), seed, 15_000)));
  });
}

test.run();
