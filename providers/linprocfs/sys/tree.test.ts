import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Caller, FixedCaller, SUPERUSER } from '../../../fs/caller.ts';
import { EACCES, EINVAL, EISDIR, ENOENT, ENOTDIR, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import { O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, POLLERR, POLLPRI } from '../../../fs/flags.ts';
import { dir } from '../../../fs/generated/spec.ts';
import { generatedTree } from '../../../fs/generated/tree.ts';
import * as operations from '../../../fs/operations.ts';
import { S_IFDIR, S_IFREG, Stat } from '../../../fs/stat.ts';
import { U64_MAX } from '../../../fs/u64.ts';
import type { OpenFile, Vnode } from '../../../fs/vnode.ts';
import type { KernelSource, KernelView } from '../../kernel-view.ts';
import { StoredSysctl } from '../../sources/stored-sysctl.ts';
import { sys } from './tree.ts';

const NOBODY = new FixedCaller({ uid: 65534, gid: 65534 });

/** A /proc/sys of a few parameters, with values that no host has. */
function mounted(): { root: Vnode; values: StoredSysctl } {
  const values = new StoredSysctl([
    ['fs/file-nr', [U64_MAX, 0, U64_MAX]],
    ['kernel/panic', [-(2 ** 31)]],
    ['kernel/printk', [4, -4, 1, 2 ** 31 - 1]],
    ['kernel/hostname', 'h\xf6st'],
    ['kernel/osrelease', '99.98.97'],
    ['kernel/core_modes', ['file', 'pipe']],
    ['kernel/sysctl_writes_strict', [1]],
    ['kernel/random/uuid', new Uint8Array(16)],
    ['kernel/Zebra', 'unheard of'],
    ['net/ipv4/conf/br-7.1/forwarding', [1]],
    ['net/ipv4/ip_local_reserved_ports', [{ first: 1, last: 65535 }]],
    ['net/ipv4/ping_group_range', [100001, 2 ** 31 - 1]],
    ['vm/drop_caches', [0]],
    ['vm/mmap_rnd_bits', [32]],
  ]);
  const view = { sysctl: () => values } as unknown as KernelView;
  const source: KernelSource = { view: () => view };
  const tree = generatedTree<KernelView>({
    type: 'proc', magic: 0, root: dir(0o555, { sys: sys(source) }), subject: { context: () => view },
    fileSize: 0, blockSize: 1024, changes: () => 'kept', declaredMilliseconds: 0,
  });
  return { root: operations.lookup(tree.root, 'sys', SUPERUSER) as Vnode, values };
}

function at(root: Vnode, path: string): Vnode {
  return path.split('/').reduce<Vnode>((vnode, name) => operations.lookup(vnode, name, SUPERUSER) as Vnode, root);
}

function read(root: Vnode, path: string, caller = SUPERUSER): string | Errno {
  const file = operations.open(at(root, path), O_RDONLY, caller);
  if (isErrno(file)) return file;
  const bytes = Buffer.alloc(4096);
  const count = file.read?.(bytes, 0, 4096, 0, caller) as number;
  return isErrno(count) ? count : bytes.toString('latin1', 0, count);
}

function write(file: OpenFile, text: string, offset = 0, caller = SUPERUSER): number {
  const bytes = Buffer.from(text, 'latin1');
  return file.write?.(bytes, 0, bytes.length, offset, caller) as number;
}

const openToWrite = (root: Vnode, path: string): OpenFile => operations.open(at(root, path), O_WRONLY | O_TRUNC, SUPERUSER) as OpenFile;

function list(vnode: Vnode, after = 0, room = 1000): { name: string; type: number; cookie: number }[] {
  const found: { name: string; type: number; cookie: number }[] = [];
  assert.is(
    vnode.list?.(after, { add: (name, _ino, type, cookie) => found.length < room && found.push({ name, type, cookie }) > 0 }, SUPERUSER),
    0,
  );
  return found;
}

test('every kind is rendered', () => {
  const { root } = mounted();
  assert.is(read(root, 'fs/file-nr'), '18446744073709551615\t0\t18446744073709551615\n');
  assert.is(read(root, 'kernel/panic'), '-2147483648\n');
  assert.is(read(root, 'kernel/printk'), '4\t-4\t1\t2147483647\n');
  assert.is(read(root, 'kernel/hostname'), 'h\xf6st\n');
  assert.is(read(root, 'kernel/core_modes'), 'file\npipe\n');
  assert.is(read(root, 'kernel/Zebra'), 'unheard of\n');
  assert.is(read(root, 'net/ipv4/conf/br-7.1/forwarding'), '1\n');
  assert.is(read(root, 'net/ipv4/ip_local_reserved_ports'), '1-65535\n');
});

test('the random UUID is another at each reading', () => {
  const { root } = mounted();
  const uuid = read(root, 'kernel/random/uuid');
  assert.match(String(uuid), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/);
  assert.is.not(read(root, 'kernel/random/uuid'), uuid);
});

test('directories are listed by the bytes of their names and carried on by name', () => {
  const { root } = mounted();
  const kernel = list(at(root, 'kernel'));
  assert.equal(kernel.map(({ name }) => name), [
    'Zebra', 'core_modes', 'hostname', 'osrelease', 'panic', 'printk', 'random', 'sysctl_writes_strict',
  ]);
  assert.is(kernel.find(({ name }) => name === 'random')?.type, S_IFDIR);
  assert.is(kernel.find(({ name }) => name === 'panic')?.type, S_IFREG);
  const third = kernel[2]?.cookie as number;
  assert.equal(list(at(root, 'kernel'), third), kernel.slice(3));
  assert.equal(list(at(root, 'kernel'), third, 2), kernel.slice(3, 5));
  assert.equal(list(at(root, 'fs')).map(({ name }) => name), ['binfmt_misc', 'file-nr']);
  assert.equal(list(at(root, 'fs/binfmt_misc')), []);
});

test('attributes are as in procfs', () => {
  const { root } = mounted();
  const stat = new Stat();
  const look = (path: string) => {
    assert.is(at(root, path).stat(stat, NOBODY), 0);
    return [stat.mode.toString(8), stat.nlink, stat.size, stat.blksize];
  };
  assert.equal(look('kernel'), ['40555', 1, 0, 1024]);
  assert.equal(look('fs/binfmt_misc'), ['40555', 2, 0, 4096]);
  assert.equal(look('kernel/panic'), ['100644', 1, 0, 1024]);
  assert.equal(look('kernel/osrelease'), ['100444', 1, 0, 1024]);
  assert.equal(look('vm/drop_caches'), ['100200', 1, 0, 1024]);
  assert.is(root.stat(stat, NOBODY), 0);
  assert.is(stat.nlink, 1);
});

test('nothing is made, removed, renamed or changed', () => {
  const { root } = mounted();
  const kernel = at(root, 'kernel');
  assert.is(operations.create(kernel, 'new', 0o644, O_WRONLY, SUPERUSER), ENOENT);
  assert.is(operations.mkdir(kernel, 'new', 0o755, SUPERUSER), ENOENT);
  assert.is(operations.symlink(kernel, 'new', 'target', SUPERUSER), ENOENT);
  assert.is(operations.link(kernel, 'new', at(root, 'kernel/panic'), SUPERUSER), ENOENT);
  assert.is(operations.rename(kernel, 'panic', kernel, 'new', 0, SUPERUSER), ENOENT);
  assert.is(operations.rename(kernel, 'panic', kernel, 'printk', 0, SUPERUSER), EACCES);
  assert.is(operations.unlink(kernel, 'panic', SUPERUSER), EACCES);
  assert.is(operations.rmdir(kernel, 'random', SUPERUSER), EACCES);
  assert.is(operations.setattr(at(root, 'kernel/panic'), { mode: 0o600 }, SUPERUSER), EPERM);
  assert.is(operations.setattr(at(root, 'kernel/panic'), { uid: 1 }, SUPERUSER), EPERM);
  assert.is(operations.setattr(at(root, 'kernel/panic'), { mtime: 'now' }, SUPERUSER), 0);
  assert.is(operations.setattr(at(root, 'kernel/panic'), { size: 5 }, SUPERUSER), 0);
  assert.is(operations.setattr(at(root, 'kernel/osrelease'), { size: 5 }, SUPERUSER), EACCES);
  assert.is(operations.setattr(kernel, { size: 5 }, SUPERUSER), EISDIR);
  assert.is(operations.lookup(at(root, 'kernel/panic'), 'x', SUPERUSER), ENOTDIR);
  assert.is(operations.lookup(kernel, 'nothing', SUPERUSER), ENOENT);
});

test('opening goes by the mode even for root', () => {
  const { root } = mounted();
  assert.is(operations.open(at(root, 'kernel/osrelease'), O_WRONLY, SUPERUSER), EACCES);
  assert.is(operations.open(at(root, 'kernel/osrelease'), O_RDWR, SUPERUSER), EACCES);
  assert.is(operations.open(at(root, 'vm/drop_caches'), O_RDONLY, SUPERUSER), EACCES);
  assert.is(operations.open(at(root, 'kernel/panic'), O_WRONLY, NOBODY), EACCES);
  assert.is(read(root, 'vm/mmap_rnd_bits', NOBODY), EACCES);
  assert.is(read(root, 'kernel/panic', NOBODY), '-2147483648\n');
});

test('a descriptor that was handed on does not help one who may not', () => {
  const { root } = mounted();
  const file = operations.open(at(root, 'vm/mmap_rnd_bits'), O_RDWR, SUPERUSER) as OpenFile;
  assert.is(file.read?.(Buffer.alloc(9), 0, 9, 0, NOBODY), EPERM);
  assert.is(write(file, '28', 0, NOBODY), EPERM);
  assert.is(read(root, 'vm/mmap_rnd_bits'), '32\n');
});

test('a write sets the value and says how much was taken', () => {
  const { root, values } = mounted();
  const panic = openToWrite(root, 'kernel/panic');
  assert.is(write(panic, ' 0x20 junk'), 6);
  assert.is(read(root, 'kernel/panic'), '32\n');
  assert.is(write(panic, 'junk'), EINVAL);
  assert.is(write(panic, '7\n', 3), 2);
  assert.is(read(root, 'kernel/panic'), '32\n');
  values.write('kernel/sysctl_writes_strict', [0]);
  assert.is(write(panic, '7\n', 3), 2);
  assert.is(read(root, 'kernel/panic'), '7\n');
});

test('numbers before a fault are set', () => {
  const { root } = mounted();
  assert.is(write(openToWrite(root, 'kernel/printk'), '5 x'), EINVAL);
  assert.is(read(root, 'kernel/printk'), '5\t-4\t1\t2147483647\n');
  assert.is(write(openToWrite(root, 'kernel/printk'), '6 99999999999 7'), EINVAL);
  assert.is(read(root, 'kernel/printk'), '6\t-4\t1\t2147483647\n');
});

test('groups are those that the caller knows', () => {
  const { root, values } = mounted();
  const groups = [{ inside: 0, outside: 100000, count: 10 }];
  const container: Caller = Object.assign(new FixedCaller({ uid: 0, gid: 0 }), {
    foreignNamespace: () => ({ users: [], groups, projects: [], capabilities: 0 }),
  });
  const path = 'net/ipv4/ping_group_range';
  assert.is(read(root, path), '100001\t2147483647\n');
  assert.is(read(root, path, container), '1\t65534\n');
  const file = openToWrite(root, path);
  assert.is(write(file, '2 9\n', 0, container), 4);
  assert.equal(values.read(path), [100002, 100009]);
  assert.is(write(file, '2 10\n', 0, container), EINVAL);
  assert.is(write(file, '2 10\n'), 5);
  assert.is(read(root, path), '2\t10\n');
});

test('small reads carry on, and a seek reads anew', () => {
  const { root } = mounted();
  const file = operations.open(at(root, 'kernel/panic'), O_RDONLY, SUPERUSER) as OpenFile;
  const bytes = Buffer.alloc(16);
  let text = '';
  for (let place = 0; place < 12; place += 3) {
    const count = file.read?.(bytes, 0, 3, place, SUPERUSER) as number;
    text += bytes.toString('latin1', 0, count);
  }
  assert.is(text, '-2147483648\n');
  assert.is(file.read?.(bytes, 0, 16, 8, SUPERUSER), 4);
  assert.is(file.read?.(bytes, 0, 16, 99, SUPERUSER), 0);
});

test('poll tells of a new host name once', () => {
  const { root } = mounted();
  const changed = (file: OpenFile): boolean => ((file.poll?.(SUPERUSER) as number) & (POLLERR | POLLPRI)) !== 0;
  const file = operations.open(at(root, 'kernel/hostname'), O_RDONLY, SUPERUSER) as OpenFile;
  assert.not.ok(changed(file));
  let woken = 0;
  file.waiters?.add(() => woken++);
  assert.is(write(openToWrite(root, 'kernel/hostname'), 'h\xf6st\n'), 5);
  assert.is(woken, 1);
  assert.ok(changed(file));
  assert.not.ok(changed(file));
  const other = operations.open(at(root, 'kernel/panic'), O_RDONLY, SUPERUSER) as OpenFile;
  write(openToWrite(root, 'kernel/panic'), '1');
  assert.not.ok(changed(other));
});

test('a node stays the same while its parameter exists', () => {
  const { root } = mounted();
  assert.is(at(root, 'kernel/panic'), at(root, 'kernel/panic'));
  assert.is.not(at(root, 'kernel/panic'), at(root, 'kernel/printk'));
});

test.run();
