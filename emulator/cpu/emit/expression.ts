/**
 * Values of generated code, as trees of WebAssembly's instructions. Constants are folded and what cancels out is left away when a tree
 * is made; it is written by `emit`. A tree is evaluated where it is emitted: one that reads a local means what the local has then.
 */

import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { F32, F64, I32, I64, Memory, Op, V128, type ValueType } from '../../wasm/opcodes.ts';
import { Simd } from '../../wasm/vector-opcodes.ts';

const CONSTANT = -1;
const LOCAL = -2;
const LOAD = -3;
const SELECT = -4;
const CALL = -5;
const SIMD_LOAD = -6;
const VECTOR = -7;
const SHUFFLE = -8;
const SIMD_LANE = -9;
const SIMD = 0x1000;
const SATURATE = 0x2000;

/** A value: an instruction and what it takes. */
export class Node {
  readonly op: number;
  readonly type: ValueType;
  readonly a: Node | undefined;
  readonly b: Node | undefined;
  readonly c: Node | undefined;
  /** A constant's low half; a local's number, a load's instruction, a call's function. */
  readonly low: number;
  /** A constant's high half; a load's offset. */
  readonly high: number;
  readonly list: ArrayLike<number> | readonly Node[] | undefined;

  constructor(op: number, type: ValueType, a?: Node, b?: Node, c?: Node, low = 0, high = 0, list?: ArrayLike<number> | readonly Node[]) {
    this.op = op;
    this.type = type;
    this.a = a;
    this.b = b;
    this.c = c;
    this.low = low;
    this.high = high;
    this.list = list;
  }

  get isConstant(): boolean {
    return this.op === CONSTANT;
  }

  get isLocal(): boolean {
    return this.op === LOCAL;
  }
}

const small: Node[] = [];
for (let value = -16; value < 272; value++) small.push(new Node(CONSTANT, I32, undefined, undefined, undefined, value));

export function i32(value: number): Node {
  const word = value | 0;
  return word >= -16 && word < 272 ? small[word + 16]! : new Node(CONSTANT, I32, undefined, undefined, undefined, word);
}

export const i64 = (low: number, high: number = low >> 31): Node => new Node(CONSTANT, I64, undefined, undefined, undefined, low | 0, high | 0);
/** A constant of 64 bits that is not negative. */
export const unsigned64 = (value: number): Node => i64(value | 0, Math.floor(value / 2 ** 32) | 0);
/** A constant of an integer type, from a signed number of 32 bits. */
export const constant = (type: ValueType, value: number): Node => (type === I32 ? i32(value) : i64(value));
export const f32 = (value: number): Node => new Node(CONSTANT, F32, undefined, undefined, undefined, value);
export const f64 = (value: number): Node => new Node(CONSTANT, F64, undefined, undefined, undefined, value);
export const local = (number: number, type: ValueType): Node => new Node(LOCAL, type, undefined, undefined, undefined, number);
/** A vector of 16 bytes. */
export const vector = (bytes: ArrayLike<number>): Node => new Node(VECTOR, V128, undefined, undefined, undefined, 0, 0, bytes);

/** A vector whose lanes of `size` bytes are all `value`, a signed number of 32 bits. */
export function lanes(size: number, low: number, high: number = low >> 31): Node {
  const bytes = new Uint8Array(16);
  for (let at = 0; at < 16; at++) {
    const within = at % size;
    bytes[at] = within < 4 ? low >>> (within * 8) : high >>> ((within - 4) * 8);
  }
  return vector(bytes);
}

const isZero = (node: Node): boolean => node.op === CONSTANT && node.low === 0 && node.high === 0;
const isConstant32 = (node: Node): boolean => node.op === CONSTANT && node.type === I32;

const binary = (op32: number, op64: number, a: Node, b: Node): Node => new Node(a.type === I32 ? op32 : op64, a.type, a, b);
const compare = (op32: number, op64: number, a: Node, b: Node): Node => new Node(a.type === I32 ? op32 : op64, I32, a, b);

export function add(a: Node, b: Node): Node {
  if (isConstant32(a) && isConstant32(b)) return i32(a.low + b.low);
  if (a.op === CONSTANT && b.op === CONSTANT) {
    const low = (a.low >>> 0) + (b.low >>> 0);
    return i64(low | 0, (a.high + b.high + (low > 0xffffffff ? 1 : 0)) | 0);
  }
  if (a.op === CONSTANT) return add(b, a);
  if (isZero(b)) return a;
  if (isConstant32(b) && a.op === Op.i32Add && isConstant32(a.b!)) return add(a.a!, i32(a.b!.low + b.low));
  return binary(Op.i32Add, Op.i64Add, a, b);
}

export function sub(a: Node, b: Node): Node {
  if (isConstant32(b)) return add(a, i32(-b.low));
  return isZero(b) ? a : binary(Op.i32Sub, Op.i64Sub, a, b);
}

export const mul = (a: Node, b: Node): Node =>
  isConstant32(a) && isConstant32(b) ? i32(Math.imul(a.low, b.low)) : binary(Op.i32Mul, Op.i64Mul, a, b);

export function and(a: Node, b: Node): Node {
  if (a.op === CONSTANT && b.op === CONSTANT) return a.type === I32 ? i32(a.low & b.low) : i64(a.low & b.low, a.high & b.high);
  if (isZero(b)) return b;
  if (isConstant32(b) && a.op === Op.i32And && isConstant32(a.b!)) return and(a.a!, i32(a.b!.low & b.low));
  if (isConstant32(b) && a.op === LOAD && ((b.low === 0xff && a.low === Memory.i32Load8U) || (b.low === 0xffff && (a.low === Memory.i32Load16U || a.low === Memory.i32Load8U)))) return a;
  return binary(Op.i32And, Op.i64And, a, b);
}

export function or(a: Node, b: Node): Node {
  if (a.op === CONSTANT && b.op === CONSTANT) return a.type === I32 ? i32(a.low | b.low) : i64(a.low | b.low, a.high | b.high);
  if (isZero(b)) return a;
  return isZero(a) ? b : binary(Op.i32Or, Op.i64Or, a, b);
}

export function xor(a: Node, b: Node): Node {
  if (a.op === CONSTANT && b.op === CONSTANT) return a.type === I32 ? i32(a.low ^ b.low) : i64(a.low ^ b.low, a.high ^ b.high);
  if (isZero(b)) return a;
  return binary(Op.i32Xor, Op.i64Xor, a, b);
}

/** Shifts and rotations take their count modulo the type's bits. */
export const shl = (a: Node, b: Node): Node =>
  isConstant32(a) && isConstant32(b) ? i32(a.low << b.low) : isZero(b) ? a : binary(Op.i32Shl, Op.i64Shl, a, b);
export const shrU = (a: Node, b: Node): Node =>
  isConstant32(a) && isConstant32(b) ? i32(a.low >>> b.low) : isZero(b) ? a : binary(Op.i32ShrU, Op.i64ShrU, a, b);
export const shrS = (a: Node, b: Node): Node =>
  isConstant32(a) && isConstant32(b) ? i32(a.low >> b.low) : isZero(b) ? a : binary(Op.i32ShrS, Op.i64ShrS, a, b);
export const rotl = (a: Node, b: Node): Node => binary(Op.i32Rotl, Op.i64Rotl, a, b);
export const rotr = (a: Node, b: Node): Node => binary(Op.i32Rotr, Op.i64Rotr, a, b);
/** Divisions trap where WebAssembly's do; look first. */
export const divU = (a: Node, b: Node): Node => binary(Op.i32DivU, Op.i64DivU, a, b);
export const divS = (a: Node, b: Node): Node => binary(Op.i32DivS, Op.i64DivS, a, b);
export const remU = (a: Node, b: Node): Node => binary(Op.i32RemU, Op.i64RemU, a, b);
export const remS = (a: Node, b: Node): Node => binary(Op.i32RemS, Op.i64RemS, a, b);

export function eqz(a: Node): Node {
  if (a.op === CONSTANT) return i32(isZero(a) ? 1 : 0);
  return new Node(a.type === I32 ? Op.i32Eqz : Op.i64Eqz, I32, a);
}
export const eq = (a: Node, b: Node): Node => (isZero(b) ? eqz(a) : compare(Op.i32Eq, Op.i64Eq, a, b));
export const ne = (a: Node, b: Node): Node => compare(Op.i32Ne, Op.i64Ne, a, b);
export const ltS = (a: Node, b: Node): Node => compare(Op.i32LtS, Op.i64LtS, a, b);
export const ltU = (a: Node, b: Node): Node => compare(Op.i32LtU, Op.i64LtU, a, b);
export const leS = (a: Node, b: Node): Node => compare(Op.i32LeS, Op.i64LeS, a, b);
export const leU = (a: Node, b: Node): Node => compare(Op.i32LeU, Op.i64LeU, a, b);
export const gtS = (a: Node, b: Node): Node => compare(Op.i32GtS, Op.i64GtS, a, b);
export const gtU = (a: Node, b: Node): Node => compare(Op.i32GtU, Op.i64GtU, a, b);
export const geS = (a: Node, b: Node): Node => compare(Op.i32GeS, Op.i64GeS, a, b);
export const geU = (a: Node, b: Node): Node => compare(Op.i32GeU, Op.i64GeU, a, b);
export const clz = (a: Node): Node => new Node(a.type === I32 ? Op.i32Clz : Op.i64Clz, a.type, a);
export const ctz = (a: Node): Node => new Node(a.type === I32 ? Op.i32Ctz : Op.i64Ctz, a.type, a);
export const popcnt = (a: Node): Node => new Node(a.type === I32 ? Op.i32Popcnt : Op.i64Popcnt, a.type, a);

/** The low half of 64 bits. */
export function wrap(a: Node): Node {
  if (a.type === I32) return a;
  if (a.op === CONSTANT) return i32(a.low);
  if (a.op === Op.i64ExtendI32U || a.op === Op.i64ExtendI32S) return a.a!;
  if (a.op === Op.i64Add) return add(wrap(a.a!), wrap(a.b!));
  if (a.op === Op.i64Sub) return sub(wrap(a.a!), wrap(a.b!));
  if (a.op === Op.i64Shl && a.b!.op === CONSTANT && a.b!.low < 32) return shl(wrap(a.a!), i32(a.b!.low));
  return new Node(Op.i32WrapI64, I32, a);
}

/** 32 bits as 64, with zeros. */
export function extendU(a: Node): Node {
  if (a.type === I64) return a;
  return a.op === CONSTANT ? i64(a.low, 0) : new Node(Op.i64ExtendI32U, I64, a);
}

/** 32 bits as 64, with the sign. */
export function extendS(a: Node): Node {
  if (a.type === I64) return a;
  return a.op === CONSTANT ? i64(a.low) : new Node(Op.i64ExtendI32S, I64, a);
}

/** The bits of an integer as a floating-point number, without a way through general registers where they come from elsewhere. */
export function floating(a: Node): Node {
  const isWide = a.type === I64;
  const type = isWide ? F64 : F32;
  if (a.op === LOAD && a.low === (isWide ? Memory.i64Load : Memory.i32Load)) {
    return load(isWide ? Memory.f64Load : Memory.f32Load, type, a.a!, a.high);
  }
  if (a.op === SIMD_LANE && a.low === (isWide ? Simd.i64x2ExtractLane : Simd.i32x4ExtractLane)) {
    return simdLane(isWide ? Simd.f64x2ExtractLane : Simd.f32x4ExtractLane, type, a.high, a.a!);
  }
  if (a.op === (isWide ? Op.i64ReinterpretF64 : Op.i32ReinterpretF32)) return a.a!;
  return unary(isWide ? Op.f64ReinterpretI64 : Op.f32ReinterpretI32, type, a);
}

/** Any instruction of one byte that takes one value. */
export const unary = (op: (typeof Op)[keyof typeof Op], type: ValueType, a: Node): Node => new Node(op, type, a);
/** Any instruction of one byte that takes two values. */
export const operation = (op: (typeof Op)[keyof typeof Op], type: ValueType, a: Node, b: Node): Node => new Node(op, type, a, b);
/** `condition ? a : b`; both are evaluated. */
export const select = (condition: Node, a: Node, b: Node): Node =>
  condition.op === CONSTANT ? (condition.low !== 0 ? a : b) : new Node(SELECT, a.type, a, b, condition);
/** A load by one of `Memory`'s instructions. */
export const load = (code: number, type: ValueType, address: Node, offset = 0): Node => new Node(LOAD, type, address, undefined, undefined, code, offset);
/** A conversion to an integer that saturates, by its number (see FunctionBuilder.truncateSaturating). */
export const saturate = (kind: number, type: ValueType, a: Node): Node => new Node(SATURATE + kind, type, a);
/** A call that has one result. */
export const call = (callee: number, type: ValueType, args: readonly Node[]): Node =>
  new Node(CALL, type, undefined, undefined, undefined, callee, 0, args);
/** A vector instruction without immediates, by its number. */
export const simd = (code: number, type: ValueType, a: Node, b?: Node, c?: Node): Node => new Node(SIMD + code, type, a, b, c);
/** A vector instruction with a lane. */
export const simdLane = (code: number, type: ValueType, lane: number, a: Node, b?: Node): Node => new Node(SIMD_LANE, type, a, b, undefined, code, lane);
/** A vector load, by its number; of one lane where `lane` and the vector to go into are given. */
export const simdLoad = (code: number, address: Node, offset = 0): Node => new Node(SIMD_LOAD, V128, address, undefined, undefined, code, offset);
/** i8x16.shuffle. */
export const shuffle = (a: Node, b: Node, choice: ArrayLike<number>): Node => new Node(SHUFFLE, V128, a, b, undefined, 0, 0, choice);

/** Writes the code of a tree; its value is then on the stack. */
export function emit(code: FunctionBuilder, node: Node): void {
  const { op } = node;
  if (op === CONSTANT) {
    if (node.type === I32) code.i32(node.low);
    else if (node.type === I64) code.i64(node.low, node.high);
    else if (node.type === F64) code.f64(node.low);
    else code.f32(node.low);
    return;
  }
  if (op === LOCAL) {
    code.get(node.low);
    return;
  }
  if (op === CALL) {
    for (const argument of node.list as readonly Node[]) emit(code, argument);
    code.call(node.low);
    return;
  }
  if (node.a) emit(code, node.a);
  if (node.b) emit(code, node.b);
  if (node.c) emit(code, node.c);
  if (op > SATURATE - 1) code.truncateSaturating(op - SATURATE);
  else if (op >= SIMD) code.simd(op - SIMD);
  else if (op >= 0) code.op(op as (typeof Op)[keyof typeof Op]);
  else if (op === LOAD) code.memory(node.low, node.high);
  else if (op === SELECT) code.op(Op.select);
  else if (op === SIMD_LANE) code.simd(node.low, node.high);
  else if (op === SIMD_LOAD) code.simdMemory(node.low, node.high);
  else code.v128(node.list as ArrayLike<number>, op === SHUFFLE);
}
