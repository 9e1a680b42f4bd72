import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { collapsedStacks, speedscope } from './profile.ts';
import { SymbolTable } from './symbol-table.ts';

const STACKS = new Map([
  ['program\nmain\nsort', 3],
  ['program\nmain', 1],
]);

test('collapsed stacks', () => {
  assert.is(collapsedStacks(STACKS), 'program;main 1\nprogram;main;sort 3\n');
});

test('speedscope: frames are shared, and weights are times', () => {
  const { shared, profiles } = JSON.parse(speedscope(STACKS, 'title', 2)) as {
    shared: { frames: { name: string }[] };
    profiles: { samples: number[][]; weights: number[]; endValue: number }[];
  };
  const [profile] = profiles;
  assert.equal(shared.frames.map(({ name }) => name), ['program', 'main', 'sort']);
  assert.equal(profile?.samples, [[0, 1, 2], [0, 1]]);
  assert.equal(profile?.weights, [6, 2]);
  assert.is(profile?.endValue, 8);
});

test('what is no ELF file has no symbols', () => {
  assert.is(SymbolTable.read(new Uint8Array(10)).find(0), undefined);
  assert.is(SymbolTable.read(Buffer.from('no program\n')).find(0), undefined);
});

test.run();
