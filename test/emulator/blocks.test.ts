/** The decoder in WebAssembly writes, byte for byte, what the one in TypeScript would have it write. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMS } from '../../emulator/cpu/forms.ts';
import { CodeCache } from '../../emulator/cpu/interpreter/code-cache.ts';
import { BLOCK_END, BLOCK_INSTRUCTIONS, BLOCK_OPS } from '../../emulator/cpu/interpreter/decoder-memory.ts';
import { ADDRESS, MICRO_OP_SIZE } from '../../emulator/cpu/interpreter/micro-op.ts';
import { RECORD_WORDS } from '../../emulator/cpu/record.ts';
import { EXIT_ADDRESS, EXIT_DETAIL, EXIT_PAGE_FAULT, EXIT_REASON, INSTRUCTION_POINTER } from '../../emulator/cpu/state.ts';
import { GuestMemory, indexOf } from '../../emulator/memory/guest-memory.ts';
import { CODE_POOL, CPU_STATE, PAGE_SHIFT, PAGE_SIZE, PERMISSION_EXECUTE } from '../../emulator/memory/layout.ts';
import { decoderOf, NUMBERS } from './decoder-instance.ts';
import { Generator, encode, shapesOf } from './encodings.ts';
import { referenceBlock } from './reference-blocks.ts';

/** The end of the last page that can be executed: code just below it is cut off. */
const END = 0x80002000;
const PAGES = 2;
const STATE = indexOf(CPU_STATE);

const memory = new GuestMemory();
const cache = new CodeCache(memory, decoderOf(memory));
memory.permissions.fill(PERMISSION_EXECUTE, (END >>> PAGE_SHIFT) - PAGES, END >>> PAGE_SHIFT);
const records = new Int32Array(64 * RECORD_WORDS);
const addresses = new Float64Array(64);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Decodes bytes at the end of what can be executed, and compares; returns how many instructions there are. */
function compare(code: Uint8Array): number {
  const address = END - code.length;
  memory.bytes.set(code, indexOf(address));
  cache.clear();
  const { bytes, view } = memory;
  bytes.fill(0, indexOf(CODE_POOL), indexOf(CODE_POOL) + 130 * MICRO_OP_SIZE);
  const expected = referenceBlock(code, address, NUMBERS);
  const head = cache.find(address) >>> 0;
  if (!expected) {
    assert.is(head, 0);
    assert.is(view.getInt32(STATE + EXIT_REASON, true), EXIT_PAGE_FAULT);
    assert.is(view.getInt32(STATE + EXIT_DETAIL, true), PERMISSION_EXECUTE);
    assert.is(view.getBigUint64(STATE + EXIT_ADDRESS, true), BigInt(END));
    assert.is(view.getBigUint64(STATE + INSTRUCTION_POINTER, true), BigInt(address));
    return 0;
  }
  const ops = view.getUint8(head + BLOCK_OPS);
  if (view.getUint8(head + BLOCK_INSTRUCTIONS) !== expected.instructions) assert.unreachable(`${view.getUint8(head + BLOCK_INSTRUCTIONS)} of ${expected.instructions} instructions of ${hex(code)}`);
  assert.is(view.getUint32(head + ADDRESS, true), address);
  assert.ok(view.getUint32(head + BLOCK_END, true) > address);
  const made = bytes.subarray(head + MICRO_OP_SIZE, head + ops * MICRO_OP_SIZE);
  if (Buffer.compare(made, expected.ops) !== 0) assert.is(hex(made), hex(expected.ops), hex(code));
  assert.is(cache.decodeBlock(address, records, addresses), expected.instructions);
  for (let index = 0; index < expected.instructions * RECORD_WORDS; index++) {
    // Of what is no instruction there is no record.
    if (records[index] === expected.records[index] || (index % RECORD_WORDS > 1 && expected.records[index - (index % RECORD_WORDS)] === 0)) continue;
    assert.is(records[index], expected.records[index], `word ${index % RECORD_WORDS} of instruction ${Math.floor(index / RECORD_WORDS)} of ${hex(code)}`);
  }
  return expected.instructions;
}

test('every encoding, alone and cut off', () => {
  const random = new Generator(1);
  const seen = new Set<number>();
  for (const form of FORMS) {
    if (!form.mode64) continue;
    for (const shape of shapesOf(form)) {
      for (const prefixes of [[], [0x67], [0x64], [0x65, 0x67], [0xf3], [0xf2], [0xf0]]) {
        const code = Uint8Array.from([...prefixes, ...encode(shape, random).bytes]);
        if (compare(code) > 0) seen.add(memory.view.getUint16(indexOf(CODE_POOL) + MICRO_OP_SIZE, true));
      }
      const whole = Uint8Array.from(encode(shape, random).bytes);
      compare(whole.subarray(0, random.below(whole.length + 1) || 1));
    }
  }
  assert.ok(seen.size > 1500, `${seen.size} handlers`);
});

test('sequences of encodings, so that flags are looked at or not', () => {
  const random = new Generator(2);
  const shapes = FORMS.filter(({ mode64 }) => mode64).flatMap(shapesOf);
  let count = 0;
  for (let round = 0; round < 2000; round++) {
    const code: number[] = [];
    const length = 1 + random.below(80);
    for (let index = 0; index < length; index++) code.push(...encode(shapes[random.below(shapes.length)]!, random).bytes);
    count += compare(Uint8Array.from(code));
  }
  assert.ok(count > 10000, `${count} instructions`);
});

test('bytes that are anything', () => {
  const random = new Generator(3);
  const likely = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x64, 0x65, 0x2e, 0x48, 0x41, 0x0f, 0x0f, 0x38, 0x3a];
  for (let round = 0; round < 40000; round++) {
    const code = Uint8Array.from({ length: 1 + random.below(40) }, (_, index) => (index < 5 && random.below(3) === 0 ? likely[random.below(likely.length)]! : random.below(256)));
    compare(code);
  }
});

test('a block that goes on in the next page is forgotten with either', () => {
  const address = END - PAGE_SIZE - 3;
  for (const page of [END - 2 * PAGE_SIZE, END - PAGE_SIZE]) {
    cache.clear();
    // Five of `inc eax`, and a return.
    memory.bytes.set(Buffer.from('ffc0ffc0ffc0ffc0ffc0c3', 'hex'), indexOf(address));
    assert.is.not(cache.find(address), 0);
    assert.is.not(cache.find(address - PAGE_SIZE + 3), 0);
    assert.is.not(cache.find(address + 4), 0);
    assert.is(cache.forget(page, page + 1), 2);
    assert.is(cache.lookUp(address), 0);
    assert.is(cache.lookUp(address - PAGE_SIZE + 3) === 0, page === END - 2 * PAGE_SIZE);
    assert.is(cache.lookUp(address + 4) === 0, page === END - PAGE_SIZE);
  }
});

test.run();
