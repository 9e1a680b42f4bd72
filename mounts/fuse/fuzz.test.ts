/** The dispatcher under wrong requests: every opcode cut at every length, and some thousand random ones. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FUSE_STATX } from './protocol.ts';
import { FUZZED_TREES } from './testing/fuzz-trees.ts';
import { Fuzzer, OPCODES } from './testing/fuzzer.ts';

const STEPS = 20_000;

test('no request is left out', () => {
  const missing: number[] = [];
  for (let opcode = 1; opcode <= FUSE_STATX; opcode++) if (!OPCODES.includes(opcode)) missing.push(opcode);
  assert.equal(missing, []);
});

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
