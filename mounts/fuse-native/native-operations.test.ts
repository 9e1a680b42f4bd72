/** The operations without the package: what it would call, and what it would be answered. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller } from '../../fs/caller.ts';
import { EAGAIN, EBADF, EINTR } from '../../fs/errno.ts';
import { O_NONBLOCK, O_RDWR } from '../../fs/flags.ts';
import { Counters } from '../fuse/counters.ts';
import { PipeTree } from '../fuse/testing/pipe-tree.ts';
import { NativeServer } from './native-operations.ts';

interface Serving {
  readonly tree: PipeTree;
  readonly server: NativeServer;
  readonly counters: Counters;
  readonly handle: number;
}

/** A server of a pipe of 8 bytes, opened. */
function serving(flags = O_RDWR): Serving {
  const tree = new PipeTree();
  const counters = new Counters();
  const failed = (error: unknown): void => {
    throw error;
  };
  const caller = new FixedCaller({ uid: 0, gid: 0, groups: [] });
  const server = new NativeServer({ fileSystem: tree, caller, readOnly: false, counters, failed });
  let handle = 0;
  server.open('/pipe', flags, (_result, value = 0) => (handle = value));
  return { tree, server, counters, handle };
}

/** Reads, and collects the answers. */
function reading({ server, handle }: Serving, into = Buffer.alloc(10)): number[] {
  const answers: number[] = [];
  server.read('/pipe', handle, into, into.length, 0, (result) => answers.push(result));
  return answers;
}

function write({ server, handle }: Serving, text: string): number[] {
  const answers: number[] = [];
  server.write('/pipe', handle, Buffer.from(text), text.length, 0, (result) => answers.push(result));
  return answers;
}

test('who waits is answered once, when there is something', () => {
  const all = serving();
  const into = Buffer.alloc(10);
  const first = reading(all, into);
  const second = reading(all);
  assert.equal([first, second], [[], []]);
  assert.equal(write(all, 'one'), [3]);
  assert.equal([first, second], [[3], []]);
  assert.is(into.toString('latin1', 0, 3), 'one');
  assert.equal(write(all, 'four'), [4]);
  assert.equal([first, second], [[3], [4]]);
  assert.is(all.tree.pipe.waiters.size, 0);
  assert.equal(write(all, 'more'), [4]);
  assert.equal([first, second], [[3], [4]], 'nobody is answered twice');
  assert.equal(write(all, '123456789'), [4], 'there is no room for more');
});

test('closing a file, or the end of the mount, ends the waits', () => {
  const closed = serving();
  const waits = reading(closed);
  assert.is(closed.tree.pipe.waiters.size, 1);
  const released: number[] = [];
  closed.server.release('/pipe', closed.handle, (result) => released.push(result));
  assert.equal([waits, released], [[EINTR], [0]]);
  assert.is(closed.tree.pipe.waiters.size, 0);
  assert.equal(reading(closed), [EBADF]);

  const ended = serving();
  const left = reading(ended);
  ended.server.end();
  assert.equal(left, [EINTR]);
  assert.is(ended.tree.pipe.waiters.size, 0);
});

test('who does not wait is told to try again', () => {
  assert.equal(reading(serving(O_RDWR | O_NONBLOCK)), [EAGAIN]);
});

test.run();
