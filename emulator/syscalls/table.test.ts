/** The table of system calls: it has every number, and what is derived from it is current. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compatibilityPage } from './compatibility.ts';
import { x64 } from './table-x64.ts';

const HEADER = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';
/** The last number of Linux 6.1, whose table this is. */
const LAST = 450;

test('every number of the headers has a row of that name', () => {
  let text: string;
  try {
    text = readFileSync(HEADER, 'latin1');
  } catch {
    console.log(`skipped: no ${HEADER}`);
    return;
  }
  const calls = [...text.matchAll(/^#define __NR_(\w+) (\d+)/gm)].map(([, name, number]) => ({ name, number: Number(number) }));
  assert.equal(calls.filter(({ name, number }) => number <= LAST && x64.rows[number]?.name !== name), []);
});

test('names are used once, and a call that does less than Linux says why', () => {
  const rows = x64.rows.flatMap((row) => (row ? [row] : []));
  assert.is(new Set(rows.map(({ name }) => name)).size, rows.length);
  assert.equal(rows.filter(({ level, note }) => level !== 'full' && note === '').map(({ name }) => name), []);
  assert.equal(rows.filter((row) => row.arguments.length > 6).map(({ name }) => name), []);
});

test('a length is that of an argument', () => {
  for (const row of x64.rows) {
    for (const { length } of row?.arguments ?? []) assert.ok(length === undefined || length < row!.arguments.length, row!.name);
  }
});

test('docs/compatibility.md is made from the table', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/compatibility.md', import.meta.url)), 'utf8');
  assert.is(page, compatibilityPage(x64));
});

test.run();
