/** The dispatcher under raw requests: replies to the byte where the protocol fixes them, and the counts that it keeps. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  EACCES,
  EAGAIN,
  EBADF,
  EEXIST,
  EINTR,
  EINVAL,
  EISDIR,
  ENODATA,
  ENOENT,
  ENOSYS,
  ENOTDIR,
  ENOTEMPTY,
  ENOTTY,
  ENXIO,
  EOPNOTSUPP,
  EPERM,
  EPROTO,
  ERANGE,
  EROFS,
  ESTALE,
} from '../../fs/errno.ts';
import { O_DIRECTORY, O_EXCL, O_NONBLOCK, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, POLLIN, SEEK_DATA, SEEK_HOLE } from '../../fs/flags.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { S_IFCHR, S_IFIFO, S_IFREG } from '../../fs/stat.ts';
import * as fuse from './protocol.ts';
import { TestKernel } from './testing/kernel.ts';
import { PipeTree } from './testing/pipe-tree.ts';
import { type Reply, readAttributes, readEntry, readListing } from './testing/request.ts';

const USER = { uid: 1000, gid: 1000, thread: 7 };

function kernel(readOnly = false): TestKernel {
  return new TestKernel(new Tmpfs({ ...defaultTmpfsOptions(), pages: 1000, mode: 0o755 }), { readOnly });
}

function create(k: TestKernel, name: string, parent = 1, flags = O_RDWR, mode = S_IFREG | 0o644): { node: number; handle: number } {
  const { error, body } = k.ask(fuse.FUSE_CREATE, [flags, mode, 0, 0, name], { node: parent });
  assert.is(error, 0, `create ${name}`);
  return { node: readEntry(body).node, handle: Number(body.readBigUInt64LE(128)) };
}

function lookup(k: TestKernel, name: string, parent = 1): number {
  const { error, body } = k.ask(fuse.FUSE_LOOKUP, [name], { node: parent });
  return error === 0 ? readEntry(body).node : error;
}

function mkdir(k: TestKernel, name: string, parent = 1): number {
  return readEntry(k.ask(fuse.FUSE_MKDIR, [0o755, 0, name], { node: parent }).body).node;
}

function open(k: TestKernel, node: number, flags: number = O_RDONLY, opcode = fuse.FUSE_OPEN): number {
  const { error, body } = k.ask(opcode, [flags, 0], { node });
  return error === 0 ? Number(body.readBigUInt64LE(0)) : error;
}

function write(k: TestKernel, node: number, handle: number, text: string, at = 0): Reply {
  const data = Buffer.from(text, 'latin1');
  return k.ask(fuse.FUSE_WRITE, [BigInt(handle), BigInt(at), data.length, 0, 0n, 0, 0, data], { node });
}

function read(k: TestKernel, node: number, handle: number, size = 100, at = 0): string | number {
  const { error, body } = k.ask(fuse.FUSE_READ, [BigInt(handle), BigInt(at), size, 0, 0n, 0, 0], { node });
  return error || body.toString('latin1');
}

function release(k: TestKernel, node: number, handle: number, opcode = fuse.FUSE_RELEASE): number {
  return k.ask(opcode, [BigInt(handle), 0, 0, 0n], { node }).error;
}

test('INIT agrees on a version and on flags that both want', () => {
  const k = kernel();
  const offered = fuse.FUSE_ASYNC_READ | fuse.FUSE_MAX_PAGES | fuse.FUSE_POSIX_LOCKS | fuse.FUSE_DO_READDIRPLUS;
  const { body } = k.ask(fuse.FUSE_INIT, [7, 45, 131_072, offered]);
  assert.is(body.readUInt32LE(0), 7);
  assert.is(body.readUInt32LE(12), fuse.FUSE_ASYNC_READ | fuse.FUSE_MAX_PAGES | fuse.FUSE_DO_READDIRPLUS);
  assert.is(k.dispatcher.minor, fuse.FUSE_KERNEL_MINOR_VERSION);
  assert.is(k.ask(fuse.FUSE_INIT, [7, 31, 0, 0]).error, 0);
  assert.is(k.dispatcher.minor, 31);
});

test('INIT refuses old kernels and tells newer ones its version', () => {
  const k = kernel();
  assert.is(k.ask(fuse.FUSE_INIT, [6, 40, 0, 0]).error, EPROTO);
  assert.is(k.ask(fuse.FUSE_INIT, [7, 8, 0, 0]).error, EPROTO);
  assert.is(k.ask(fuse.FUSE_INIT, [8, 0, 0, 0]).body.readUInt32LE(0), 7);
});

test('look-ups are counted, and forgotten one by one, in one go and in batches', () => {
  const k = kernel();
  const { node, handle } = create(k, 'f');
  release(k, node, handle);
  for (let count = 0; count < 4; count++) assert.is(lookup(k, 'f'), node);
  assert.is(k.lookups.get(node), 5);
  k.checkCounts();
  k.forget(node, 1);
  k.forget(node, 2);
  k.checkCounts();
  assert.is(k.dispatcher.nodes.get(node)?.lookups, 2);
  const other = mkdir(k, 'd');
  k.send(fuse.FUSE_BATCH_FORGET, [2, 0, BigInt(node), 2n, BigInt(other), 1n]);
  k.lookups.clear();
  k.checkCounts();
  assert.is(k.dispatcher.nodes.get(node), undefined);
});

test('a batch says how many it has, but is read no further than it goes', () => {
  const k = kernel();
  const node = mkdir(k, 'd');
  k.send(fuse.FUSE_BATCH_FORGET, [1000, 0, BigInt(node), 1n]);
  k.lookups.clear();
  k.checkCounts();
});

test('forgetting too much, the root or what nobody knows does no harm', () => {
  const k = kernel();
  const node = mkdir(k, 'd');
  k.send(fuse.FUSE_FORGET, [1n << 63n], { node: fuse.FUSE_ROOT_ID });
  k.send(fuse.FUSE_FORGET, [5n], { node: 999 });
  assert.is(k.dispatcher.nodes.size, 2);
  k.send(fuse.FUSE_FORGET, [100n], { node });
  assert.is(k.dispatcher.nodes.size, 1);
  assert.is(lookup(k, 'd') > 0, true);
});

test('an id that is used again has another generation', () => {
  const k = kernel();
  const first = readEntry(k.ask(fuse.FUSE_MKDIR, [0o755, 0, 'a']).body);
  k.forget(first.node, 1);
  const second = readEntry(k.ask(fuse.FUSE_MKDIR, [0o755, 0, 'b']).body);
  assert.is(second.node, first.node);
  assert.is.not(second.generation, first.generation);
  assert.is(k.ask(fuse.FUSE_GETATTR, [0, 0, 0n], { node: 77 }).error, ESTALE);
});

test('a name that is missing is answered with node 0, to be remembered', () => {
  const k = kernel();
  const { error, body } = k.ask(fuse.FUSE_LOOKUP, ['missing']);
  assert.is(error, 0);
  assert.is(readEntry(body).node, 0);
  assert.is(readEntry(body).entrySeconds, 3600);
  k.checkCounts();
});

test('READDIRPLUS counts a look-up for each entry that fits, and none for . and ..', () => {
  const k = kernel();
  for (let index = 0; index < 10; index++) {
    const { node, handle } = create(k, `file-${index}`);
    release(k, node, handle);
    k.forget(node, 1);
  }
  k.checkCounts();
  const handle = open(k, 1, O_DIRECTORY, fuse.FUSE_OPENDIR);
  const names: string[] = [];
  for (let offset = 0n; ; ) {
    const { body } = k.ask(fuse.FUSE_READDIRPLUS, [BigInt(handle), offset, 700, 0, 0n, 0, 0]);
    const entries = readListing(body, true);
    if (entries.length === 0) break;
    for (const { name, entry } of entries) {
      names.push(name);
      assert.is(entry?.node === 0, name.startsWith('.'), name);
    }
    offset = BigInt(entries.at(-1)?.offset ?? 0);
    k.checkCounts();
  }
  assert.is(names.length, 12);
  assert.is(k.lookups.size, 10);
  assert.is(release(k, 1, handle, fuse.FUSE_RELEASEDIR), 0);
  k.letGo();
  k.checkCounts();
});

test('READDIR gives whole entries or none', () => {
  const k = kernel();
  mkdir(k, 'directory');
  const handle = open(k, 1, O_DIRECTORY, fuse.FUSE_OPENDIR);
  for (const size of [0, 1, 24, 31]) {
    assert.is(k.ask(fuse.FUSE_READDIR, [BigInt(handle), 0n, size, 0, 0n, 0, 0]).body.length, 0, `size ${size}`);
  }
  const one = k.ask(fuse.FUSE_READDIR, [BigInt(handle), 0n, 32, 0, 0n, 0, 0]).body;
  assert.equal(readListing(one, false).map(({ name }) => name), ['.']);
  const all = readListing(k.ask(fuse.FUSE_READDIR, [BigInt(handle), 0n, 4096, 0, 0n, 0, 0]).body, false);
  assert.equal(all.map(({ name, type }) => [name, type]), [['.', 4], ['..', 4], ['directory', 4]]);
});

test('listings name the new parent of a directory that was moved', () => {
  const k = kernel();
  const [a, b] = [mkdir(k, 'a'), mkdir(k, 'b')];
  const moved = mkdir(k, 'moved', a);
  assert.is(k.ask(fuse.FUSE_RENAME2, [BigInt(b), 0, 0, 'moved', 'here'], { node: a }).error, 0);
  const handle = open(k, moved, O_DIRECTORY, fuse.FUSE_OPENDIR);
  const dots = readListing(k.ask(fuse.FUSE_READDIR, [BigInt(handle), 0n, 100, 0, 0n, 0, 0], { node: moved }).body, false);
  const parent = readAttributes(k.ask(fuse.FUSE_GETATTR, [0, 0, 0n], { node: b }).body, 16).ino;
  assert.is(dots[1]?.ino, parent);
});

test('handles are numbers of their own, given back once', () => {
  const k = kernel();
  const { node, handle } = create(k, 'f');
  const others = [1, 2, 3].map(() => open(k, node, O_RDWR));
  assert.is(new Set([handle, ...others]).size, 4);
  k.checkCounts();
  assert.is(release(k, node, handle), 0);
  assert.is(release(k, node, handle), EBADF);
  assert.is(read(k, node, handle), EBADF);
  assert.is(release(k, node, 12_345), EBADF);
  k.letGo();
  k.checkCounts();
});

test('files are read and written within their handles', () => {
  const k = kernel();
  const { node, handle } = create(k, 'f');
  assert.is(write(k, node, handle, 'hello world').body.readUInt32LE(0), 11);
  assert.is(read(k, node, handle), 'hello world');
  assert.is(read(k, node, handle, 5, 6), 'world');
  assert.is(read(k, node, handle, 5, 100), '');
  const reader = open(k, node, O_RDONLY);
  assert.is(write(k, node, reader, 'x').error, EBADF);
  const writer = open(k, node, O_WRONLY);
  assert.is(read(k, node, writer), EBADF);
  assert.is(k.ask(fuse.FUSE_WRITE, [BigInt(handle), 0n, 50, 0, 0n, 0, 0, new Uint8Array(10)], { node }).error, EINVAL);
});

test('O_TRUNC at open empties a file', () => {
  const k = kernel();
  const { node, handle } = create(k, 'f');
  write(k, node, handle, 'text');
  assert.ok(open(k, node, O_WRONLY | O_TRUNC) > 0);
  assert.is(read(k, node, handle), '');
});

test('CREATE of a file that appeared meanwhile opens it, unless it had to be new', () => {
  const k = kernel();
  const { node } = create(k, 'f');
  assert.is(create(k, 'f').node, node);
  assert.is(k.ask(fuse.FUSE_CREATE, [O_RDWR | O_EXCL, S_IFREG | 0o644, 0, 0, 'f']).error, EEXIST);
  k.checkCounts();
});

test('TMPFILE makes a file that LINK may name', () => {
  const k = kernel();
  const { body } = k.ask(fuse.FUSE_TMPFILE, [O_RDWR, S_IFREG | 0o600, 0, 0, '/']);
  const { node, nlink } = readEntry(body);
  assert.is(nlink, 0);
  write(k, node, Number(body.readBigUInt64LE(128)), 'text');
  assert.is(readEntry(k.ask(fuse.FUSE_LINK, [BigInt(node), 'named']).body).nlink, 1);
  assert.is(lookup(k, 'named'), node);
  k.checkCounts();
});

test('a file without a name keeps its room until it is closed and forgotten', () => {
  const k = kernel();
  const free = (): number => Number(k.ask(fuse.FUSE_STATFS).body.readBigUInt64LE(8));
  const { node, handle } = create(k, 'f');
  write(k, node, handle, 'x'.repeat(8192));
  assert.is(free(), 998);
  assert.is(k.ask(fuse.FUSE_UNLINK, ['f']).error, 0);
  assert.is(release(k, node, handle), 0);
  assert.is(free(), 998);
  k.forget(node, 1);
  assert.is(free(), 1000);
});

test('SETATTR changes what its bits say', () => {
  const k = kernel();
  const { node, handle } = create(k, 'f');
  const set = (valid: number, fields: Readonly<Record<number, number>> = {}): Reply => {
    const words = Array.from({ length: 22 }, (_, index) => (index === 0 ? valid : (fields[index] ?? 0)));
    return k.ask(fuse.FUSE_SETATTR, words, { node });
  };
  assert.is(readAttributes(set(fuse.FATTR_MODE, { 17: 0o100600 }).body, 16).mode, S_IFREG | 0o600);
  assert.is(readAttributes(set(fuse.FATTR_SIZE, { 4: 5000 }).body, 16).size, 5000);
  assert.is(readAttributes(set(fuse.FATTR_UID | fuse.FATTR_GID, { 19: 12, 20: 34 }).body, 16).gid, 34);
  const times = set(fuse.FATTR_ATIME | fuse.FATTR_MTIME, { 8: 1000, 9: 0, 10: 0xffff_ffff, 11: 0xffff_ffff, 14: 5, 15: 6 }).body;
  assert.is(times.readBigInt64LE(16 + 24), 1000n);
  assert.is(times.readBigInt64LE(16 + 32), -1n);
  assert.is(times.readUInt32LE(16 + 52), 6);
  assert.is(set(fuse.FATTR_SIZE | fuse.FATTR_FH, { 2: handle }).error, 0);
  assert.is(set(fuse.FATTR_SIZE | fuse.FATTR_FH, { 2: 999 }).error, EBADF);
  const reader = open(k, node, O_RDONLY);
  assert.is(set(fuse.FATTR_SIZE | fuse.FATTR_FH, { 2: reader }).error, EBADF);
});

test('who may do what is decided by the ids of the request', () => {
  const k = kernel();
  const { node } = create(k, 'secret', 1, O_RDWR, S_IFREG | 0o600);
  assert.is(k.ask(fuse.FUSE_OPEN, [O_RDONLY, 0], { node, ...USER }).error, EACCES);
  assert.is(k.ask(fuse.FUSE_ACCESS, [4, 0], { node, ...USER }).error, EACCES);
  assert.is(k.ask(fuse.FUSE_ACCESS, [4, 0], { node }).error, 0);
  assert.is(k.ask(fuse.FUSE_MKDIR, [0o755, 0, 'd'], USER).error, EACCES);
  assert.is(k.ask(fuse.FUSE_UNLINK, ['secret'], USER).error, EACCES);
  assert.is(k.ask(fuse.FUSE_SETATTR, [fuse.FATTR_MODE, ...Array.from({ length: 21 }, () => 0)], { node, ...USER }).error, EPERM);
});

test('where the kernel checks permissions, its word counts, for callers whom we cannot see as well', () => {
  const fileSystem = new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });
  const k = new TestKernel(fileSystem, { permitted: true, threads: { find: () => undefined, isReadingLink: () => undefined } });
  const { node, handle } = create(k, 'f', 1, O_RDWR, S_IFREG | 0o600);
  assert.is(k.ask(fuse.FUSE_OPEN, [O_RDONLY, 0], { node, ...USER }).error, 0);
  const chown = [fuse.FATTR_UID, ...Array.from({ length: 21 }, (_, index) => (index === 18 ? 7 : 0))];
  assert.is(readAttributes(k.ask(fuse.FUSE_SETATTR, chown, { node, ...USER }).body, 16).uid, 7);
  const chmod = [fuse.FATTR_MODE, ...Array.from({ length: 21 }, (_, index) => (index === 16 ? 0o6755 : 0))];
  assert.is(readAttributes(k.ask(fuse.FUSE_SETATTR, chmod, { node, ...USER }).body, 16).mode & 0o7777, 0o6755);
  const mode = (): number => readAttributes(k.ask(fuse.FUSE_GETATTR, [0, 0, 0n], { node }).body, 16).mode & 0o7777;
  const writeWith = (flags: number): void => void k.ask(fuse.FUSE_WRITE, [BigInt(handle), 0n, 1, flags, 0n, 0, 0, new Uint8Array(1)], { node });
  writeWith(0);
  assert.is(mode(), 0o6755);
  writeWith(fuse.FUSE_WRITE_CACHE);
  assert.is(mode(), 0o6755);
  writeWith(fuse.FUSE_WRITE_KILL_SUIDGID);
  assert.is(mode(), 0o755);
});

test('names are made, moved and removed', () => {
  const k = kernel();
  const d = mkdir(k, 'd');
  assert.is(readEntry(k.ask(fuse.FUSE_MKNOD, [S_IFIFO | 0o600, 0, 0, 0, 'fifo'], { node: d }).body).mode, S_IFIFO | 0o600);
  const device = k.ask(fuse.FUSE_MKNOD, [S_IFCHR | 0o600, 0x103, 0, 0, 'null'], { node: d }).body;
  assert.is(device.readUInt32LE(40 + 76), 0x103);
  assert.is(k.ask(fuse.FUSE_SYMLINK, ['link', 'target/of/it'], { node: d }).error, 0);
  const link = lookup(k, 'link', d);
  assert.is(k.ask(fuse.FUSE_READLINK, [], { node: link }).body.toString(), 'target/of/it');
  assert.is(k.ask(fuse.FUSE_READLINK, [], { node: d }).error, EINVAL);
  assert.is(k.ask(fuse.FUSE_RMDIR, ['d']).error, ENOTEMPTY);
  assert.is(k.ask(fuse.FUSE_UNLINK, ['d']).error, EISDIR);
  assert.is(k.ask(fuse.FUSE_RMDIR, ['fifo'], { node: d }).error, ENOTDIR);
  assert.is(k.ask(fuse.FUSE_RENAME, [1n, 'fifo', 'moved'], { node: d }).error, 0);
  assert.is(k.ask(fuse.FUSE_RENAME, [1n, 'fifo', 'moved'], { node: d }).error, ENOENT);
  assert.is(k.ask(fuse.FUSE_RENAME2, [1n, 1, 0, 'null', 'moved'], { node: d }).error, EEXIST);
  assert.is(k.ask(fuse.FUSE_RENAME2, [1n, 2, 0, 'null', 'moved'], { node: d }).error, 0);
  assert.is(k.ask(fuse.FUSE_RENAME2, [1n, 64, 0, 'null', 'moved'], { node: d }).error, EINVAL);
  assert.is(k.ask(fuse.FUSE_RENAME2, [1n, 0, 0, 'null', 'moved'], { node: 999 }).error, ESTALE);
  assert.is(k.ask(fuse.FUSE_LINK, [999n, 'x']).error, ESTALE);
  assert.is(k.ask(fuse.FUSE_LINK, [BigInt(d), 'x']).error, EPERM);
  k.checkCounts();
});

test('extended attributes tell their size, and ERANGE where there is too little room', () => {
  const k = kernel();
  const { node } = create(k, 'f');
  const value = Buffer.from('value');
  assert.is(k.ask(fuse.FUSE_SETXATTR, [5, 0, 'user.a', value], { node }).error, 0);
  assert.is(k.ask(fuse.FUSE_SETXATTR, [50, 0, 'user.b', value], { node }).error, EINVAL);
  assert.is(k.ask(fuse.FUSE_GETXATTR, [0, 0, 'user.a'], { node }).body.readUInt32LE(0), 5);
  assert.is(k.ask(fuse.FUSE_GETXATTR, [5, 0, 'user.a'], { node }).body.toString(), 'value');
  assert.is(k.ask(fuse.FUSE_GETXATTR, [4, 0, 'user.a'], { node }).error, ERANGE);
  assert.is(k.ask(fuse.FUSE_GETXATTR, [4, 0, 'user.x'], { node }).error, ENODATA);
  assert.is(k.ask(fuse.FUSE_GETXATTR, [4, 0, 'odd'], { node }).error, EOPNOTSUPP);
  assert.is(k.ask(fuse.FUSE_LISTXATTR, [100, 0], { node }).body.toString(), 'user.a\0');
  assert.is(k.ask(fuse.FUSE_LISTXATTR, [3, 0], { node }).error, ERANGE);
  assert.is(k.ask(fuse.FUSE_REMOVEXATTR, ['user.a'], { node }).error, 0);
  assert.is(k.ask(fuse.FUSE_LISTXATTR, [100, 0], { node }).body.length, 0);
});

test('holes, space and copies', () => {
  const k = kernel();
  const { node, handle } = create(k, 'f');
  const fh = BigInt(handle);
  write(k, node, handle, 'data', 8192);
  const seek = (offset: bigint, whence: number): Reply => k.ask(fuse.FUSE_LSEEK, [fh, offset, whence, 0], { node });
  assert.is(seek(0n, SEEK_DATA).body.readUInt32LE(0), 8192);
  assert.is(seek(8192n, SEEK_HOLE).body.readUInt32LE(0), 8196);
  assert.is(seek(9000n, SEEK_DATA).error, ENXIO);
  assert.is(seek(1n << 62n, SEEK_DATA).error, ENXIO);
  assert.is(seek(0n, 9).error, EINVAL);
  assert.is(k.ask(fuse.FUSE_FALLOCATE, [fh, 0n, 20_000n, 0, 0], { node }).error, 0);
  assert.is(k.ask(fuse.FUSE_FALLOCATE, [fh, 0n, 10n, 8, 0], { node }).error, EOPNOTSUPP);
  assert.is(k.ask(fuse.FUSE_FALLOCATE, [99n, 0n, 10n, 0, 0], { node }).error, EBADF);
  const copy = k.ask(fuse.FUSE_COPY_FILE_RANGE, [fh, 8192n, BigInt(node), fh, 0n, 4n, 0n], { node });
  assert.is(copy.body.readUInt32LE(0), 4);
  assert.is(read(k, node, handle, 4), 'data');
});

test('what we have no part in is answered so', () => {
  const k = kernel();
  const { node, handle } = create(k, 'f');
  const fh = BigInt(handle);
  assert.is(k.ask(fuse.FUSE_IOCTL, [fh, 0, 0x5401, 0n, 0, 0], { node }).error, ENOTTY);
  assert.is(k.ask(fuse.FUSE_FLUSH, [fh, 0, 0, 0n], { node }).error, ENOSYS);
  for (const opcode of [fuse.FUSE_GETLK, fuse.FUSE_SETLK, fuse.FUSE_SETLKW, fuse.FUSE_BMAP, fuse.FUSE_STATX, 60, 4096, 0, 7]) {
    assert.is(k.ask(opcode, Array.from({ length: 12 }, () => 0n), { node }).error, ENOSYS, String(opcode));
  }
  assert.is(k.ask(fuse.FUSE_SYNCFS, [0n]).error, 0);
  assert.is(k.ask(fuse.FUSE_FSYNC, [fh, 0, 0], { node }).error, 0);
  assert.is(k.ask(fuse.FUSE_POLL, [fh, 1n, 0, POLLIN], { node }).body.readUInt32LE(0) & POLLIN, POLLIN);
});

test('a read-only mount refuses every change', () => {
  const k = kernel(true);
  assert.is(k.ask(fuse.FUSE_MKDIR, [0o755, 0, 'd']).error, EROFS);
  assert.is(k.ask(fuse.FUSE_CREATE, [O_RDWR, 0o644, 0, 0, 'f']).error, EROFS);
  assert.is(k.ask(fuse.FUSE_TMPFILE, [O_RDWR, 0o644, 0, 0, '/']).error, EROFS);
  assert.is(k.ask(fuse.FUSE_SETXATTR, [1, 0, 'user.a', new Uint8Array(1)]).error, EROFS);
  assert.is(k.ask(fuse.FUSE_SETLK, Array.from({ length: 6 }, () => 0n)).error, ENOSYS);
  assert.is(lookup(k, 'd'), 0);
});

test('DESTROY gives everything up', () => {
  const k = kernel();
  create(k, 'f');
  mkdir(k, 'd');
  assert.is(k.ask(fuse.FUSE_DESTROY).error, 0);
  k.checkCounts();
  assert.is(k.dispatcher.handles.size, 0);
  assert.is(k.dispatcher.nodes.size, 1);
});

// Requests that wait.

function pipe(capacity = 8): { k: TestKernel; tree: PipeTree; node: number; reader: number; writer: number } {
  const tree = new PipeTree(capacity);
  const k = new TestKernel(tree);
  const node = lookup(k, 'pipe');
  return { k, tree, node, reader: open(k, node, O_RDONLY), writer: open(k, node, O_WRONLY) };
}

function startRead(k: TestKernel, node: number, handle: number, flags = 0, size = 100): { unique: number; reply: Reply | undefined } {
  const unique = k.nextUnique();
  return { unique, reply: k.send(fuse.FUSE_READ, [BigInt(handle), 0n, size, 0, 0n, flags, 0], { node, unique }) };
}

function startWrite(k: TestKernel, node: number, handle: number, text: string, flags = 0): Reply | undefined {
  return k.send(fuse.FUSE_WRITE, [BigInt(handle), 0n, text.length, 0, 0n, flags, 0, Buffer.from(text)], { node });
}

test('a read waits for a write, and is answered before it', () => {
  const { k, node, reader, writer } = pipe();
  const { unique, reply } = startRead(k, node, reader);
  assert.is(reply, undefined);
  assert.is(k.dispatcher.parked, 1);
  assert.is(startWrite(k, node, writer, 'hello')?.error, 0);
  assert.equal(k.late.map(({ unique: of, body }) => [of, body.toString()]), [[unique, 'hello']]);
  assert.is(k.dispatcher.parked, 0);
});

test('a write that waits for room does not spoil the reply of the read that makes it', () => {
  const { k, node, reader, writer } = pipe(4);
  assert.is(startWrite(k, node, writer, 'abcd')?.error, 0);
  assert.is(startWrite(k, node, writer, 'efgh'), undefined);
  assert.is(startRead(k, node, reader).reply?.body.toString(), 'abcd');
  assert.is(k.late[0]?.body.readUInt32LE(0), 4);
  assert.is(startRead(k, node, reader).reply?.body.toString(), 'efgh');
});

test('many readers: each gets its part, the others go on waiting', () => {
  const { k, tree, node, reader } = pipe(100);
  const uniques = Array.from({ length: 20 }, () => startRead(k, node, reader, 0, 2).unique);
  assert.is(k.dispatcher.parked, 20);
  tree.pipe.put(Buffer.from('aabbcc'));
  assert.equal(k.late.map(({ unique }) => unique), uniques.slice(0, 3));
  assert.is(k.dispatcher.parked, 17);
  assert.is(tree.pipe.waiters.size, 17);
});

test('an interrupt ends a wait with EINTR, once', () => {
  const { k, tree, node, reader } = pipe();
  const { unique } = startRead(k, node, reader);
  const other = startRead(k, node, reader);
  k.send(fuse.FUSE_INTERRUPT, [BigInt(unique)]);
  k.send(fuse.FUSE_INTERRUPT, [BigInt(unique)]);
  k.send(fuse.FUSE_INTERRUPT, [123_456n]);
  assert.equal(k.late.map(({ unique: of, error }) => [of, error]), [[unique, EINTR]]);
  tree.pipe.put(Buffer.from('x'));
  assert.is(k.late[1]?.unique, other.unique);
  assert.is(tree.pipe.waiters.size, 0);
});

test('who does not wait gets EAGAIN', () => {
  const { k, node, reader, writer } = pipe(1);
  assert.is(startRead(k, node, reader, O_NONBLOCK).reply?.error, EAGAIN);
  startWrite(k, node, writer, 'x');
  assert.is(startWrite(k, node, writer, 'x', O_NONBLOCK)?.error, EAGAIN);
  assert.is(k.dispatcher.parked, 0);
});

test('closing a file ends the waits for it', () => {
  const { k, tree, node, reader } = pipe();
  const { unique } = startRead(k, node, reader);
  k.ask(fuse.FUSE_POLL, [BigInt(reader), 5n, fuse.FUSE_POLL_SCHEDULE_NOTIFY, POLLIN], { node });
  assert.is(k.dispatcher.parked, 2);
  assert.is(release(k, node, reader), 0);
  assert.is(k.dispatcher.parked, 0);
  assert.is(k.late[0]?.unique, unique);
  assert.is(tree.pipe.waiters.size, 0);
});

test('a poll is told of a change once, and asks again', () => {
  const { k, tree, node, reader } = pipe();
  const poll = (): number => k.ask(fuse.FUSE_POLL, [BigInt(reader), 42n, fuse.FUSE_POLL_SCHEDULE_NOTIFY, POLLIN], { node }).body.readUInt32LE(0);
  assert.is(poll() & POLLIN, 0);
  assert.is(poll() & POLLIN, 0);
  assert.is(k.dispatcher.parked, 1);
  tree.pipe.put(Buffer.from('a'));
  tree.pipe.put(Buffer.from('b'));
  assert.equal(k.notifications.map(({ code, body }) => [code, body.readUInt32LE(0)]), [[fuse.FUSE_NOTIFY_POLL, 42]]);
  assert.is(poll() & POLLIN, POLLIN);
  assert.is(k.dispatcher.parked, 0);
});

test('a file of streams says so when it is opened', () => {
  const { k, node } = pipe();
  const flags = k.ask(fuse.FUSE_OPEN, [O_RDONLY, 0], { node }).body.readUInt32LE(8);
  assert.is(flags, fuse.FOPEN_DIRECT_IO | fuse.FOPEN_STREAM | fuse.FOPEN_NONSEEKABLE);
});

test('the end of a connection leaves nobody waiting', () => {
  const { k, tree, node, reader } = pipe();
  startRead(k, node, reader);
  k.ask(fuse.FUSE_POLL, [BigInt(reader), 5n, fuse.FUSE_POLL_SCHEDULE_NOTIFY, POLLIN], { node });
  k.dispatcher.end();
  assert.is(k.dispatcher.parked, 0);
  assert.is(tree.pipe.waiters.size, 0);
  assert.is(k.late.length, 0);
});

test.run();
