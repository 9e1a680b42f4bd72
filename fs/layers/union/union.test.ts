/** A union under the conformance suite, and what is its own: which branch is looked in, written to and uncovered. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER as root } from '../../caller.ts';
import { EACCES, EEXIST, ENOENT, EROFS, EXDEV, type Errno, isErrno } from '../../errno.ts';
import * as files from '../../file-operations.ts';
import { O_CREAT, O_RDONLY, O_RDWR, O_WRONLY, RENAME_EXCHANGE, RENAME_NOREPLACE } from '../../flags.ts';
import { defaultTmpfsOptions } from '../../memory/options.ts';
import { Tmpfs } from '../../memory/tmpfs.ts';
import type { Place } from '../../place.ts';
import { Stat } from '../../stat.ts';
import { TMPFS_FEATURES } from '../../testing/features.ts';
import { Dice, fill, operate, picture, show } from '../../testing/random-operations.ts';
import { testConformance } from '../../testing/suite.ts';
import { VfsProcess } from '../../testing/vfs-process.ts';
import { Vfs } from '../../vfs.ts';
import type { OpenFile } from '../../vnode.ts';
import { UnionFs, type UnionOptions } from './union.ts';

function ok<T>(value: T | Errno): T {
  if (isErrno(value)) throw new Error(`unexpected ${value}`);
  return value;
}

function memory(): Tmpfs {
  return new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });
}

const features = new Set(TMPFS_FEATURES);
// Listings are in an order of their own.
features.delete('tmpfs');
testConformance('a union', () => {
  const union = new UnionFs([{ root: memory().root }, { root: memory().root }]);
  return { process: new VfsProcess(new Vfs(union, { protectedHardlinks: true })), features };
});

const test = suite('a union');

function put(vfs: Vfs, path: string, text: string): void {
  const file = ok(vfs.open(path, O_CREAT | O_WRONLY, 0o644, root)) as OpenFile;
  files.write(file, Buffer.from(text), 0, text.length, 0, root);
  file.release();
}

function text(vfs: Vfs, path: string): string | Errno {
  const file = vfs.open(path, O_RDONLY, 0, root);
  if (isErrno(file)) return file;
  const bytes = Buffer.alloc(100);
  const count = files.read(file as OpenFile, bytes, 0, 100, 0, root);
  file.release();
  return bytes.toString('latin1', 0, Math.max(0, count));
}

function names(vfs: Vfs, path: string): string[] {
  const found: string[] = [];
  const file = ok(vfs.open(path, O_RDONLY, 0, root)) as OpenFile;
  files.list(file, 0, { add: (name) => Boolean(found.push(name)) }, root);
  file.release();
  return found.filter((name) => !name.startsWith('.')).sort();
}

/** Two branches: `/d` in both, `/only` in the second; files say which one they are of. */
function branches(readOnly: boolean, options: UnionOptions = {}): { one: Vfs; two: Vfs; union: Vfs } {
  const [one, two] = [new Vfs(memory()), new Vfs(memory())];
  for (const vfs of [one, two]) vfs.mkdir('/d', 0o755, root);
  two.mkdir('/only', 0o755, root);
  two.mkdir('/d/empty', 0o755, root);
  put(one, '/d/both', 'one');
  put(two, '/d/both', 'two');
  put(one, '/d/one', 'one');
  put(two, '/d/two', 'two');
  put(two, '/only/f', 'two');
  const [first, second] = [one, two].map(({ mounts }) => mounts.root.vnode) as [Place['vnode'], Place['vnode']];
  return { one, two, union: new Vfs(new UnionFs([{ root: first }, { root: second, readOnly }], options)) };
}

test('the first branch hides the second, and both are listed', () => {
  const { union } = branches(false);
  assert.equal(names(union, '/d'), ['both', 'empty', 'one', 'two']);
  assert.equal([text(union, '/d/both'), text(union, '/d/two'), text(union, '/only/f'), text(union, '/d/none')], ['one', 'two', 'two', ENOENT]);
  const [a, b] = [new Stat(), new Stat()];
  ok(union.stat('/d/both', 0, a, root));
  ok(union.stat('/d/two', 0, b, root));
  assert.is.not(a.ino, b.ino);
});

test('or the first alone is', () => {
  const { union } = branches(false, { merges: false });
  assert.equal(names(union, '/d'), ['both', 'one']);
  assert.is(text(union, '/d/two'), 'two');
  assert.equal(names(union, '/only'), ['f']);
});

test('what is made goes to the first branch that has the directory', () => {
  const { one, two, union } = branches(false);
  put(union, '/d/new', 'x');
  put(union, '/only/new', 'x');
  assert.equal([text(one, '/d/new'), text(two, '/d/new'), text(two, '/only/new')], ['x', ENOENT, 'x']);
  assert.is(union.mkdir('/d/empty', 0o755, root), EEXIST);
  assert.is(union.mkdir('/only/d', 0o755, root), 0);
  assert.equal(names(two, '/only'), ['d', 'f', 'new']);
});

test('a file is changed where it is, and removing it uncovers another', () => {
  const { one, two, union } = branches(false);
  put(union, '/d/two', 'changed');
  assert.equal([text(two, '/d/two'), text(one, '/d/two')], ['changed', ENOENT]);
  assert.is(union.unlink('/d/both', root), 0);
  assert.is(text(union, '/d/both'), 'two');
  assert.is(union.unlink('/d/both', root), 0);
  assert.is(text(union, '/d/both'), ENOENT);
  assert.is(union.rmdir('/d/empty', root), 0);
});

test('a branch that may not be written to is not', () => {
  const { union } = branches(true);
  assert.is(union.open('/d/two', O_RDWR, 0, root), EROFS);
  assert.is(union.chmod('/d/two', 0o600, 0, root), EROFS);
  assert.is(union.unlink('/d/two', root), EROFS);
  assert.is(union.open('/only/new', O_CREAT | O_RDWR, 0o644, root), EROFS);
  assert.is(union.rename('/d/two', '/d/x', 0, root), EROFS);
  put(union, '/d/new', 'x');
  assert.is(text(union, '/d/new'), 'x');
});

test('names stay in their branches', () => {
  const { one, two, union } = branches(false);
  assert.is(union.rename('/d/one', '/only/x', 0, root), EXDEV);
  assert.is(union.rename('/d/two', '/d/both', 0, root), EXDEV);
  assert.is(union.rename('/d', '/e', 0, root), EXDEV);
  assert.is(union.rename('/d/one', '/d/two', RENAME_EXCHANGE, root), EXDEV);
  assert.is(union.rename('/d/one', '/d/two', RENAME_NOREPLACE, root), EEXIST);
  assert.is(union.link('/d/one', '/only/x', 0, root), EXDEV);
  assert.is(union.rename('/d/two', '/only/x', 0, root), 0);
  assert.is(text(two, '/only/x'), 'two');
  assert.is(union.link('/only/f', '/d/linked', 0, root), 0);
  assert.equal([text(two, '/d/linked'), text(one, '/d/linked')], ['two', ENOENT]);
  // A file of the first branch comes to hide one of the second.
  put(union, '/d/fresh', 'new');
  put(two, '/d/old', 'old');
  assert.is(union.rename('/d/fresh', '/d/old', 0, root), 0);
  assert.equal([text(union, '/d/old'), text(one, '/d/old'), text(two, '/d/old')], ['new', 'new', 'old']);
});

test('an error but ENOENT does not lead on', () => {
  const { one, union } = branches(false);
  const { vnode } = ok(one.find('/d', 0, root)) as Place;
  Object.assign(vnode, { lookup: () => EACCES });
  assert.is(text(union, '/d/two'), EACCES);
});

/** Link counts of directories are 1 where several branches have them. */
function withoutLinks(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/^(\S+ 4 \S+) \d+/, '$1'));
}

for (const seed of [1, 2, 11]) {
  test(`a union with one branch of files is that branch, seed ${seed}`, () => {
    const [plain, first] = [memory(), memory()];
    const alone = new VfsProcess(new Vfs(plain));
    fill(alone, seed, false, true);
    fill(new VfsProcess(new Vfs(first)), seed, false, true);
    const union = new VfsProcess(new Vfs(new UnionFs([{ root: first.root }, { root: memory().root }])));
    const [one, two] = [new Dice(seed), new Dice(seed)];
    for (let count = 0; count < 500; count++) {
      const [name, expected] = operate(alone, one, true);
      assert.is(show(operate(union, two, true)[1]), show(expected), `${count}: ${name}`);
    }
    assert.equal(withoutLinks(picture(union, true)), withoutLinks(picture(alone, true)));
  });
}

test.run();
