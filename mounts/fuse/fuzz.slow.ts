/** The dispatcher under a minute of random requests, from a seed that COMPATFS_FUZZ_SEED sets and the output names. */

import { test } from 'uvu';
import { FUZZED_TREES } from './testing/fuzz-trees.ts';
import { Fuzzer } from './testing/fuzzer.ts';

const SECONDS = 60;
const STEPS = 5000;

for (const tree of FUZZED_TREES) {
  test(tree.name, () => {
    const given = process.env['COMPATFS_FUZZ_SEED'];
    const end = performance.now() + (SECONDS * 1000) / FUZZED_TREES.length;
    let requests = 0;
    for (let seed = given ? Number(given) : Date.now() % 1_000_000; performance.now() < end; seed++) {
      const fileSystem = tree.make();
      const fuzzer = new Fuzzer(fileSystem, seed);
      try {
        for (let step = 0; step < STEPS; step++) fuzzer.step();
        fuzzer.finish();
        tree.check(fileSystem);
      } catch (error) {
        console.log(`seed ${seed}`);
        throw error;
      }
      requests += STEPS;
      if (given) break;
    }
    console.log(`${tree.name}: ${requests} requests`);
  });
}

test.run();
