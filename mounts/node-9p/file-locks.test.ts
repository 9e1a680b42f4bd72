import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FileLocks } from './file-locks.ts';
import type { Lock, Request } from './operations.ts';
import {
  LOCK_BLOCKED,
  LOCK_SUCCESS,
  LOCK_TYPE_RDLCK as READ,
  LOCK_TYPE_UNLCK as UNLOCK,
  LOCK_TYPE_WRLCK as WRITE,
} from './protocol.ts';
import { RequestState } from './pending.ts';

const peer = { id: 1, address: 'test', dialect: '9P2000.L', msize: 8192 } as const;
const request = (): RequestState => new RequestState(peer);
const fileA = {};
const fileB = {};

function lock(type: number, start: number, length: number, processId: number, blocking = false): Lock {
  return { type, start, length, processId, clientId: 'host', blocking };
}

/** What is locked, one char per byte, as others than process 99 find it. */
function map(locks: FileLocks): string {
  let text = '';
  for (let at = 0; at < 12; at++) {
    const write = locks.conflict(lock(WRITE, at, 1, 99), request());
    const read = locks.conflict(lock(READ, at, 1, 99), request());
    text += write.type === UNLOCK ? '.' : read.type === UNLOCK ? 'r' : 'w';
  }
  return text;
}

function taken(locks: FileLocks, wanted: Lock, file: object = fileA, by: Request = request()): boolean {
  return locks.lock(wanted, file, by) === LOCK_SUCCESS;
}

test("one owner's ranges are split, replaced and joined", () => {
  const locks = new FileLocks();
  assert.ok(taken(locks, lock(WRITE, 2, 8, 1)));
  assert.is(map(locks), '..wwwwwwww..');
  assert.ok(taken(locks, lock(READ, 4, 2, 1)));
  assert.is(map(locks), '..wwrrwwww..');
  assert.ok(taken(locks, lock(UNLOCK, 7, 1, 1)));
  assert.is(map(locks), '..wwrrw.ww..');
  assert.ok(taken(locks, lock(WRITE, 0, 0, 1)));
  assert.is(map(locks), 'wwwwwwwwwwww');
  const found = locks.conflict(lock(READ, 5, 1, 2), request());
  assert.equal([found.type, found.start, found.length, found.processId], [WRITE, 0, 0, 1]);
  assert.ok(taken(locks, lock(UNLOCK, 0, 0, 1)));
  assert.ok(locks.idle);
});

test('ranges that touch are one', () => {
  const locks = new FileLocks();
  for (let at = 0; at < 10; at++) assert.ok(taken(locks, lock(WRITE, at, 1, 1)));
  const found = locks.conflict(lock(WRITE, 9, 1, 2), request());
  assert.equal([found.start, found.length], [0, 10]);
});

test('readers share, writers do not', () => {
  const locks = new FileLocks(0);
  assert.ok(taken(locks, lock(READ, 0, 5, 1)));
  assert.ok(taken(locks, lock(READ, 3, 5, 2)));
  assert.is(locks.lock(lock(WRITE, 4, 1, 3), fileA, request()), LOCK_BLOCKED);
  assert.is(locks.lock(lock(WRITE, 4, 1, 1), fileA, request()), LOCK_BLOCKED, 'the other reader is in the way');
  assert.ok(taken(locks, lock(WRITE, 0, 3, 1)), 'nobody else is there');
  assert.is(map(locks), 'wwwrrrrr....');
});

test('another connection is another owner', () => {
  const locks = new FileLocks(0);
  assert.ok(taken(locks, lock(WRITE, 0, 0, 1)));
  const other = new RequestState({ ...peer, id: 2 });
  assert.is(locks.lock(lock(WRITE, 0, 0, 1), fileB, other), LOCK_BLOCKED);
});

test('closing a file gives back what was taken through it', () => {
  const locks = new FileLocks();
  assert.ok(taken(locks, lock(WRITE, 0, 4, 1), fileA));
  assert.ok(taken(locks, lock(WRITE, 4, 4, 1), fileB));
  locks.release(fileA);
  assert.is(map(locks), '....wwww....');
  locks.release(fileB);
  assert.ok(locks.idle);
});

test('those that wait get their turn in order', async () => {
  const locks = new FileLocks(60_000);
  assert.ok(taken(locks, lock(WRITE, 0, 0, 1)));
  const order: number[] = [];
  const wait = (processId: number): Promise<void> =>
    Promise.resolve(locks.lock(lock(WRITE, 0, 0, processId, true), fileA, request())).then((status) => {
      assert.is(status, LOCK_SUCCESS);
      order.push(processId);
      taken(locks, lock(UNLOCK, 0, 0, processId));
    });
  const waits = [wait(2), wait(3), wait(4)];
  taken(locks, lock(UNLOCK, 0, 0, 1));
  await Promise.all(waits);
  assert.equal(order, [2, 3, 4]);
  assert.ok(locks.idle);
});

test('a downgrade lets readers in', async () => {
  const locks = new FileLocks(60_000);
  assert.ok(taken(locks, lock(WRITE, 0, 0, 1)));
  const reader = locks.lock(lock(READ, 0, 0, 2, true), fileA, request());
  assert.ok(taken(locks, lock(READ, 0, 0, 1)));
  assert.is(await reader, LOCK_SUCCESS);
});

test('who waits long is told to ask again, and who gives up gets nothing', async () => {
  const locks = new FileLocks(5);
  assert.ok(taken(locks, lock(WRITE, 0, 0, 1)));
  assert.is(await locks.lock(lock(WRITE, 0, 0, 2, true), fileA, request()), LOCK_BLOCKED);
  const patient = new FileLocks(60_000);
  assert.ok(taken(patient, lock(WRITE, 0, 0, 1)));
  const asked = request();
  const waiting = patient.lock(lock(WRITE, 0, 0, 2, true), fileA, asked);
  asked.abort();
  assert.is(await waiting, -4);
  taken(patient, lock(UNLOCK, 0, 0, 1));
  assert.ok(patient.idle);
});

test.run();
