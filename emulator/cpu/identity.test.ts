import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CACHES, FLAGS, MODEL_NAME, VENDOR, cpuid } from './identity.ts';

const ask = (leaf: number, subleaf = 0, cpu = 0, count = 1): number[] => {
  const words = new Int32Array(4);
  cpuid(words, leaf, subleaf, cpu, count);
  return [...words].map((word) => word >>> 0);
};

const text = (...words: number[]): string => Buffer.from(Uint32Array.from(words).buffer).toString('latin1').replace(/\0.*$/, '');

test('vendor and name come out of the registers', () => {
  const [last, ebx = 0, ecx = 0, edx = 0] = ask(0);
  assert.is(last, 0xb);
  assert.is(text(ebx, edx, ecx), VENDOR);
  assert.is(text(...ask(0x80000002), ...ask(0x80000003), ...ask(0x80000004)), MODEL_NAME);
});

test('it is x86-64-v2 and no more', () => {
  const [, , ecx = 0, edx = 0] = ask(1);
  for (const bit of [0, 4, 8, 15, 23, 24, 25, 26]) assert.ok(edx & (1 << bit), `edx ${bit}`);
  for (const bit of [0, 9, 13, 19, 20, 23]) assert.ok(ecx & (1 << bit), `ecx ${bit}`);
  // XSAVE, AVX, FMA, AES, PCLMULQDQ, MOVBE, RDRAND.
  for (const bit of [1, 12, 22, 25, 26, 27, 28, 30]) assert.not(ecx & (1 << bit), `ecx ${bit}`);
  assert.equal(ask(7), ask(8));
  assert.ok((ask(0x80000001)[2] ?? 0) & 1);
  assert.ok(FLAGS.includes('sse4_2') && !FLAGS.includes('avx'));
});

test('caches and topology follow the number of processors', () => {
  for (const [index, { size, ways }] of CACHES.entries()) {
    const [eax = 0, ebx = 0, ecx = 0] = ask(4, index, 0, 4);
    assert.is(((ebx >>> 22) + 1) * ((ebx & 0xfff) + 1) * (ecx + 1), size * 1024);
    assert.is((ebx >>> 22) + 1, ways);
    assert.is((eax >>> 26) + 1, 4);
  }
  assert.equal(ask(4, CACHES.length), [0, 0, 0, 0]);
  assert.equal(ask(0xb, 0, 3, 4), [0, 1, 0x100, 3]);
  assert.equal(ask(0xb, 1, 3, 4), [2, 4, 0x201, 3]);
  assert.equal(ask(0x80000008), [0x3028, 0, 0, 0]);
});

test('beyond the last leaf, the last one answers', () => {
  assert.equal(ask(0x20), ask(0xb));
  assert.equal(ask(0x80000009), ask(0xb));
});

test.run();
