/** Descriptors, pipes, locks, signals and credentials by themselves. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { EAGAIN, EBUSY, EDEADLK, EMFILE, EPIPE, WOULD_BLOCK } from '../../fs/errno.ts';
import { O_NONBLOCK, POLLHUP, POLLIN } from '../../fs/flags.ts';
import { ALL_CAPABILITIES, NO_CAPABILITIES, credentialsOf, withIds } from './credentials.ts';
import { Description } from './description.ts';
import { FdTable } from './fd-table.ts';
import { LockTable, type LockRequest } from './file-locks.ts';
import { NamelessFiles } from './nameless.ts';
import { PIPE_BUF, type PipeEnd, makePipe } from './pipe.ts';
import { PendingSignals, SIGCHLD, SIGSEGV, SIGUSR1, SignalActions, SignalSet } from './signals.ts';

function pipe(flags = 0): [PipeEnd, PipeEnd] {
  return makePipe(new NamelessFiles().pipes, flags, SUPERUSER);
}

test('the lowest free descriptor is given, and limits hold', () => {
  const files = new FdTable();
  const [one, other] = pipe();
  assert.is(files.install(Description.of(one), false, 3), 0);
  assert.is(files.install(Description.of(other), true, 3), 1);
  const shared = files.get(0)!;
  assert.is(files.install(shared.retain(), false, 3), 2);
  assert.is(files.install(shared.retain(), false, 3), EMFILE);
  assert.is(shared.users, 2);
  files.close(0, SUPERUSER);
  assert.is(files.install(shared.retain(), false, 3), 0);
  assert.is(files.install(shared.retain(), false, 100, 10), 10);
  const copy = files.clone();
  files.exec(SUPERUSER);
  assert.equal([...files.entries()].map(([fd]) => fd), [0, 2, 10]);
  assert.equal([...copy.entries()].map(([fd]) => fd), [0, 1, 2, 10]);
  files.leave(SUPERUSER);
  assert.is(shared.open, true);
  copy.leave(SUPERUSER);
  assert.is(shared.open, false);
});

test('a pipe keeps order over its end, whole writes whole, and tells when a side is gone', () => {
  const [reader, writer] = pipe();
  const bytes = Uint8Array.from({ length: PIPE_BUF }, (_, index) => index);
  const into = new Uint8Array(PIPE_BUF);
  assert.is(reader.read(into, 0, 10), WOULD_BLOCK);
  for (let round = 0; round < 16; round++) assert.is(writer.write(bytes, 0, PIPE_BUF), PIPE_BUF);
  assert.is(writer.write(bytes, 0, 1), WOULD_BLOCK);
  assert.is(reader.read(into, 0, 100), 100);
  assert.is(writer.write(bytes, 0, 101), WOULD_BLOCK);
  assert.is(writer.write(bytes, 0, 100), 100);
  assert.is(reader.read(into, 0, PIPE_BUF), PIPE_BUF);
  assert.is(into[0], 100);
  assert.is(into[PIPE_BUF - 1], (PIPE_BUF + 99) & 0xff);
  assert.is(reader.pipe.resize(PIPE_BUF, true), EBUSY);
  writer.release();
  assert.is(reader.poll(), POLLIN | POLLHUP | 0x40);
  while (Number(reader.read(into, 0, PIPE_BUF)) > 0);
  assert.is(reader.read(into, 0, 1), 0);
  const [gone, left] = pipe(O_NONBLOCK);
  assert.is(gone.read(into, 0, 1), EAGAIN);
  gone.release();
  assert.is(left.write(bytes, 0, 1), EPIPE);
});

test('locks of ranges join, split and stand in each other\'s way', () => {
  const locks = new LockTable();
  const vnode = pipe()[0].vnode;
  const [mine, yours] = [{}, {}];
  const range = (owner: object, start: number, end: number, write = true): LockRequest => ({ kind: 'posix', owner, pid: 1, write, start, end });
  const held = (): string => [...locks.all()].map(([, lock]) => `${lock.owner === mine ? 'mine' : 'yours'} ${lock.start}-${lock.end}${lock.write ? 'w' : 'r'}`).sort().join(', ');
  assert.is(locks.lock(vnode, range(mine, 0, 10), false), 0);
  assert.is(locks.lock(vnode, range(mine, 10, 20), false), 0);
  assert.is(held(), 'mine 0-20w');
  locks.unlock(vnode, range(mine, 5, 8));
  assert.is(held(), 'mine 0-5w, mine 8-20w');
  assert.is(locks.lock(vnode, range(mine, 10, 12, false), false), 0);
  assert.is(held(), 'mine 0-5w, mine 10-12r, mine 12-20w, mine 8-10w');
  assert.is(locks.lock(vnode, range(yours, 4, 6), false), EAGAIN);
  assert.is(locks.lock(vnode, range(yours, 10, 12, false), false), 0);
  assert.is(locks.lock(vnode, range(yours, 0, 1), true), WOULD_BLOCK);
  assert.is(locks.lock(vnode, range(mine, 11, 12), true), EDEADLK);
  locks.releaseAll(vnode, mine);
  assert.is(held(), 'yours 10-12r');
});

test('signals wait once, real-time ones as often as they were sent, faults come first', () => {
  const pending = new PendingSignals();
  pending.add({ signal: SIGUSR1, code: 0 });
  pending.add({ signal: SIGUSR1, code: 0 });
  pending.add({ signal: 40, code: 1 });
  pending.add({ signal: 40, code: 2 });
  pending.add({ signal: SIGSEGV, code: 3 });
  const order: string[] = [];
  for (let info = pending.take(0, 0); info; info = pending.take(0, 0)) order.push(`${info.signal}/${info.code}`);
  assert.equal(order, ['11/3', '10/0', '40/1', '40/2']);
  const set = new SignalSet();
  for (const signal of [1, 32, 33, 64]) set.add(signal);
  assert.equal([set.low, set.high], [-0x7fff_ffff, -0x7fff_ffff]);
  const actions = new SignalActions();
  assert.is(actions.ignores(SIGCHLD), true);
  actions.of(SIGCHLD).handler = 0x1000;
  assert.is(actions.clone().ignores(SIGCHLD), false);
  actions.forgetHandlers();
  assert.is(actions.ignores(SIGCHLD), true);
});

test('capabilities go with the last id 0 and come back with an effective one', () => {
  const root = credentialsOf(0, 0);
  const away = withIds(root, { euid: 1000, fsuid: 1000 });
  assert.equal([away.effective, away.permitted], [NO_CAPABILITIES, ALL_CAPABILITIES]);
  assert.equal(withIds(away, { euid: 0, fsuid: 0 }).effective, ALL_CAPABILITIES);
  assert.equal(withIds(root, { uid: 1, euid: 1, suid: 1 }).permitted, NO_CAPABILITIES);
});

test.run();
