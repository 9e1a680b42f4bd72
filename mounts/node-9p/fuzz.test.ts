/** A moment of random conversations. `NODE_9P_SEED` begins elsewhere; fuzz.slow.ts takes longer. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Client } from './client.ts';
import { decode, encode } from './codec.ts';
import { LAYOUTS, type MessageName } from './layout.ts';
import type { Dialect } from './protocol.ts';
import { fuzzServer } from './testing/fuzz.ts';
import { memorySubject } from './testing/fuzz-memory.ts';
import { Random } from './testing/random.ts';
import { streamPair } from './transports/streams.ts';

const seed = Number(process.env['NODE_9P_SEED'] ?? 1);
const milliseconds = Number(process.env['NODE_9P_FUZZ_MS'] ?? 1000);

for (const pace of ['at once', 'later'] as const) {
  test(`a server that answers ${pace}`, async () => {
    const counts = await fuzzServer(() => memorySubject(pace), seed, milliseconds);
    console.log(JSON.stringify(counts));
    assert.ok(counts.replies > counts.conversations, 'conversations get somewhere');
    assert.ok(counts.errors < counts.replies, 'not all is wrong');
  });
}

test('the decoder takes any bytes', () => {
  const random = new Random(seed);
  const end = performance.now() + milliseconds / 4;
  while (performance.now() < end) {
    const bytes = random.bytes(7 + random.below(100));
    if (random.percent(90)) bytes.writeUInt32LE(bytes.length, 0);
    decode(bytes, 0, bytes.length, random.pick<Dialect>(['9P2000.L', '9P2000.u', '9P2000']));
  }
});

test('a client takes any replies', async () => {
  const random = new Random(seed);
  const names = (Object.keys(LAYOUTS) as MessageName[]).filter((name) => name.startsWith('R'));
  const end = performance.now() + milliseconds / 2;
  let rounds = 0;
  while (performance.now() < end) {
    const [ours, theirs] = streamPair();
    theirs.readable.once('data', () =>
      theirs.writable.write(encode('Rversion', 0xffff, { msize: 8192, version: '9P2000.L' }, '9P2000.L')),
    );
    theirs.writable.on('error', () => {});
    theirs.readable.on('error', () => {});
    const client = await Client.connect(ours);
    theirs.readable.resume();
    const calls = [client.attach(), client.attach({ tree: 'x' })].map((call) => call.catch(() => undefined));
    await new Promise((resolve) => setImmediate(resolve));
    for (let sent = 0; sent < 5; sent++) {
      const name = random.pick(names);
      let bytes: Buffer;
      try {
        bytes = encode(
          name,
          random.below(3),
          { qid: undefined, wqids: [], data: random.bytes(5), ename: 'x', ecode: 5 } as never,
          '9P2000.L',
        );
      } catch {
        bytes = random.bytes(20);
      }
      if (random.percent(50)) bytes[random.below(bytes.length)] = random.below(256);
      if (!theirs.writable.destroyed) theirs.writable.write(bytes);
    }
    await new Promise((resolve) => setImmediate(resolve));
    client.close();
    await Promise.all(calls);
    rounds++;
  }
  assert.ok(rounds > 10);
});

test.run();
