import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wasm } from '../../wasm/engine.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { F64, I32, I64, type ValueType } from '../../wasm/opcodes.ts';
import { ARITHMETIC_FLAGS, CARRY, OVERFLOW, PARITY, SIGN, ZERO } from '../state.ts';
import { type Node, emit, i32, local } from './expression.ts';
import { type FlagSource, conditionOf, wordOf } from './flags.ts';

type Values = readonly (number | bigint)[];

/** The flags as RFLAGS has them, and the 16 conditions, of a source that is made of two values. */
function evaluate(type: ValueType, kind: FlagSource['kind'], size: number, pairs: readonly Values[]): [number, number[]][] {
  const source: FlagSource = { kind, size, a: local(0, type), b: local(1, type) };
  const of = (): FlagSource => source;
  const nodes: Node[] = [wordOf(of, ARITHMETIC_FLAGS), ...Array.from({ length: 16 }, (_, condition) => conditionOf(of, condition))];
  const module = new ModuleBuilder();
  for (const [index, node] of nodes.entries()) {
    const { number, code } = module.function(module.type([type, type], [I32]));
    emit(code, node);
    module.export('function', `f${index}`, number);
  }
  const { exports } = new wasm.Instance(new wasm.Module(module.encode()), {});
  const functions = nodes.map((_, index) => exports[`f${index}`] as (...values: Values) => number);
  return pairs.map((pair) => [functions[0]!(...pair), functions.slice(1).map((call) => call(...pair))]);
}

/** What the manuals say of conditions. */
function conditionsOf(word: number): number[] {
  const has = (flag: number): boolean => (word & flag) !== 0;
  const even = [
    has(OVERFLOW), has(CARRY), has(ZERO), has(CARRY) || has(ZERO), has(SIGN), has(PARITY), has(SIGN) !== has(OVERFLOW), has(ZERO) || has(SIGN) !== has(OVERFLOW),
  ];
  return even.flatMap((holds) => [Number(holds), Number(!holds)]);
}

test('conditions follow from the flags of comparisons of floating point', () => {
  const numbers = [0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324];
  const pairs = numbers.flatMap((a) => numbers.map((b) => [a, b] as const));
  for (const [index, [word, conditions]] of evaluate(F64, 'float', 8, pairs).entries()) {
    const [a, b] = pairs[index]!;
    const expected = Number.isNaN(a) || Number.isNaN(b) ? CARRY | PARITY | ZERO : a < b ? CARRY : a === b ? ZERO : 0;
    assert.is(word, expected, `${a} ${b}`);
    assert.equal(conditions, conditionsOf(word), `${a} ${b}`);
  }
});

test('conditions follow from the flags of integers', () => {
  for (const kind of ['add', 'subtract', 'logic'] as const) {
    for (const size of [1, 2, 4, 8]) {
      const edges = [0n, 1n, 2n, 15n, 16n, 127n, 128n, 255n].flatMap((value) => [value, value << BigInt(size * 8 - 8), -value]);
      const values = edges.map((value) => BigInt.asUintN(size * 8, value));
      const type = size === 8 ? I64 : I32;
      const given = values.map((value) => (size === 8 ? BigInt.asIntN(64, value) : Number(value)));
      const pairs = given.flatMap((a) => given.map((b) => [a, b] as const));
      for (const [index, [word, conditions]] of evaluate(type, kind, size, pairs).entries()) {
        assert.equal(conditions, conditionsOf(word), `${kind} ${size} ${pairs[index]!.join()}`);
      }
    }
  }
});

test('the flags of shifts and products', () => {
  for (const kind of ['left', 'right', 'signed', 'multiply'] as const) {
    for (const size of [1, 2, 4, 8]) {
      const bits = size * 8;
      const values = [0n, 1n, 3n, 0x5an, 0x7fn, 0x80n, 0xffn].flatMap((value) => [value, value << BigInt(bits - 8), -value]).map((value) => BigInt.asUintN(bits, value));
      const seconds = kind === 'multiply' ? values : Array.from({ length: size === 8 ? 63 : 31 }, (_, index) => BigInt(index + 1));
      const given = (value: bigint): number | bigint => (size === 8 ? BigInt.asIntN(64, value) : Number(value));
      const exact = values.flatMap((a) => seconds.map((b) => [a, b] as const));
      const found = evaluate(size === 8 ? I64 : I32, kind, size, exact.map(([a, b]) => [given(a), given(b)]));
      for (const [index, [word, conditions]] of found.entries()) {
        const [a, b] = exact[index]!;
        const told = `${kind} ${size} ${a} ${b}`;
        assert.equal(conditions, conditionsOf(word), told);
        const wide = kind === 'signed' || kind === 'multiply' ? BigInt.asIntN(bits, a) : a;
        const whole = kind === 'multiply' ? wide * BigInt.asIntN(bits, b) : kind === 'left' ? wide << b : wide >> b;
        if (kind === 'multiply') {
          const overflows = BigInt.asIntN(bits, whole) !== whole;
          assert.is(word & (CARRY | OVERFLOW), overflows ? CARRY | OVERFLOW : 0, told);
          continue;
        }
        const result = BigInt.asUintN(bits, whole);
        const out = kind === 'left' ? (whole >> BigInt(bits)) & 1n : (wide >> (b - 1n)) & 1n;
        const even = (result & 0xffn).toString(2).replace(/0/g, '').length % 2 === 0;
        const expected = (out ? CARRY : 0) | (even ? PARITY : 0) | (result === 0n ? ZERO : 0) | (result >> BigInt(bits - 1) ? SIGN : 0);
        assert.is(word & ~OVERFLOW, expected, told);
        if (b === 1n) {
          const overflow = kind === 'left' ? (result ^ a) >> BigInt(bits - 1) : kind === 'right' ? a >> BigInt(bits - 1) : 0n;
          assert.is(word & OVERFLOW, overflow ? OVERFLOW : 0, told);
        }
      }
    }
  }
});

test('a flag of a word, and one by itself', () => {
  const word: FlagSource = { kind: 'word', size: 4, a: i32(CARRY | OVERFLOW), b: i32(0) };
  const bit: FlagSource = { kind: 'bit', size: 4, a: i32(1), b: i32(0) };
  const module = new ModuleBuilder();
  const { number, code } = module.function(module.type([], [I32]));
  emit(code, wordOf((flag) => (flag === ZERO ? bit : word), CARRY | ZERO | SIGN));
  module.export('function', 'f', number);
  const { exports } = new wasm.Instance(new wasm.Module(module.encode()), {});
  assert.is((exports['f'] as () => number)(), CARRY | ZERO);
});

test.run();
