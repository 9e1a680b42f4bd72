/** nullfs under the conformance suite, and what is its own: where it may be mounted, and what it refuses. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER as root } from '../../caller.ts';
import { EACCES, EDEADLK, ENOENT, ENOTDIR, EROFS, EXDEV, type Errno, isErrno } from '../../errno.ts';
import * as files from '../../file-operations.ts';
import { MS_NODEV, MS_RDONLY, O_CREAT, O_RDONLY, O_RDWR, O_WRONLY } from '../../flags.ts';
import { defaultTmpfsOptions } from '../../memory/options.ts';
import { Tmpfs } from '../../memory/tmpfs.ts';
import type { Mount } from '../../mount-table.ts';
import * as operations from '../../operations.ts';
import type { Place } from '../../place.ts';
import { S_IFCHR, Stat, makeDevice } from '../../stat.ts';
import { testConformance } from '../../testing/suite.ts';
import { TMPFS_FEATURES } from '../../testing/features.ts';
import { VfsProcess } from '../../testing/vfs-process.ts';
import { Vfs } from '../../vfs.ts';
import type { OpenFile, Vnode } from '../../vnode.ts';
import { NullFs, mountNull } from './null.ts';

function memory(): Tmpfs {
  return new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });
}

function ok<T>(value: T | Errno): T {
  if (isErrno(value)) throw new Error(`unexpected ${value}`);
  return value;
}

testConformance('nullfs', () => {
  const below = ok(operations.mkdir(memory().root, 'part', 0o755, root)) as Vnode;
  return { process: new VfsProcess(new Vfs(new NullFs(below), { protectedHardlinks: true })), features: TMPFS_FEATURES };
});

const test = suite('nullfs');

let vfs: Vfs;
test.before.each(() => {
  vfs = new Vfs(memory());
  for (const path of ['/a', '/a/b', '/a/b/c', '/x', '/x/y']) vfs.mkdir(path, 0o755, root);
});

const place = (path: string): Place => ok(vfs.find(path, 0, root)) as Place;
const show = (from: string, at: string, flags = 0): Mount | Errno => mountNull(vfs.mounts, place(from), place(at), { flags });

function write(path: string, text: string): number {
  const file = vfs.open(path, O_CREAT | O_RDWR, 0o644, root);
  if (isErrno(file)) return file;
  const count = files.write(file, Buffer.from(text), 0, text.length, 0, root);
  file.release();
  return count;
}

function read(file: OpenFile): string {
  const bytes = Buffer.alloc(100);
  return bytes.toString('latin1', 0, Math.max(0, files.read(file, bytes, 0, 100, 0, root)));
}

test('a directory is shown elsewhere: another device, the same inode numbers, both ways', () => {
  const mount = ok(show('/a/b', '/x/y')) as Mount;
  write('/a/b/c/f', 'below');
  const [below, above] = [new Stat(), new Stat()];
  const belowMount = (ok(vfs.stat('/a/b/c/f', 0, below, root)) as Place).mount;
  assert.is((ok(vfs.stat('/x/y/c/f', 0, above, root)) as Place).mount, mount);
  assert.is(above.ino, below.ino);
  assert.is.not(mount.device, belowMount.device);
  write('/x/y/new', 'above');
  const file = ok(vfs.open('/a/b/new', O_RDONLY, 0, root)) as OpenFile;
  assert.is(read(file), 'above');
  file.release();
});

test('the way up ends at what is mounted, not at what is shown', () => {
  ok(show('/a/b', '/x/y'));
  write('/a/secret', 'secret');
  assert.is(vfs.open('/x/y/../secret', O_RDONLY, 0, root), ENOENT);
  const [stat, other] = [new Stat(), new Stat()];
  ok(vfs.stat('/x/y/c/../..', 0, stat, root));
  ok(vfs.stat('/x', 0, other, root));
  assert.is(stat.ino, other.ino);
});

test('names do not cross it', () => {
  ok(show('/a/b', '/x/y'));
  write('/a/b/f', '');
  assert.is(vfs.rename('/x/y/f', '/a/b/g', 0, root), EXDEV);
  assert.is(vfs.rename('/a/b/f', '/x/y/g', 0, root), EXDEV);
  assert.is(vfs.link('/x/y/f', '/a/b/g', 0, root), EXDEV);
  assert.is(vfs.rename('/x/y/f', '/x/y/g', 0, root), 0);
  assert.is(vfs.link('/x/y/g', '/x/y/h', 0, root), 0);
});

test('what would show itself is refused', () => {
  assert.is(show('/a', '/a'), EDEADLK);
  assert.is(show('/a', '/a/b'), EDEADLK);
  assert.is(show('/a', '/a/b/c'), EDEADLK);
  assert.is(show('/a/b', '/a'), EDEADLK);
  assert.is(show('/', '/x'), EDEADLK);
  ok(show('/a/b', '/x/y'));
  // By its other name too.
  assert.is(show('/a/b', '/x/y'), EDEADLK);
  assert.is(show('/x/y', '/a/b'), EDEADLK);
  assert.is(show('/x/y', '/a/b/c'), EDEADLK);
  write('/f', '');
  assert.is(show('/f', '/a/b/c'), ENOTDIR);
});

test('a file is shown in the place of a file', () => {
  write('/f', 'shown');
  write('/a/g', 'covered');
  ok(show('/f', '/a/g'));
  const file = ok(vfs.open('/a/g', O_RDONLY, 0, root)) as OpenFile;
  assert.is(read(file), 'shown');
  file.release();
});

test('a file lives on while it is open, without a name', () => {
  ok(show('/a/b', '/x/y'));
  write('/x/y/f', 'lives');
  const file = ok(vfs.open('/x/y/f', O_RDWR, 0, root)) as OpenFile;
  assert.is(vfs.unlink('/a/b/f', root), 0);
  assert.is(vfs.open('/x/y/f', O_RDONLY, 0, root), ENOENT);
  assert.is(read(file), 'lives');
  assert.is(files.truncate(file, 2, root), 0);
  assert.is(read(file), 'li');
  file.release();
});

test('read only refuses every change, whoever mounted it', () => {
  write('/a/b/f', 'text');
  const shown = new NullFs(place('/a/b').vnode, { flags: MS_RDONLY });
  const file = ok(operations.lookup(shown.root, 'f', root)) as Vnode;
  assert.is(operations.open(file, O_WRONLY, root), EROFS);
  assert.is(operations.setattr(file, { mode: 0o600 }, root), EROFS);
  assert.is(operations.setxattr(file, 'user.a', Buffer.from('a'), 0, root), EROFS);
  assert.is(operations.mkdir(shown.root, 'd', 0o755, root), EROFS);
  assert.is(operations.create(shown.root, 'g', 0o644, O_RDWR, root), EROFS);
  assert.is(operations.unlink(shown.root, 'f', root), EROFS);
  assert.is(operations.rename(shown.root, 'f', shown.root, 'g', 0, root), EROFS);
  const opened = ok(operations.open(file, O_RDONLY, root)) as OpenFile;
  assert.is(read(opened), 'text');
  opened.release();
});

test('devices are not opened through nodev', () => {
  const opened: Vnode[] = [];
  const open = (vnode: Vnode): Errno => {
    opened.push(vnode);
    return ENOENT;
  };
  const tree = new Vfs(memory(), { openSpecial: open });
  tree.mkdir('/a', 0o755, root);
  tree.mkdir('/x', 0o755, root);
  tree.mknod('/a/null', S_IFCHR | 0o666, makeDevice(1, 3), root);
  const mount = mountNull(tree.mounts, ok(tree.find('/a', 0, root)) as Place, ok(tree.find('/x', 0, root)) as Place, { flags: MS_NODEV });
  ok(mount);
  assert.is(tree.open('/x/null', O_RDONLY, 0, root), EACCES);
  assert.is(opened.length, 0);
  assert.is(tree.open('/a/null', O_RDONLY, 0, root), ENOENT);
  assert.is(opened.length, 1);
});

test.run();
