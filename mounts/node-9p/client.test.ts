/** The client against the server, with every version, each transport, and answers at once and later. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeDevice } from './attributes.ts';
import { Client, type ClientOptions, type RequestName } from './client.ts';
import { RemoteError } from './errors.ts';
import type { Fields } from './layout.ts';
import {
  type Dialect,
  LOCK_BLOCKED,
  LOCK_SUCCESS,
  LOCK_TYPE_RDLCK,
  LOCK_TYPE_UNLCK,
  LOCK_TYPE_WRLCK,
  NOTAG,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  QTDIR,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  XATTR_CREATE,
} from './protocol.ts';
import { Qid } from './qid.ts';
import { RemoteFile } from './remote-file.ts';
import { Server, type ServerOptions } from './server.ts';
import { MemoryFiles, type Pace } from './testing/memory-files.ts';
import { RawClient, settled } from './testing/raw-client.ts';
import { listen } from './transports/listen.ts';
import { streamPair } from './transports/streams.ts';

const DIALECTS: readonly Dialect[] = ['9P2000.L', '9P2000.u', '9P2000'];

interface Pairing {
  readonly files: MemoryFiles;
  readonly server: Server;
  readonly client: Client;
  readonly root: RemoteFile;
}

async function pair(
  pace: Pace,
  dialect: Dialect,
  options: ClientOptions = {},
  serverOptions: ServerOptions = {},
): Promise<Pairing> {
  const files = new MemoryFiles(pace);
  const server = new Server(files, serverOptions);
  const [ours, theirs] = streamPair();
  server.serve(theirs, 'test');
  const client = await Client.connect(ours, { ...options, dialects: [dialect] });
  return { files, server, client, root: await client.attach({ tree: 'tree', userName: 'me', userId: 1000 }) };
}

/** A test with every version and pace; afterwards nothing may be left behind. */
function everywhere(name: string, dialects: readonly Dialect[], body: (pairing: Pairing) => Promise<void>): void {
  for (const dialect of dialects) {
    for (const pace of ['at once', 'later'] as const) {
      test(`${name} (${dialect}, ${pace})`, async () => {
        const pairing = await pair(pace, dialect);
        await body(pairing);
        await pairing.root.clunk();
        const { server, files, client } = pairing;
        assert.is(server.counts.fids, 0, 'no fid is left');
        await settled(() => files.nodes === 0 && files.files === 0);
        client.close();
        assert.is(await client.closed, undefined);
      });
    }
  }
}

async function fails(code: string, action: Promise<unknown>): Promise<void> {
  let thrown: unknown;
  try {
    await action;
  } catch (error) {
    thrown = error;
  }
  assert.ok(thrown instanceof RemoteError, `not rejected: ${String(thrown)}`);
  assert.is((thrown as RemoteError).code, code);
}

everywhere('who attaches to what', DIALECTS, async ({ files, client }) => {
  const [attach] = files.attaches;
  assert.equal([attach?.tree, attach?.userName], ['tree', 'me']);
  assert.is(attach?.userId, client.dialect === '9P2000' ? undefined : 1000);
  await fails('ENOENT', client.attach({ tree: 'elsewhere' }));
});

everywhere('reading and listing', DIALECTS, async ({ root }) => {
  assert.is(String(await root.readFile('text')), 'The quick brown fox\n');
  assert.is((await root.readFile('empty')).length, 0);
  assert.equal((await root.list()).map(({ name }) => name).sort(), ['directory', 'empty', 'text', 'waiting']);
  const [inner] = await root.list('directory');
  assert.equal([inner?.name, inner?.type], ['inner', S_IFREG >> 12]);
  await fails('ENOENT', root.walk('directory/missing'));
  await fails('ENOENT', root.walk('missing/inner'));
});

everywhere('long paths are walked in parts', DIALECTS, async ({ root }) => {
  let directory = await root.clone();
  for (let depth = 0; depth < 40; depth++) {
    await directory.mkdir(`d${depth}`, 0o755);
    const next = await directory.walk([`d${depth}`]);
    await directory.clunk();
    directory = next;
  }
  await directory.clunk();
  const path = Array.from({ length: 40 }, (_value, depth) => `d${depth}`);
  const deepest = await root.walk(path);
  await deepest.clunk();
  await fails('ENOENT', root.walk([...path.slice(0, 30), 'missing']));
});

everywhere('writing', DIALECTS, async ({ root, files }) => {
  const file = await (await root.clone()).create('new', O_RDWR | O_CREAT, 0o640);
  assert.is(await file.write(0, Buffer.from('hello')), 5);
  assert.is(await file.write(5, Buffer.from(' world')), 6);
  assert.is(String(await file.readAll()), 'hello world');
  await file.fsync();
  const attributes = await file.getattr();
  assert.is(attributes.size, 11);
  await file.clunk();
  assert.is(files.root.entries.get('new')?.inode.mode, S_IFREG | 0o640);
  const again = await (await root.walk('new')).open(O_RDWR | O_TRUNC);
  assert.is((await again.getattr()).size, 0);
  await again.clunk();
});

everywhere('large transfers', DIALECTS, async ({ root, client }) => {
  assert.is(client.msize, 1 << 20);
  const data = Buffer.allocUnsafe(5_000_001);
  for (let at = 0; at < data.length; at++) data[at] = at * 31 + (at >> 8);
  const file = await (await root.clone()).create('large', O_RDWR | O_CREAT, 0o644);
  assert.is(await file.write(0, data), data.length);
  assert.ok((await file.readAll()).equals(data));
  await file.clunk();
});

everywhere('attributes', DIALECTS, async ({ root, client }) => {
  const extended = client.dialect !== '9P2000';
  const linux = client.dialect === '9P2000.L';
  const file = await root.walk('text');
  const before = await file.getattr();
  assert.is(before.mode, S_IFREG | 0o644);
  assert.equal([before.size, before.mtime], [20, 2]);
  assert.is(before.mtimeNanoseconds, linux ? 7 : 0);
  await file.setattr({
    mode: extended ? 0o4711 : 0o711,
    uid: 5,
    gid: 6,
    size: 3,
    atime: { seconds: 8, nanoseconds: 9 },
    mtime: 'now',
  });
  const after = await file.getattr();
  assert.is(after.mode, S_IFREG | (extended ? 0o4711 : 0o711));
  assert.equal([after.uid, after.gid, after.size, after.atime], [5, 6, 3, 8]);
  assert.ok(after.mtime >= 1000);
  await file.clunk();
  assert.is((await root.getattr()).mode, S_IFDIR | 0o755);
});

everywhere('directories, moves and removals', DIALECTS, async ({ root, client }) => {
  await root.mkdir('made', 0o750);
  assert.is((await attributesOf(root, 'made')).mode, S_IFDIR | 0o750);
  await fails('EEXIST', root.mkdir('made', 0o750));
  await root.rename('text', root, 'moved');
  await fails('ENOENT', root.walk('text'));
  assert.is(String(await root.readFile('moved')), 'The quick brown fox\n');
  const made = await root.walk('made');
  if (client.dialect === '9P2000.L') {
    await root.rename('moved', made, 'inside');
    await made.rename('inside', root, 'moved');
  } else {
    await fails('EXDEV', root.rename('moved', made, 'inside'));
  }
  await made.clunk();
  await fails('ENOTEMPTY', root.unlink('directory', true));
  await root.unlink('moved');
  await root.unlink('made', true);
  assert.equal((await root.list()).map(({ name }) => name).sort(), ['directory', 'empty', 'waiting']);
  if (client.dialect === '9P2000.L') await fails('EISDIR', root.unlink('directory'));
});

async function attributesOf(root: RemoteFile, path: string): ReturnType<RemoteFile['getattr']> {
  const file = await root.walk(path);
  try {
    return await file.getattr();
  } finally {
    await file.clunk();
  }
}

everywhere('a file that was moved is removed by its new name', DIALECTS, async ({ root, client }) => {
  const held = await root.walk('text');
  const clone = await held.clone();
  if (client.dialect === '9P2000.L') await client.call('Trename', { fid: clone.fid, dfid: root.fid, name: 'moved' });
  else await root.rename('text', root, 'moved');
  if (client.dialect === '9P2000.L') await held.remove();
  else await fails('ENOENT', held.remove());
  await clone.clunk();
});

everywhere('links and special files', ['9P2000.L', '9P2000.u'], async ({ root, files }) => {
  await root.symlink('link', '/some/where ü');
  const link = await root.walk('link');
  assert.is(await link.readlink(), '/some/where ü');
  await link.clunk();
  const text = await root.walk('text');
  await fails('EINVAL', text.readlink());
  await root.link('another', text);
  await text.clunk();
  assert.is(String(await root.readFile('another')), 'The quick brown fox\n');
  assert.is(files.root.entries.get('text')?.inode.nlink, 2);
  await root.mknod('null', S_IFCHR | 0o666, makeDevice(1, 3));
  await root.mknod('fifo', S_IFIFO | 0o600, 0);
  const device = await attributesOf(root, 'null');
  assert.equal([device.mode, device.rdev], [S_IFCHR | 0o666, makeDevice(1, 3)]);
  assert.is((await attributesOf(root, 'fifo')).mode & S_IFMT, S_IFIFO);
  const types = new Map((await root.list()).map(({ name, type }) => [name, type]));
  assert.equal([types.get('link'), types.get('null'), types.get('fifo')], [10, 2, 1]);
});

everywhere('9P2000 has no links', ['9P2000'], async ({ root }) => {
  await fails('EOPNOTSUPP', root.symlink('link', 'x'));
  await fails('EOPNOTSUPP', root.readlink());
  await fails('EOPNOTSUPP', root.statfs());
});

everywhere("a file system's figures", ['9P2000.L'], async ({ root }) => {
  const figures = await root.statfs();
  assert.equal([figures.type, figures.blocks, figures.files], [0x0102_1994, 2n ** 63n, 5]);
});

everywhere('extended attributes', ['9P2000.L'], async ({ root }) => {
  const file = await root.walk('text');
  assert.equal(await file.listxattr(), []);
  await fails('ENODATA', file.getxattr('user.a'));
  await file.setxattr('user.a', Buffer.from('value'));
  await file.setxattr('user.empty', Buffer.alloc(0), XATTR_CREATE);
  await fails('EEXIST', file.setxattr('user.a', Buffer.from('x'), XATTR_CREATE));
  assert.is(String(await file.getxattr('user.a')), 'value');
  assert.is((await file.getxattr('user.empty')).length, 0);
  assert.equal((await file.listxattr()).sort(), ['user.a', 'user.empty']);
  await file.removexattr('user.a');
  await fails('ENODATA', file.getxattr('user.a'));
  await fails('E2BIG', file.setxattr('user.b', Buffer.alloc(70_000)));
  await file.clunk();
  // A value that was announced and did not come is not set.
  const clone = await root.walk('text');
  await root.client.call('Txattrcreate', { fid: clone.fid, name: 'user.c', attr_size: 5, flags: 0 });
  await clone.write(0, Buffer.from('abc'));
  await fails('EINVAL', clone.clunk());
  const listed = await root.walk('text');
  assert.equal(await listed.listxattr(), ['user.empty']);
  await listed.clunk();
});

everywhere('locks', ['9P2000.L'], async ({ root }) => {
  const file = await (await root.walk('text')).open(O_RDWR);
  const lock = { type: LOCK_TYPE_WRLCK, blocking: false, start: 10, length: 5, processId: 1, clientId: 'here' };
  assert.is(await file.lock(lock), LOCK_SUCCESS);
  assert.is(await file.lock({ ...lock, processId: 2 }), LOCK_BLOCKED);
  const other = { ...lock, type: LOCK_TYPE_RDLCK, start: 0, length: 0, processId: 2 };
  assert.equal(await file.getlock(other), { ...lock, blocking: false });
  const waiting = file.lock({ ...lock, processId: 2, blocking: true });
  assert.is(await file.lock({ ...lock, type: LOCK_TYPE_UNLCK }), LOCK_SUCCESS);
  assert.is(await waiting, LOCK_SUCCESS);
  assert.is((await file.getlock({ ...other, processId: 2 })).type, LOCK_TYPE_UNLCK);
  await file.clunk();
  const again = await (await root.walk('text')).open(O_RDWR);
  assert.is((await again.getlock({ ...other, processId: 3 })).type, LOCK_TYPE_UNLCK, 'the lock went with its file');
  await again.clunk();
});

test('a request can be given up', async () => {
  const { files, client, root, server } = await pair('at once', '9P2000.L');
  const file = await (await root.walk('waiting')).open(O_RDONLY);
  const giveUp = new AbortController();
  const reading = file.read(0, 10, { signal: giveUp.signal });
  await settled(() => files.sleeping === 1);
  giveUp.abort(new Error('enough'));
  let thrown: unknown;
  await reading.catch((error: unknown) => (thrown = error));
  assert.is((thrown as Error).message, 'enough');
  assert.is(server.counts.outstanding, 0);
  assert.is((await root.getattr()).mode, S_IFDIR | 0o755);
  await reading.catch(() => {});
  let early: unknown;
  await file.read(0, 10, { signal: AbortSignal.abort(new Error('before')) }).catch((error: unknown) => (early = error));
  assert.is((early as Error).message, 'before');
  client.close();
});

test('a thousand requests at once, over a window of eight', async () => {
  const { client, root, server } = await pair('later', '9P2000.L', { outstanding: 8 });
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, server.counts.outstanding)), 0);
  const all = await Promise.all(Array.from({ length: 1000 }, () => root.getattr()));
  clearInterval(watch);
  assert.is(all.length, 1000);
  assert.ok(most <= 8, `${most} at once`);
  client.close();
});

test('a server that goes away rejects what is under way', async () => {
  const { files, client, root, server } = await pair('at once', '9P2000.L');
  const file = await (await root.walk('waiting')).open(O_RDONLY);
  const reading = file.read(0, 10);
  await settled(() => files.sleeping === 1);
  for (const connection of server.connections) connection.destroy();
  await fails('ECONNRESET', reading);
  await fails('ECONNRESET', root.getattr());
  assert.is(((await client.closed) as RemoteError).code, 'ECONNRESET');
});

/** The client's timers keep no process alive; a socket would. */
const alive = setInterval(() => {}, 1000);
test.after(() => clearInterval(alive));

/** A client, and a server that says what a test has it say. */
async function withSilent(options: ClientOptions): Promise<{ client: Client; server: RawClient; root: RemoteFile }> {
  const [ours, theirs] = streamPair();
  const server = new RawClient(theirs);
  const connecting = Client.connect(ours, { ...options, dialects: ['9P2000.L'] });
  const tag = (await server.next())?.tag ?? 0;
  server.send('Rversion', tag, { msize: 65_536, version: '9P2000.L' });
  const client = await connecting;
  return { client, server, root: new RemoteFile(client, client.newFid(), Qid.of(QTDIR, 0, 1)) };
}

/** The next request, of the expected type. */
async function request<N extends RequestName>(server: RawClient, name: N): Promise<{ tag: number; fields: Fields<N> }> {
  const message = await server.next();
  assert.is(message?.name, name);
  return message as unknown as { tag: number; fields: Fields<N> };
}

for (const happened of [true, false]) {
  test(`a request is given up though the server does not say so, and has ${happened ? '' : 'not '}happened`, async () => {
    const { client, server, root } = await withSilent({ flushMilliseconds: 1 });
    const wqids = [Qid.of(QTDIR, 0, 2)];
    const abort = new AbortController();
    const walking = root.during(abort.signal).walk('a');
    const asked = await request(server, 'Twalk');
    abort.abort(new Error('given up'));
    const flush = await request(server, 'Tflush');
    assert.is(await walking.then(() => '', (error: Error) => error.message), 'given up');
    // The server may have the fid, and the tag is not free either.
    const other = root.walk('b');
    const second = await request(server, 'Twalk');
    assert.is.not(second.fields.newfid, asked.fields.newfid);
    assert.is.not(second.tag, asked.tag);
    server.send('Rwalk', second.tag, { wqids });
    assert.is((await other).fid, second.fields.newfid);
    if (happened) {
      server.send('Rwalk', asked.tag, { wqids });
      const clunk = await request(server, 'Tclunk');
      assert.is(clunk.fields.fid, asked.fields.newfid);
      server.send('Rclunk', clunk.tag, {});
    }
    server.send('Rflush', flush.tag, {});
    // Once that is known, both are used again.
    const [fids, tags] = [new Set<number>(), new Set<number>()];
    for (let round = 0; round < 4; round++) {
      void root.walk('c').catch(() => {});
      const { tag, fields } = await request(server, 'Twalk');
      fids.add(fields.newfid);
      tags.add(tag);
    }
    assert.ok(fids.has(asked.fields.newfid));
    assert.ok(tags.has(asked.tag));
    client.close();
  });
}

test('a silent server is asked for a sign of life, and is given up where there is none', async () => {
  const { client, server, root } = await withSilent({ silenceMilliseconds: 40 });
  const asking = root.getattr();
  const closed = client.closed;
  await request(server, 'Tgetattr');
  for (let round = 0; round < 3; round++) {
    const { tag, fields } = await request(server, 'Tflush');
    assert.is(fields.oldtag, NOTAG);
    server.send('Rflush', tag, {});
  }
  await fails('ETIMEDOUT', asking);
  assert.is(((await closed) as RemoteError).code, 'ETIMEDOUT');
});

test('a version that a server does not speak', async () => {
  const server = new Server(new MemoryFiles(), { dialects: ['9P2000.u'] });
  const connect = (dialects: readonly Dialect[]): Promise<Client> => {
    const [ours, theirs] = streamPair();
    server.serve(theirs, 'test');
    return Client.connect(ours, { dialects });
  };
  await fails('EPROTONOSUPPORT', connect(['9P2000.L']));
  assert.is((await connect(['9P2000.L', '9P2000.u'])).dialect, '9P2000.u');
});

/** Over real sockets. */
for (const kind of ['tcp', 'unix'] as const) {
  test(`over ${kind}`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'node-9p-'));
    const server = new Server(new MemoryFiles('at once'));
    const listener = await listen(server, kind === 'tcp' ? 'tcp!127.0.0.1!0' : `unix!${join(directory, 'socket')}`);
    try {
      const client = await Client.connect(listener.address);
      const root = await client.attach();
      assert.is(String(await root.readFile('text')), 'The quick brown fox\n');
      const data = Buffer.alloc(3_000_000, 'abcdefg');
      const file = await (await root.clone()).create('large', O_RDWR, 0o644);
      await Promise.all([file.write(0, data), root.getattr(), root.list()]);
      assert.ok((await file.readAll()).equals(data));
      client.close();
      await settled(() => server.counts.connections === 0);
    } finally {
      await server.close();
      await listener.close();
      rmSync(directory, { recursive: true });
    }
  });
}

test('addresses that mean nothing', async () => {
  for (const address of ['', 'tcp', 'tcp!', 'tcp!h!99999', 'tcp!h!x', 'unix!', 'udp!h!1', 'tcp!h!1!2']) {
    let message = '';
    await Client.connect(address).catch((error: Error) => (message = error.message));
    assert.match(message, /^.*: /, address);
  }
});

test.run();
