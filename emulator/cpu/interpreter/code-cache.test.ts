import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { PAGE_SHIFT, PAGE_SIZE, PERMISSION_CODE, PERMISSION_EXECUTE } from '../../memory/layout.ts';
import { CodeCache } from './code-cache.ts';
import { decoderOf } from '../../../test/emulator/decoder-instance.ts';
import { HANDLER_BLOCK, HANDLER_GONE } from './handlers.ts';
import { HANDLER } from './micro-op.ts';

const [FIRST, SECOND] = [0x400010, 0x500010] as const;

/** Two pages, each with a return at the same place. */
function cacheOfTwoPages(): { memory: GuestMemory; cache: CodeCache } {
  const memory = new GuestMemory();
  for (const address of [FIRST, SECOND]) {
    memory.permissions[address >>> PAGE_SHIFT] = PERMISSION_EXECUTE;
    memory.bytes[indexOf(address)] = 0xc3;
  }
  return { memory, cache: new CodeCache(memory, decoderOf(memory)) };
}

test('a block is decoded once, and its page is marked', () => {
  const { memory, cache } = cacheOfTwoPages();
  assert.is(cache.lookUp(FIRST), 0);
  const head = cache.find(FIRST);
  assert.is.not(head, 0);
  assert.is(cache.find(FIRST), head);
  assert.is(memory.view.getUint16((head >>> 0) + HANDLER, true), HANDLER_BLOCK);
  assert.ok((memory.permissions[FIRST >>> PAGE_SHIFT]! & PERMISSION_CODE) !== 0);
});

test('what is forgotten looks again, and is not found', () => {
  const { memory, cache } = cacheOfTwoPages();
  const head = cache.find(FIRST) >>> 0;
  assert.is(cache.forget(FIRST, FIRST + PAGE_SIZE), 1);
  assert.is(memory.view.getUint16(head + HANDLER, true), HANDLER_GONE);
  assert.is(cache.lookUp(FIRST), 0);
  assert.is(memory.permissions[FIRST >>> PAGE_SHIFT], PERMISSION_EXECUTE);
});

test('when all is thrown away, pages of which nothing was left are found empty too', () => {
  const { cache } = cacheOfTwoPages();
  cache.find(FIRST);
  cache.forget(FIRST, FIRST + 1);
  cache.clear();
  assert.is.not(cache.find(SECOND), 0);
  assert.is(cache.lookUp(FIRST), 0);
  assert.is.not(cache.find(FIRST), cache.find(SECOND));
});

test('where nothing may be executed there is no code', () => {
  const { cache } = cacheOfTwoPages();
  assert.is(cache.find(0x600000), 0);
});

test.run();
