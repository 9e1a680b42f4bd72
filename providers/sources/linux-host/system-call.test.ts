import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EPERM, type Errno } from '../../../fs/errno.ts';
import type { HostFiles } from './host-files.ts';
import { isReadingLink } from './system-call.ts';

/** Files of which PID/syscall reads as these texts, one after the other, the last one for ever. */
function reading(...texts: (string | Errno)[]): HostFiles {
  const files = {
    bytes: Buffer.alloc(0),
    read(path: string): number | Errno {
      assert.is(path, '7/syscall');
      const text = (texts.length > 1 ? texts.shift() : texts[0]) as string | Errno;
      if (typeof text !== 'string') return text;
      files.bytes = Buffer.from(text);
      return text.length;
    },
  };
  return files as unknown as HostFiles;
}

const ARGUMENTS = '0xffffff9c 0x7ffd5d1d2a60 0x7ffd5d1d1a50 0x1000 0x0 0x0';
const WIDE = '0x7ffd5d1d1a38 0x7f2459e202ad\n';
const NARROW = '0xffd5d1c8 0xf7f9e559\n';

test('reading and following are told apart by the system call', () => {
  if (process.arch !== 'x64') {
    console.log('skipped: this machine is no x86-64, which the numbers are of');
    return;
  }
  for (const number of [89, 267, 0x4000_0059, 0x4000_010b]) {
    assert.is(isReadingLink(reading(`${number} ${ARGUMENTS} ${WIDE}`), 7), true, String(number));
  }
  // open, creat (which is readlink for 32-bit programs), openat, newfstatat, execve, openat2, io_uring_enter
  for (const number of [2, 85, 257, 262, 59, 437, 426, -1]) {
    assert.is(isReadingLink(reading(`${number} ${ARGUMENTS} ${WIDE}`), 7), false, String(number));
  }
});

test('a 32-bit program numbers its calls differently', () => {
  if (process.arch !== 'x64') return;
  for (const number of [85, 305]) assert.is(isReadingLink(reading(`${number} ${ARGUMENTS} ${NARROW}`), 7), true, String(number));
  for (const number of [89, 267, 5, 295]) assert.is(isReadingLink(reading(`${number} ${ARGUMENTS} ${NARROW}`), 7), false, String(number));
});

test('a thread that has not gone to sleep yet is waited for', () => {
  if (process.arch !== 'x64') return;
  assert.is(isReadingLink(reading('running\n', 'running\n', `89 ${ARGUMENTS} ${WIDE}`), 7), true);
  assert.is(isReadingLink(reading('running\n'), 7), undefined);
});

test('it is not known where we may not look', () => {
  assert.is(isReadingLink(reading(EPERM), 7), undefined);
  assert.is(isReadingLink(reading(''), 7), undefined);
});

test.run();
