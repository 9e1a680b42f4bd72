import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { U64_MAX } from '../u64.ts';
import { TextWriter } from './text-writer.ts';

/** What a sequence of appends gives. */
function written(append: (out: TextWriter) => void): string {
  const out = new TextWriter(1);
  append(out);
  return out.toString();
}

const NUMBERS = [0, 1, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 10 ** 9, 10 ** 10, 2 ** 53 - 1, 2n ** 53n, U64_MAX];

test('decimal prints every size of number as printf does', () => {
  for (const number of NUMBERS) assert.is(written((out) => out.decimal(number)), String(number));
});

test('signed64 prints values beyond 2^63 as negative', () => {
  assert.is(written((out) => out.signed64(U64_MAX)), '-1');
  assert.is(written((out) => out.signed64(2n ** 63n)), '-9223372036854775808');
  assert.is(written((out) => out.signed64(2n ** 63n - 1n)), '9223372036854775807');
  assert.is(written((out) => out.signed64(7)), '7');
});

test('padded numbers are right-aligned with blanks or zeros and never cut', () => {
  for (const number of NUMBERS) {
    for (const width of [0, 1, 5, 10, 25]) {
      assert.is(written((out) => out.decimalPadded(number, width)), String(number).padStart(width));
      assert.is(written((out) => out.decimalZero(number, width)), String(number).padStart(width, '0'));
      assert.is(written((out) => out.hexZero(number, width)), number.toString(16).padStart(width, '0'));
      assert.is(written((out) => out.hexZeroUpper(number, width)), number.toString(16).toUpperCase().padStart(width, '0'));
      assert.is(written((out) => out.hexPadded(number, width)), number.toString(16).padStart(width));
      assert.is(written((out) => out.octalPadded(number, width)), number.toString(8).padStart(width));
      assert.is(written((out) => out.octalZero(number, width)), number.toString(8).padStart(width, '0'));
      assert.is(written((out) => out.decimalLeft(number, width)), String(number).padEnd(width));
    }
  }
});

test('signed numbers keep their sign', () => {
  assert.is(written((out) => out.signed(-1).space().signed(-(2n ** 63n)).space().signedPadded(-20, 5)), '-1 -9223372036854775808   -20');
});

test('hundredths have two decimals', () => {
  assert.is(written((out) => out.hundredths(0).space().hundredths(7).space().hundredths(123456)), '0.00 0.07 1234.56');
});

test('text goes in byte by byte, short and long', () => {
  const long = Array.from({ length: 300 }, (_, index) => String.fromCharCode(index & 255)).join('');
  assert.is(written((out) => out.text('a\xff').text(long).textLeft('ab', 4).textRight('cd', 4)), `a\xff${long}ab    cd`);
});

test('escapes are three octal digits for the listed bytes only', () => {
  assert.is(written((out) => out.escaped('a b\tc\\d\n', ' \t\n\\')), 'a\\040b\\011c\\134d\\012');
});

test('padTo counts from a position that the caller remembers', () => {
  assert.is(
    written((out) => {
      out.text('x\n');
      const start = out.length;
      out.text('name').padTo(start + 8).text('|').padTo(start + 2).text('|');
    }),
    'x\nname    ||',
  );
});

test('the memory of a very long text is given back with the next one', () => {
  const out = new TextWriter(16);
  out.repeat(0x61, 1 << 20).reset();
  assert.ok(out.bytes.length >= 1 << 20);
  out.repeat(0x61, 8 << 20).reset();
  assert.is(out.bytes.length, 16);
  assert.is(out.text('x').toString(), 'x');
});

test('what is no number is refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    assert.throws(() => written((out) => out.decimal(value)), /has no digits/);
    assert.throws(() => written((out) => out.decimalPadded(value, 4)), /has no digits/);
  }
  assert.throws(() => written((out) => out.signed(Number.NaN)), /has no digits/);
});

test.run();
