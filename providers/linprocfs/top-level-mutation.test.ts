/** Every value of the fixture kernel shows in exactly one file at the top of /proc, and there in exactly one line. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readWhole } from '../../test/support/tree-reader.ts';
import { FixtureSource } from '../testing/fixture-kernel.ts';
import { GOLDEN } from '../testing/golden-top-level.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { linprocfs } from './tree.ts';

/** Values that are not text of a file, or that cannot be changed one by one. */
const ELSEWHERE: readonly RegExp[] = [
  // They decide which directories and binary files there are, which other tests look at.
  /^(?:interruptNumbers|terminalDriverNames|pciBuses|fileSystemDirectories|ext4Devices|journals)\./,
  /^interruptLines\.\d+\.(?:actions\.\d+|movable)$/,
  // The log is read once, and has tests of its own.
  /^(?:log\..*|logsTimes)$/,
  // A rule for files of processes.
  /^traceScope$/,
  // Another word than the ones of the type would be none.
  /^processors\.\d+\.(?:architecture|frequency)$/,
  /^modules\.\d+\.state$/,
  /^swapAreas\.\d+\.type$/,
  // A mask is so wide as its digits: one bit fewer takes as many. A letter that is no flag shows nowhere.
  /\.bits$/,
  /^consoles\.\d+\.flags$/,
  // Beyond what is shown: more than nine bytes, deeper than five, what a device had that is gone, an absent description.
  /^keys\.1\.type$/,
  /^memoryResources\.2\.depth$/,
  /^scsiGeneric\.devices\.1\./,
  /^interrupts\.architectural\.2\.indent$/,
];

/** Values that show in more than one line. */
const LINES: Readonly<Record<string, number>> = {
  'pageTypes.0.types.0': 2,
  'pageTypes.0.types.1': 2,
  'interrupts.width': 6,
  'raid.arrays.1.personality': 2,
  'keys.0.permissions': 3,
  'keys.1.permissions': 2,
  'keys.1.uid': 2,
};

/** Masks are shown twice. */
const TWO_FILES = /^interruptLines\.\d+\.(?:affinity|effectiveAffinity)\.words\.\d+$/;

type Leaf = number | bigint | string | boolean;

interface Place {
  readonly path: string;
  readonly value: Leaf;
  readonly set: (value: Leaf) => void;
}

function* leaves(parent: object, path: string): Generator<Place> {
  if (parent instanceof Uint8Array) return;
  const map = parent instanceof Map ? parent : undefined;
  const record = parent as Record<string, unknown>;
  for (const key of map ? map.keys() : Object.keys(parent)) {
    const value: unknown = map ? map.get(key) : record[key];
    const place = path === '' ? String(key) : `${path}.${String(key)}`;
    if (typeof value === 'object' && value !== null) {
      yield* leaves(value, place);
    } else if (value !== undefined) {
      const set = (other: Leaf): void => void (map ? map.set(key, other) : (record[key] = other));
      yield { path: place, value: value as Leaf, set };
    }
  }
}

function another(value: Leaf): Leaf {
  if (typeof value === 'bigint') return value - 1000n;
  if (typeof value === 'number') return value > 2 ? value - 1 : value + 1;
  return typeof value === 'boolean' ? !value : `${value}Z`;
}

/** How many lines two texts differ in. */
function differentLines(one: string, other: string): number {
  const [ones, others] = [one.split('\n'), other.split('\n')];
  let count = 0;
  for (let line = 0; line < Math.max(ones.length, others.length); line++) if (ones[line] !== others[line]) count++;
  return count;
}

test('a changed value changes its line and nothing else', () => {
  const source = new FixtureSource();
  const tree = linprocfs(source, DEFAULT_OPTIONS);
  const wrong: string[] = [];
  let count = 0;
  for (const { path, value, set } of leaves(source.data.system, '')) {
    if (ELSEWHERE.some((pattern) => pattern.test(path))) continue;
    count++;
    set(another(value));
    const changed: string[] = [];
    let lines = 0;
    for (const [file, golden] of Object.entries(GOLDEN)) {
      const text = readWhole(tree, file);
      if (text === golden) continue;
      changed.push(file);
      lines += typeof text === 'string' ? differentLines(text, golden) : Infinity;
    }
    set(value);
    const files = TWO_FILES.test(path) ? 2 : 1;
    if (changed.length !== files || lines !== (LINES[path] ?? files)) wrong.push(`${path}: ${lines} lines of ${changed.join(', ') || 'no file'}`);
  }
  assert.equal(wrong, []);
  assert.ok(count > 1000);
});

test.run();
