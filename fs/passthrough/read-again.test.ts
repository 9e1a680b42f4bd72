import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../caller.ts';
import { type Errno, isErrno } from '../errno.ts';
import { O_RDONLY, O_RDWR } from '../flags.ts';
import { outside } from '../outside.ts';
import type { OpenFile, Vnode } from '../vnode.ts';
import { Passthrough } from './passthrough.ts';

const directory = mkdtempSync(join(tmpdir(), 'compatfs-read-again-'));
const path = join(directory, 'file');
test.after(() => rmSync(directory, { recursive: true }));

const content = Buffer.from(Array.from({ length: 10_000 }, (_, index) => (index * 7) & 0xff));

function open(fileSystem: Passthrough, flags: number): OpenFile {
  const vnode: Vnode | Errno = fileSystem.root.lookup('file');
  if (isErrno(vnode)) throw new Error(`error ${vnode}`);
  const file = vnode.open?.(flags, SUPERUSER);
  if (!file || isErrno(file)) throw new Error(`error ${file}`);
  return file;
}

function take(file: OpenFile, length: number, at: number): Buffer {
  const into = Buffer.alloc(length + 2, 0xaa);
  const count = file.read?.(into, 1, length, at, SUPERUSER);
  assert.type(count, 'number');
  assert.equal([into[0], into[length + 1]], [0xaa, 0xaa]);
  return into.subarray(1, 1 + (count as number));
}

test('small reads give what is there, wherever they are', () => {
  writeFileSync(path, content);
  const fileSystem = new Passthrough(directory, { readOnly: true, readsAgain: true });
  const file = open(fileSystem, O_RDONLY);
  let state = 1;
  for (let round = 0; round < 3000; round++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const length = [1, 3, 16, 17, 64, 1024, 1025][state % 7]!;
    const at = round % 3 === 0 ? (state >>> 8) % 10_100 : 4000 + (round % 200);
    assert.equal(take(file, length, at), content.subarray(at, at + length), `${length} at ${at}`);
  }
  file.release();
  fileSystem.dispose();
});

test('what others change is seen after a while, and at once after a look at anything else', () => {
  const fileSystem = new Passthrough(directory, { readOnly: true, readsAgain: true });
  const file = open(fileSystem, O_RDONLY);
  writeFileSync(path, 'before');
  for (let round = 0; round < 3; round++) assert.is(take(file, 3, 0).toString(), 'bef');
  writeFileSync(path, 'after!');
  outside.looks++;
  assert.is(take(file, 3, 0).toString(), 'aft');
  assert.is(take(file, 3, 0).toString(), 'aft');
  writeFileSync(path, 'at last');
  let reads = 1;
  while (take(file, 3, 0).toString() !== 'at ') assert.ok(++reads < 1000);
  file.release();
  fileSystem.dispose();
});

test('what is written here is seen at once', () => {
  writeFileSync(path, 'before');
  const fileSystem = new Passthrough(directory, { readsAgain: true });
  const file = open(fileSystem, O_RDONLY);
  const writer = open(fileSystem, O_RDWR);
  for (let round = 0; round < 3; round++) assert.is(take(file, 6, 0).toString(), 'before');
  writer.write?.(Buffer.from('af'), 0, 2, 0, SUPERUSER);
  assert.is(take(file, 6, 0).toString(), 'affore');
  file.release();
  writer.release();
  fileSystem.dispose();
});

test.run();
