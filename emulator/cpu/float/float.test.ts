/**
 * Floating point where no processor is needed to know what is right: page faults change nothing, exceptions are raised when they should, and
 * some numbers that are known.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE, PAGE_SHIFT, PERMISSION_READ, PERMISSION_WRITE } from '../../memory/layout.ts';
import { FORMS } from '../forms.ts';
import {
  CARRY,
  EXACT_FLOAT,
  EXIT_ADDRESS,
  EXIT_DETAIL,
  EXIT_EXCEPTION,
  EXIT_PAGE_FAULT,
  FLAGS_ADD,
  FLAGS_BITS,
  FLAGS_LEFT,
  FLAGS_LOGIC,
  FLAGS_MULTIPLY,
  FLAGS_RIGHT,
  FLAGS_SIGNED_RIGHT,
  FLAGS_SUBTRACT,
  FLAG_FIRST,
  FLAG_KIND,
  FLAG_SECOND,
  MXCSR,
  PARITY,
  STATE_SIZE,
  X87_CONTROL,
  X87_REGISTERS,
  X87_STATUS,
  X87_TAGS,
  XMM,
  ZERO,
} from '../state.ts';
import { conditionFlags } from './arithmetic-flags.ts';
import { ExactSse } from './exact-sse.ts';
import { X87 } from './x87.ts';

const STATE = indexOf(CPU_STATE);
const READABLE = 0x20000000;
const WRITABLE = 0x20001000;
const UNMAPPED = 0x20002000;

const memory = new GuestMemory();
const { view, bytes } = memory;
const x87 = new X87(memory);
const sse = new ExactSse(memory);
memory.permissions[READABLE >>> PAGE_SHIFT] = PERMISSION_READ;
memory.permissions[WRITABLE >>> PAGE_SHIFT] = PERMISSION_READ | PERMISSION_WRITE;

const idOf = (row: string): number => {
  const form = FORMS.find((one) => one.row === row);
  if (!form) throw new Error(row);
  return form.id;
};
const run = (row: string, address = 0, register = 0, size = 0): number => x87.execute(idOf(row), address, register, size);

test.before.each(() => {
  bytes.fill(0, STATE, STATE + STATE_SIZE);
  view.setUint32(STATE + MXCSR, 0x1f80, true);
  x87.checked = false;
  sse.checked = false;
  run('DB/4.3 fninit');
});

/** The state but for the words that tell why something failed. */
const state = (): string =>
  Buffer.concat([bytes.slice(STATE, STATE + EXIT_DETAIL), bytes.slice(STATE + EXIT_ADDRESS + 8, STATE + STATE_SIZE)]).toString('hex');

const failure = (): readonly number[] => [view.getUint32(STATE + EXIT_DETAIL, true), view.getUint32(STATE + EXIT_ADDRESS, true)];

test('an access that is not allowed is a page fault, and nothing has changed', () => {
  x87.checked = true;
  sse.checked = true;
  run('D9/5.0 fld1');
  const before = state();
  const faults = (row: string, address: number, permission: number, at = address, size = 0): void => {
    assert.is(run(row, address, 0, size), EXIT_PAGE_FAULT, row);
    assert.equal(failure(), [permission, at], row);
    assert.is(state(), before, row);
  };
  faults('D9/0 fld Md', UNMAPPED, PERMISSION_READ);
  faults('DC/0 fadd Mq', UNMAPPED - 4, PERMISSION_READ, UNMAPPED);
  faults('DD/3 fstp Mq', READABLE, PERMISSION_WRITE);
  faults('DB/7 fstp Mt', UNMAPPED - 9, PERMISSION_WRITE, UNMAPPED);
  faults('DF/6 fbstp Mt', READABLE, PERMISSION_WRITE);
  faults('D9/5 fldcw Mw', UNMAPPED, PERMISSION_READ);
  faults('DD/7 fnstsw Mw', READABLE, PERMISSION_WRITE);
  faults('DD/6 fnsave Mn v', UNMAPPED - 100, PERMISSION_WRITE, UNMAPPED, 4);
  faults('D9/4 fldenv Mn v', UNMAPPED - 13, PERMISSION_READ, UNMAPPED, 2);
  faults('NP 0FAE/3 stmxcsr Md', READABLE, PERMISSION_WRITE);
  faults('NP 0FAE/0 fxsave/fxsave64 Mn y', READABLE, PERMISSION_WRITE, READABLE, 8);
  assert.is(sse.execute(idOf('F2 0F58 addsd Vx,Wq'), 0, -1, UNMAPPED - 7, 0, 0), EXIT_PAGE_FAULT);
  assert.equal(failure(), [PERMISSION_READ, UNMAPPED]);
  assert.is(state(), before);
});

test('without checks, what has no place in memory is a page fault all the same', () => {
  assert.is(run('D9/0 fld Md', 0), EXIT_PAGE_FAULT);
  assert.is(run('D9/0 fld Md', 0xffff), EXIT_PAGE_FAULT);
  assert.is(run('D9/0 fld Md', UNMAPPED), 0);
});

test('images and packed operands must be aligned', () => {
  assert.is(run('NP 0FAE/0 fxsave/fxsave64 Mn y', WRITABLE + 8, 0, 8), EXIT_EXCEPTION);
  assert.is(failure()[0], 13);
  assert.is(sse.execute(idOf('NP 0F58 addps Vx,Wx'), 0, -1, WRITABLE + 4, 0, 0), EXIT_EXCEPTION);
  assert.is(failure()[0], 13);
});

test('an exception that is not masked waits for the next instruction that waits', () => {
  view.setUint16(indexOf(WRITABLE), 0x37b, true);
  assert.is(run('D9/5 fldcw Mw', WRITABLE), 0);
  run('D9/5.0 fld1');
  run('D9/5.6 fldz');
  assert.is(run('DE/7 fdivp F,ST', 0, 1), 0);
  assert.ok(x87.pending());
  assert.is(run('DF/4.0 fnstsw AX'), 0);
  assert.is(view.getUint16(STATE, true) & 0x84, 0x84);
  assert.is(run('9B fwait'), EXIT_EXCEPTION);
  assert.is(failure()[0], 16);
  assert.is(run('NP 0F77 emms'), EXIT_EXCEPTION);
  assert.is(run('DB/4.2 fnclex'), 0);
  assert.is(run('9B fwait'), 0);
  // Neither popped nor replaced.
  assert.is(view.getUint8(STATE + X87_TAGS), 0xc0);
});

test('a SIMD exception that is not masked leaves the destination', () => {
  view.setUint32(STATE + MXCSR, 0x1f80 & ~0x200, true);
  view.setFloat64(STATE + XMM, 1, true);
  assert.is(sse.execute(idOf('F2 0F5E divsd Vx,Wq'), 0, 1, 0, 0, 0), EXIT_EXCEPTION);
  assert.is(failure()[0], 19);
  assert.is(view.getFloat64(STATE + XMM, true), 1);
  assert.is(view.getUint32(STATE + MXCSR, true) & 63, 4);
});

test('who sets control bits of MXCSR or clears its flags gets exact floating point', () => {
  const exact = (): number => view.getUint32(STATE + EXACT_FLOAT, true);
  const at = indexOf(WRITABLE);
  const load = (value: number): number => {
    view.setUint32(at, value, true);
    return run('NP 0FAE/2 ldmxcsr Md', WRITABLE);
  };
  const restore = (value: number): number => {
    run('NP 0FAE/0 fxsave/fxsave64 Mn y', WRITABLE, 0, 8);
    view.setUint32(at + 24, value, true);
    return run('NP 0FAE/1 fxrstor/fxrstor64 Mn y', WRITABLE, 0, 8);
  };
  assert.is(load(0x11f80), EXIT_EXCEPTION);
  assert.is(failure()[0], 13);
  assert.is(restore(0x11f80), EXIT_EXCEPTION);
  assert.is(exact(), 0);
  // As the C library's functions do: for some operations another rounding.
  assert.is(load(0x5f80), 0);
  assert.is(exact(), 1);
  assert.is(run('NP 0FAE/3 stmxcsr Md', WRITABLE), 0);
  assert.is(view.getUint32(at, true), 0x5f80);
  assert.is(load(0x1f80), 0);
  assert.is(exact(), 0);
  assert.is(restore(0x9fc0), 0);
  assert.is(exact(), 1);
  assert.is(restore(0x1fa0), 0);
  assert.is(run('NP 0FAE/3 stmxcsr Md', WRITABLE), 0);
  assert.is(exact(), 0);
  // As feclearexcept does.
  assert.is(load(0x1f80), 0);
  assert.is(exact(), 2);
  assert.is(load(0x3f80), 0);
  assert.is(exact(), 3);
  assert.is(load(0x1f80), 0);
  assert.is(exact(), 2);
});

test('conditions follow from flags however they are told', () => {
  const values = [0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x7fffn, 0x8000n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n, 1n << 63n, (1n << 64n) - 1n];
  for (const kind of [FLAGS_ADD, FLAGS_SUBTRACT, FLAGS_LOGIC]) {
    for (let size = 0; size < 4; size++) {
      const width = 8 << size;
      for (const first of values) {
        for (const second of values) {
          view.setUint32(STATE + FLAG_KIND, kind | size, true);
          view.setBigUint64(STATE + FLAG_FIRST, first, true);
          view.setBigUint64(STATE + FLAG_SECOND, second, true);
          const [one, other] = [BigInt.asUintN(width, first), BigInt.asUintN(width, second)];
          const sum = kind === FLAGS_ADD ? one + other : kind === FLAGS_SUBTRACT ? one - other : one;
          const result = BigInt.asUintN(width, sum);
          const ones = (result & 0xffn).toString(2).replace(/0/g, '').length;
          const expected = (result !== sum ? CARRY : 0) | (result === 0n ? ZERO : 0) | (ones % 2 === 0 ? PARITY : 0);
          assert.is(conditionFlags(memory), expected, `${kind} ${width} ${first} ${second}`);
        }
      }
    }
  }
  view.setUint32(STATE + FLAG_KIND, FLAGS_BITS, true);
  view.setUint32(STATE + FLAG_FIRST, 0x8d5, true);
  assert.is(conditionFlags(memory), CARRY | PARITY | ZERO);
});

test('conditions follow from flags of shifts and products', () => {
  const values = [0n, 1n, 2n, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0x12345678n, 0x80000000n, 0xffffffffn, 1n << 63n, (1n << 64n) - 1n];
  const expect = (kind: number, size: number, first: bigint, second: bigint, expected: number): void => {
    view.setUint32(STATE + FLAG_KIND, kind | size, true);
    view.setBigUint64(STATE + FLAG_FIRST, first, true);
    view.setBigUint64(STATE + FLAG_SECOND, second, true);
    assert.is(conditionFlags(memory), expected, `${kind} ${8 << size} ${first} ${second}`);
  };
  for (let size = 0; size < 4; size++) {
    const width = 8 << size;
    const top = 1n << BigInt(width - 1);
    for (const first of values) {
      for (const kind of [FLAGS_LEFT, FLAGS_RIGHT, FLAGS_SIGNED_RIGHT]) {
        let value = BigInt.asUintN(width, first);
        for (let count = 1; count < (size === 3 ? 64 : 32); count++) {
          const out = kind === FLAGS_LEFT ? value & top : value & 1n;
          value = kind === FLAGS_LEFT ? BigInt.asUintN(width, value << 1n) : (value >> 1n) | (kind === FLAGS_SIGNED_RIGHT ? value & top : 0n);
          const ones = (value & 0xffn).toString(2).replace(/0/g, '').length;
          expect(kind, size, first, BigInt(count), (out ? CARRY : 0) | (value === 0n ? ZERO : 0) | (ones % 2 === 0 ? PARITY : 0));
        }
      }
      for (const second of values) {
        const product = BigInt.asIntN(width, first) * BigInt.asIntN(width, second);
        expect(FLAGS_MULTIPLY, size, first, second, product >= -top && product < top ? 0 : CARRY);
      }
    }
  }
});

/** ST(0) as hexadecimal digits. */
function top(): string {
  const at = STATE + X87_REGISTERS + ((view.getUint16(STATE + X87_STATUS, true) >>> 11) & 7) * 16;
  return view.getUint16(at + 8, true).toString(16).padStart(4, '0') + view.getBigUint64(at, true).toString(16).padStart(16, '0');
}

const loadNumber = (value: number): void => {
  view.setFloat64(indexOf(WRITABLE), value, true);
  run('DD/0 fld Mq', WRITABLE);
};

test('numbers that are known', () => {
  loadNumber(2);
  run('D9/7.2 fsqrt');
  assert.is(top(), '3fffb504f333f9de6484');
  loadNumber(1);
  loadNumber(3);
  run('DE/7 fdivp F,ST', 0, 1);
  assert.is(top(), '3ffdaaaaaaaaaaaaaaab');
  // e, as 2 to the power of the fraction of its logarithm and 1.
  run('D9/5.2 fldl2e');
  loadNumber(1);
  run('DE/5 fsubp F,ST', 0, 1);
  run('D9/6.0 f2xm1');
  loadNumber(1);
  run('DE/0 faddp F,ST', 0, 1);
  run('D8/0 fadd ST,F');
  assert.is(top().slice(0, 18), '4000adf85458a2bb4a');
  loadNumber(1);
  loadNumber(1);
  run('D9/6.3 fpatan');
  assert.is(top(), '3ffec90fdaa22168c235');
  loadNumber(1);
  loadNumber(10);
  run('D9/6.1 fyl2x');
  assert.is(top(), '4000d49a784bcd1b8afe');
  // What is left of pi: the processor's own has two bits more than the constant.
  run('DB/4.3 fninit');
  run('D9/5.3 fldpi');
  run('D9/7.6 fsin');
  assert.is(top(), 'bfbf8000000000000000');
});

test('a control word of 53 bits makes sums of doubles', () => {
  view.setUint16(STATE + X87_CONTROL, 0x27f, true);
  for (const [one, other] of [[0.1, 0.2], [1e16, 1.5], [1 / 3, 2 / 3], [Math.PI, -Math.E]] as const) {
    loadNumber(one);
    loadNumber(other);
    run('DE/0 faddp F,ST', 0, 1);
    run('DD/3 fstp Mq', WRITABLE);
    assert.is(view.getFloat64(indexOf(WRITABLE), true), one + other);
  }
});

test.run();
