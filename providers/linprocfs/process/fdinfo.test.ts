import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isErrno } from '../../../fs/errno.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import { U64_MAX } from '../../../fs/u64.ts';
import type { DescriptorDetails, DescriptorInfo } from '../../model/descriptor-info.ts';
import type { TaskView } from '../../model/task.ts';
import { parseDescriptorInfo } from '../../sources/linux-host/parse-descriptor-info.ts';
import { Scanner } from '../../sources/linux-host/scanner.ts';
import { fdinfo } from './fdinfo.ts';

/** What PID/fdinfo/7 reads as for a task whose descriptor 7 is this one. */
function rendered(info: DescriptorInfo): string {
  const out = new TextWriter(1);
  const files = { descriptorInfo: (number: number) => (number === 7 ? info : assert.unreachable('another descriptor')) };
  const result = fdinfo(out, { task: { files } as unknown as TaskView, number: 7 });
  assert.not(isErrno(result));
  return out.toString();
}

const PLAIN: DescriptorInfo = { position: 0, flags: 0, mountId: 1, inode: 2, locks: [], details: undefined };

/** Expects the text, and that it is parsed into the same model again. */
function check(info: DescriptorInfo, text: string): void {
  assert.is(rendered(info), text);
  assert.equal(parseDescriptorInfo(new Scanner(Buffer.from(text, 'latin1'))), info);
}

function checkDetails(details: DescriptorDetails, text: string): void {
  check({ ...PLAIN, details }, `pos:\t0\nflags:\t00\nmnt_id:\t1\nino:\t2\n${text}`);
}

test('what all files have', () => {
  check(PLAIN, 'pos:\t0\nflags:\t00\nmnt_id:\t1\nino:\t2\n');
  check(
    { ...PLAIN, position: U64_MAX, flags: 0o37777777777, mountId: 2147483647, inode: U64_MAX },
    'pos:\t-1\nflags:\t037777777777\nmnt_id:\t2147483647\nino:\t18446744073709551615\n',
  );
  check({ ...PLAIN, position: 2n ** 63n - 1n, inode: undefined }, 'pos:\t9223372036854775807\nflags:\t00\nmnt_id:\t1\n');
});

test('locks', () => {
  check(
    {
      ...PLAIN,
      locks: [
        {
          number: U64_MAX,
          depth: 0,
          kind: 'POSIX',
          state: 'ADVISORY',
          type: 'WRITE',
          pid: 4194303,
          file: { major: 0xfff, minor: 0xfffff, inode: U64_MAX },
          start: 2n ** 63n - 1n,
          end: 2n ** 63n - 2n,
        },
        { number: 2, depth: 0, kind: 'FLOCK', state: 'ADVISORY', type: 'READ', pid: -1, file: undefined, start: 0, end: undefined },
        { number: 3, depth: 0, kind: 'LEASE', state: 'BREAKING', type: 'UNLCK', pid: 0, file: undefined, start: 0, end: undefined },
      ],
    },
    'pos:\t0\nflags:\t00\nmnt_id:\t1\nino:\t2\n' +
      'lock:\t18446744073709551615: POSIX  ADVISORY  WRITE 4194303 fff:fffff:18446744073709551615 9223372036854775807 9223372036854775806\n' +
      'lock:\t2: FLOCK  ADVISORY  READ -1 <none>:0 0 EOF\n' +
      'lock:\t3: LEASE  BREAKING  UNLCK 0 <none>:0 0 EOF\n',
  );
});

test('event counters', () => {
  checkDetails(
    { kind: 'eventfd', count: U64_MAX, id: 2147483647, semaphore: true },
    'eventfd-count: ffffffffffffffff\neventfd-id: 2147483647\neventfd-semaphore: 1\n',
  );
  checkDetails({ kind: 'eventfd', count: 0x1f, id: undefined, semaphore: undefined }, 'eventfd-count:               1f\n');
});

test('poll sets', () => {
  checkDetails(
    {
      kind: 'epoll',
      targets: [
        { descriptor: 4, events: 0x8000_2019, data: U64_MAX, position: U64_MAX, inode: U64_MAX, device: 0xffff_ffff },
        { descriptor: 123456789, events: 1, data: 0, position: 5, inode: 0xab, device: 0 },
      ],
    },
    'tfd:        4 events: 80002019 data: ffffffffffffffff  pos:-1 ino:ffffffffffffffff sdev:ffffffff\n' +
      'tfd: 123456789 events:        1 data:                0  pos:5 ino:ab sdev:0\n',
  );
});

test('inotify watches', () => {
  checkDetails(
    {
      kind: 'inotify',
      watches: [
        {
          watch: 0x7fffffff,
          inode: U64_MAX,
          device: 0xfe00000,
          mask: 0xffffffff,
          ignoredMask: 0,
          handle: { type: 0x81, bytes: Buffer.from('00ff10', 'hex') },
        },
        { watch: 1, inode: 2, device: 3, mask: 4, ignoredMask: 5, handle: undefined },
      ],
    },
    'inotify wd:7fffffff ino:ffffffffffffffff sdev:fe00000 mask:ffffffff ignored_mask:0 fhandle-bytes:3 fhandle-type:81 f_handle:00ff10\n' +
      'inotify wd:1 ino:2 sdev:3 mask:4 ignored_mask:5 \n',
  );
});

test('fanotify groups', () => {
  const rest = { flags: 0x40, mask: 0xffffffff, ignoredMask: 1 };
  checkDetails(
    {
      kind: 'fanotify',
      flags: 0xffff,
      eventFlags: 0x8002,
      marks: [
        { object: { kind: 'inode', inode: U64_MAX, device: 1, handle: { type: 1, bytes: Buffer.from('aa', 'hex') } }, ...rest },
        { object: { kind: 'inode', inode: 1, device: 1, handle: undefined }, ...rest },
        { object: { kind: 'mount', id: 0x1f }, ...rest },
        { object: { kind: 'file system', device: 0x1b }, ...rest },
        { object: { kind: 'mount namespace', inode: 4026531841 }, ...rest },
      ],
    },
    'fanotify flags:ffff event-flags:8002\n' +
      'fanotify ino:ffffffffffffffff sdev:1 mflags:40 mask:ffffffff ignored_mask:1 fhandle-bytes:1 fhandle-type:1 f_handle:aa\n' +
      'fanotify ino:1 sdev:1 mflags:40 mask:ffffffff ignored_mask:1 \n' +
      'fanotify mnt_id:1f mflags:40 mask:ffffffff ignored_mask:1\n' +
      'fanotify sdev:1b mflags:40 mask:ffffffff ignored_mask:1\n' +
      'fanotify mnt_ns:4026531841 mflags:40 mask:ffffffff ignored_mask:1\n',
  );
});

test('signals, timers, processes, page faults', () => {
  checkDetails({ kind: 'signalfd', mask: U64_MAX }, 'sigmask:\tffffffffffffffff\n');
  checkDetails({ kind: 'signalfd', mask: 0x200 }, 'sigmask:\t0000000000000200\n');
  const never = { seconds: 9223372036, nanoseconds: 854775807 };
  checkDetails(
    { kind: 'timerfd', clock: 11, ticks: U64_MAX, flags: 3, value: never, interval: { seconds: 0, nanoseconds: 0 } },
    'clockid: 11\nticks: 18446744073709551615\nsettime flags: 03\nit_value: (9223372036, 854775807)\nit_interval: (0, 0)\n',
  );
  checkDetails({ kind: 'pidfd', pid: 12, namespaceIds: [12, 3, 1] }, 'Pid:\t12\nNSpid:\t12\t3\t1\n');
  checkDetails({ kind: 'pidfd', pid: -1, namespaceIds: undefined }, 'Pid:\t-1\n');
  checkDetails({ kind: 'pidfd', pid: -1, namespaceIds: [-1] }, 'Pid:\t-1\nNSpid:\t-1\n');
  checkDetails(
    { kind: 'userfaultfd', pending: U64_MAX, total: 1, version: 0xaa, features: 0x1ff, available: U64_MAX },
    'pending:\t18446744073709551615\ntotal:\t1\nAPI:\taa:1ff:ffffffffffffffff\n',
  );
});

test('a ring', () => {
  checkDetails(
    {
      kind: 'io_uring',
      submissionMask: 0xffffffff,
      submissionHead: 1,
      submissionTail: 2,
      cachedSubmissionHead: 3,
      completionMask: 0xf,
      completionHead: 4,
      completionTail: 5,
      cachedCompletionTail: 6,
      submissionCount: 2,
      submissions: [
        {
          slot: 2,
          operation: 'READV',
          descriptor: -1,
          flags: 3,
          offset: U64_MAX,
          address: U64_MAX,
          operationFlags: 0xffffffff,
          bufferIndex: 65535,
          userData: U64_MAX,
          extra: [],
        },
        {
          slot: 12345,
          operation: 'URING_CMD',
          descriptor: 7,
          flags: 0,
          offset: 0,
          address: 0,
          operationFlags: 0,
          bufferIndex: 0,
          userData: 0,
          extra: [U64_MAX, 1],
        },
      ],
      completionCount: 2,
      completions: [
        { slot: 0, userData: U64_MAX, result: -2147483648, flags: 0xffffffff, extra: undefined },
        { slot: 1, userData: 0, result: 0, flags: 0, extra: [U64_MAX, 2] },
      ],
      thread: 4194303,
      threadCpu: -1,
      threadTimes: { total: U64_MAX, work: U64_MAX },
      fileCount: 4,
      files: [
        { slot: 0, path: 'pipe:[12]' },
        { slot: 3, path: '/a b\\c\n' },
        { slot: 4, path: undefined },
      ],
      bufferCount: 2,
      buffers: [
        { slot: 0, memory: { address: U64_MAX, length: 4294967295 } },
        { slot: 1, memory: undefined },
      ],
      polls: [{ operation: 6, taskWorks: 1 }],
      overflow: [{ userData: U64_MAX, result: -5, flags: 2 }],
      napi: { tracking: 'dynamic', busyPollTime: U64_MAX, prefer: true },
    },
    'SqMask:\t0xffffffff\nSqHead:\t1\nSqTail:\t2\nCachedSqHead:\t3\nCqMask:\t0xf\nCqHead:\t4\nCqTail:\t5\nCachedCqTail:\t6\n' +
      'SQEs:\t2\n' +
      '    2: opcode:READV, fd:-1, flags:3, off:18446744073709551615, addr:0xffffffffffffffff, rw_flags:0xffffffff, ' +
      'buf_index:65535 user_data:18446744073709551615\n' +
      '12345: opcode:URING_CMD, fd:7, flags:0, off:0, addr:0x0, rw_flags:0x0, buf_index:0 user_data:0, ' +
      'e0:0xffffffffffffffff, e1:0x1\n' +
      'CQEs:\t2\n' +
      '    0: user_data:18446744073709551615, res:-2147483648, flag:ffffffff\n' +
      '    1: user_data:0, res:0, flag:0, extra1:18446744073709551615, extra2:2\n\n' +
      'SqThread:\t4194303\nSqThreadCpu:\t-1\nSqTotalTime:\t18446744073709551615\nSqWorkTime:\t18446744073709551615\n' +
      'UserFiles:\t4\n    0: pipe:[12]\n    3: /a\\040b\\134c\\012\n    4: <none>\n' +
      'UserBufs:\t2\n    0: 0xffffffffffffffff/4294967295\n    1: <none>\n' +
      'PollList:\n  op=6, task_works=1\n' +
      'CqOverflowList:\n  user_data=18446744073709551615, res=-5, flags=2\n' +
      'NAPI:\tenabled\nnapi tracking:\tdynamic\nnapi_busy_poll_dt:\t18446744073709551615\nnapi_prefer_busy_poll:\ttrue\n',
  );
});

test('named values of other drivers', () => {
  checkDetails(
    {
      kind: 'attributes',
      entries: [
        { name: 'drm-driver', separator: 'tab', value: 'i915' },
        { name: 'drm-engine-render', separator: 'tab', value: '18446744073709551615 ns' },
        { name: 'scm_fds', separator: 'blank', value: '0' },
        { name: 'iff', separator: 'tab', value: '' },
        { name: 'odd', separator: 'none', value: 'x: y' },
      ],
    },
    'drm-driver:\ti915\ndrm-engine-render:\t18446744073709551615 ns\nscm_fds: 0\niff:\t\nodd:x: y\n',
  );
});

test('a truncated file is parsed without end or failure', () => {
  const whole = 'pos:\t0\nflags:\t00\nmnt_id:\t1\nino:\t2\nSqMask:\t0x7\nSQEs:\t1\n    2: opcode:NOP, fd:-1\nCQEs:\t1\n    0: user';
  for (let length = 0; length < whole.length; length++) {
    assert.ok(parseDescriptorInfo(new Scanner(Buffer.from(whole.slice(0, length)))));
  }
});

test.run();
