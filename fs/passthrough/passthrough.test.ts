/** A host directory under the conformance suite, and what is its own: confinement, and changes behind its back. */

import { spawnSync } from 'node:child_process';
import * as host from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hostFeatures } from '../../test/support/host-features.ts';
import { removeDirectory, temporaryDirectory } from '../../test/support/mounts.ts';
import { FixedCaller, SUPERUSER } from '../caller.ts';
import { EINVAL, ENOENT, ENOTDIR, ENXIO, EOPNOTSUPP, EPERM, EROFS, ESTALE, type Errno, isErrno } from '../errno.ts';
import { O_CREAT, O_RDONLY, O_RDWR, O_TMPFILE, O_TRUNC, O_WRONLY, RENAME_EXCHANGE } from '../flags.ts';
import * as operations from '../operations.ts';
import { S_IFIFO, S_IFLNK, S_IFREG, Stat, StatFs } from '../stat.ts';
import type { Feature } from '../testing/trial.ts';
import { testConformance } from '../testing/suite.ts';
import { VfsProcess } from '../testing/vfs-process.ts';
import { Vfs } from '../vfs.ts';
import type { OpenFile, Vnode } from '../vnode.ts';
import { Passthrough, type PassthroughOptions } from './passthrough.ts';
import { SystemCalls } from './system-calls.ts';

const root = SUPERUSER;
const asRoot = process.getuid?.() === 0;

const NAMELESS = 'a file without a name is not reached by paths';
const BY_PATHS: Readonly<Record<string, string>> = {
  'a file that is open lives on without a name': NAMELESS,
  'rename over a file drops the file that was there': NAMELESS,
};

/** By descriptors, as on Linux, and by checked paths, as elsewhere. */
const WAYS: Readonly<Record<string, PassthroughOptions>> = {
  descriptors: {},
  paths: { descriptors: '/nowhere/' },
};

if (asRoot) {
  const plain = new Set<Feature>(['writable', 'owners', 'hardlinks', 'noreplace', 'protected-hardlinks', 'resolve']);
  const systemCalls = SystemCalls.start('/proc/self/fd/');
  const ways = systemCalls ? { ...WAYS, 'descriptors and with all system calls': { systemCalls } } : WAYS;
  for (const [way, options] of Object.entries(ways)) {
    // A thousand cases make and remove many files, which a disk takes its time for.
    const directory = temporaryDirectory(host.existsSync('/dev/shm') ? '/dev/shm' : undefined);
    const features = new Set<Feature>([...plain, ...(options.systemCalls ? hostFeatures(directory) : [])]);
    testConformance(
      `a host directory by ${way}`,
      () => ({ process: new VfsProcess(new Vfs(new Passthrough(directory, options), { protectedHardlinks: true })), features }),
      {
        end: () => removeDirectory(directory),
        // Reached by its path, a file that has lost its name cannot be asked for anything.
        except: way === 'paths' ? BY_PATHS : {},
      },
    );
  }
} else {
  console.log('skipped: conformance of a host directory: not root');
}

interface Setting {
  readonly directory: string;
  readonly fileSystem: Passthrough;
}

function ok<T>(value: T | Errno): T {
  if (isErrno(value)) throw new Error(`unexpected ${value}`);
  return value;
}

function lookup(from: Vnode, ...names: string[]): Vnode {
  return names.reduce((at, name) => ok(operations.lookup(at, name, root)) as Vnode, from);
}

function text(vnode: Vnode): string | Errno {
  const file = operations.open(vnode, O_RDONLY, root);
  if (isErrno(file)) return file;
  const bytes = Buffer.alloc(100);
  const count = Number((file as OpenFile).read?.(bytes, 0, 100, 0, root));
  file.release();
  return bytes.toString('latin1', 0, count);
}

function names(vnode: Vnode, each: (name: string) => void = () => {}, after = 0): string[] {
  const found: string[] = [];
  let cookie = after;
  for (let count = -1; count !== found.length; ) {
    count = found.length;
    let room = 10;
    const batch: string[] = [];
    vnode.list?.(
      cookie,
      {
        add(name, _ino, _type, next) {
          if (room-- === 0) return false;
          batch.push(name);
          cookie = next;
          return true;
        },
      },
      root,
    );
    found.push(...batch);
    batch.forEach(each);
  }
  return found;
}

function openDescriptors(): number {
  return host.readdirSync('/proc/self/fd').length;
}

for (const [way, options] of Object.entries(WAYS)) {
  const test = suite<Setting>(`a host directory by ${way}`, { directory: '', fileSystem: undefined as never });
  let setting: Setting;
  test.before.each(() => {
    const directory = temporaryDirectory();
    host.mkdirSync(join(directory, 'top'));
    setting = { directory, fileSystem: new Passthrough(join(directory, 'top'), options) };
  });
  test.after.each(() => {
    setting.fileSystem.dispose();
    removeDirectory(setting.directory);
  });
  const top = (...parts: string[]): string => join(setting.directory, 'top', ...parts);

  test('links lead nowhere by themselves', () => {
    const { fileSystem, directory } = setting;
    host.writeFileSync(join(directory, 'secret'), 'secret');
    host.symlinkSync('../secret', top('out'));
    host.symlinkSync('..', top('up'));
    const out = lookup(fileSystem.root, 'out');
    assert.is(out.type, S_IFLNK);
    assert.is(operations.open(out, O_RDONLY, root), -40);
    assert.is(operations.lookup(lookup(fileSystem.root, 'up'), 'secret', root), ENOTDIR);
    const vfs = new Vfs(fileSystem);
    assert.is(vfs.open('/out', O_RDONLY, 0, root), ENOENT);
    assert.is(vfs.open('/up/secret', O_RDONLY, 0, root), ENOENT);
    assert.is(vfs.open('/../secret', O_RDONLY, 0, root), ENOENT);
    assert.is(vfs.chmod('/out', 0o777, 0, root), ENOENT);
    assert.is(host.statSync(join(directory, 'secret')).mode & 0o777, 0o644);
  });

  test('a directory that is replaced by a link does not lead out', () => {
    const { fileSystem, directory } = setting;
    host.mkdirSync(join(directory, 'outside'));
    host.writeFileSync(join(directory, 'outside', 'file'), 'outside');
    for (const used of [true, false]) {
      host.mkdirSync(top('d'));
      host.writeFileSync(top('d', 'file'), 'inside');
      const inside = lookup(fileSystem.root, 'd');
      const file = lookup(inside, 'file');
      if (used) assert.is(text(file), 'inside');
      host.renameSync(top('d'), top('moved'));
      host.symlinkSync('../outside', top('d'));
      const found = operations.lookup(inside, 'file', root);
      if (!isErrno(found)) assert.is(text(found as Vnode), 'inside');
      assert.not.equal(text(file), 'outside');
      assert.not.equal(operations.setattr(file, { mode: 0o777 }, root), 'done');
      assert.is(host.statSync(join(directory, 'outside', 'file')).mode & 0o777, 0o644);
      const made = operations.create(inside, 'new', 0o644, O_WRONLY, root);
      if (!isErrno(made)) made.file.release();
      assert.not(host.existsSync(join(directory, 'outside', 'new')));
      host.rmSync(top('d'));
      host.rmSync(top('moved'), { recursive: true });
    }
  });

  test('a file that is replaced by a link is not written through it', () => {
    const { fileSystem, directory } = setting;
    host.writeFileSync(join(directory, 'secret'), 'secret');
    host.writeFileSync(top('f'), 'mine');
    const file = lookup(fileSystem.root, 'f');
    host.rmSync(top('f'));
    host.symlinkSync('../secret', top('f'));
    for (const result of [
      operations.open(file, O_RDONLY, root),
      operations.open(file, O_WRONLY | O_TRUNC, root),
      operations.setattr(file, { mode: 0o777 }, root),
      operations.setattr(file, { size: 0 }, root),
      operations.setattr(file, { uid: 5 }, root),
    ]) {
      assert.ok(result === ESTALE || result === ENOENT || result === ENOTDIR, String(result));
    }
    assert.is(host.readFileSync(join(directory, 'secret'), 'utf8'), 'secret');
  });

  test('what others do is seen', () => {
    const { fileSystem } = setting;
    assert.is(operations.lookup(fileSystem.root, 'f', root), ENOENT);
    host.writeFileSync(top('f'), 'one');
    const first = lookup(fileSystem.root, 'f');
    assert.is(text(first), 'one');
    assert.is(lookup(fileSystem.root, 'f'), first);
    host.writeFileSync(top('f'), 'two');
    assert.is(text(first), 'two');
    host.linkSync(top('f'), top('g'));
    assert.is(lookup(fileSystem.root, 'g'), first);
    host.rmSync(top('f'));
    assert.is(operations.lookup(fileSystem.root, 'f', root), ENOENT);
    assert.is(text(lookup(fileSystem.root, 'g')), 'two');
    host.rmSync(top('g'));
    host.mkdirSync(top('g'));
    assert.is(lookup(fileSystem.root, 'g').type, 0o040000);
  });

  test('names and targets are bytes', () => {
    const { fileSystem } = setting;
    const name = 'caf\xc3\xa9-\xff\x80';
    host.writeFileSync(Buffer.concat([Buffer.from(`${top()}/`), Buffer.from(name, 'latin1')]), 'text');
    assert.equal(names(fileSystem.root), [name]);
    assert.is(text(lookup(fileSystem.root, name)), 'text');
    ok(operations.symlink(fileSystem.root, '\xfe', '\xff/\x80', root));
    assert.is(operations.readlink(lookup(fileSystem.root, '\xfe'), root), '\xff/\x80');
    ok(operations.mkdir(fileSystem.root, '\xc0', 0o755, root));
    const inner = lookup(fileSystem.root, '\xc0');
    operations.create(inner, '\xc1', 0o644, O_WRONLY, root);
    assert.equal(names(inner), ['\xc1']);
    assert.is(operations.rename(inner, '\xc1', fileSystem.root, '\xc2', 0, root), 0);
    assert.is(operations.unlink(fileSystem.root, '\xc2', root), 0);
  });

  test('FIFOs are named and never opened', () => {
    const { fileSystem } = setting;
    if (spawnSync('mkfifo', [top('p')]).status !== 0) return;
    const fifo = lookup(fileSystem.root, 'p');
    assert.is(fifo.type, S_IFIFO);
    assert.is(operations.open(fifo, O_RDONLY, root), ENXIO);
    assert.is(operations.setattr(fifo, { mode: 0o600 }, root), 0);
    assert.is(operations.setattr(fifo, { atime: 'now', mtime: 'now' }, root), 0);
    assert.is(operations.unlink(fileSystem.root, 'p', root), 0);
  });

  test('what Node has no calls for has its errno', () => {
    const { fileSystem } = setting;
    assert.is(operations.mknod(fileSystem.root, 'p', S_IFIFO | 0o644, 0, root), EPERM);
    assert.is(operations.temporary(fileSystem.root, 0o644, O_TMPFILE | O_RDWR, root), EOPNOTSUPP);
    const made = ok(operations.mknod(fileSystem.root, 'f', S_IFREG | 0o644, 0, root)) as Vnode;
    ok(operations.mknod(fileSystem.root, 'g', S_IFREG | 0o644, 0, root));
    assert.is(operations.setxattr(made, 'user.a', new Uint8Array(1), 0, root), EOPNOTSUPP);
    assert.is(operations.getxattr(made, 'user.a', root), EOPNOTSUPP);
    assert.equal(operations.listxattr(made, root), []);
    assert.is(operations.rename(fileSystem.root, 'f', fileSystem.root, 'g', RENAME_EXCHANGE, root), EINVAL);
  });

  test('read-only refuses every change', () => {
    host.mkdirSync(top('d'));
    host.writeFileSync(top('f'), 'text');
    const fixed = new Passthrough(top(), { ...options, readOnly: true });
    const file = lookup(fixed.root, 'f');
    assert.is(text(file), 'text');
    for (const result of [
      operations.open(file, O_WRONLY, root),
      operations.open(file, O_TRUNC, root),
      operations.create(fixed.root, 'g', 0o644, O_CREAT, root),
      operations.mkdir(fixed.root, 'g', 0o755, root),
      operations.symlink(fixed.root, 'g', 'x', root),
      operations.link(fixed.root, 'g', file, root),
      operations.unlink(fixed.root, 'f', root),
      operations.rmdir(fixed.root, 'd', root),
      operations.rename(fixed.root, 'f', fixed.root, 'g', 0, root),
      operations.setattr(file, { mode: 0o600 }, root),
      operations.setattr(file, { size: 0 }, root),
    ]) {
      assert.is(result, EROFS);
    }
    fixed.dispose();
  });

  test('many directories are reached with few descriptors', () => {
    const { fileSystem } = setting;
    const before = openDescriptors();
    const held: Vnode[] = [];
    for (let index = 0; index < 700; index++) {
      host.mkdirSync(top(`d${index}`));
      host.writeFileSync(top(`d${index}`, 'f'), String(index));
      held.push(lookup(fileSystem.root, `d${index}`));
      assert.is(text(lookup(held[index] as Vnode, 'f')), String(index));
    }
    assert.ok(openDescriptors() - before <= 520, `${openDescriptors() - before} descriptors`);
    held.forEach((directory, index) => assert.is(text(lookup(directory, 'f')), String(index)));
    fileSystem.dispose();
    assert.ok(openDescriptors() <= before);
  });

  test('a listing of many names goes on whatever comes and goes', () => {
    const { fileSystem } = setting;
    for (let index = 0; index < 1000; index++) host.writeFileSync(top(`keep${index}`), '');
    let turn = 0;
    const seen = names(fileSystem.root, () => {
      host.writeFileSync(top(`new${turn}`), '');
      if (turn > 10) host.rmSync(top(`new${turn - 10}`));
      turn++;
    });
    const kept = seen.filter((name) => name.startsWith('keep'));
    assert.is(kept.length, 1000);
    assert.is(new Set(seen).size, seen.length);
  });

  test('statfs is the host\'s', () => {
    const stat = new StatFs();
    assert.is(setting.fileSystem.statfs(stat, root), 0);
    const { type, bsize, blocks } = host.statfsSync(top());
    assert.equal([stat.type, stat.blockSize, stat.blocks], [type, bsize, blocks]);
  });

  test('statfs below another mount of the host is about that', () => {
    // Paths below the root of the host are no way there.
    if (options.descriptors !== undefined) return;
    const whole = new Passthrough('/', options);
    const stat = new StatFs();
    for (const [names, path] of [[[], '/'], [['proc'], '/proc'], [['proc', 'version'], '/proc'], [['proc', 'self'], '/proc']] as const) {
      whole.statfs(stat, root, lookup(whole.root, ...names));
      assert.is(stat.type, host.statfsSync(path).type, names.join('/'));
    }
    whole.dispose();
  });

  test('what a caller makes is the caller\'s, where we may give files away', () => {
    if (!asRoot) return;
    const { fileSystem } = setting;
    host.chmodSync(top(), 0o2777);
    host.chownSync(top(), 0, 77);
    const alice = new FixedCaller({ uid: 1000, gid: 1001, umask: 0o027 });
    const stat = new Stat();
    const created = ok(operations.create(fileSystem.root, 'f', 0o666, O_RDWR, alice));
    if (isErrno(created)) return;
    created.vnode.stat(stat, alice);
    created.file.release();
    assert.equal([stat.uid, stat.gid, stat.mode & 0o7777], [1000, 77, 0o640]);
    (ok(operations.mkdir(fileSystem.root, 'd', 0o777, alice)) as Vnode).stat(stat, alice);
    assert.equal([stat.uid, stat.gid, stat.mode & 0o7777], [1000, 77, 0o2750]);
    (ok(operations.symlink(fileSystem.root, 'l', 'x', alice)) as Vnode).stat(stat, alice);
    assert.equal([stat.uid, stat.gid], [1000, 77]);
  });

  test.run();
}
