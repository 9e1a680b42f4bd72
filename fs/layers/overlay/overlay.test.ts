/** What an overlay keeps to itself: how much it copies, numbers and cookies that stay, what is left when a name goes. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller, SUPERUSER as root } from '../../caller.ts';
import { ENOENT, ENOSPC, EPERM, EROFS, EXDEV, type Errno, isErrno } from '../../errno.ts';
import * as files from '../../file-operations.ts';
import { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from '../../flags.ts';
import { defaultTmpfsOptions } from '../../memory/options.ts';
import { Tmpfs } from '../../memory/tmpfs.ts';
import * as operations from '../../operations.ts';
import type { Place } from '../../place.ts';
import { Stat } from '../../stat.ts';
import { Vfs } from '../../vfs.ts';
import type { Created, OpenFile, Vnode } from '../../vnode.ts';
import { NullFs } from '../null/null.ts';
import { memoryUpper } from './memory-upper.ts';
import { Overlay } from './overlay.ts';
import type { UpperPlace } from './upper.ts';

function ok<T>(value: T | Errno): T {
  if (isErrno(value)) throw new Error(`unexpected ${value}`);
  return value;
}

function memory(): Tmpfs {
  return new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });
}

function write(vfs: Vfs, path: string, text: string, flags: number = O_CREAT | O_WRONLY): void {
  const file = ok(vfs.open(path, flags, 0o644, root)) as OpenFile;
  files.write(file, Buffer.from(text), 0, text.length, 0, root);
  file.release();
}

function text(file: OpenFile): string {
  const bytes = Buffer.alloc(100);
  return bytes.toString('latin1', 0, Math.max(0, files.read(file, bytes, 0, 100, 0, root)));
}

function stat(vfs: Vfs, path: string): Stat {
  const into = new Stat();
  ok(vfs.stat(path, 0, into, root));
  return into;
}

interface Setting {
  readonly lower: Vfs;
  readonly upper: UpperPlace;
  readonly merged: Vfs;
}

function setting(fill: (lower: Vfs) => void, options = defaultTmpfsOptions()): Setting {
  const layer = memory();
  const lower = new Vfs(layer);
  fill(lower);
  const upper = memoryUpper({ ...options, mode: 0o755 });
  return { lower, upper, merged: new Vfs(new Overlay({ upper, lowers: [layer.root] })) };
}

test('what is cut off is not copied', () => {
  const bytes = 1 << 20;
  const { merged, upper } = setting(
    (lower) => {
      const file = ok(lower.open('/big', O_CREAT | O_RDWR, 0o600, root)) as OpenFile;
      files.write(file, Buffer.alloc(bytes, 1), 0, bytes, 0, root);
      file.release();
    },
    { ...defaultTmpfsOptions(), pages: 4 },
  );
  assert.is(merged.open('/big', O_WRONLY, 0, root), ENOSPC);
  assert.is(merged.chmod('/big', 0o640, 0, root), ENOSPC);
  // What could not be finished leaves nothing behind.
  assert.is(operations.lookup(upper.work, '#1', root), ENOENT);
  const file = ok(merged.open('/big', O_WRONLY | O_TRUNC, 0, root)) as OpenFile;
  file.release();
  assert.is(stat(merged, '/big').size, 0);
  assert.is(stat(merged, '/big').mode & 0o7777, 0o600);
});

test('truncate copies what is kept', () => {
  const { merged, lower } = setting((vfs) => write(vfs, '/f', 'text of the file'));
  assert.is(merged.truncate('/f', 4, root), 0);
  const file = ok(merged.open('/f', O_RDONLY, 0, root)) as OpenFile;
  assert.is(text(file), 'text');
  file.release();
  assert.is(stat(lower, '/f').size, 16);
});

test('a file keeps its number when it is copied, also for who finds it later', () => {
  const { merged, lower } = setting((vfs) => {
    vfs.mkdir('/d', 0o755, root);
    write(vfs, '/d/f', 'text');
  });
  const [file, directory] = [stat(merged, '/d/f').ino, stat(merged, '/d').ino];
  assert.is(merged.chmod('/d/f', 0o600, 0, root), 0);
  assert.is(stat(merged, '/d/f').ino, file);
  assert.is(stat(merged, '/d').ino, directory);
  assert.is(stat(lower, '/d/f').mode & 0o777, 0o644);
  const listed: unknown[] = [];
  const opened = ok(merged.open('/d', O_RDONLY, 0, root)) as OpenFile;
  files.list(opened, 0, { add: (name, ino) => Boolean(listed.push(name, ino)) }, root);
  assert.ok(listed.includes(file));
  write(merged, '/d/new', '');
  assert.is.not(stat(merged, '/d/new').ino, file);
});

test('a directory on the way to a copy keeps its times', () => {
  const { merged } = setting((vfs) => {
    vfs.mkdir('/d', 0o751, root);
    vfs.mkdir('/d/e', 0o755, root);
    write(vfs, '/d/e/f', 'text');
    vfs.chown('/d', 3, 4, 0, root);
    for (const path of ['/d/e/f', '/d/e', '/d']) {
      const time = { seconds: 1000 + path.length, nanoseconds: 5 };
      vfs.utimens(path, time, time, 0, root);
    }
  });
  assert.is(merged.chmod('/d/e/f', 0o600, 0, root), 0);
  for (const path of ['/d/e/f', '/d/e', '/d']) {
    const { mtime, mtimeNanoseconds } = stat(merged, path);
    assert.equal([mtime, mtimeNanoseconds], [1000 + path.length, 5]);
  }
  const { mode, uid, gid } = stat(merged, '/d');
  assert.equal([mode & 0o7777, uid, gid], [0o751, 3, 4]);
});

test('who has a lower file open reads what is written to its copy', () => {
  const { merged } = setting((vfs) => write(vfs, '/f', 'below'));
  const file = ok(merged.open('/f', O_RDONLY, 0, root)) as OpenFile;
  assert.is(text(file), 'below');
  write(merged, '/f', 'above');
  assert.is(text(file), 'above');
  assert.is(merged.unlink('/f', root), 0);
  assert.is(text(file), 'above');
  file.release();
});

test('a lower file without a name lives while it is open, and can still be changed', () => {
  const { merged, lower } = setting((vfs) => write(vfs, '/f', 'below'));
  const file = ok(merged.open('/f', O_RDONLY, 0, root)) as OpenFile;
  assert.is(merged.unlink('/f', root), 0);
  const into = new Stat();
  ok(file.vnode.stat(into, root));
  assert.is(into.nlink, 0);
  assert.is(operations.setattr(file.vnode, { mode: 0o600 }, root), 0);
  ok(file.vnode.stat(into, root));
  assert.is(into.mode & 0o777, 0o600);
  assert.is(text(file), 'below');
  file.release();
  assert.is(merged.open('/f', O_RDONLY, 0, root), ENOENT);
  assert.is(stat(lower, '/f').mode & 0o777, 0o644);
});

test('names of one lower file part when one is changed', () => {
  const { merged } = setting((vfs) => {
    write(vfs, '/a', 'one');
    vfs.link('/a', '/b', 0, root);
  });
  assert.is(stat(merged, '/a').nlink, 2);
  write(merged, '/a', 'two');
  const file = ok(merged.open('/b', O_RDONLY, 0, root)) as OpenFile;
  assert.is(text(file), 'one');
  file.release();
  assert.is(stat(merged, '/a').nlink, 1);
});

test('a listing of merged directories is carried on while names come and go', () => {
  const names = Array.from({ length: 40 }, (_value, index) => `n${index}`);
  const { merged } = setting((vfs) => names.forEach((name) => write(vfs, `/${name}`, '')));
  names.forEach((name) => write(merged, `/${name}-above`, ''));
  const opened = ok(merged.open('/', O_RDONLY, 0, root)) as OpenFile;
  const seen: string[] = [];
  let cookie = 0;
  for (let more = true; more; ) {
    let room = 3;
    more = false;
    files.list(
      opened,
      cookie,
      {
        add(name, _ino, _type, next) {
          more = true;
          if (room-- === 0) return false;
          seen.push(name);
          cookie = next;
          return true;
        },
      },
      root,
    );
    // What was seen goes away, and others come.
    const last = seen.at(-1);
    if (last?.startsWith('n')) merged.unlink(`/${last}`, root);
    write(merged, `/later-${seen.length}`, '');
  }
  const expected = names.flatMap((name) => [name, `${name}-above`]);
  assert.equal(seen.filter((name) => name.startsWith('n')).sort(), expected.sort());
  opened.release();
});

test('without an upper layer nothing can be changed', () => {
  const [one, two] = [new Vfs(memory()), new Vfs(memory())];
  write(one, '/f', 'first');
  write(two, '/f', 'second');
  write(two, '/g', 'second');
  const lowers = [one, two].map(({ mounts }) => mounts.root.vnode);
  const merged = new Vfs(new Overlay({ lowers }));
  assert.is(stat(merged, '/f').size, 5);
  assert.is(stat(merged, '/g').size, 6);
  assert.is(merged.open('/f', O_WRONLY, 0, root), EROFS);
  assert.is(merged.mkdir('/d', 0o755, root), EROFS);
  assert.is(merged.unlink('/g', root), EROFS);
  assert.is(merged.chmod('/g', 0o600, 0, root), EROFS);
});

test('permissions are those of what is shown, and what is made belongs to who makes it', () => {
  const { merged } = setting((vfs) => {
    write(vfs, '/secret', 'text');
    vfs.chmod('/secret', 0o600, 0, root);
    vfs.mkdir('/open', 0o777, root);
    vfs.chmod('/open', 0o777, 0, root);
    write(vfs, '/open/f', 'x');
  });
  const alice = new FixedCaller({ uid: 1000, gid: 1000 });
  assert.is(merged.open('/secret', O_RDONLY, 0, alice), -13);
  assert.is(merged.open('/secret', O_RDWR, 0, alice), -13);
  assert.is(merged.unlink('/open/f', alice), 0);
  // In the place of the whiteout.
  (ok(merged.open('/open/f', O_CREAT | O_RDWR, 0o600, alice)) as OpenFile).release();
  assert.is(stat(merged, '/open/f').uid, 1000);
  assert.is(merged.mkdir('/open/d', 0o700, alice), 0);
  assert.is(stat(merged, '/open/d').uid, 1000);
});

test('who cannot give files away copies for himself', () => {
  const { merged, upper } = setting((vfs) => {
    write(vfs, '/f', 'text');
    vfs.chown('/f', 3, 4, 0, root);
    vfs.chmod('/f', 0o4755, 0, root);
  });
  // As a host directory does to a server that is not root.
  const { create } = upper.work;
  Object.assign(upper.work, {
    create(...words: Parameters<NonNullable<typeof create>>) {
      const made = create?.apply(upper.work, words) as Created;
      const { setattr } = made.vnode;
      made.vnode.setattr = (change, caller) => ((change.uid ?? change.gid) === undefined ? (setattr?.call(made.vnode, change, caller) ?? 0) : EPERM);
      return made;
    },
  });
  write(merged, '/f', 'more');
  const { uid, gid, mode } = stat(merged, '/f');
  assert.equal([uid, gid, mode & 0o7777], [0, 0, 0o755]);
});

test('the same file system twice, by two nullfs', () => {
  const layer = memory();
  const vfs = new Vfs(layer);
  for (const path of ['/a', '/b']) vfs.mkdir(path, 0o755, root);
  write(vfs, '/a/f', 'in a');
  write(vfs, '/b/f', 'in b');
  write(vfs, '/b/g', 'in b');
  const part = (path: string): Vnode => new NullFs((ok(vfs.find(path, 0, root)) as Place).vnode).root;
  const merged = new Vfs(new Overlay({ upper: memoryUpper(defaultTmpfsOptions()), lowers: [part('/a'), part('/b')] }));
  write(merged, '/g', 'changed');
  const file = ok(merged.open('/f', O_RDONLY, 0, root)) as OpenFile;
  assert.is(text(file), 'in a');
  file.release();
  assert.is(stat(vfs, '/b/g').size, 4);
});

test('an overlay is a layer of another, whiteouts and all', () => {
  const below = setting((vfs) => {
    vfs.mkdir('/d', 0o755, root);
    write(vfs, '/d/f', 'text');
    write(vfs, '/g', 'text');
  });
  assert.is(below.merged.unlink('/d/f', root), 0);
  const merged = new Vfs(new Overlay({ upper: memoryUpper({ ...defaultTmpfsOptions(), mode: 0o755 }), lowers: [below.merged.mounts.root.vnode] }));
  assert.is(merged.open('/d/f', O_RDONLY, 0, root), ENOENT);
  assert.is(merged.rename('/d', '/e', 0, root), EXDEV);
  assert.is(merged.rmdir('/d', root), 0);
  assert.is(merged.setxattr('/g', 'trusted.overlay.opaque', Buffer.from('n'), 0, 0, root), 0);
  assert.equal(merged.listxattr('/g', 0, root), ['trusted.overlay.opaque']);
  assert.is(stat(below.merged, '/d').nlink, 1);
});

test.run();
