/** The dispatcher under wrong requests: every opcode cut at every length, and some thousand random ones. */

import { test } from 'uvu';
import { FUZZED_TREES } from './testing/fuzz-trees.ts';
import { Fuzzer, OPCODES } from './testing/fuzzer.ts';

const STEPS = 20_000;

for (const tree of FUZZED_TREES) {
  test(`${tree.name}: every opcode, cut at every length`, () => {
    const fileSystem = tree.make();
    const fuzzer = new Fuzzer(fileSystem, 1);
    for (let round = 0; round < 3; round++) {
      for (let step = 0; step < 200; step++) fuzzer.step();
      for (const opcode of OPCODES) fuzzer.truncations(opcode);
    }
    fuzzer.finish();
    tree.check(fileSystem);
  });

  for (const seed of [1, 2, 3]) {
    test(`${tree.name}: ${STEPS} random requests from seed ${seed}`, () => {
      const fileSystem = tree.make();
      const fuzzer = new Fuzzer(fileSystem, seed);
      for (let step = 0; step < STEPS; step++) fuzzer.step();
      fuzzer.finish();
      tree.check(fileSystem);
    });
  }
}

test.run();
