import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Message, encode } from './codec.ts';
import { EBADF, EEXIST, EINVAL, EMFILE, ENAMETOOLONG, ENOENT, ENOTDIR, EOPNOTSUPP } from './errors.ts';
import type { Fields, MessageName } from './layout.ts';
import { NOFID, NOTAG, O_CREAT, O_RDONLY, O_RDWR, O_WRONLY, QTDIR } from './protocol.ts';
import { MemoryFiles, type Pace } from './testing/memory-files.ts';
import { Qid } from './qid.ts';
import { RawClient, serveRaw, settled } from './testing/raw-client.ts';
import { streamPair } from './transports/streams.ts';

/** The fields of a reply of the expected type. */
function reply<N extends MessageName>(name: N, message: Message | undefined): Fields<N> {
  if (message?.name !== name) throw new Error(`got ${JSON.stringify(message)} and not ${name}`);
  return message.fields as Fields<N>;
}

function failure(message: Message | undefined): number {
  return -reply('Rlerror', message).ecode;
}

async function walk(client: RawClient, newfid: number, ...wnames: string[]): Promise<Message | undefined> {
  return client.ask('Twalk', 1, { fid: 0, newfid, wnames });
}

/** Tests for servers that answer at once and for those that answer later. */
function both(name: string, body: (pace: Pace) => Promise<void>): void {
  for (const pace of ['at once', 'later'] as const) test(`${name} (${pace})`, () => body(pace));
}

test('versions: the one asked for, a common one, none', async () => {
  for (const [asked, answer] of [
    ['9P2000.L', '9P2000.L'],
    ['9P2000.u', '9P2000.u'],
    ['9P2000', '9P2000'],
    ['9P2000.e', '9P2000'],
    ['9P2000x', 'unknown'],
    ['9P1999', 'unknown'],
    ['', 'unknown'],
  ]) {
    const { client } = serveRaw(new MemoryFiles());
    const { version } = reply(
      'Rversion',
      await client.ask('Tversion', NOTAG, { msize: 8192, version: asked as string }),
    );
    assert.is(version, answer, asked);
  }
});

test('message sizes: the smaller of both, and none below 4 KiB', async () => {
  for (const [asked, limit, answer, version] of [
    [8192, 1 << 20, 8192, '9P2000.L'],
    [1 << 24, 1 << 20, 1 << 20, '9P2000.L'],
    [1 << 24, 1 << 24, 1 << 20, '9P2000.L'],
    [65_536, 8192, 8192, '9P2000.L'],
    [4096, 8192, 4096, '9P2000.L'],
    [4095, 8192, 4095, 'unknown'],
    [0, 8192, 0, 'unknown'],
  ] as const) {
    const { client } = serveRaw(new MemoryFiles(), { limits: { messageSize: limit } });
    assert.equal(reply('Rversion', await client.ask('Tversion', NOTAG, { msize: asked, version: '9P2000.L' })), {
      msize: answer,
      version,
    });
  }
});

both('walks: all the way, part of it, from the first name on', async (pace) => {
  const { client } = serveRaw(new MemoryFiles(pace));
  await client.begin();
  const whole = reply('Rwalk', await walk(client, 1, 'directory', 'inner')).wqids;
  assert.is(whole.length, 2);
  assert.is(whole[0]?.type, QTDIR);
  const part = reply('Rwalk', await walk(client, 2, 'directory', 'missing', 'x')).wqids;
  assert.is(part.length, 1);
  assert.ok(part[0]?.samePath(whole[0] as never));
  assert.is(failure(await client.ask('Tclunk', 1, { fid: 2 })), EBADF, 'a walk that went astray makes no fid');
  assert.is(failure(await walk(client, 2, 'missing', 'x')), ENOENT);
  assert.is(reply('Rwalk', await walk(client, 2, 'text', 'x', 'y')).wqids.length, 1);
  reply('Rwalk', await walk(client, 2, 'text'));
  assert.is(failure(await client.ask('Twalk', 1, { fid: 2, newfid: 3, wnames: ['x'] })), ENOTDIR);
});

both('walks: clones, in place, up, and not further up than the root', async (pace) => {
  const files = new MemoryFiles(pace);
  const { client, server } = serveRaw(files);
  await client.begin();
  const [root] = reply('Rwalk', await walk(client, 1, '..')).wqids;
  assert.is(reply('Rwalk', await walk(client, 2)).wqids.length, 0);
  const up = reply('Rwalk', await walk(client, 3, 'directory', '..', '..', 'directory', 'inner')).wqids;
  assert.is(up.length, 5);
  assert.ok(up[1]?.samePath(root as never));
  assert.ok(up[2]?.samePath(root as never));
  assert.ok(up[3]?.samePath(up[0] as never));
  reply('Rwalk', await client.ask('Twalk', 1, { fid: 2, newfid: 2, wnames: ['directory'] }));
  reply('Rwalk', await client.ask('Twalk', 1, { fid: 2, newfid: 2, wnames: ['inner'] }));
  assert.is(failure(await client.ask('Twalk', 1, { fid: 2, newfid: 2, wnames: ['..'] })), ENOTDIR);
  assert.is(failure(await client.ask('Twalk', 1, { fid: 0, newfid: 2, wnames: [] })), EBADF, 'in use');
  assert.is(failure(await client.ask('Twalk', 1, { fid: 9, newfid: 10, wnames: [] })), EBADF, 'unknown');
  for (const fid of [0, 1, 2, 3]) reply('Rclunk', await client.ask('Tclunk', 1, { fid }));
  assert.is(files.nodes, 0, 'every node was forgotten');
  assert.is(server.counts.fids, 0);
});

both('names that cannot be', async (pace) => {
  const { client } = serveRaw(new MemoryFiles(pace));
  await client.begin();
  for (const name of ['', '.', '/', 'a/b', '../x', 'a\0', '\0']) {
    if (name !== '.') assert.is(failure(await walk(client, 1, name)), EINVAL, `walk ${JSON.stringify(name)}`);
    assert.is(
      failure(await client.ask('Tmkdir', 1, { dfid: 0, name, mode: 0o755, gid: 0 })),
      EINVAL,
      `mkdir ${JSON.stringify(name)}`,
    );
    assert.is(failure(await client.ask('Tunlinkat', 1, { dirfid: 0, name, flags: 0 })), EINVAL);
    assert.is(
      failure(await client.ask('Trenameat', 1, { olddirfid: 0, oldname: 'text', newdirfid: 0, newname: name })),
      EINVAL,
    );
    assert.is(
      failure(await client.ask('Trenameat', 1, { olddirfid: 0, oldname: name, newdirfid: 0, newname: 'x' })),
      EINVAL,
    );
    assert.is(failure(await client.ask('Tlcreate', 1, { fid: 0, name, flags: O_RDWR, mode: 0o644, gid: 0 })), EINVAL);
    assert.is(failure(await client.ask('Tsymlink', 1, { fid: 0, name, symtgt: 'x', gid: 0 })), EINVAL);
    assert.is(
      failure(await client.ask('Tmknod', 1, { dfid: 0, name, mode: 0o10644, major: 0, minor: 0, gid: 0 })),
      EINVAL,
    );
    assert.is(failure(await client.ask('Tlink', 1, { dfid: 0, fid: 0, name })), EINVAL);
  }
  for (const name of ['..'])
    assert.is(failure(await client.ask('Tmkdir', 1, { dfid: 0, name, mode: 0o755, gid: 0 })), EINVAL);
  assert.is(failure(await walk(client, 1, 'x'.repeat(256))), ENAMETOOLONG);
});

both('open fids are not walked from, but in 9P2000.L', async (pace) => {
  for (const dialect of ['9P2000.L', '9P2000.u', '9P2000'] as const) {
    const { client } = serveRaw(new MemoryFiles(pace));
    await client.begin(dialect);
    await walk(client, 1, 'directory');
    if (dialect === '9P2000.L') await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
    else await client.ask('Topen', 1, { fid: 1, mode: 0 });
    for (const name of ['inner', '.', '..']) {
      const walked = await client.ask('Twalk', 1, { fid: 1, newfid: 2, wnames: [name] });
      assert.is(walked?.name, dialect === '9P2000.L' ? 'Rwalk' : 'Rerror', `${dialect} ${name}`);
      await client.ask('Tclunk', 1, { fid: 2 });
    }
    if (dialect !== '9P2000.L') assert.is((await walk(client, 2, '.'))?.name, 'Rerror');
  }
});

both('open fids are not moved, opened again, or made something else', async (pace) => {
  const { client } = serveRaw(new MemoryFiles(pace));
  await client.begin();
  await walk(client, 1, 'directory');
  reply('Rlopen', await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY }));
  assert.is(failure(await client.ask('Twalk', 1, { fid: 1, newfid: 1, wnames: ['inner'] })), EBADF);
  assert.is(failure(await client.ask('Twalk', 1, { fid: 1, newfid: 1, wnames: [] })), EBADF);
  assert.is(failure(await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY })), EBADF);
  assert.is(failure(await client.ask('Tlcreate', 1, { fid: 1, name: 'n', flags: O_CREAT, mode: 0, gid: 0 })), EBADF);
  assert.is(failure(await client.ask('Txattrcreate', 1, { fid: 1, name: 'user.a', attr_size: 1, flags: 0 })), EBADF);
  reply('Rwalk', await client.ask('Twalk', 1, { fid: 1, newfid: 2, wnames: [] }));
  reply('Rlopen', await client.ask('Tlopen', 1, { fid: 2, flags: O_RDONLY }));
  reply('Rxattrwalk', await client.ask('Txattrwalk', 1, { fid: 0, newfid: 3, name: '' }));
  assert.is(failure(await client.ask('Twalk', 1, { fid: 3, newfid: 4, wnames: ['directory'] })), EBADF);
});

both('reading and writing need a fid that was opened for it', async (pace) => {
  const { client } = serveRaw(new MemoryFiles(pace));
  await client.begin();
  await walk(client, 1, 'text');
  assert.is(failure(await client.ask('Tread', 1, { fid: 1, offset: 0, count: 10 })), EBADF);
  await client.ask('Tlopen', 1, { fid: 1, flags: O_WRONLY });
  assert.is(failure(await client.ask('Tread', 1, { fid: 1, offset: 0, count: 10 })), EBADF);
  await walk(client, 2, 'text');
  await client.ask('Tlopen', 1, { fid: 2, flags: O_RDONLY });
  assert.is(failure(await client.ask('Twrite', 1, { fid: 2, offset: 0, data: Buffer.from('x') })), EBADF);
  assert.is(failure(await client.ask('Tread', 1, { fid: 2, offset: 2n ** 63n, count: 10 })), EINVAL);
  assert.is(failure(await client.ask('Twrite', 1, { fid: 1, offset: 2n ** 64n - 1n, data: Buffer.from('x') })), EINVAL);
});

both('what does not fit the message is read in parts', async (pace) => {
  const files = new MemoryFiles(pace);
  const { client } = serveRaw(files);
  await client.begin('9P2000.L', 4096);
  const big = files.root.entries.get('text')?.inode;
  if (big) big.bytes = Buffer.alloc(10_000, 'abc');
  await walk(client, 1, 'text');
  await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
  for (let round = 0; round < 3; round++) {
    const { data } = reply('Rread', await client.ask('Tread', 1, { fid: 1, offset: 0, count: 0xffff_ffff }));
    assert.is(data.length, 4096 - 11);
  }
  assert.is(reply('Rread', await client.ask('Tread', 1, { fid: 1, offset: 9990, count: 100 })).data.length, 10);
  assert.is(reply('Rread', await client.ask('Tread', 1, { fid: 1, offset: 10_000, count: 100 })).data.length, 0);
});

both('directories are listed without splitting an entry, from any cookie on', async (pace) => {
  const files = new MemoryFiles(pace);
  for (let number = 0; number < 300; number++) files.root.add(`entry-${number}`, files.make(0o100644));
  const { client } = serveRaw(files);
  await client.begin('9P2000.L', 4096);
  await walk(client, 1);
  await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
  const names: string[] = [];
  let offset: number | bigint = 0;
  for (;;) {
    const { data }: Fields<'Rreaddir'> = reply(
      'Rreaddir',
      await client.ask('Treaddir', 1, { fid: 1, offset, count: 4000 }),
    );
    if (data.length === 0) break;
    const bytes: Buffer = Buffer.from(data);
    for (let at = 0; at < bytes.length;) {
      offset = bytes.readBigUInt64LE(at + 13);
      const length = bytes.readUInt16LE(at + 22);
      names.push(bytes.toString('utf8', at + 24, at + 24 + length));
      at += 24 + length;
      assert.ok(at <= bytes.length);
    }
    // What was listed may go, and new names may come.
    files.root.entries.delete('entry-5');
  }
  assert.is(names.length, 306);
  assert.is(new Set(names).size, 306);
  assert.is(failure(await client.ask('Treaddir', 1, { fid: 1, offset: 0, count: 10 })), EINVAL);
});

both('unknown and misplaced messages', async (pace) => {
  const { client } = serveRaw(new MemoryFiles(pace));
  await client.begin();
  assert.is(failure(await client.ask('Tstat', 1, { fid: 0 })), EOPNOTSUPP);
  assert.is(failure(await client.ask('Topen', 1, { fid: 0, mode: 0 })), EOPNOTSUPP);
  assert.is(failure(await client.ask('Rclunk', 1, {})), EOPNOTSUPP);
  const unknown = encode('Tclunk', 9, { fid: 0 }, '9P2000.L');
  unknown[4] = 200;
  client.bytes(unknown);
  const answer = await client.next();
  assert.is(answer?.tag, 9);
  assert.is(failure(answer), EOPNOTSUPP);
  assert.is(failure(await client.ask('Tauth', 1, { afid: 5, uname: '', aname: '', n_uname: 0 })), ENOENT);
  assert.is(failure(await client.ask('Tattach', 1, { fid: 5, afid: 6, uname: '', aname: '', n_uname: 0 })), EBADF);
  assert.is(
    failure(await client.ask('Tattach', 1, { fid: 5, afid: NOFID, uname: '', aname: 'nowhere', n_uname: 0 })),
    ENOENT,
  );
  assert.is(failure(await client.ask('Tattach', 1, { fid: 0, afid: NOFID, uname: '', aname: '', n_uname: 0 })), EBADF);
});

test('what is malformed ends its connection and no other', async () => {
  const files = new MemoryFiles();
  const { client: good, server, log } = serveRaw(files);
  await good.begin();
  const clunk = encode('Tclunk', 1, { fid: 0 }, '9P2000.L');
  const truncated = Buffer.from(clunk.subarray(0, 10));
  truncated.writeUInt32LE(10);
  const tooLong = Buffer.alloc(7);
  tooLong.writeUInt32LE(0x7fff_ffff);
  for (const bytes of [truncated, tooLong, Buffer.alloc(64)]) {
    const [ours, theirs] = streamPair();
    server.serve(theirs, 'bad');
    const bad = new RawClient(ours);
    await bad.begin();
    bad.bytes(bytes);
    assert.is(await bad.next(), undefined);
  }
  assert.is(log.filter(({ kind }) => kind === 'protocol').length, 3);
  reply('Rgetattr', await good.ask('Tgetattr', 1, { fid: 0, request_mask: 0x7ff }));
});

test('nothing comes before Tversion', async () => {
  const { client, log } = serveRaw(new MemoryFiles());
  assert.is(await client.ask('Tattach', 1, { fid: 0, afid: NOFID, uname: '', aname: '', n_uname: 0 }), undefined);
  assert.match(log[0]?.text ?? '', /the first message is not Tversion/);
});

// Flushing.

test('a flush of what waits: no answer to it, and one to the flush', async () => {
  const files = new MemoryFiles();
  const { client, server } = serveRaw(files);
  await client.begin();
  await walk(client, 1, 'waiting');
  await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
  client.send('Tread', 7, { fid: 1, offset: 0, count: 10 });
  await settled(() => files.sleeping === 1);
  client.send('Tflush', 8, { oldtag: 7 });
  const answer = await client.next();
  assert.equal([answer?.name, answer?.tag], ['Rflush', 8]);
  assert.is(files.sleeping, 0);
  // The tag is free again.
  reply('Rgetattr', await client.ask('Tgetattr', 7, { fid: 0, request_mask: 0 }));
  assert.is(server.counts.outstanding, 0);
});

test('what succeeds in spite of a flush is answered before it', async () => {
  const files = new MemoryFiles('later');
  const { client } = serveRaw(files);
  await client.begin();
  client.send('Twalk', 7, { fid: 0, newfid: 3, wnames: ['directory'] });
  client.send('Tflush', 8, { oldtag: 7 });
  client.send('Tflush', 9, { oldtag: 7 });
  client.send('Tflush', 10, { oldtag: 8 });
  const answers = [await client.next(), await client.next(), await client.next(), await client.next()];
  assert.equal(
    answers.map((answer) => [answer?.name, answer?.tag]),
    [
      ['Rwalk', 7],
      ['Rflush', 8],
      ['Rflush', 9],
      ['Rflush', 10],
    ],
  );
  reply('Rclunk', await client.ask('Tclunk', 1, { fid: 3 }));
});

test('a flush of nothing, of itself, of what was answered', async () => {
  const { client } = serveRaw(new MemoryFiles());
  await client.begin();
  for (const oldtag of [99, 5, 1, NOTAG]) {
    const answer = await client.ask('Tflush', 5, { oldtag });
    assert.equal([answer?.name, answer?.tag], ['Rflush', 5]);
  }
});

test('requests beyond the limit wait, can be flushed, and get their turn', async () => {
  const files = new MemoryFiles();
  const { client, server, log } = serveRaw(files, { limits: { outstanding: 2 } });
  await client.begin();
  await walk(client, 1, 'waiting');
  await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
  for (const tag of [10, 11, 12, 13]) client.send('Tread', tag, { fid: 1, offset: 0, count: 10 });
  client.send('Tgetattr', 14, { fid: 0, request_mask: 0 });
  await settled(() => server.counts.outstanding === 5);
  assert.is(files.sleeping, 2);
  assert.match(log[0]?.text ?? '', /the limit of 2 outstanding requests/);
  client.send('Tflush', 20, { oldtag: 12 });
  assert.equal((await client.next())?.tag, 20);
  client.send('Tflush', 21, { oldtag: 10 });
  assert.equal((await client.next())?.tag, 21);
  await settled(() => files.sleeping === 2);
  files.wake();
  const rest = [await client.next(), await client.next(), await client.next()].map((answer) => answer?.tag);
  assert.equal(rest.sort(), [11, 13, 14]);
});

test('a tag that is in use ends the connection', async () => {
  const files = new MemoryFiles();
  const { client, log } = serveRaw(files);
  await client.begin();
  await walk(client, 1, 'waiting');
  await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
  client.send('Tread', 7, { fid: 1, offset: 0, count: 10 });
  await settled(() => files.sleeping === 1);
  client.send('Tread', 7, { fid: 1, offset: 0, count: 10 });
  assert.is(await client.next(), undefined);
  assert.match(log[0]?.text ?? '', /tag 7 is in use/);
  await settled(() => files.nodes === 0 && files.files === 0 && files.sleeping === 0);
});

test('a clunk ends what waits on its fid', async () => {
  const files = new MemoryFiles();
  const { client } = serveRaw(files);
  await client.begin();
  await walk(client, 1, 'waiting');
  await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
  client.send('Tread', 7, { fid: 1, offset: 0, count: 10 });
  await settled(() => files.sleeping === 1);
  client.send('Tclunk', 8, { fid: 1 });
  const answers = [await client.next(), await client.next()];
  assert.equal(
    answers.map((answer) => [answer?.name, answer?.tag]),
    [
      ['Rclunk', 8],
      ['Rlerror', 7],
    ],
  );
  assert.is(files.files, 0);
});

both('another Tversion ends all that was', async (pace) => {
  const files = new MemoryFiles(pace);
  const { client, server } = serveRaw(files);
  await client.begin();
  await walk(client, 1, 'waiting');
  await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
  await walk(client, 2, 'directory');
  client.send('Tread', 7, { fid: 1, offset: 0, count: 10 });
  await settled(() => files.sleeping === 1);
  client.send('Twalk', 8, { fid: 0, newfid: 3, wnames: ['directory', 'inner'] });
  client.send('Tversion', NOTAG, { msize: 8192, version: '9P2000.L' });
  let answer = await client.next();
  if (pace === 'at once') {
    reply('Rwalk', answer);
    answer = await client.next();
  }
  reply('Rversion', answer);
  assert.is(server.counts.fids, 0);
  assert.is(server.counts.outstanding, 0);
  await settled(() => files.nodes === 0 && files.files === 0);
  assert.is(failure(await client.ask('Tclunk', 7, { fid: 1 })), EBADF);
  reply('Rattach', await client.ask('Tattach', 8, { fid: 0, afid: NOFID, uname: '', aname: '', n_uname: 0 }));
});

// Limits and ends.

test('fids have a limit', async () => {
  const { client, log } = serveRaw(new MemoryFiles(), { limits: { fids: 3 } });
  await client.begin();
  await walk(client, 1);
  await walk(client, 2);
  assert.is(failure(await walk(client, 3)), EMFILE);
  assert.is(failure(await client.ask('Txattrwalk', 1, { fid: 0, newfid: 3, name: '' })), EMFILE);
  assert.is(failure(await client.ask('Tattach', 1, { fid: 3, afid: NOFID, uname: '', aname: '', n_uname: 0 })), EMFILE);
  reply('Rwalk', await client.ask('Twalk', 1, { fid: 2, newfid: 2, wnames: ['directory'] }));
  assert.is(log.length, 1, 'said once');
  assert.match(log[0]?.text ?? '', /test: the limit of 3 fids is reached/);
});

test('connections have a limit', async () => {
  const { server, log } = serveRaw(new MemoryFiles(), { limits: { connections: 2 } });
  const ends = Array.from({ length: 3 }, () => {
    const [ours, theirs] = streamPair();
    return { ours, taken: server.serve(theirs, 'another') };
  });
  assert.equal(
    ends.map(({ taken }) => taken !== undefined),
    [true, false, false],
  );
  assert.is(log.length, 1);
  assert.match(log[0]?.text ?? '', /the limit of 2 connections is reached/);
  await settled(() => ends[1]?.ours.readable.destroyed === true);
  ends[0]?.ours.destroy();
  await settled(() => server.counts.connections === 1);
  assert.ok(server.serve(streamPair()[1], 'again'));
});

test('who does not read is not listened to, and gets everything in the end', async () => {
  const files = new MemoryFiles();
  const text = files.root.entries.get('text')?.inode;
  if (text) text.bytes = Buffer.alloc(60_000, 'x');
  const { client, server } = serveRaw(files, { limits: { unsent: 200_000 } });
  await client.begin();
  await walk(client, 1, 'text');
  await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
  client.stream.readable.pause();
  const before = server.counts.requests;
  for (let tag = 0; tag < 100; tag++) client.send('Tread', tag, { fid: 1, offset: 0, count: 60_000 });
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  const taken = server.counts.requests - before;
  assert.ok(taken < 20, `${taken} requests were taken`);
  client.stream.readable.resume();
  for (let tag = 0; tag < 100; tag++) {
    const answer = await client.next();
    assert.is(answer?.tag, tag);
    assert.is(reply('Rread', answer).data.length, 60_000);
  }
});

test('who takes too long is cut off', async () => {
  const limits = { handshakeMilliseconds: 1000, messageMilliseconds: 2000, stalledMilliseconds: 3000 };
  const late = async (begin: (client: RawClient) => Promise<void>, afterwards: number): Promise<string | undefined> => {
    const { client, server, log } = serveRaw(new MemoryFiles(), { limits });
    await begin(client);
    const now = performance.now();
    const [connection] = server.connections;
    connection?.watch(now);
    assert.is(server.counts.connections, 1, 'not at once');
    connection?.watch(now + afterwards);
    await settled(() => server.counts.connections === 0 || log.length === 0);
    return log[0]?.text;
  };
  const half = encode('Tclunk', 1, { fid: 0 }, '9P2000.L').subarray(0, 8);
  const something = async (client: RawClient, bytes: Buffer): Promise<void> => {
    client.bytes(bytes);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  assert.is(await late(async () => {}, 1500), 'test: closed: no Tversion within 1000 ms');
  assert.is(await late((client) => something(client, half), 1500), 'test: closed: no Tversion within 1000 ms');
  const begunHalf = async (client: RawClient): Promise<void> => {
    await client.begin();
    await something(client, half);
  };
  assert.is(await late(begunHalf, 2500), 'test: closed: a message was not complete within 2000 ms');
  assert.is(await late((client) => client.begin(), 1e9), undefined, 'who says nothing may stay');
  const stalled = async (client: RawClient): Promise<void> => {
    await client.begin();
    await walk(client, 1, 'text');
    await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
    client.stream.readable.pause();
    const reads = Array.from({ length: 20_000 }, () => encode('Tread', 1, { fid: 1, offset: 0, count: 9 }, '9P2000.L'));
    await something(client, Buffer.concat(reads));
  };
  assert.is(await late(stalled, 3500), 'test: closed: took nothing for 3000 ms');
});

test('texts have no NUL', async () => {
  const { client } = serveRaw(new MemoryFiles());
  await client.begin();
  for (const name of ['a', 'a\0b'])
    assert.is(failure(await client.ask('Tsymlink', 1, { fid: 0, name, symtgt: 'x\0y', gid: 0 })), EINVAL);
  assert.is(failure(await client.ask('Txattrwalk', 1, { fid: 0, newfid: 1, name: 'user.\0' })), EINVAL);
  assert.is(failure(await client.ask('Txattrcreate', 1, { fid: 0, name: 'a\0', attr_size: 1, flags: 0 })), EINVAL);
});

test('a directory has extended attributes as well', async () => {
  const { client } = serveRaw(new MemoryFiles());
  await client.begin();
  reply('Rwalk', await walk(client, 1));
  reply('Rxattrcreate', await client.ask('Txattrcreate', 1, { fid: 1, name: 'user.a', attr_size: 3, flags: 0 }));
  reply('Rwrite', await client.ask('Twrite', 1, { fid: 1, offset: 0, data: Buffer.from('abc') }));
  reply('Rclunk', await client.ask('Tclunk', 1, { fid: 1 }));
  assert.is(reply('Rxattrwalk', await client.ask('Txattrwalk', 1, { fid: 0, newfid: 1, name: 'user.a' })).size, 3);
  assert.is(String(reply('Rread', await client.ask('Tread', 1, { fid: 1, offset: 0, count: 10 })).data), 'abc');
});

test('the end of a connection gives back everything', async () => {
  for (const pace of ['at once', 'later'] as const) {
    const files = new MemoryFiles(pace);
    const { client, server } = serveRaw(files);
    await client.begin();
    await walk(client, 1, 'waiting');
    await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
    client.send('Tread', 7, { fid: 1, offset: 0, count: 10 });
    await walk(client, 2, 'directory');
    client.send('Twalk', 8, { fid: 0, newfid: 3, wnames: ['directory', 'inner'] });
    await settled(() => files.sleeping === 1);
    client.stream.destroy();
    await settled(() => files.nodes === 0 && files.files === 0 && files.sleeping === 0);
    assert.is(server.counts.connections, 0);
  }
});

/** Requests that name fids 1 (`text`), 2 (`directory`) and 3 (`directory/inner`), of which any may be clunked meanwhile. */
const NAMING: readonly (readonly [MessageName, Record<string, unknown>])[] = [
  ['Trename', { fid: 1, dfid: 2, name: 'moved' }],
  ['Trename', { fid: 3, dfid: 0, name: 'moved' }],
  ['Trenameat', { olddirfid: 2, oldname: 'inner', newdirfid: 0, newname: 'moved' }],
  ['Trenameat', { olddirfid: 0, oldname: 'text', newdirfid: 2, newname: 'moved' }],
  ['Tlink', { dfid: 2, fid: 1, name: 'link' }],
  ['Tmkdir', { dfid: 2, name: 'made', mode: 0o755, gid: 0 }],
  ['Tsymlink', { fid: 2, name: 'made', symtgt: 'x', gid: 0 }],
  ['Tmknod', { dfid: 2, name: 'made', mode: 0o10600, major: 0, minor: 0, gid: 0 }],
  ['Tunlinkat', { dirfid: 2, name: 'inner', flags: 0 }],
  ['Tgetattr', { fid: 1, request_mask: 0x7ff }],
  ['Tstatfs', { fid: 2 }],
  ['Txattrwalk', { fid: 2, newfid: 9, name: '' }],
  ['Twalk', { fid: 2, newfid: 9, wnames: ['inner'] }],
  ['Tlopen', { fid: 1, flags: O_RDONLY }],
  ['Tlcreate', { fid: 2, name: 'made', flags: O_RDWR, mode: 0o644, gid: 0 }],
  ['Tremove', { fid: 3 }],
];

both('a node is there while something is at work for it, and is forgotten once', async (pace) => {
  for (const [name, fields] of NAMING) {
    for (const clunked of [[], [1], [2], [3], [1, 2], [2, 1], [3, 2], [1, 2, 3, 0]]) {
      const what = `${name} ${JSON.stringify(fields)}, clunked: ${clunked.join()}`;
      const files = new MemoryFiles(pace);
      const { client, log } = serveRaw(files);
      await client.begin();
      for (const [fid, ...names] of [[1, 'text'], [2, 'directory'], [3, 'directory', 'inner']] as const)
        reply('Rwalk', await walk(client, fid, ...names));
      const message = encode(name, 50, fields as never, '9P2000.L');
      // In one piece, so that no answer comes in between.
      client.bytes(Buffer.concat([message, ...clunked.map((fid) => encode('Tclunk', 60 + fid, { fid }, '9P2000.L'))]));
      for (let answers = 0; answers <= clunked.length; answers++) assert.ok(await client.next(), what);
      for (const fid of [0, 1, 2, 3, 9]) await client.ask('Tclunk', 1, { fid });
      await settled(() => files.nodes === 0).catch(() => assert.unreachable(`${files.nodes} nodes are left: ${what}`));
      assert.equal(log.filter(({ kind }) => kind !== 'connection').map(({ text }) => text), [], what);
      client.stream.destroy();
    }
  }
});

both('two directories that are moved into each other at once are forgotten', async (pace) => {
  const files = new MemoryFiles(pace);
  files.root.add('other', files.make(0o040755));
  const { client } = serveRaw(files);
  await client.begin();
  await walk(client, 1, 'directory');
  await walk(client, 2, 'other');
  client.bytes(
    Buffer.concat([
      encode('Trename', 7, { fid: 1, dfid: 2, name: 'moved' }, '9P2000.L'),
      encode('Trename', 8, { fid: 2, dfid: 1, name: 'moved' }, '9P2000.L'),
    ]),
  );
  await client.next();
  await client.next();
  client.stream.destroy();
  await settled(() => files.nodes === 0);
});

test('who has said all still gets answers', async () => {
  const files = new MemoryFiles('later');
  const { client } = serveRaw(files);
  await client.begin();
  client.send('Tgetattr', 7, { fid: 0, request_mask: 0 });
  client.stream.writable.end();
  assert.is((await client.next())?.tag, 7);
  assert.is(await client.next(), undefined);
  await settled(() => files.nodes === 0);
});

test('a graceful close answers what is at work and gives up what waits', async () => {
  const files = new MemoryFiles('later');
  const { client, server } = serveRaw(files);
  await client.begin();
  await walk(client, 1, 'waiting');
  await client.ask('Tlopen', 1, { fid: 1, flags: O_RDONLY });
  client.send('Tread', 7, { fid: 1, offset: 0, count: 10 });
  await settled(() => files.sleeping === 1);
  client.send('Tgetattr', 8, { fid: 0, request_mask: 0 });
  await settled(() => server.counts.outstanding === 2);
  const closed = server.close();
  const answers = [await client.next(), await client.next()].map((answer) => `${answer?.name} ${answer?.tag}`);
  assert.equal(answers.sort(), ['Rgetattr 8', 'Rlerror 7']);
  assert.is(await client.next(), undefined);
  await closed;
  assert.is(files.nodes, 0);
  assert.is(files.files, 0);
});

test('mistakes of the file server are reported, and end nothing', async () => {
  const throws = (): never => {
    throw new Error('oops');
  };
  for (const getattr of [throws, () => Promise.reject(new Error('oops'))]) {
    const { client, log } = serveRaw({ attach: () => ({ qid: Qid.of(QTDIR, 0, 1), getattr }) });
    await client.begin();
    assert.is(failure(await client.ask('Tgetattr', 1, { fid: 0, request_mask: 0 })), -5);
    assert.is(log.at(-1)?.kind, 'fault');
    assert.is((log.at(-1)?.error as Error).message, 'oops');
  }
});

test('what was thrown with a code is that error', async () => {
  const thrown = Object.assign(new Error('x'), { code: 'EEXIST' });
  const files = new MemoryFiles();
  const attach = files.attach.bind(files);
  const { client, log } = serveRaw({
    attach(wanted) {
      const node = attach(wanted) as never as Record<string, unknown>;
      node['mkdir'] = () => Promise.reject(thrown);
      return node as never;
    },
  });
  await client.begin();
  assert.is(failure(await client.ask('Tmkdir', 1, { dfid: 0, name: 'x', mode: 0, gid: 0 })), EEXIST);
  assert.is(log.length, 0);
});

test.run();
