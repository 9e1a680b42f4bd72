/**
 * Recordings of machines of several shapes: what each of their kernels wrote is parsed, and rendered again as it was. Made by
 * make-fixtures.ts, in virtual machines.
 */

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { linsysfs } from '../../providers/linsysfs/tree.ts';
import { RecordedSource } from '../../providers/sources/recorded/recorded-source.ts';
import { Recording, bytesInMemory } from '../../providers/sources/recorded/recording.ts';
import { find, readWhole } from '../support/tree-reader.ts';

const MACHINES = fileURLToPath(new URL('../../../test/recorded/machines/', import.meta.url));
const MOST_BYTES = 200_000;

interface Machine {
  readonly recording: Recording;
  readonly source: RecordedSource;
  readonly bytes: number;
}

const opened = new Map<string, Machine>();

function machine(name: string): Machine {
  let found = opened.get(name);
  if (!found) opened.set(name, (found = openMachine(name)));
  return found;
}

function openMachine(name: string): Machine {
  const bytes = readFileSync(`${MACHINES}${name}.rec`);
  const recording = new Recording(bytesInMemory(bytes));
  return { recording, source: new RecordedSource(recording), bytes: bytes.length };
}

const NAMES = readdirSync(MACHINES)
  .map((file) => file.replace(/\.rec$/, ''))
  .sort();

for (const name of NAMES) {
  test(`${name}: what its kernel wrote is written again`, () => {
    const { recording, source, bytes } = machine(name);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
    assert.is(recording.header.redacted, true);
    const trees = { proc: linprocfs(source, DEFAULT_OPTIONS), sys: linsysfs(source) };
    const differing: string[] = [];
    let compared = 0;
    for (const entry of recording.sample(0).entries) {
      const [root = '', path = ''] = [entry.path.slice(0, entry.path.indexOf('/')), entry.path.slice(entry.path.indexOf('/') + 1)];
      if (entry.kind !== 'file' || entry.openError || entry.readError || (root !== 'proc' && root !== 'sys')) continue;
      if (isErrno(find(trees[root], path))) continue;
      compared++;
      if (readWhole(trees[root], path, SUPERUSER) !== entry.text.toString('latin1')) differing.push(entry.path);
    }
    assert.equal(differing, []);
    assert.ok(compared > 2000, `${compared} files`);
  });
}

/** A file of a machine's /proc or /sys. */
function text(name: string, tree: 'proc' | 'sys', path: string): string {
  const { source } = machine(name);
  const found = readWhole(tree === 'proc' ? linprocfs(source, DEFAULT_OPTIONS) : linsysfs(source), path);
  return isErrno(found) ? `error ${found}` : found;
}

test('the log, which is left out, is empty', () => {
  for (const name of NAMES) {
    const log = machine(name).source.view(SUPERUSER).openLog();
    assert.not(isErrno(log), name);
    assert.is(isErrno(log) || log.next(), undefined, name);
  }
});

test('one has a single processor', () => {
  assert.equal([...text('single-core', 'proc', 'stat').matchAll(/^cpu\d+ /gm)].length, 1);
  assert.is(text('single-core', 'sys', 'devices/system/cpu/online'), '0\n');
});

test('one has 16 processors in four nodes', () => {
  assert.equal([...text('numa', 'proc', 'stat').matchAll(/^cpu\d+ /gm)].length, 16);
  assert.is(text('numa', 'sys', 'devices/system/node/online'), '0-3\n');
  assert.equal(new Set([...text('numa', 'proc', 'zoneinfo').matchAll(/^Node (\d)/gm)].map(([, node]) => node)).size, 4);
});

test('one is a container with limits', () => {
  assert.is(text('container', 'sys', 'fs/cgroup/limited/memory.max'), `${512 << 20}\n`);
  assert.is(text('container', 'sys', 'fs/cgroup/limited/cpu.max'), '150000 100000\n');
  assert.is(text('container', 'proc', '1/cgroup'), '0::/limited\n');
  // Its network namespace is new, and has no table of routes.
  assert.is(text('container', 'proc', '1/net/route'), '');
});

test('one has swap areas, an array and many disks', () => {
  assert.match(text('disks', 'proc', 'swaps'), /^\/dev\/vd/m);
  assert.match(text('disks', 'proc', 'mdstat'), /^md0 : active raid1/m);
  assert.equal([...text('disks', 'proc', 'diskstats').matchAll(/ vd[a-h] /g)].length, 8);
});

test.run();
