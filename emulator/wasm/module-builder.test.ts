import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteBuffer } from './byte-buffer.ts';
import type { FunctionBuilder } from './function-builder.ts';
import { ModuleBuilder } from './module-builder.ts';
import { F32, F64, I32, I64, Memory, Op, V128, type ValueType } from './opcodes.ts';

interface Wasm {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: Readonly<Record<string, never>> };
  readonly Memory: new (limits: object) => { readonly buffer: ArrayBuffer };
  readonly Table: new (limits: object) => { get(index: number): unknown };
}
// The compiler's library for programs without a browser does not have it.
const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm };

type Callable = (...values: (number | bigint)[]) => number | bigint | undefined;

function run(module: ModuleBuilder, imports: object = {}): Record<string, Callable> {
  const bytes = module.encode();
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports as unknown as Record<string, Callable>;
}

/** A module of one function, called `f`. */
function one(parameters: ValueType[], results: ValueType[], write: (code: FunctionBuilder) => void): Callable {
  const module = new ModuleBuilder();
  const { number, code } = module.function(module.type(parameters, results));
  write(code);
  module.export('function', 'f', number);
  return run(module)['f']!;
}

test('integers of 32 and 64 bits, at the edges of each length', () => {
  const narrow = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, -8192, -8193, 0x7fffffff, -0x80000000];
  for (const value of narrow) assert.is(one([], [I32], (code) => code.i32(value))(), value);
  const wide = new Set<bigint>([0n]);
  for (let bit = 0n; bit < 64n; bit++) for (const near of [-1n, 0n, 1n]) wide.add(BigInt.asIntN(64, (1n << bit) + near));
  for (const value of [...wide, ...[...wide].map((number) => BigInt.asIntN(64, -number))]) {
    const low = Number(BigInt.asIntN(32, value));
    const high = Number(BigInt.asIntN(32, value >> 32n));
    assert.is(one([], [I64], (code) => code.i64(low, high))(), value);
  }
  assert.is(one([], [I64], (code) => code.i64(-5))(), -5n);
  for (const value of [0, -0, 1.5, Infinity, 5e-324, NaN]) {
    assert.ok(Object.is(one([], [F64], (code) => code.f64(value))(), value));
    assert.ok(Object.is(one([], [F32], (code) => code.f32(value))(), Math.fround(value)));
  }
});

test('loops, branches and locals of several types', () => {
  const factorial = one([I32], [I64], (code) => {
    const product = code.local(I64);
    code.local(F64);
    const again = code.local(I32);
    code.i64(1);
    code.set(product);
    const out = code.block();
    const loop = code.loop();
    code.get(0);
    code.op(Op.i32Eqz);
    code.brIf(out);
    code.get(product);
    code.get(0);
    code.op(Op.i64ExtendI32U);
    code.op(Op.i64Mul);
    code.set(product);
    code.get(0);
    code.i32(1);
    code.op(Op.i32Sub);
    code.tee(again);
    code.set(0);
    code.br(loop);
    code.end(loop);
    code.end(out);
    code.get(product);
  });
  assert.is(factorial(20), 2432902008176640000n);
  assert.is(factorial(0), 1n);
});

test('br_table, if and else, blocks with results', () => {
  const choose = one([I32], [I32], (code) => {
    const end = code.block(I32);
    const labels = [code.block(), code.block(), code.block()];
    code.get(0);
    code.brTable([labels[2]!, labels[1]!], labels[0]!);
    code.end();
    code.i32(100);
    code.br(end);
    code.end();
    code.i32(200);
    code.br(end);
    code.end();
    code.get(0);
    code.i32(5);
    code.op(Op.i32Eq);
    code.if(I32);
    code.i32(555);
    code.else();
    code.i32(300);
    code.end();
    code.end(end);
  });
  assert.equal([choose(0), choose(1), choose(2), choose(5), choose(-1)], [100, 200, 300, 555, 300]);
});

test('blocks that take and give several values', () => {
  const module = new ModuleBuilder();
  const swap = module.type([I32, I32], [I32, I32]);
  const { number, code } = module.function(module.type([I32, I32], [I32]));
  const held = code.local(I32);
  code.get(0);
  code.get(1);
  code.block({ type: swap });
  code.set(held);
  code.set(0);
  code.get(held);
  code.get(0);
  code.end();
  code.op(Op.i32Sub);
  module.export('function', 'f', number);
  assert.is(run(module)['f']!(10, 3), -7);
});

test('memory: every width, offsets, copy and fill; imported and shared', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const module = new ModuleBuilder();
  module.importMemory('host', 'memory', { initial: 1, maximum: 65536, shared: true });
  const { number, code } = module.function(module.type([I32, I64], [I64]));
  code.get(0);
  code.get(1);
  code.memory(Memory.i64Store, 3);
  code.i32(200);
  code.get(0);
  code.i32(3);
  code.op(Op.i32Add);
  code.i32(8);
  code.memoryCopy();
  code.i32(208);
  code.i32(0xab);
  code.i32(4);
  code.memoryFill();
  code.i32(0);
  code.memory(Memory.i64Load16S, 200);
  code.i32(0);
  code.memory(Memory.i64Load32U, 208);
  code.op(Op.i64Add);
  module.export('function', 'f', number);
  assert.is(run(module, { host: { memory } })['f']!(1, 0x112233445566fffen), 0xababababn - 2n);
  assert.equal([...new Uint8Array(memory.buffer, 4, 8)], [0xfe, 0xff, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]);
});

test('calls: of imports, by a table that modules share, and as the last thing', () => {
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: 10 });
  const callee = new ModuleBuilder();
  callee.importTable('host', 'table', { initial: 10 });
  const unary = callee.type([I32], [I32]);
  const double = callee.function(unary);
  double.code.get(0);
  double.code.i32(1);
  double.code.op(Op.i32Shl);
  callee.element(7, [double.number]);
  run(callee, { host: { table } });
  assert.ok(table.get(7));

  const caller = new ModuleBuilder();
  const type = caller.type([I32], [I32]);
  assert.is(caller.type([I32], [I32]), type, 'a type is told once');
  const binary = caller.type([I32, I32], [I32]);
  const host = caller.importFunction('host', 'add', binary);
  caller.importTable('host', 'table', { initial: 1 });
  const counter = caller.importGlobal('host', 'counter', I32, true);
  assert.throws(() => {
    const late = new ModuleBuilder();
    late.function(late.type([], []));
    late.importFunction('host', 'late', 0);
  }, /of its own already/);
  const f = caller.function(type);
  f.code.get(0);
  f.code.i32(7);
  f.code.callIndirect(type);
  f.code.i32(1);
  f.code.call(host);
  f.code.globalGet(counter);
  f.code.op(Op.i32Add);
  // A recursion that would not end on a stack.
  const deep = caller.function(binary);
  deep.code.get(0);
  deep.code.op(Op.i32Eqz);
  deep.code.if();
  deep.code.get(1);
  deep.code.op(Op.return);
  deep.code.end();
  deep.code.get(0);
  deep.code.i32(1);
  deep.code.op(Op.i32Sub);
  deep.code.get(1);
  deep.code.i32(3);
  deep.code.op(Op.i32Add);
  deep.code.returnCall(deep.number);
  caller.export('function', 'f', f.number);
  caller.export('function', 'deep', deep.number);
  const Global = (globalThis as unknown as { WebAssembly: { Global: new (type: object, value: number) => object } }).WebAssembly.Global;
  const add = (left: number, right: number): number => left + right;
  const exports = run(caller, { host: { add, table, counter: new Global({ value: 'i32', mutable: true }, 1000) } });
  assert.is(exports['f']!(21), 1043);
  assert.is(exports['deep']!(1000000, 0), 3000000);
});

test('its own memory, table and globals; vectors', () => {
  const module = new ModuleBuilder();
  const memory = module.memory({ initial: 2 });
  module.table({ initial: 4, maximum: 4 });
  const global = module.global(I64, true, -3);
  const half = module.global(F64, false, 0.5);
  const { number, code } = module.function(module.type([], [I64]));
  const vector = code.local(V128);
  code.v128([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]);
  code.tee(vector);
  code.get(vector);
  // i32x4.add, and its lane 2.
  code.simd(0xae);
  code.set(vector);
  code.i32(16);
  code.get(vector);
  // v128.store
  code.simdMemory(0x0b, 4);
  code.get(vector);
  code.simd(0x1b, 2);
  code.op(Op.i64ExtendI32S);
  code.globalGet(global);
  code.op(Op.i64Add);
  code.globalGet(half);
  code.truncateSaturating(6);
  code.op(Op.i64Add);
  code.globalSet(global);
  code.globalGet(global);
  module.export('function', 'f', number);
  module.export('memory', 'memory', memory);
  const exports = run(module);
  assert.is(exports['f']!(), 3n);
  const { buffer } = exports['memory'] as unknown as { buffer: ArrayBuffer };
  assert.is(buffer.byteLength, 2 * 65536);
  assert.equal([...new Uint32Array(buffer, 20, 4)], [2, 4, 6, 8]);
});

test('every instruction without immediates is what its name says', () => {
  // By the index of the specification: what it takes and gives is in the name.
  const types: Readonly<Record<string, ValueType>> = { i32: I32, i64: I64, f32: F32, f64: F64 };
  let count = 0;
  for (const [name, number] of Object.entries(Op)) {
    const match = /^([if](?:32|64))([A-Z][a-z]+)/.exec(name);
    if (!match) continue;
    const own = types[match[1]!]!;
    const source = /[IF](?:32|64)/.exec(name.slice(3))?.[0].toLowerCase();
    const unary = /^(Eqz|Clz|Ctz|Popcnt|Abs|Neg|Ceil|Floor|Trunc|Nearest|Sqrt|Wrap|Extend|Convert|Demote|Promote|Reinterpret)$/.test(match[2]!);
    const takes = source ? types[source]! : own;
    const compares = /^(Eqz|Eq|Ne|Lt|Gt|Le|Ge)$/.test(match[2]!);
    const module = new ModuleBuilder();
    const { code } = module.function(module.type(unary ? [takes] : [takes, takes], [compares ? I32 : own]));
    code.get(0);
    if (!unary) code.get(1);
    code.op(number);
    assert.ok(WebAssembly.validate(module.encode()), name);
    count++;
  }
  assert.is(count, 0xc4 - 0x45 + 1, 'all of them');
});

test('every load and store takes what its name says', () => {
  const types: Readonly<Record<string, ValueType>> = { i32: I32, i64: I64, f32: F32, f64: F64 };
  for (const [name, number] of Object.entries(Memory)) {
    const type = types[name.slice(0, 3)]!;
    const module = new ModuleBuilder();
    module.memory({ initial: 1 });
    const store = name.includes('Store');
    const { code } = module.function(module.type(store ? [I32, type] : [I32], store ? [] : [type]));
    code.get(0);
    if (store) code.get(1);
    code.memory(number, 0xffffffff);
    assert.ok(WebAssembly.validate(module.encode()), name);
  }
});

test('mistakes with blocks are told at once', () => {
  const module = new ModuleBuilder();
  const { code } = module.function(module.type([], []));
  const outer = code.block();
  const inner = code.block();
  assert.throws(() => code.end(outer), /innermost/);
  code.end(inner);
  assert.throws(() => code.br(inner), /closed/);
  assert.throws(() => module.encode(), /open/);
  code.end(outer);
  assert.throws(() => code.end(), /nothing is open/);
  assert.ok(WebAssembly.validate(module.encode()));
  assert.throws(() => module.function(9), /no function type/);
});

test('large modules', () => {
  const module = new ModuleBuilder();
  const type = module.type([I32], [I32]);
  let previous = -1;
  for (let index = 0; index < 1000; index++) {
    const { number, code } = module.function(type);
    code.get(0);
    for (let step = 0; step < 100; step++) {
      code.i32(step * 1000);
      code.op(step & 1 ? Op.i32Xor : Op.i32Add);
    }
    if (previous >= 0) code.call(previous);
    previous = number;
  }
  module.export('function', 'f', previous);
  assert.type(run(module)['f']!(1), 'number');
});

test('a buffer grows as it must', () => {
  const buffer = new ByteBuffer(1);
  for (let index = 0; index < 1000; index++) buffer.byte(index);
  buffer.append(new Uint8Array(5000).fill(7));
  buffer.name('näme');
  assert.is(buffer.length, 1000 + 5000 + 6);
  assert.equal([...buffer.view().subarray(998, 1002)], [998 & 255, 999 & 255, 7, 7]);
  assert.equal([...buffer.view().subarray(6000)], [5, 110, 195, 164, 109, 101]);
});

test.run();
