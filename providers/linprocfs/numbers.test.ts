import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EINVAL, ERANGE } from '../../fs/errno.ts';
import { U64_MAX } from '../../fs/u64.ts';
import { cString, kstrtoint, kstrtouint, kstrtoull, strstrip } from './numbers.ts';

test('a written value ends at its limit or at a NUL', () => {
  assert.is(cString(Buffer.from('5\0junk')), '5');
  assert.is(cString(Buffer.from('5            7'), 12), '5           ');
  assert.is(cString(Buffer.alloc(0)), '');
});

test('white space around a number goes, and only there', () => {
  assert.is(strstrip(' \t\xa03 4\v\n'), '3 4');
  assert.is(strstrip(' \n'), '');
});

test('the base is told by the prefix', () => {
  const values: [string, number | undefined][] = [
    ['0', 0], ['5', 5], ['5\n', 5], ['+5', 5], ['-5', -5], ['0x10', 16], ['0X1f', 31], ['010', 8], ['-0x10', -16],
    ['', undefined], ['\n', undefined], ['-', undefined], ['+', undefined], ['-+5', undefined], ['--5', undefined],
    ['+-5', undefined], ['08', undefined], ['0b1', undefined], ['0x', undefined], ['5 ', undefined], [' 5', undefined],
    ['5\n\n', undefined], ['1_0', undefined], ['8 9', undefined],
  ];
  for (const [text, value] of values) {
    assert.equal(kstrtoint(text, 0), value === undefined ? EINVAL : { value }, JSON.stringify(text));
  }
});

test('the decimal base takes leading zeros and no prefix', () => {
  assert.equal(kstrtoint('01', 10), { value: 1 });
  assert.is(kstrtoint('0x1', 10), EINVAL);
  assert.is(kstrtouint('-1', 10), EINVAL);
});

test('what is too large for its type is out of range', () => {
  assert.equal(kstrtoint('2147483647', 0), { value: 2147483647 });
  assert.equal(kstrtoint('-2147483648', 0), { value: -2147483648 });
  assert.is(kstrtoint('2147483648', 0), ERANGE);
  assert.is(kstrtoint('-2147483649', 0), ERANGE);
  assert.is(kstrtouint('0xffffffff', 0), 0xffff_ffff);
  assert.is(kstrtouint('0x100000000', 0), ERANGE);
  assert.is(kstrtoull('18446744073709551615', 10), U64_MAX);
  assert.is(kstrtoull('18446744073709551616', 10), ERANGE);
  assert.is(kstrtoull('18446744073709551616x', 10), ERANGE);
});

test.run();
