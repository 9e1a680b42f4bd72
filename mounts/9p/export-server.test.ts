import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Caller } from '../../fs/caller.ts';
import { EACCES, WOULD_BLOCK } from '../../fs/errno.ts';
import { dir, file, link, stream } from '../../fs/generated/spec.ts';
import { generatedTree } from '../../fs/generated/tree.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { makeDevice, S_IFCHR } from '../../fs/stat.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import { Client, type ClientOptions } from '../node-9p/client.ts';
import { LOCK_TYPE_WRLCK, O_RDONLY, O_RDWR, O_NONBLOCK, O_WRONLY, QTDIR, QTSYMLINK } from '../node-9p/protocol.ts';
import type { RemoteFile } from '../node-9p/remote-file.ts';
import { Server } from '../node-9p/server.ts';
import { streamPair } from '../node-9p/transports/streams.ts';
import { ExportServer, type ExportServerOptions } from './export-server.ts';
import type { Export } from './tree.ts';

const PROCFS_MAGIC = 0x9fa0;
const TMPFS_MAGIC = 0x0102_1994;

/** A small tree like /proc, in which a stream waits until something is put into it. */
function generated(): { fileSystem: FileSystem & { changed: { wakeAll(): void; size: number } }; put(text: string): void } {
  let waiting = '';
  const fileSystem = generatedTree<null>({
    type: 'proc',
    magic: PROCFS_MAGIC,
    root: dir(0o555, {
      who: file(0o444, (out, _context, caller: Caller) => {
        out.text(`${caller.uid} ${caller.gid} ${caller.inGroup(100)} ${caller.threadId} ${caller.processId()}\n`);
      }),
      self: link((_context, caller: Caller) => String(caller.processId())),
      secret: file(0o400, (out) => void out.text('secret\n')),
      sys: dir(0o555, { kernel: dir(0o555, { osrelease: file(0o444, (out) => void out.text('9.9\n')) }) }),
      kmsg: stream(0o444, {
        read(into, start) {
          if (waiting === '') return WOULD_BLOCK;
          const count = into.length === 0 ? 0 : Buffer.from(waiting).copy(into as Buffer, start);
          waiting = '';
          return count;
        },
      }),
    }),
    subject: { context: () => null },
    fileSize: 0,
    blockSize: 1024,
    changes: () => 'kept',
    declaredMilliseconds: 0,
  });
  return {
    fileSystem,
    put(text) {
      waiting = text;
      fileSystem.changed.wakeAll();
    },
  };
}

const IDENTIFY: ExportServerOptions['identify'] = ({ userId = 65_534 }) =>
  userId === 13 ? EACCES : { uid: userId, gid: userId, groups: [100] };

async function connected(
  exports: readonly Export[],
  options: Partial<ExportServerOptions> = {},
  clientOptions: ClientOptions = {},
): Promise<{ client: Client; exported: ExportServer; server: Server; faults: string[] }> {
  const exported = new ExportServer(exports, { identify: IDENTIFY, ...options });
  const faults: string[] = [];
  const server = new Server(exported, {
    encoding: 'latin1',
    log: ({ kind, text }) => kind === 'fault' && faults.push(text),
  });
  const [ours, theirs] = streamPair();
  server.serve(theirs, 'test');
  return { client: await Client.connect(ours, { encoding: 'latin1', ...clientOptions }), exported, server, faults };
}

const tmpfs = (): FileSystem => new Tmpfs(defaultTmpfsOptions());
const both = (): Export[] => [
  { name: 'proc', fileSystem: generated().fileSystem, readOnly: false },
  { name: 'tmp', fileSystem: tmpfs(), readOnly: false },
];

async function code(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
}

async function text(root: RemoteFile, path: string): Promise<string> {
  return String(await root.readFile(path));
}

test('the name of a tree picks it, or a part of it', async () => {
  const { client } = await connected(both());
  const names = async (tree: string): Promise<string[]> =>
    (await (await client.attach({ tree })).list()).map(({ name }) => name).filter((name) => !/^\.\.?$/.test(name));
  assert.equal(await names(''), ['proc', 'tmp']);
  assert.equal(await names('/'), ['proc', 'tmp']);
  assert.equal(await names('proc'), ['who', 'self', 'secret', 'sys', 'kmsg']);
  assert.equal(await names('/proc/sys/kernel/'), ['osrelease']);
  assert.is(await text(await client.attach({}), 'proc/sys/kernel/osrelease'), '9.9\n');
  assert.is(await code(client.attach({ tree: 'dev' })), 'ENOENT');
  assert.is(await code(client.attach({ tree: 'proc/none' })), 'ENOENT');
  assert.is(await code(client.attach({ tree: 'proc/../tmp' })), 'EINVAL');
  assert.is(await code(client.attach({ tree: 'proc:what=1' })), 'EINVAL');
  assert.is(await code(client.attach({ userId: 13 })), 'EACCES');
  client.close();
});

test('the only tree needs no name', async () => {
  const { client } = await connected([{ name: 'proc', fileSystem: generated().fileSystem, readOnly: false }]);
  for (const tree of ['', '/', 'proc', '/proc']) {
    assert.is(await text(await client.attach({ tree }), 'sys/kernel/osrelease'), '9.9\n', tree);
  }
  assert.is(await text(await client.attach({ tree: 'sys/kernel' }), 'osrelease'), '9.9\n');
  client.close();
});

test('nobody gets above what was attached to', async () => {
  const { client } = await connected(both());
  const kernel = await client.attach({ tree: 'proc/sys/kernel' });
  assert.is(await text(kernel, '../../../../../osrelease'), '9.9\n');
  const top = await client.attach({});
  assert.is((await top.walk('proc/sys/../..')).qid.path, top.qid.path);
  for (const name of ['a/b', 'a\0b', '.', '..', '']) {
    const { client: other } = await connected(both());
    const tmp = await other.attach({ tree: 'tmp', userId: 0 });
    assert.is(await code(tmp.mkdir(name, 0o755)), 'EINVAL', JSON.stringify(name));
    other.close();
  }
  client.close();
});

test('a request is made by who attached', async () => {
  const processes = new Map([
    [7, { threadId: 7, processId: 5, uid: 1000 }],
    [8, { threadId: 8, processId: 8, uid: 0 }],
  ]);
  const { client } = await connected(both(), { findProcess: (id) => processes.get(id) });
  const who = async (tree: string, userId: number): Promise<string> => text(await client.attach({ tree, userId }), 'who');
  assert.is(await who('proc', 1000), '1000 1000 true undefined undefined\n');
  assert.is(await who('proc:pid=7', 1000), '1000 1000 true 7 5\n');
  assert.is(await who('proc:pid=7', 0), '0 0 true 7 5\n');
  assert.is(await code(client.attach({ tree: 'proc:pid=8', userId: 1000 })), 'EACCES');
  assert.is(await code(client.attach({ tree: 'proc:pid=9', userId: 0 })), 'ESRCH');
  const self = await client.attach({ tree: 'proc:pid=7', userId: 1000 });
  assert.is(await (await self.walk('self')).readlink(), '5');
  assert.is(await text(await client.attach({ tree: 'proc', userId: 0 }), 'secret'), 'secret\n');
  assert.is(await code((await client.attach({ tree: 'proc', userId: 1 })).readFile('secret')), 'EACCES');
  client.close();
});

test('qids: stable, distinct between trees, and without a version where content is generated', async () => {
  const { client } = await connected(both());
  const top = await client.attach({ userId: 0 });
  const proc = await top.walk('proc');
  const tmp = await top.walk('tmp');
  assert.is(new Set([top, proc, tmp].map(({ qid }) => qid.path)).size, 3);
  assert.is(proc.qid.type, QTDIR);
  const who = await proc.walk('who');
  assert.is(who.qid.version, 0);
  assert.is((await proc.walk('who')).qid.path, who.qid.path);
  assert.is((await proc.walk('self')).qid.type, QTSYMLINK);
  const made = await (await tmp.clone()).create('f', O_RDWR, 0o644);
  const versions = new Set<number>();
  for (let round = 0; round < 3; round++) {
    await made.write(0, Buffer.from('x'.repeat(round + 1)));
    versions.add((await tmp.walk('f')).qid.version);
  }
  assert.is(versions.size, 3);
  assert.not(versions.has(0));
  const listed = await tmp.list();
  assert.is(listed.find(({ name }) => name === 'f')?.qid.path, made.qid.path);
  const opened = await (await top.walk('tmp')).open(O_RDONLY);
  const { data } = await client.call('Treaddir', { fid: opened.fid, offset: 0, count: 100 });
  // The entry of `.` has 25 bytes, and the path of a qid begins at 5.
  const paths = [5, 25 + 5].map((at) => Buffer.from(data).readBigUInt64LE(at));
  assert.equal(paths, [BigInt(tmp.qid.path), BigInt(top.qid.path)], 'those of `.` and `..`');
  client.close();
});

test('statfs has the magic number of each tree', async () => {
  const { client } = await connected(both());
  assert.is((await (await client.attach({ tree: 'proc' })).statfs()).type, PROCFS_MAGIC);
  const found = await (await client.attach({ tree: 'tmp' })).statfs();
  assert.is(found.type, TMPFS_MAGIC);
  assert.is(found.nameLength, 255);
  client.close();
});

test('a listing goes on where it was, whatever comes and goes', async () => {
  const { client } = await connected([{ name: 'tmp', fileSystem: tmpfs(), readOnly: false }], {}, { msize: 4096 });
  const root = await client.attach({ userId: 0 });
  const names = Array.from({ length: 500 }, (_value, index) => `file-${String(index).padStart(4, '0')}-${'x'.repeat(20)}`);
  for (const name of names) await (await (await root.clone()).create(name, O_WRONLY, 0o644)).clunk();
  const seen: string[] = [];
  const directory = await (await root.clone()).open(O_RDONLY);
  for await (const { name } of directory.entries()) {
    if (name.startsWith('.')) continue;
    seen.push(name);
    // Those that were listed go, and others come.
    if (seen.length % 10 === 0) {
      await root.unlink(name);
      await (await (await root.clone()).create(`new-${seen.length}`, O_WRONLY, 0o644)).clunk();
    }
  }
  const old = seen.filter((name) => name.startsWith('file'));
  assert.is(new Set(old).size, old.length, 'none twice');
  assert.equal([...old].sort(), names, 'none is missing');
  client.close();
});

for (const dialect of ['9P2000.L', '9P2000.u', '9P2000'] as const) {
  test(`files are made, changed, moved and removed with ${dialect}`, async () => {
    const exports = [{ name: 'tmp', fileSystem: tmpfs(), readOnly: false }];
    const { client, server, faults } = await connected(exports, {}, { dialects: [dialect] });
    const root = await client.attach(dialect === '9P2000' ? { userName: 'root' } : { userId: 0 });
    await root.mkdir('d', 0o755);
    const d = await root.walk('d');
    const made = await (await d.clone()).create('f', O_RDWR, 0o640);
    assert.is(await made.write(0, Buffer.from('content')), 7);
    assert.is(String(await made.read(0, 100)), 'content');
    await made.clunk();
    const f = await d.walk('f');
    assert.is((await f.getattr()).mode, 0o100_640);
    await f.setattr({ mode: 0o600, size: 4 });
    assert.is((await f.getattr()).mode, 0o100_600);
    assert.is(await text(root, 'd/f'), 'cont');
    await d.rename('f', d, 'g');
    assert.equal((await d.list()).map(({ name }) => name).filter((name) => !name.startsWith('.')), ['g']);
    assert.is(await code(root.unlink('d', true)), 'ENOTEMPTY');
    if (dialect !== '9P2000') {
      await root.symlink('l', 'd/g');
      assert.is(await (await root.walk('l')).readlink(), 'd/g');
      await root.mknod('null', S_IFCHR | 0o666, makeDevice(1, 3));
      const { mode, rdev } = await (await root.walk('null')).getattr();
      assert.equal([mode, rdev], [S_IFCHR | 0o666, makeDevice(1, 3)]);
      await root.link('again', await root.walk('d/g'));
      assert.is(await text(root, 'again'), 'cont');
    }
    await d.unlink('g');
    await root.unlink('d', true);
    assert.is(await code(root.walk('d')), 'ENOENT');
    client.close();
    await server.close();
    assert.equal(faults, []);
  });
}

test('extended attributes and locks', async () => {
  const { client } = await connected([{ name: 'tmp', fileSystem: tmpfs(), readOnly: false }]);
  const root = await client.attach({ userId: 0 });
  await root.setxattr('user.on-directory', Buffer.from('1'));
  assert.is(String(await root.getxattr('user.on-directory')), '1');
  assert.equal(await root.listxattr(), ['user.on-directory']);
  await root.removexattr('user.on-directory');
  assert.is(await code(root.getxattr('user.on-directory')), 'ENODATA');
  const made = await (await root.clone()).create('f', O_RDWR, 0o644);
  const other = await (await root.walk('f')).open(O_RDWR);
  const lock = { type: LOCK_TYPE_WRLCK, blocking: false, start: 0, length: 0, clientId: 'test' };
  assert.is(await made.lock({ ...lock, processId: 1 }), 0);
  assert.is(await other.lock({ ...lock, processId: 2 }), 1);
  assert.is((await other.getlock({ ...lock, processId: 2 })).processId, 1);
  await made.clunk();
  assert.is(await other.lock({ ...lock, processId: 2 }), 0, 'a lock goes with its file');
  client.close();
});

test('a read-only export refuses every change', async () => {
  const fileSystem = tmpfs();
  const writable = await connected([{ name: 'tmp', fileSystem, readOnly: false }]);
  const before = await writable.client.attach({ userId: 0 });
  await (await (await before.clone()).create('f', O_RDWR, 0o666)).write(0, Buffer.from('kept'));
  const { client } = await connected([{ name: 'tmp', fileSystem, readOnly: true }]);
  const root = await client.attach({ userId: 0 });
  const f = await root.walk('f');
  const refused = [
    (await root.walk('f')).open(O_RDWR),
    (await root.clone()).create('g', O_RDWR, 0o644),
    root.mkdir('d', 0o755),
    root.symlink('l', 't'),
    root.mknod('n', S_IFCHR, 1),
    root.link('h', f),
    root.unlink('f'),
    root.rename('f', root, 'g'),
    f.setattr({ mode: 0 }),
    f.setattr({ size: 0 }),
    f.setxattr('user.x', Buffer.from('1')),
    f.removexattr('user.x'),
  ];
  for (const [index, promise] of refused.entries()) assert.is(await code(promise), 'EROFS', String(index));
  assert.is(await text(root, 'f'), 'kept');
  writable.client.close();
  client.close();
});

test('a read waits for its file, and a flush ends the waiting', async () => {
  const { fileSystem, put } = generated();
  const { client, exported } = await connected([{ name: 'proc', fileSystem, readOnly: false }]);
  const root = await client.attach({});
  const parked = async (count: number): Promise<void> => {
    while (exported.parked !== count) await new Promise((resolve) => setImmediate(resolve));
  };
  const opened = await (await root.walk('kmsg')).open(O_RDONLY);
  const reading = opened.read(0, 100);
  await parked(1);
  assert.is(await text(root, 'sys/kernel/osrelease'), '9.9\n', 'others do not wait for it');
  put('news\n');
  assert.is(String(await reading), 'news\n');
  const abort = new AbortController();
  const flushed = code(opened.read(0, 100, { signal: abort.signal }));
  await parked(1);
  abort.abort();
  assert.ok(await flushed);
  await parked(0);
  assert.is(fileSystem.changed.size, 0);
  const impatient = await (await root.walk('kmsg')).open(O_RDONLY | O_NONBLOCK);
  assert.is(await code(impatient.read(0, 100)), 'EAGAIN');
  const last = code(opened.read(0, 100));
  await parked(1);
  client.close();
  assert.ok(await last);
  await parked(0);
});

test('what a client makes belongs to a group of its own', async () => {
  const { client } = await connected([{ name: 'tmp', fileSystem: tmpfs(), readOnly: false }]);
  const root = await client.attach({ userId: 1000 });
  const groupOf = async (name: string, gid?: number): Promise<number> => {
    await root.mkdir(name, 0o755, gid);
    return (await (await root.walk(name)).getattr()).gid;
  };
  assert.is(await groupOf('own'), 1000);
  assert.is(await groupOf('other', 100), 100);
  assert.is(await groupOf('foreign', 7), 1000);
  client.close();
});

test.run();
