import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADDRESS_SIZE, BASE, DISPLACEMENT, INDEX, LENGTH, RECORD_WORDS, RIP_BASE, SCALE, SEGMENT } from '../cpu/record.ts';
import { RecentStores } from './recent-stores.ts';

const [RBX, RSI, RDI] = [3, 6, 7] as const;

/** The record of an instruction of 4 bytes whose operand is at registers and a distance from them. */
function at(base: number, displacement: number, index = -1, scale = 0, segment = -1): Int32Array {
  const record = new Int32Array(RECORD_WORDS);
  for (const [word, value] of [[LENGTH, 4], [ADDRESS_SIZE, 8], [SEGMENT, segment], [BASE, base], [INDEX, index], [SCALE, scale], [DISPLACEMENT, displacement]] as const) record[word] = value;
  return record;
}

const CODE = 0x400000;

test('a store of either half, and of nothing else', () => {
  const stores = new RecentStores();
  stores.note(at(RDI, 32), 0, CODE);
  const found = [16, 20, 23, 24, 25, 28, 31, 32, 33, 40].filter((distance) => stores.madeHalf(at(RDI, distance), 0, CODE + 4));
  assert.equal(found, [24, 32]);
});

test('another base, index, scale or segment is another address, as far as one knows', () => {
  const stores = new RecentStores();
  stores.note(at(RDI, 0, RSI, 3), 0, CODE);
  assert.ok(stores.madeHalf(at(RDI, 0, RSI, 3), 0, CODE));
  for (const other of [at(RBX, 0, RSI, 3), at(RDI, 0, RBX, 3), at(RDI, 0, RSI, 2), at(RDI, 0), at(RDI, 0, RSI, 3, 4)]) assert.not(stores.madeHalf(other, 0, CODE));
});

test('what is relative to the next instruction, by where that leads', () => {
  const stores = new RecentStores();
  stores.note(at(RIP_BASE, 0x100), 0, CODE);
  assert.ok(stores.madeHalf(at(RIP_BASE, 0xf0), 0, CODE + 0x10));
  assert.not(stores.madeHalf(at(RIP_BASE, 0x100), 0, CODE + 0x10));
  stores.forget(-1);
  assert.ok(stores.madeHalf(at(RIP_BASE, 0xf0), 0, CODE + 0x10));
});

test('what a written register pointed at is forgotten, the oldest too, and all at the end of a block', () => {
  const stores = new RecentStores();
  for (const record of [at(RDI, 0), at(RSI, 0), at(RBX, 0, RSI, 1)]) stores.note(record, 0, CODE);
  stores.forget(1 << RSI);
  assert.ok(stores.madeHalf(at(RDI, 0), 0, CODE));
  assert.not(stores.madeHalf(at(RSI, 0), 0, CODE));
  assert.not(stores.madeHalf(at(RBX, 0, RSI, 1), 0, CODE));
  for (let count = 1; count <= 8; count++) stores.note(at(RDI, count * 64), 0, CODE);
  assert.not(stores.madeHalf(at(RDI, 0), 0, CODE));
  assert.ok(stores.madeHalf(at(RDI, 64), 0, CODE));
  stores.clear();
  assert.not(stores.madeHalf(at(RDI, 64), 0, CODE));
});

test.run();
