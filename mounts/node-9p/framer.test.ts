import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from './codec.ts';
import { Framer, FramingError } from './framer.ts';

const MESSAGES: readonly Buffer[] = [
  encode('Tclunk', 1, { fid: 1 }, '9P2000.L'),
  encode('Twrite', 2, { fid: 1, offset: 0, data: Buffer.alloc(300, 7) }, '9P2000.L'),
  encode('Rflush', 3, {}, '9P2000.L'),
  encode('Twalk', 4, { fid: 1, newfid: 2, wnames: ['a', 'bc'] }, '9P2000.L'),
];
const STREAM = Buffer.concat(MESSAGES);

function cut(pieces: readonly Buffer[]): Buffer[] {
  const framer = new Framer(4096);
  const found: Buffer[] = [];
  for (const piece of pieces) {
    framer.push(piece);
    while (framer.next()) found.push(Buffer.from(framer.bytes.subarray(framer.start, framer.end)));
    assert.not(framer.pending);
  }
  assert.not(framer.partial);
  return found;
}

test('a stream in any two pieces', () => {
  for (let at = 0; at <= STREAM.length; at++)
    assert.equal(cut([STREAM.subarray(0, at), STREAM.subarray(at)]), MESSAGES, `cut at ${at}`);
});

test('a stream in pieces of any size', () => {
  for (let size = 1; size <= 40; size++) {
    const pieces: Buffer[] = [];
    for (let at = 0; at < STREAM.length; at += size) pieces.push(STREAM.subarray(at, at + size));
    assert.equal(cut(pieces), MESSAGES, `pieces of ${size}`);
  }
});

test('a message in one piece is not copied', () => {
  const framer = new Framer(4096);
  framer.push(STREAM);
  let at = 0;
  for (const message of MESSAGES) {
    assert.ok(framer.next());
    assert.is(framer.bytes, STREAM);
    assert.is(framer.start, at);
    at += message.length;
  }
});

test('bytes that are kept are not used again', () => {
  const framer = new Framer(4096);
  const [, large] = MESSAGES as [Buffer, Buffer];
  const feed = (): Buffer => {
    framer.push(large.subarray(0, 100));
    assert.not(framer.next());
    framer.push(large.subarray(100));
    assert.ok(framer.next());
    return framer.bytes;
  };
  const first = feed();
  framer.keep();
  const second = feed();
  assert.is.not(first, second);
  assert.is(feed(), second);
  assert.equal(first.subarray(0, large.length), large);
});

test('impossible sizes end it', () => {
  for (const size of [0, 6, 4097, 0xffff_ffff]) {
    for (const pieces of [1, 2]) {
      const framer = new Framer(4096);
      const bytes = Buffer.alloc(16);
      bytes.writeUInt32LE(size);
      const run = (): void => {
        framer.push(bytes.subarray(0, pieces === 1 ? 16 : 2));
        framer.next();
        framer.push(bytes.subarray(2));
        framer.next();
      };
      assert.throws(run, (error: unknown) => error instanceof FramingError, `${size}`);
    }
  }
});

test.run();
