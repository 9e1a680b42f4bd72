import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareRecords, compareRound } from './volatile.ts';

const places = (before: string, ours: string, after: string): string[] | 'unclear' => {
  const round = compareRound(before, ours, after);
  return round === 'unclear' ? round : round.map(({ place }) => place);
};

test('what the kernel says twice is literal', () => {
  assert.equal(places('a  1\nb 2\n', 'a  1\nb 2\n', 'a  1\nb 3\n'), []);
  assert.equal(places('a  1\nb 2\n', 'a 1\nb 2\n', 'a  1\nb 3\n').length, 1);
  assert.equal(places('a 1 2\n', 'a 9 2\n', 'a 1 3\n'), ['0:2']);
  assert.equal(places('kB 1\n', 'KB 1\n', 'kB 2\n'), ['0:0']);
});

test('a number that moved lies between its two values', () => {
  assert.equal(places('n 100\n', 'n 105\n', 'n 110\n'), []);
  assert.equal(places('n 110\n', 'n 105\n', 'n 100\n'), []);
  assert.equal(places('n 100\n', 'n 111\n', 'n 110\n'), ['0:2']);
  assert.equal(places('n -5\n', 'n 2\n', 'n 3\n'), []);
  assert.equal(places('up 99.98\n', 'up 100.01\n', 'up 100.03\n'), []);
  assert.equal(places('up 99.98\n', 'up 100.1\n', 'up 100.13\n'), ['0:2']);
  assert.equal(places('0000000a 1\n', '0000000b 1\n', '00000010 1\n'), []);
  assert.equal(places('0000000a 1\n', 'b 1\n', '00000010 1\n'), ['0:0']);
});

test('columns stay where they are', () => {
  assert.equal(places('  98 x\n', '  99 x\n', ' 100 x\n'), []);
  assert.equal(places('  98 x\n', '   99 x\n', ' 100 x\n'), ['0:0']);
  assert.equal(places('98   x\n', '99   x\n', '100  x\n'), []);
  assert.equal(places('98   x\n', '99  x\n', '100  x\n'), ['0:1']);
});

test('a word that changed is one of the two', () => {
  assert.equal(places('state R 1\n', 'state S 1\n', 'state S 1\n'), []);
  assert.equal(places('state R 1\n', 'state D 1\n', 'state S 1\n'), ['0:2']);
});

test('lines are counted', () => {
  assert.equal(places('a\nb\n', 'a\n', 'a\nb\n'), ['lines']);
  assert.equal(places('a\nb\n', 'a\n', 'a\n'), 'unclear');
  assert.equal(places('a 1\nb\n', 'a 2\n', 'a 3\nb\n'), 'unclear');
});

test('records that last are there in order, and others have a shape that is known', () => {
  assert.equal(compareRecords('a 1\nb 2\nc 3\n', 'a 1\nb 2\nc 4\n', 'a 1\nb 2\nc 5\n'), []);
  assert.equal(compareRecords('a 1\nb 2\n', 'b 2\na 1\n', 'a 1\nb 2\nc 5\n').length, 1);
  assert.equal(compareRecords('a 1\n', 'a 1\nz 2\n', 'a 1\nb 5\n').length, 1);
  assert.equal(compareRecords('a    1\n', 'a   22\n', 'a  333\n'), []);
  assert.equal(compareRecords('a    1\n', 'a    22\n', 'a  333\n').length, 1);
});

test.run();
