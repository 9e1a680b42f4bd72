/** System calls that a program of ours makes, beside what Node sees of them. */

import { linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { removeDirectory, temporaryDirectory } from '../../test/support/mounts.ts';
import { EEXIST, ENODATA, ENOENT, EOPNOTSUPP, isErrno } from '../errno.ts';
import { RENAME_EXCHANGE, RENAME_NOREPLACE, XATTR_CREATE, XATTR_REPLACE } from '../flags.ts';
import { S_IFIFO, S_IFSOCK } from '../stat.ts';
import { SystemCalls } from './system-calls.ts';

interface Context {
  directory: string;
  calls: SystemCalls;
}

const test = suite<Context>('system calls');

test.before.each((context) => {
  context.directory = temporaryDirectory();
  const calls = SystemCalls.start('/proc/self/fd/');
  if (calls) context.calls = calls;
  writeFileSync(join(context.directory, 'f'), 'text');
});
test.after.each(({ directory, calls }) => {
  calls.close();
  removeDirectory(directory);
});

const first = SystemCalls.start('/proc/self/fd/');
first?.close();
const on = first ? test : test.skip;
if (!first) console.log('skipped: no perl');

on('special files are made with the mode that was asked for', ({ directory, calls }) => {
  const [fifo, socket] = ['p', 's'].map((name) => join(directory, name)) as [string, string];
  assert.is(calls.makeNode(fifo, S_IFIFO | 0o666, 0), 0);
  assert.is(calls.makeNode(socket, S_IFSOCK | 0o777, 0), 0);
  assert.ok(statSync(fifo).isFIFO() && statSync(socket).isSocket());
  assert.is(statSync(fifo).mode & 0o777, 0o666);
  assert.is(calls.makeNode(fifo, S_IFIFO, 0), EEXIST);
});

on('names trade places, and do not take those of others', ({ directory, calls }) => {
  const [f, g] = ['f', 'g'].map((name) => join(directory, name)) as [string, string];
  assert.is(calls.rename(f, g, RENAME_EXCHANGE), ENOENT);
  writeFileSync(g, 'other');
  assert.is(calls.rename(f, g, RENAME_NOREPLACE), EEXIST);
  assert.is(calls.rename(f, g, RENAME_EXCHANGE), 0);
  assert.is(readFileSync(f, 'utf8'), 'other');
});

on('times are exact, and an absent one stays', ({ directory, calls }) => {
  const f = join(directory, 'f');
  const before = statSync(f, { bigint: true }).atimeNs;
  assert.is(calls.setTimes(f, undefined, { seconds: -1, nanoseconds: 999_999_999 }), 0);
  const { atimeNs, mtimeNs } = statSync(f, { bigint: true });
  assert.equal([atimeNs, mtimeNs], [before, -1n]);
});

on('attributes hold any bytes, and belong to the file', ({ directory, calls }) => {
  const f = join(directory, 'f');
  linkSync(f, join(directory, 'g'));
  const value = Buffer.from([0, 255, 10, 0]);
  const set = calls.setAttribute(f, 'user.x', value, XATTR_CREATE);
  // Some file systems have none.
  if (set === EOPNOTSUPP) return;
  assert.is(set, 0);
  assert.is(calls.setAttribute(f, 'user.x', value, XATTR_CREATE), EEXIST);
  assert.is(calls.setAttribute(f, 'user.y', value, XATTR_REPLACE), ENODATA);
  assert.is(calls.setAttribute(f, 'user.e', new Uint8Array(0), 0), 0);
  assert.equal(calls.getAttribute(join(directory, 'g'), 'user.x'), value);
  assert.equal(calls.getAttribute(f, 'user.e'), Buffer.alloc(0));
  const names = calls.listAttributes(f);
  assert.ok(!isErrno(names) && names.includes('user.x') && names.includes('user.e'));
  assert.is(calls.removeAttribute(f, 'user.x'), 0);
  assert.is(calls.getAttribute(f, 'user.x'), ENODATA);
});

on('paths may have any bytes', ({ directory, calls }) => {
  const strange = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0x0a, 0x27])]);
  mkdirSync(strange);
  assert.is(calls.makeNode(Buffer.concat([strange, Buffer.from('/p')]), S_IFIFO | 0o600, 0), 0);
  symlinkSync('nowhere', join(directory, 'l'));
  assert.is(calls.makeNode(join(directory, 'l'), S_IFIFO, 0), EEXIST);
});

on('without the program, files are as they are where it cannot be had', ({ directory, calls }) => {
  process.kill(calls.processId, 'SIGKILL');
  assert.is(calls.setAttribute(join(directory, 'f'), 'user.x', Buffer.from('1'), 0), EOPNOTSUPP);
  assert.is(calls.listAttributes(join(directory, 'f')), EOPNOTSUPP);
});

test.run();
