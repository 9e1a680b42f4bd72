import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EINVAL, EIO, EOVERFLOW, type Errno } from '../../../fs/errno.ts';
import { U64_MAX } from '../../../fs/u64.ts';
import type { SysctlValue } from '../../model/sysctl.ts';
import {
  type SysctlRow, int, ints, kind, pair, ranges, terminated, text, u8, uint, ulong, words,
} from '../../model/sysctl/row.ts';
import { type Written, parseWritten } from './parse-write.ts';

interface Circumstances {
  readonly at?: number;
  readonly strict?: boolean;
  readonly current?: SysctlValue;
}

function written(row: SysctlRow, value: string, { at = 0, strict = true, current = '' }: Circumstances = {}): Written | Errno {
  return parseWritten(row, Buffer.from(value, 'latin1'), at, strict, () => current);
}

// What Linux 6.18 does with each of these, observed on kernel.panic.
const INTS: readonly [string, number, number | bigint][] = [
  ['60', 2, 60],
  ['60\n', 3, 60],
  [' 60', 3, 60],
  ['\v60', 3, 60],
  ['\xa060', 3, 60],
  ['60 junk', 3, 60],
  ['60 \0x', 3, 60],
  ['-5', 2, -5],
  ['-0', 2, -0],
  ['0x10', 4, 16],
  ['0X1f', 4, 31],
  ['010', 3, 8],
  ['1\t2\n', 2, 1],
  ['1 \r', 3, 1],
  ['00000000000000000007', 20, 7],
  [`60${' '.repeat(5000)}`, 5002, 60],
  [`${' '.repeat(4094)}7`, 4095, 7],
  ['18446744073709551615', 20, U64_MAX],
];
const NO_INTS = [
  '\n', '60\0', 'junk', '- 5', '+5', '0x', '08', '1,2', `${' '.repeat(4095)}7`, '1'.repeat(21), '0'.repeat(20) + '5', '1\r',
  '1\v2', '-', '--1', '5;', '18446744073709551616', '0x1ffffffffffffffff',
];

test('an int is taken as strtol with base 0 would, and what follows a blank is left', () => {
  for (const [value, count, number] of INTS) {
    const result = written(int(), value) as Written;
    assert.is(result.count, count, value);
    assert.equal(result.value, [number], value);
    assert.ok(Object.is((result.value as number[])[0], number), value);
  }
  for (const value of NO_INTS) assert.is(written(int(), value), EINVAL, JSON.stringify(value));
});

test('unsigned ints are said to be taken whole', () => {
  for (const row of [uint(), u8()]) assert.equal(written(row, '60 junk'), { count: 7, value: [60] });
  assert.equal(written(ulong(), '60 junk'), { count: 3, value: [60] });
});

test('a write of nothing does nothing', () => {
  for (const row of [int(), text(9), words(' '), ranges(9), kind('mask'), kind('keys')]) assert.equal(written(row, ''), { count: 0 });
});

test('of several numbers those before a fault are set, unless they are checked together', () => {
  assert.equal(written(ints(3), '1 2 3 4 5 6'), { count: 6, value: [1, 2, 3] });
  assert.equal(written(ints(4), '1 2'), { count: 3, value: [1, 2] });
  assert.equal(written(ints(4), '1 x'), { count: 2, value: [1], error: EINVAL });
  assert.is(written(pair('int'), '1 x'), EINVAL);
  assert.equal(written(pair('int'), '1'), { count: 1, value: [1] });
});

test('numbers behind the start of the file are ignored, unless kernel.sysctl_writes_strict is off', () => {
  assert.equal(written(int(), '60\n', { at: 1 }), { count: 3 });
  assert.equal(written(int(), 'junk', { at: 1 }), { count: 4 });
  assert.equal(written(int(), '60\n', { at: 1, strict: false }), { count: 3, value: [60] });
});

test('a text ends at a line end, a NUL or its capacity, and is always taken whole', () => {
  assert.equal(written(text(9), 'abc\ndef'), { count: 7, value: 'abc' });
  assert.equal(written(text(9), 'abc\0def'), { count: 7, value: 'abc' });
  assert.equal(written(text(9), '0123456789'), { count: 10, value: '01234567' });
  assert.equal(written(text(9), '\xff \n'), { count: 3, value: '\xff ' });
  assert.equal(written(text(9), '\n'), { count: 1, value: '' });
});

test('a text written at an offset replaces what is there from that place on', () => {
  assert.equal(written(text(9), 'X\n', { at: 2, current: 'abcd' }), { count: 2, value: 'abX' });
  assert.equal(written(text(9), 'X', { at: 4, current: 'abcd' }), { count: 1, value: 'abcdX' });
  assert.equal(written(text(9), 'X', { at: 5, current: 'abcd' }), { count: 1 });
  assert.equal(written(text(9), 'XYZ', { at: 6, current: '01234567' }), { count: 3, value: '012345XY' });
  assert.equal(written(text(9), 'X', { at: 2, strict: false, current: 'abcd' }), { count: 1, value: 'X' });
});

test('a text that must be terminated has nothing but its line end behind it', () => {
  assert.equal(written(terminated(10), 'on\n'), { count: 3, value: 'on' });
  assert.is(written(terminated(10), 'on'), EINVAL);
  assert.is(written(terminated(10), 'on\n\n'), EINVAL);
});

test('words are taken apart', () => {
  assert.equal(written(words(' '), 'reno  cubic\t bbr\n'), { count: 17, value: ['reno', 'cubic', 'bbr'] });
  assert.equal(written(words(','), 'tasks,mem\n'), { count: 10, value: ['tasks', 'mem'] });
});

test('bits are put in order and added to what is there', () => {
  const bits = (...list: [number, number][]) => list.map(([first, last]) => ({ first, last }));
  assert.equal(written(ranges(99), '7,1-3,4\n'), { count: 8, value: bits([1, 4], [7, 7]) });
  assert.equal(written(ranges(99), '1-3,'), { count: 4, value: bits([1, 3]) });
  assert.equal(written(ranges(99), '0x10-020'), { count: 8, value: bits([16, 16]) });
  assert.equal(written(ranges(99), '\n'), { count: 1, value: [] });
  assert.equal(written(ranges(99), '1-3\0'), { count: 4, value: bits([1, 3]) });
  assert.equal(written(ranges(99), '5', { at: 3, current: bits([1, 4], [9, 9]) }), { count: 1, value: bits([1, 5], [9, 9]) });
  for (const value of [' 60', '60 ', '60\0', '-5', '-0', '7-5', '1--3', '1-', '5;', 'a', '1-2-3']) {
    assert.is(written(ranges(99), value), EINVAL, JSON.stringify(value));
  }
});

test('bits that do not fit a page are taken up to the last one that is surely whole', () => {
  const list = Array.from({ length: 1500 }, (_, index) => index * 2).join(',');
  const first = written(ranges(65536), list) as Written;
  const taken = (first.value as unknown[]).length;
  assert.ok(first.count < 4096 && list[first.count - 1] === ',');
  const second = written(ranges(65536), list.slice(first.count), { at: first.count, current: first.value ?? [] }) as Written;
  assert.is(first.count + second.count, list.length);
  assert.is((second.value as unknown[]).length, 1500);
  assert.ok(taken < 1500);
});

test('a mask has groups of 32 bits, the highest first', () => {
  assert.equal(written(kind('mask'), '1,0000000f\n'), { count: 11, value: { bits: 64, words: [15, 1] } });
  assert.equal(written(kind('mask'), '\n'), { count: 1, value: { bits: 32, words: [0] } });
  assert.is(written(kind('mask'), '0x1'), EINVAL);
  assert.is(written(kind('mask'), '123456789'), EOVERFLOW);
});

test('keys are four groups each, and what follows does not matter', () => {
  const key = Buffer.from('04030201080706050c0b0a09100f0e0d', 'hex');
  const one = written(kind('keys'), ' 01020304-05060708-090a0b0c-0d0e0f10 x') as Written;
  assert.equal(one.value, [key]);
  const two = written(kind('keys'), '01020304-05060708-090a0b0c-0d0e0f10,1-2-3-0x4,9') as Written;
  assert.equal(two.value, [key, Buffer.from('01000000020000000300000004000000', 'hex')]);
  for (const value of ['1-2-3', 'g', '1-2-3-', '1-2-3-4,', '']) if (value) assert.is(written(kind('keys'), value), EINVAL, value);
});

test('an address may be shortened', () => {
  const bytes = (value: string) => Buffer.from(((written(kind('address'), value) as Written).value as Uint8Array)).toString('hex');
  assert.is(bytes('::'), '0'.repeat(32));
  assert.is(bytes('fe80::1:2%eth0\n'), 'fe800000000000000000000000010002');
  assert.is(bytes('1:2:3:4:5:6:7::'), '00010002000300040005000600070000');
  assert.is(bytes('::1.2.3.4 x'), '00000000000000000000000001020304');
  assert.is(bytes('1:2:3:4:5:6:7:8'), '00010002000300040005000600070008');
  for (const value of ['1:2', '1::2::3', 'zz', '1:2:3:4:5:6:7:8:9', ' ::1', '::1.2.3.999']) {
    assert.is(written(kind('address'), value), EIO, value);
  }
});

test('a debug mask wraps at 32 bits', () => {
  assert.equal(written(kind('hex'), ' 0x7fff \n'), { count: 9, value: [0x7fff] });
  assert.equal(written(kind('hex'), '-1'), { count: 2, value: [0xffff_ffff] });
  assert.is(written(kind('hex'), '7x'), EINVAL);
  assert.is(written(kind('hex'), 'x'), EINVAL);
});

test.run();
