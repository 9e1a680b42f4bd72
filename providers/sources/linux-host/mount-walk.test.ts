import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mountedAt } from './mount-walk.ts';

const TABLE = [
  '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
  '22 27 0:21 / /proc rw,relatime - proc proc rw',
  '40 27 0:40 / /run rw - tmpfs tmpfs rw',
  '41 40 0:21 / /run/host\\040proc rw - proc proc rw',
  '42 40 0:21 /sys /run/part rw - proc proc rw',
  '50 22 0:50 / /proc rw - fuse.linprocfs linproc rw',
].join('\n');

test('the topmost mount counts', () => {
  assert.is(mountedAt(TABLE, '/proc')?.device, '0:50');
  assert.is(mountedAt(TABLE.replace(/\n.*linproc rw$/, ''), '/proc')?.device, '0:21');
});

test('a mount below another mount, and names with blanks', () => {
  assert.is(mountedAt(TABLE, '/run/host proc')?.device, '0:21');
  assert.is(mountedAt(TABLE, '/run/part')?.root, '/sys');
});

test('a mount that is covered from above does not count', () => {
  assert.is(mountedAt(`${TABLE}\n60 40 0:60 / /run rw - tmpfs tmpfs rw`, '/run/host proc'), undefined);
});

test('a place that is no mount point has no answer', () => {
  assert.is(mountedAt(TABLE, '/run/host'), undefined);
  assert.is(mountedAt(TABLE, '/nonesuch'), undefined);
  assert.is(mountedAt('', '/proc'), undefined);
});

test('a process keeps its root below what is mounted over it', () => {
  const covered = `${TABLE}\n70 27 0:70 / / rw - tmpfs tmpfs rw\n71 70 0:71 / /proc rw - proc proc rw`;
  assert.is(mountedAt(covered, '/run/host proc')?.device, '0:21');
});

test.run();
