/** Mounts, roots, magic links and policies of the path walk: what the conformance suite, in one mount, does not reach. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller, SUPERUSER } from './caller.ts';
import { EACCES, EBUSY, EEXIST, EINVAL, ELOOP, ENOENT, ENOTDIR, ENXIO, EPERM, EROFS, EXDEV, type Errno, isErrno } from './errno.ts';
import {
  AT_SYMLINK_NOFOLLOW,
  MS_NODEV,
  MS_NOEXEC,
  MS_RDONLY,
  O_CREAT,
  O_DIRECTORY,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from './flags.ts';
import { defaultTmpfsOptions } from './memory/options.ts';
import { Tmpfs } from './memory/tmpfs.ts';
import { linkText, pathName, workingDirectory } from './path-name.ts';
import type { Place } from './place.ts';
import { S_IFCHR, S_IFIFO, S_IFLNK, Stat, StatFs } from './stat.ts';
import { Vfs } from './vfs.ts';
import { OpenFile, type FileSystem, type Vnode } from './vnode.ts';

const root = SUPERUSER;
const alice = new FixedCaller({ uid: 1000, gid: 1000 });

function tmpfs(): Tmpfs {
  return new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });
}

function ok<T>(value: T | Errno): T {
  if (isErrno(value)) throw new Error(`unexpected ${value}`);
  return value;
}

function write(vfs: Vfs, path: string, text: string): void {
  const file = ok(vfs.open(path, O_CREAT | O_WRONLY, 0o644, root)) as OpenFile;
  file.write?.(Buffer.from(text), 0, text.length, 0, root);
  file.release();
}

function read(vfs: Vfs, path: string, caller = root, from?: Place, resolve = 0): string | Errno {
  const file = vfs.open(path, O_RDONLY, 0, caller, from, resolve);
  if (isErrno(file)) return file;
  const into = Buffer.alloc(100);
  const count = Number(file.read?.(into, 0, 100, 0, root));
  file.release();
  return into.toString('latin1', 0, count);
}

/** / with mnt (a tmpfs with inner, mounted at inner another) and files that tell where they are. */
function tree(): { vfs: Vfs; first: Tmpfs; second: Tmpfs; third: Tmpfs } {
  const [first, second, third] = [tmpfs(), tmpfs(), tmpfs()];
  const vfs = new Vfs(first, { source: 'rootfs' });
  for (const path of ['/mnt', '/mnt/hidden', '/dir']) assert.is(vfs.mkdir(path, 0o755, root), 0);
  write(vfs, '/file', 'root');
  ok(vfs.mount(second, '/mnt', { source: 'second' }, root));
  assert.is(vfs.mkdir('/mnt/inner', 0o755, root), 0);
  write(vfs, '/mnt/file', 'second');
  ok(vfs.mount(third, '/mnt/inner', { source: 'third' }, root));
  write(vfs, '/mnt/inner/file', 'third');
  return { vfs, first, second, third };
}

test('a walk crosses mounts in both directions', () => {
  const { vfs } = tree();
  assert.is(read(vfs, '/mnt/file'), 'second');
  assert.is(read(vfs, '/mnt/inner/file'), 'third');
  assert.is(read(vfs, '/mnt/inner/../file'), 'second');
  assert.is(read(vfs, '/mnt/inner/../../file'), 'root');
  assert.is(read(vfs, '/mnt/inner/../../../../file'), 'root');
  assert.is(read(vfs, '/dir/../mnt/./inner//file'), 'third');
  assert.is(read(vfs, '/mnt/hidden'), ENOENT);
});

test('st_dev tells mounts of different file systems apart', () => {
  const { vfs } = tree();
  const stat = new Stat();
  const devices = ['/', '/mnt', '/mnt/inner', '/dir'].map((path) => (ok(vfs.stat(path, 0, stat, root)) as Place).mount.device);
  assert.is(new Set(devices).size, 3);
  assert.is(devices[0], devices[3]);
});

test('unmounting shows what was covered, and needs an idle mount', () => {
  const { vfs } = tree();
  assert.is(vfs.unmount('/mnt', false, root), EBUSY);
  const file = ok(vfs.open('/mnt/inner/file', O_RDONLY, 0, root)) as OpenFile;
  assert.is(vfs.unmount('/mnt/inner', false, root), EBUSY);
  file.release();
  assert.is(vfs.unmount('/mnt/inner', false, alice), EPERM);
  assert.is(vfs.unmount('/mnt/inner', false, root), 0);
  assert.is(vfs.unmount('/mnt/inner', false, root), EINVAL);
  assert.is(vfs.unmount('/mnt', false, root), 0);
  assert.type(vfs.find('/mnt/hidden', 0, root), 'object');
  assert.is(vfs.unmount('/', false, root), EINVAL);
});

test('a retained file keeps its mount busy until the last release', () => {
  const { vfs } = tree();
  const file = ok(vfs.open('/mnt/inner/file', O_PATH, 0, root)) as OpenFile;
  file.retain();
  file.release();
  assert.is(vfs.unmount('/mnt/inner', false, root), EBUSY);
  file.release();
  assert.is(vfs.unmount('/mnt/inner', false, root), 0);
});

test('detaching takes a mount away at once, and ends its file system after the last use', () => {
  const { vfs, second } = tree();
  let disposed = 0;
  Object.assign(second, { dispose: () => disposed++ });
  const file = ok(vfs.open('/mnt/file', O_RDONLY, 0, root)) as OpenFile;
  assert.is(vfs.unmount('/mnt', true, root), 0);
  assert.is(vfs.mounts.list().length, 1);
  assert.is(read(vfs, '/mnt/file'), ENOENT);
  const into = Buffer.alloc(10);
  assert.is(file.read?.(into, 0, 10, 0, root), 6);
  assert.is(disposed, 0);
  file.release();
  assert.is(disposed, 1);
});

test('mount points are neither removed nor moved', () => {
  const { vfs } = tree();
  assert.is(vfs.rmdir('/mnt', root), EBUSY);
  assert.is(vfs.rename('/mnt', '/other', 0, root), EBUSY);
  assert.is(vfs.rename('/dir', '/mnt', 0, root), EBUSY);
  assert.is(vfs.rmdir('/mnt/inner', root), EBUSY);
  assert.is(vfs.rmdir('/', root), EBUSY);
  assert.is(vfs.unmount('/mnt', true, root), 0);
  assert.is(vfs.rename('/mnt', '/other', 0, root), 0);
});

test('a directory above a mount point moves with it', () => {
  const { vfs } = tree();
  assert.is(vfs.mkdir('/dir/point', 0o755, root), 0);
  ok(vfs.mount(tmpfs(), '/dir/point', {}, root));
  write(vfs, '/dir/point/f', 'moved');
  assert.is(vfs.rename('/dir', '/elsewhere', 0, root), 0);
  assert.is(read(vfs, '/elsewhere/point/f'), 'moved');
  const place = ok(vfs.find('/elsewhere/point', 0, root)) as Place;
  assert.is(workingDirectory(vfs.mounts, place), '/elsewhere/point');
});

test('names do not move or link between mounts', () => {
  const { vfs } = tree();
  assert.is(vfs.rename('/file', '/mnt/x', 0, root), EXDEV);
  assert.is(vfs.rename('/mnt/file', '/x', 0, root), EXDEV);
  assert.is(vfs.link('/file', '/mnt/x', 0, root), EXDEV);
  ok(vfs.bind('/dir', '/mnt/inner', {}, root));
  assert.is(vfs.rename('/file', '/mnt/inner/x', 0, root), EXDEV);
});

test('mounting errors', () => {
  const { vfs, third } = tree();
  assert.is(vfs.mount(tmpfs(), '/file', {}, root), ENOTDIR);
  assert.is(vfs.mount(tmpfs(), '/missing', {}, root), ENOENT);
  assert.is(vfs.mount(tmpfs(), '/dir', {}, alice), EPERM);
  assert.is(vfs.mount(third, '/mnt/inner', {}, root), EBUSY);
  assert.type(vfs.mount(third, '/dir', {}, root), 'object');
});

test('a bind mount shows a part of a tree, or a file, elsewhere', () => {
  const { vfs } = tree();
  assert.is(vfs.mkdir('/dir/sub', 0o755, root), 0);
  write(vfs, '/dir/sub/f', 'bound');
  assert.is(vfs.mkdir('/at', 0o755, root), 0);
  ok(vfs.bind('/dir/sub', '/at', {}, root));
  assert.is(read(vfs, '/at/f'), 'bound');
  assert.is(read(vfs, '/at/../file'), 'root');
  assert.is(vfs.rmdir('/at', root), EBUSY);
  write(vfs, '/target', 'covered');
  ok(vfs.bind('/dir/sub/f', '/target', {}, root));
  assert.is(read(vfs, '/target'), 'bound');
  assert.is(vfs.unlink('/target', root), EBUSY);
  assert.is(vfs.bind('/dir/sub/f', '/at', {}, root), ENOTDIR);
  assert.is(vfs.unmount('/target', false, root), 0);
  assert.is(read(vfs, '/target'), 'covered');
});

test('mounts over mounts, and moving them', () => {
  const { vfs } = tree();
  const over = ok(vfs.mount(tmpfs(), '/mnt', {}, root));
  assert.is(read(vfs, '/mnt/file'), ENOENT);
  write(vfs, '/mnt/file', 'over');
  if (isErrno(over)) return;
  const place = ok(vfs.find('/dir', 0, root)) as Place;
  assert.is(vfs.mounts.move(over, place), 0);
  assert.is(read(vfs, '/dir/file'), 'over');
  assert.is(read(vfs, '/mnt/file'), 'second');
  assert.is(vfs.mkdir('/dir/below', 0o755, root), 0);
  assert.is(vfs.mounts.move(over, ok(vfs.find('/dir/below', 0, root)) as Place), ELOOP);
});

test('the table counts its changes and wakes who waits for them', () => {
  const { vfs } = tree();
  const { version } = vfs.mounts;
  let woken = 0;
  const stop = vfs.mounts.changed.add(() => woken++);
  ok(vfs.mount(tmpfs(), '/dir', {}, root));
  assert.is(vfs.unmount('/dir', false, root), 0);
  stop();
  assert.is(woken, 2);
  assert.is(vfs.mounts.version, version + 2);
  assert.equal(vfs.mounts.list().map(({ source }) => source), ['rootfs', 'second', 'third']);
});

test('a read-only mount refuses every change with EROFS, behind the errors that come first', () => {
  const { vfs } = tree();
  vfs.mounts.remount((ok(vfs.find('/mnt', 0, root)) as Place).mount, MS_RDONLY);
  const stat = new StatFs();
  assert.is(vfs.statfs('/mnt', stat, root), 0);
  assert.is(stat.flags & MS_RDONLY, MS_RDONLY);
  assert.is(read(vfs, '/mnt/file'), 'second');
  const changes: Readonly<Record<string, number | OpenFile>> = {
    open: vfs.open('/mnt/file', O_WRONLY, 0, root),
    truncate: vfs.open('/mnt/file', O_TRUNC, 0, root),
    create: vfs.open('/mnt/new', O_CREAT | O_RDWR, 0o644, root),
    mkdir: vfs.mkdir('/mnt/new', 0o755, root),
    mknod: vfs.mknod('/mnt/new', S_IFIFO | 0o644, 0, root),
    symlink: vfs.symlink('x', '/mnt/new', root),
    link: vfs.link('/mnt/file', '/mnt/new', 0, root),
    unlink: vfs.unlink('/mnt/file', root),
    'unlink of nothing': vfs.unlink('/mnt/missing', root),
    rmdir: vfs.rmdir('/mnt/inner', root),
    rename: vfs.rename('/mnt/file', '/mnt/new', 0, root),
    chmod: vfs.chmod('/mnt/file', 0o600, 0, root),
    chown: vfs.chown('/mnt/file', 1, 1, 0, root),
    utimens: vfs.utimens('/mnt/file', 'now', 'now', 0, root),
    size: vfs.truncate('/mnt/file', 0, root),
    setxattr: vfs.setxattr('/mnt/file', 'user.a', Buffer.alloc(1), 0, 0, root),
    removexattr: vfs.removexattr('/mnt/file', 'user.a', 0, root),
    access: vfs.access('/mnt/file', 2, 0, root),
  };
  for (const [name, result] of Object.entries(changes)) assert.is(result, EROFS, name);
  assert.is(vfs.mkdir('/mnt/file', 0o755, root), EEXIST);
  assert.is(vfs.open('/mnt/file', O_WRONLY, 0, alice), EACCES);
  assert.is(vfs.truncate('/mnt/file', 0, alice), EACCES);
  assert.type(vfs.open('/mnt/file', O_CREAT, 0o644, root), 'object');
});

test('nodev and noexec', () => {
  const { vfs } = tree();
  assert.is(vfs.mknod('/mnt/null', S_IFCHR | 0o666, 0x103, root), 0);
  assert.is(vfs.open('/mnt/null', O_RDWR, 0, root), ENXIO);
  write(vfs, '/mnt/program', '#!');
  assert.is(vfs.chmod('/mnt/program', 0o755, 0, root), 0);
  const place = ok(vfs.find('/mnt/program', 0, root)) as Place;
  assert.is(vfs.mayExecute(place, alice), 0);
  assert.is(vfs.mayExecute(ok(vfs.find('/mnt/file', 0, root)) as Place, root), EACCES);
  assert.is(vfs.mayExecute(ok(vfs.find('/mnt', 0, root)) as Place, root), EACCES);
  vfs.mounts.remount(place.mount, MS_NODEV | MS_NOEXEC);
  assert.is(vfs.open('/mnt/null', O_RDWR, 0, root), EACCES);
  assert.type(vfs.open('/mnt/null', O_PATH, 0, root), 'object');
  assert.is(vfs.mayExecute(place, root), EACCES);
  assert.is(vfs.access('/mnt/program', 1, 0, root), EACCES);
});

test('devices and FIFOs are opened by whom the tree names', () => {
  class Device extends OpenFile {}
  const vfs = new Vfs(tmpfs(), { openSpecial: (vnode, flags) => new Device(vnode, flags) });
  assert.is(vfs.mknod('/null', S_IFCHR | 0o600, 0x103, root), 0);
  assert.instance(vfs.open('/null', O_RDWR, 0, root), Device);
  assert.is(vfs.open('/null', O_RDWR, 0, alice), EACCES);
});

test('a caller with a root of its own does not get out', () => {
  const { vfs } = tree();
  const jail = ok(vfs.chroot('/mnt', root)) as Place;
  assert.is(vfs.chroot('/mnt', alice), EPERM);
  const jailed = new FixedCaller({ uid: 0, gid: 0, root: jail, cwd: jail });
  assert.is(read(vfs, '/file', jailed), 'second');
  assert.is(read(vfs, '../../file', jailed), 'second');
  assert.is(read(vfs, '/inner/../../../file', jailed), 'second');
  assert.is(vfs.symlink('/file', '/absolute', jailed), 0);
  assert.is(read(vfs, '/mnt/absolute'), 'root');
  assert.is(read(vfs, '/absolute', jailed), 'second');
  const inner = ok(vfs.find('/inner', 0, jailed)) as Place;
  assert.is(workingDirectory(vfs.mounts, inner, jail), '/inner');
  assert.is(workingDirectory(vfs.mounts, ok(vfs.find('/dir', 0, root)) as Place, jail), '(unreachable)/dir');
});

test('a working directory outside of the root leads up to the root of everything', () => {
  const { vfs } = tree();
  const jail = ok(vfs.chroot('/mnt/inner', root)) as Place;
  const outside = new FixedCaller({ uid: 0, gid: 0, root: jail, cwd: ok(vfs.find('/dir', 0, root)) as Place });
  assert.is(read(vfs, '../file', outside), 'root');
  assert.is(read(vfs, '../../../file', outside), 'root');
  assert.is(read(vfs, '/file', outside), 'third');
});

test('NO_XDEV refuses mounts in both directions', () => {
  const { vfs } = tree();
  const at = ok(vfs.find('/mnt', 0, root)) as Place;
  assert.is(read(vfs, 'file', root, at, RESOLVE_NO_XDEV), 'second');
  assert.is(read(vfs, 'inner/file', root, at, RESOLVE_NO_XDEV), EXDEV);
  assert.is(read(vfs, '../file', root, at, RESOLVE_NO_XDEV), EXDEV);
  assert.is(read(vfs, '/file', root, at, RESOLVE_NO_XDEV), 'root');
  assert.is(vfs.symlink('/file', '/mnt/absolute', root), 0);
  assert.is(read(vfs, 'absolute', root, at, RESOLVE_NO_XDEV), EXDEV);
  assert.is(read(vfs, 'inner/../../file', root, at, RESOLVE_BENEATH), EXDEV);
  assert.is(read(vfs, 'inner/../../file', root, at, RESOLVE_IN_ROOT), 'second');
});

/** A file system with a link that jumps, as those in /proc/PID/fd. */
function jumping(jump: () => Place | Errno): FileSystem {
  const fileSystem = tmpfs();
  const magic: Vnode = {
    fileSystem,
    type: S_IFLNK,
    stat(into) {
      into.mode = S_IFLNK | 0o777;
      return 0;
    },
    readlink: () => 'text:[1]',
    jump,
  };
  const { lookup } = fileSystem.root;
  Object.assign(fileSystem.root, {
    lookup: (name: string) => (name === 'magic' ? magic : lookup.call(fileSystem.root, name)),
  });
  return fileSystem;
}

test('a magic link leads where it says, whatever its text', () => {
  const vfs: Vfs = new Vfs(tmpfs());
  let target: Place | Errno = ENOENT;
  assert.is(vfs.mkdir('/proc', 0o755, root), 0);
  assert.is(vfs.mkdir('/dir', 0o755, root), 0);
  write(vfs, '/dir/f', 'here');
  ok(vfs.mount(jumping(() => target), '/proc', {}, root));
  assert.is(read(vfs, '/proc/magic'), ENOENT);
  target = ok(vfs.find('/dir', 0, root)) as Place;
  assert.is(read(vfs, '/proc/magic/f'), 'here');
  assert.is(read(vfs, '/proc/magic/../dir/f'), 'here');
  assert.is(vfs.readlink('/proc/magic', root), 'text:[1]');
  assert.is((ok(vfs.find('/proc/magic', AT_SYMLINK_NOFOLLOW, root)) as Place).vnode.type, S_IFLNK);
  const at = ok(vfs.find('/proc', 0, root)) as Place;
  assert.is(read(vfs, 'magic/f', root, at, RESOLVE_NO_MAGICLINKS), ELOOP);
  assert.is(read(vfs, 'magic/f', root, at, RESOLVE_NO_SYMLINKS), ELOOP);
  assert.is(read(vfs, 'magic/f', root, at, RESOLVE_BENEATH), EXDEV);
  assert.is(read(vfs, 'magic/f', root, at, RESOLVE_IN_ROOT), EXDEV);
  assert.is(read(vfs, 'magic/f', root, at, RESOLVE_NO_XDEV), EXDEV);
  target = ok(vfs.find('/dir/f', 0, root)) as Place;
  assert.is(read(vfs, '/proc/magic'), 'here');
  assert.is(vfs.open('/proc/magic/', O_RDONLY, 0, root), ENOTDIR);
  assert.is(vfs.open('/proc/magic', O_DIRECTORY, 0, root), ENOTDIR);
  const open = ok(vfs.open('/dir/f', O_RDONLY, 0, root)) as OpenFile;
  assert.is(vfs.unlink('/dir/f', root), 0);
  assert.is(read(vfs, '/proc/magic'), 'here', 'an open file is reached without its name');
  open.release();
});

test('paths of places follow what happens to them', () => {
  const { vfs } = tree();
  const file = ok(vfs.open('/mnt/file', O_RDONLY, 0, root)) as OpenFile;
  const place = file.place as Place;
  assert.is(linkText(vfs.mounts, place), '/mnt/file');
  assert.is(vfs.mkdir('/mnt/d', 0o755, root), 0);
  assert.is(vfs.rename('/mnt/file', '/mnt/d/g', 0, root), 0);
  assert.is(linkText(vfs.mounts, place), '/mnt/d/g');
  assert.is(vfs.rename('/mnt/d', '/mnt/e', 0, root), 0);
  assert.is(linkText(vfs.mounts, place), '/mnt/e/g');
  write(vfs, '/mnt/other', 'x');
  assert.is(vfs.rename('/mnt/other', '/mnt/e/g', 0, root), 0);
  assert.is(linkText(vfs.mounts, place), '/mnt/e/g (deleted)');
  assert.equal(pathName(vfs.mounts, place), { path: '/mnt/e/g', removed: true, unreachable: false });
  file.release();
});

test('each name of a file has a place of its own', () => {
  const vfs = new Vfs(tmpfs());
  write(vfs, '/a', 'x');
  assert.is(vfs.link('/a', '/b', 0, root), 0);
  const [a, b] = ['/a', '/b'].map((path) => ok(vfs.find(path, 0, root)) as Place);
  assert.is(linkText(vfs.mounts, a as Place), '/a');
  assert.is(linkText(vfs.mounts, b as Place), '/b');
  assert.is(vfs.unlink('/a', root), 0);
  assert.is(linkText(vfs.mounts, a as Place), '/a (deleted)');
  assert.is(linkText(vfs.mounts, b as Place), '/b');
});

test('protected_symlinks: links in sticky directories lead their owners only', () => {
  const vfs = new Vfs(tmpfs(), { protectedSymlinks: true });
  assert.is(vfs.mkdir('/tmp', 0o777, root), 0);
  assert.is(vfs.chmod('/tmp', 0o1777, 0, root), 0);
  write(vfs, '/file', 'x');
  const bob = new FixedCaller({ uid: 1001, gid: 1001 });
  assert.is(vfs.symlink('/file', '/tmp/l', alice), 0);
  assert.is(read(vfs, '/tmp/l', alice), 'x');
  assert.is(read(vfs, '/tmp/l', bob), EACCES);
  assert.is(vfs.symlink('/file', '/tmp/r', root), 0);
  assert.is(read(vfs, '/tmp/r', bob), 'x');
  assert.is(vfs.chmod('/tmp', 0o777, 0, root), 0);
  assert.is(read(vfs, '/tmp/l', bob), 'x');
});

test.run();
