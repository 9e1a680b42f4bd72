import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { NO_PAGES, pagesOfMemory, parsePageKibibytes } from './memory-pages.ts';
import { parseStatm, parseStatus } from './parse-task.ts';
import { Scanner } from './scanner.ts';

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

const pageKibibytes = process.platform === 'linux' ? parsePageKibibytes(readFileSync('/proc/self/auxv'), 8) : 4;

test('what follows from a status is what statm says, of every process', () => {
  let compared = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const before = read(`/proc/${pid}/statm`);
    const status = read(`/proc/${pid}/status`);
    const after = read(`/proc/${pid}/statm`);
    // Only one that did not change meanwhile can be compared.
    if (!before?.length || !status?.length || !after?.equals(before)) continue;
    const { memory } = parseStatus(new Scanner().reset(status, status.length));
    const pages = memory ? pagesOfMemory(memory, pageKibibytes) : NO_PAGES;
    if (!pages) continue;
    assert.equal(pages, parseStatm(new Scanner().reset(before, before.length)), pid);
    compared++;
  }
  assert.ok(compared > 0);
});

test('a status that may hide some of the code does not tell', () => {
  const status = readFileSync('/proc/self/status');
  const { memory } = parseStatus(new Scanner().reset(status, status.length));
  assert.ok(memory);
  assert.is(pagesOfMemory({ ...memory, libraries: 0 }, pageKibibytes), undefined);
});

test('the size of a page is found in the auxiliary vector', () => {
  const words = (values: number[]): Buffer => Buffer.from(new BigUint64Array(values.map(BigInt)).buffer);
  assert.is(parsePageKibibytes(words([33, 1, 6, 65536, 0, 0]), 8), 64);
  assert.is(parsePageKibibytes(Buffer.from(new Uint32Array([16, 1, 6, 16384, 0, 0]).buffer), 4), 16);
  assert.is(parsePageKibibytes(Buffer.alloc(0), 8), 4);
});

test.run();
