import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ENOENT } from '../../fs/errno.ts';
import { GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { PAGE_SHIFT, PERMISSION_READ, PERMISSION_WRITE } from '../memory/layout.ts';
import { fileMode, signalInfo } from './arguments.ts';
import { printArguments } from './calls.ts';
import { quote, quoteHex } from './quote.ts';
import { Reader } from './reader.ts';
import { codeName, flagNames, openFlags, FLAGS, shortSignal, signalName } from './symbols.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

test('strings are escaped as strace does it', () => {
  assert.is(quote(latin1('\x7fELF\x02\x01\x01\x03\x00\x003')), '"\\177ELF\\2\\1\\1\\3\\0\\0003"');
  assert.is(quote(latin1('a"b\\c\n\t\r\v\f~\xff'), true), '"a\\"b\\\\c\\n\\t\\r\\v\\f~\\377"...');
  assert.is(quoteHex(latin1('\x0f]')), '"\\x0f\\x5d"');
});

test('flags and numbers have names', () => {
  assert.is(openFlags(0), 'O_RDONLY');
  assert.is(openFlags(0x90800), 'O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY');
  assert.is(openFlags(0x80242), 'O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC');
  assert.is(flagNames(0, FLAGS['at']!), '0');
  assert.is(flagNames(0x1100, FLAGS['at']!), 'AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH');
  assert.is(flagNames(0x40000001, FLAGS['prot']!), 'PROT_READ|0x40000000');
  assert.is(shortSignal(32), 'RTMIN');
  assert.is(shortSignal(33), 'RT_1');
  assert.is(signalName(11), 'SIGSEGV');
  assert.is(codeName(11, 1), 'SEGV_MAPERR');
  assert.is(fileMode(0o104755), 'S_IFREG|S_ISUID|0755');
  assert.is(fileMode(0o041777), 'S_IFDIR|S_ISVTX|0777');
});

test('signals tell where they are from', () => {
  assert.is(signalInfo({ signal: 11, code: 1, address: 8 }), '{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x8}');
  assert.is(signalInfo({ signal: 10, code: 0, pid: 31675, uid: 0 }), '{si_signo=SIGUSR1, si_code=SI_USER, si_pid=31675, si_uid=0}');
});

const BASE = 0x20000;

/** Memory with a page that can be read. */
function reader(write: (view: DataView, at: number) => void): Reader {
  const memory = new GuestMemory();
  memory.permissions[BASE >>> PAGE_SHIFT] = PERMISSION_READ | PERMISSION_WRITE;
  write(memory.view, indexOf(BASE));
  return new Reader(memory);
}

const put = (text: string) => (view: DataView, at: number) => void new Uint8Array(view.buffer).set(latin1(`${text}\0`), at);

test('calls print as strace prints them', () => {
  const path = reader(put('/etc/ld.so.cache'));
  const print = (name: string, of: Reader, args: number[], result: number): string => `${name}(${printArguments(name, { reader: of, args, result }, []).join(', ')})`;
  assert.is(print('openat', path, [-100, BASE, 0x80000, 0], 3), 'openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC)');
  assert.is(print('openat', path, [-100, BASE, 0x80241, 0o640], 3), 'openat(AT_FDCWD, "/etc/ld.so.cache", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0640)');
  assert.is(print('access', path, [BASE, 4], ENOENT), 'access("/etc/ld.so.cache", R_OK)');
  assert.is(print('access', path, [0, 0], ENOENT), 'access(NULL, F_OK)');
  assert.is(print('newfstatat', path, [-100, BASE, 0x30000, 0], ENOENT), 'newfstatat(AT_FDCWD, "/etc/ld.so.cache", 0x30000, 0)');
  assert.is(
    print('mmap', path, [0, 8192, 3, 0x22, -1, 0], 0x1000),
    'mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)',
  );
  assert.is(print('mmap', path, [0x10000000, 4096, 5, 0x812, 3, 0x26000], 0x10000000), 'mmap(0x10000000, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE, 3, 0x26000)');
  const long = reader(put('hello\n\x001\x019\xffabcdefghijklmnopqrstuvwxyz0123456789'));
  assert.is(print('write', long, [3, BASE, 45], 45), 'write(3, "hello\\n\\0001\\19\\377abcdefghijklmnopqrstu"..., 45)');
  assert.is(print('read', long, [3, BASE, 100], 5), 'read(3, "hello", 100)');
  assert.is(print('read', long, [3, BASE, 100], -9), 'read(3, 0x20000, 100)');
  const limits = reader((view, at) => {
    view.setUint32(at, 8192 * 1024, true);
    view.setInt32(at + 8, -1, true);
    view.setInt32(at + 12, -1, true);
  });
  assert.is(print('prlimit64', limits, [0, 3, 0, BASE], 0), 'prlimit64(0, RLIMIT_STACK, NULL, {rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY})');
  const action = reader((view, at) => {
    view.setUint32(at, 0x401000, true);
    view.setUint32(at + 8, 0x14000000, true);
    view.setUint32(at + 16, 0x402000, true);
    view.setUint32(at + 24, 1 << 12, true);
  });
  assert.is(
    print('rt_sigaction', action, [13, BASE, 0, 8], 0),
    'rt_sigaction(SIGPIPE, {sa_handler=0x401000, sa_mask=[PIPE], sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x402000}, NULL, 8)',
  );
  assert.is(print('fcntl', path, [0, 1030, 20], 20), 'fcntl(0, F_DUPFD_CLOEXEC, 20)');
  assert.is(print('futex', path, [BASE, 129, 1, 0, 0, 0], 0), 'futex(0x20000, FUTEX_WAKE_PRIVATE, 1)');
});

test.run();
