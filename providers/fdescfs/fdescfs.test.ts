/** fdescfs in its forms: what a name is, what its link says, and what opening it gives; in our own VFS and through a kernel. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Caller, FixedCaller } from '../../fs/caller.ts';
import { EACCES, EBADF, EINVAL, ENOENT, EROFS, type Errno, isErrno } from '../../fs/errno.ts';
import { AT_SYMLINK_NOFOLLOW, O_CREAT, O_RDONLY, O_RDWR, O_WRONLY } from '../../fs/flags.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, Stat } from '../../fs/stat.ts';
import { OpenFile } from '../../fs/vnode.ts';
import { pathName } from '../../fs/path-name.ts';
import { Vfs } from '../../fs/vfs.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import { Fdescfs, type FdescfsForm } from './fdescfs.ts';

const BOOT = 1_700_000_000;

/** Processes 70, with descriptors, and 71, with others. */
class World {
  readonly files = new Map<number, Map<number, OpenFile>>([[70, new Map()], [71, new Map()]]);
  readonly texts: Readonly<Record<number, string>> = { 3: '/dir/file', 4: '/dir/file', 5: 'pipe:[77]' };
  readonly fdescfs: Fdescfs;
  readonly vfs: Vfs;
  readonly own: boolean;

  /** `own`: the processes are ours. */
  constructor(form: FdescfsForm, own = true) {
    this.own = own;
    const view = {
      task: (id: number) => {
        const files = this.files.get(id);
        if (!files) return undefined;
        return {
          files: {
            descriptors: (from: number) => [...files.keys()].sort((a, b) => a - b).filter((number) => number >= from),
            descriptorLink: (number: number) => (files.has(number) ? (this.texts[number] ?? 'socket:[1]') : ENOENT),
          },
        };
      },
      statistics: () => ({ bootTime: BOOT }),
    };
    const source: KernelSource = { view: () => view as unknown as KernelView };
    const fileOf = (caller: Caller, number: number): OpenFile | undefined => this.files.get(caller.threadId ?? 0)?.get(number);
    this.fdescfs = new Fdescfs({ source, form, ...(own && { fileOf }) });
    this.vfs = new Vfs(new Tmpfs(defaultTmpfsOptions()));
    const root = caller(70);
    this.vfs.mkdir('/dir', 0o755, root);
    this.vfs.mkdir('/fd', 0o755, root);
    const mounted = this.vfs.mount(this.fdescfs, '/fd', {}, root);
    if (isErrno(mounted)) throw new Error('mount');
    this.install(70, 3, this.open('/dir/file', O_RDONLY | O_CREAT));
    this.install(70, 4, this.open('/dir/file', O_RDWR));
    // What has no path: a file without a place, as a pipe is.
    this.install(70, 5, new Pipe(this.open('/dir/file', O_RDWR).vnode, O_RDWR));
    this.install(71, 10, this.open('/dir/file', O_WRONLY));
  }

  install(process: number, number: number, file: OpenFile): void {
    this.files.get(process)?.set(number, file);
  }

  open(path: string, flags: number, process = 70): OpenFile {
    const file = this.vfs.open(path, flags, 0o644, caller(process));
    if (isErrno(file)) throw new Error(`${path}: ${file}`);
    return file;
  }

  lstat(path: string): Stat | Errno {
    const stat = new Stat();
    const place = this.vfs.stat(path, AT_SYMLINK_NOFOLLOW, stat, caller(70));
    return isErrno(place) ? place : stat;
  }

  /** What opening a number gives: the same file, another one of the same, or an error. */
  opened(number: number, flags: number): string | Errno {
    const file = this.vfs.open(`/fd/${number}`, flags, 0, caller(70));
    if (isErrno(file)) return file;
    const known = this.files.get(70)?.get(number);
    const what = file === known ? 'same' : file.vnode === known?.vnode ? 'anew' : 'other';
    file.release();
    return what;
  }
}

class Pipe extends OpenFile {}

function caller(process: number): FixedCaller {
  return new FixedCaller({ uid: 0, gid: 0, threadId: process });
}

function following(process: number): Caller {
  return Object.assign(caller(process), { follows: () => true });
}

test('what a descriptor looks like, what its link says and what opening it gives', () => {
  const rows: readonly (readonly [FdescfsForm, type: number, text: string | Errno, file: string, pipe: string | Errno])[] = [
    ['default', S_IFCHR, EINVAL, 'same', 'same'],
    ['linrdlnk', S_IFLNK, '/dir/file', 'same', 'same'],
    ['rdlnk', S_IFLNK, '/dir/file', 'anew', ENOENT],
    ['nodup', S_IFREG, EINVAL, 'anew', 'same'],
  ];
  for (const [form, type, text, file, pipe] of rows) {
    const world = new World(form);
    const stat = world.lstat('/fd/4');
    assert.is(isErrno(stat) ? stat : stat.mode & S_IFMT, type, form);
    assert.is(world.vfs.readlink('/fd/4', caller(70)), text, form);
    assert.is(world.opened(4, O_RDWR), file, form);
    assert.is(world.opened(5, O_RDWR), pipe, form);
    assert.is(world.opened(3, O_RDONLY), file, form);
    assert.is(world.opened(3, O_RDWR), file === 'same' ? EACCES : 'anew', form);
    assert.is(world.vfs.readlink('/fd/5', caller(70)), isErrno(text) ? EINVAL : 'pipe:[77]', form);
    // Looking at it changes nothing of what opening it gives.
    assert.is(world.opened(4, O_RDWR), file, form);
  }
});

test('a descriptor that is opened again is the same: its offset, its place, and it lives until its last close', () => {
  const world = new World('linrdlnk');
  const again = world.open('/fd/4', O_RDONLY);
  const first = world.files.get(70)?.get(4);
  assert.is(again, first);
  assert.is(again.place?.entry.name, 'file');
  assert.is(again.flags & 3, O_RDWR);
  again.release();
  assert.is(first?.write?.(Buffer.from('x'), 0, 1, 0, caller(70)), 1);
});

test('a directory that is open can be walked on from', () => {
  for (const form of ['nodup', 'rdlnk'] as const) {
    const world = new World(form);
    world.install(70, 3, world.open('/dir', O_RDONLY));
    const place = form === 'nodup' ? world.vfs.find('/fd/3/file', 0, caller(70)) : world.vfs.find('/dir/file', 0, caller(70));
    if (isErrno(place)) throw new Error(form);
    assert.is(pathName(world.vfs.mounts, place).path, '/dir/file');
    const directory = world.vfs.find('/dir', 0, caller(70));
    assert.is(isErrno(directory) ? directory : pathName(world.vfs.mounts, directory).path, '/dir');
  }
});

test('the root and its entries', () => {
  for (const form of ['default', 'linrdlnk', 'rdlnk', 'nodup'] as const) {
    const world = new World(form);
    const stat = new Stat();
    world.fdescfs.root.stat(stat);
    assert.equal([stat.ino, stat.mode, stat.uid, stat.gid, stat.size, stat.mtime], [1, S_IFDIR | 0o555, 0, 0, 0, BOOT]);
    const names = (process: number, after = 0): string[] => {
      const found: string[] = [];
      world.fdescfs.root.list(after, { add: (name, ino, type, cookie) => found.push(`${name} ${ino} ${type === S_IFLNK ? 'l' : 'c'} ${cookie}`) > 0 }, caller(process));
      return found;
    };
    const type = form === 'default' || form === 'nodup' ? 'c' : 'l';
    assert.equal(names(70), [`3 6 ${type} 4`, `4 7 ${type} 5`, `5 8 ${type} 6`]);
    assert.equal(names(70, 4), [`4 7 ${type} 5`, `5 8 ${type} 6`]);
    assert.equal(names(71), [`10 13 ${type} 11`]);
    assert.equal(names(99), []);
    const pipe = world.lstat('/fd/5');
    if (isErrno(pipe)) throw new Error('5');
    assert.equal([pipe.ino, pipe.mode & 0o7777, pipe.uid, pipe.gid, pipe.size, pipe.nlink, pipe.mtime, pipe.rdev], [8, 0o555, 0, 0, 0, 1, BOOT, type === 'c' ? 8 : 0]);
  }
});

test('names that are none, and changes that cannot be', () => {
  const { vfs } = new World('linrdlnk');
  const root = caller(70);
  for (const name of ['x', '03', '-1', '1x', '99999999999', '4 ']) assert.is(vfs.open(`/fd/${name}`, O_RDONLY, 0, root), ENOENT, name);
  for (const name of ['0', '6', '4000000000']) assert.is(vfs.open(`/fd/${name}`, O_RDONLY, 0, root), EBADF, name);
  assert.is(vfs.unlink('/fd/4', root), EROFS);
  assert.is(vfs.rename('/fd/4', '/fd/5', 0, root), EROFS);
  assert.is(vfs.mkdir('/fd/new', 0o755, root), ENOENT);
  assert.is(vfs.open('/fd/new', O_CREAT | O_RDWR, 0o644, root), ENOENT);
  assert.is(vfs.chmod('/fd', 0o700, 0, root), EACCES);
  assert.is(vfs.chmod('/fd/5', 0o700, 0, root), 0);
  assert.is(vfs.chmod('/fd/4', 0o600, 0, root), 0);
  const stat = new Stat();
  vfs.stat('/dir/file', 0, stat, root);
  assert.is(stat.mode, S_IFREG | 0o600);
});

test("through a client's kernel every descriptor is a link, and followed through the client's /proc", () => {
  const rows: readonly (readonly [FdescfsForm, read: string | Errno, followed: string])[] = [
    ['default', 'pipe:[77]', '/proc/self/fd/5'],
    ['linrdlnk', 'pipe:[77]', '/proc/self/fd/5'],
    ['rdlnk', 'pipe:[77]', 'pipe:[77]'],
    ['nodup', 'pipe:[77]', '/proc/self/fd/5'],
  ];
  for (const [form, read, followed] of rows) {
    const { fdescfs } = new World(form, false);
    const node = fdescfs.root.lookup('5', caller(70));
    if (isErrno(node)) throw new Error(form);
    assert.is(node.type, S_IFLNK);
    assert.is(node.readlink?.(caller(70)), read, form);
    assert.is(node.readlink?.(following(70)), followed, form);
    assert.is(node, fdescfs.root.lookup('5', caller(70)));
    assert.is(fdescfs.root.lookup('5', caller(71)), EBADF);
    assert.is(fdescfs.root.lookup('10', caller(71)) instanceof Object, true);
  }
});

test("where another machine's /proc is in the way, descriptors are followed through the kernel's own", () => {
  const { source } = new World('linrdlnk', false).fdescfs.options;
  const reaching: KernelSource = {
    view: (who) => Object.assign(Object.create(source.view(who)) as KernelView, { isReachedBy: (_who: Caller, path: string) => path === '/run/its/proc' }),
  };
  for (const [procfs, followed] of [[['/proc', '/run/its/proc'], '/run/its/proc/self/fd/5'], [['/elsewhere'], '/proc/self/fd/5']] as const) {
    const node = new Fdescfs({ source: reaching, form: 'linrdlnk', procfs }).root.lookup('5', caller(70));
    if (isErrno(node)) throw new Error(String(node));
    assert.is(node.readlink?.(following(70)), followed);
    assert.is(node.readlink?.(caller(70)), 'pipe:[77]');
  }
});

test.run();
