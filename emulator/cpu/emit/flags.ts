/**
 * Where arithmetic flags come from, and how each flag or condition follows. An arithmetic instruction only notes its kind and operands;
 * what a flag is gets worked out where it is wanted, so a comparison and its jump become one comparison.
 */

import { ADJUST, CARRY, OVERFLOW, PARITY, SIGN, ZERO } from '../state.ts';
import { F32, I32, I64, Op } from '../../wasm/opcodes.ts';
import {
  type Node, add, and, constant, eq, eqz, extendS, geS, geU, gtS, gtU, i32, i64, leS, leU, ltS, ltU, mul, ne, operation, or, popcnt, shl, shrS, shrU, sub, unary, wrap, xor,
} from './expression.ts';

/** The six arithmetic flags, in the order of their bits. */
export const FLAGS: readonly number[] = [CARRY, PARITY, ADJUST, ZERO, SIGN, OVERFLOW];

/** The shifts; `signed` is that to the right that keeps the sign. */
export type Shift = 'left' | 'right' | 'signed';

/**
 * A source of flags. `add`, `subtract`, `multiply` (signed) and `logic` are of two operands (of the result, for `logic`) of `size` bytes: values of i32 up
 * to 4 bytes, with zeros above, and of i64 for 8. `left`, `right` and `signed` are shifts of the first by the second, which is not 0. `word` is all of them as RFLAGS has them. `bit` is one flag, 0 or 1. `float` is a comparison of
 * two values of f32 or f64. `memory` is what the state says. `counted` is one or
 * the other by whether a count, the second operand, is 0. The values have to be constants or locals that do not change.
 */
export interface FlagSource {
  readonly kind: 'add' | 'subtract' | 'logic' | Shift | 'multiply' | 'word' | 'bit' | 'float' | 'memory' | 'counted';
  readonly size: number;
  readonly a: Node;
  readonly b: Node;
  /** Of a counted source: what the flags are of where the count is 0, in the order of `FLAGS`, and where it is not. */
  readonly before?: readonly FlagSource[];
  readonly after?: FlagSource;
}

/** Sign-extends a value of `size` bytes to its type. */
export const signed = (size: number, value: Node): Node => {
  if (size >= 4) return value;
  if (value.isConstant) return i32((value.low << (32 - size * 8)) >> (32 - size * 8));
  return unary(size === 1 ? Op.i32Extend8S : Op.i32Extend16S, I32, value);
};
/** Zeros what is above `size` bytes. */
export const truncated = (size: number, value: Node): Node => (size === 1 ? and(value, i32(0xff)) : size === 2 ? and(value, i32(0xffff)) : value);
/** The type of values of `size` bytes. */
export const typeOf = (size: number): typeof I32 | typeof I64 => (size === 8 ? I64 : I32);
/** The highest bit of a value of `size` bytes, as 0 or 1. */
export const topBit = (size: number, value: Node): Node =>
  size === 8 ? wrap(shrU(value, constant(I64, 63))) : size === 4 ? shrU(value, i32(31)) : and(shrU(value, i32(size * 8 - 1)), i32(1));
/** Whether the low byte has an even number of bits, as 0 or 1. */
export const parity = (value: Node): Node => xor(and(popcnt(and(wrap(value), i32(0xff))), i32(1)), i32(1));

const isNegative = (size: number, value: Node): Node => ltS(signed(size, value), constant(typeOf(size), 0));

function result({ kind, size, a, b }: FlagSource): Node {
  switch (kind) {
    case 'logic':
      return a;
    case 'left':
      return truncated(size, shl(a, b));
    case 'right':
      return shrU(a, b);
    case 'signed':
      return truncated(size, shrS(signed(size, a), b));
    default:
      return truncated(size, kind === 'add' ? add(a, b) : sub(a, b));
  }
}

const bit0 = (value: Node): Node => and(wrap(value), i32(1));

/** The last bit shifted out. A count is taken modulo the type's bits, so the negative one is what is left of them. */
function shiftedOut({ kind, size, a, b }: FlagSource): Node {
  const type = typeOf(size);
  if (kind === 'right') return bit0(shrU(a, sub(b, constant(type, 1))));
  if (kind === 'signed') return bit0(shrS(signed(size, a), sub(b, constant(type, 1))));
  return size >= 4 ? bit0(shrU(a, sub(constant(type, 0), b))) : and(shrU(shl(a, b), i32(size * 8)), i32(1));
}

/** One flag of a shift; that of an adjustment is undefined. */
function flagOfShift(source: FlagSource, flag: number): Node {
  const { kind, size, a } = source;
  switch (flag) {
    case CARRY:
      return shiftedOut(source);
    case ADJUST:
      return i32(0);
    case OVERFLOW:
      return kind === 'left' ? xor(topBit(size, result(source)), shiftedOut(source)) : kind === 'right' ? topBit(size, a) : i32(0);
    default:
      return flagOf({ ...source, kind: 'logic', a: result(source) }, flag);
  }
}

/** The upper half of the product of two values of 64 bits; `keep` is for what is wanted twice. */
export function highProduct(a: Node, b: Node, isSigned: boolean, keep: (value: Node) => Node = (value) => value): Node {
  const mask = i64(-1, 0);
  const half = i64(32);
  const [aLow, aHigh] = [keep(and(a, mask)), keep(shrU(a, half))];
  const [bLow, bHigh] = [keep(and(b, mask)), keep(shrU(b, half))];
  const middle = keep(add(mul(aHigh, bLow), shrU(mul(aLow, bLow), half)));
  const other = keep(add(mul(aLow, bHigh), and(middle, mask)));
  const high = add(add(mul(aHigh, bHigh), shrU(middle, half)), shrU(other, half));
  if (!isSigned) return high;
  return sub(sub(high, and(shrS(a, i64(63)), b)), and(shrS(b, i64(63)), a));
}

/** Whether a signed product has no room in its factors' size: their carry and overflow. Its other flags are undefined. */
function overflowsProduct({ size, a, b }: FlagSource): Node {
  if (size === 8) return ne(highProduct(a, b, true), shrS(mul(a, b), i64(63)));
  if (size === 4) {
    const product = mul(extendS(a), extendS(b));
    return ne(product, unary(Op.i64Extend32S, I64, product));
  }
  const product = mul(signed(size, a), signed(size, b));
  return ne(product, signed(size, product));
}

type Comparison = 'Lt' | 'Gt' | 'Ge' | 'Ne';

const floatTest = (name: Comparison, a: Node, b: Node): Node => operation(a.type === F32 ? Op[`f32${name}`] : Op[`f64${name}`], I32, a, b);

/** A flag of a comparison of floating point: those that say less, equal, and unordered are all set by a NaN. */
function flagOfFloats({ a, b }: FlagSource, flag: number): Node {
  switch (flag) {
    case CARRY:
      return eqz(floatTest('Ge', a, b));
    case ZERO:
      return eqz(or(floatTest('Lt', a, b), floatTest('Gt', a, b)));
    case PARITY:
      return or(floatTest('Ne', a, a), floatTest('Ne', b, b));
    default:
      return i32(0);
  }
}

/** One flag, as 0 or 1. `source` is neither `memory` nor `counted`. */
export function flagOf(source: FlagSource, flag: number): Node {
  const { kind, size, a, b } = source;
  if (kind === 'bit') return a;
  if (kind === 'float') return flagOfFloats(source, flag);
  if (kind === 'left' || kind === 'right' || kind === 'signed') return flagOfShift(source, flag);
  if (kind === 'multiply') return flag === CARRY || flag === OVERFLOW ? overflowsProduct(source) : i32(0);
  if (kind === 'word') return and(shrU(a, i32(31 - Math.clz32(flag))), i32(1));
  if (kind === 'logic' && (flag === CARRY || flag === OVERFLOW || flag === ADJUST)) return i32(0);
  switch (flag) {
    case CARRY:
      return kind === 'add' ? ltU(result(source), a) : ltU(a, b);
    case PARITY:
      return parity(result(source));
    case ADJUST:
      return and(wrap(shrU(xor(xor(a, b), result(source)), constant(typeOf(size), 4))), i32(1));
    case ZERO:
      return kind === 'subtract' ? eq(a, b) : eqz(result(source));
    case SIGN:
      return isNegative(size, result(source));
    default:
      return topBit(size, kind === 'add' ? and(xor(a, result(source)), xor(b, result(source))) : and(xor(a, b), xor(a, result(source))));
  }
}

/** The flags of `mask`, as RFLAGS has them; of each flag, where it comes from. */
export function wordOf(sources: (flag: number) => FlagSource, mask: number): Node {
  let word: Node = i32(0);
  const words = new Map<Node, number>();
  for (const flag of FLAGS) {
    if ((mask & flag) === 0) continue;
    const source = sources(flag);
    if (source.kind === 'word') words.set(source.a, (words.get(source.a) ?? 0) | flag);
    else word = or(word, shl(flagOf(source, flag), i32(31 - Math.clz32(flag))));
  }
  for (const [node, flags] of words) word = or(word, and(node, i32(flags)));
  return word;
}

/** The flags that a condition's number (0 o .. 15 g) looks at. */
export const CONDITION_FLAGS: readonly number[] = [
  OVERFLOW, OVERFLOW, CARRY, CARRY, ZERO, ZERO, CARRY | ZERO, CARRY | ZERO,
  SIGN, SIGN, PARITY, PARITY, SIGN | OVERFLOW, SIGN | OVERFLOW, SIGN | OVERFLOW | ZERO, SIGN | OVERFLOW | ZERO,
];

const not = (value: Node): Node => eqz(value);

/** Whether a condition holds, by its number: an i32 that is 0 or 1. */
export function conditionOf(sources: (flag: number) => FlagSource, condition: number): Node {
  const flags = CONDITION_FLAGS[condition]!;
  let source: FlagSource | undefined;
  let same = true;
  for (const flag of FLAGS) {
    if ((flags & flag) === 0) continue;
    const one = sources(flag);
    if (source !== undefined && source !== one) same = false;
    source ??= one;
  }
  const negated = (condition & 1) === 1;
  if (same && source && (source.kind === 'subtract' || source.kind === 'logic')) {
    const { size, a } = source;
    const b = source.kind === 'logic' ? constant(typeOf(size), 0) : source.b;
    const logic = source.kind === 'logic';
    switch (condition & 14) {
      case 2:
        return logic ? i32(negated ? 1 : 0) : negated ? geU(a, b) : ltU(a, b);
      case 4:
        return negated ? ne(a, b) : eq(a, b);
      case 6:
        return logic ? (negated ? ne(a, b) : eqz(a)) : negated ? gtU(a, b) : leU(a, b);
      case 8:
        if (logic) return negated ? geS(signed(size, a), b) : ltS(signed(size, a), b);
        break;
      case 12:
        return negated ? geS(signed(size, a), signed(size, b)) : ltS(signed(size, a), signed(size, b));
      case 14:
        return negated ? gtS(signed(size, a), signed(size, b)) : leS(signed(size, a), signed(size, b));
    }
  }
  const flag = (which: number): Node => flagOf(sources(which), which);
  if (same && source?.kind === 'float') {
    const { a, b } = source;
    const above = condition & 14;
    if (above === 2 || above === 6) {
      const holds = floatTest(above === 2 ? 'Ge' : 'Gt', a, b);
      return negated ? holds : eqz(holds);
    }
  }
  let value: Node;
  switch (condition & 14) {
    case 0:
      value = flag(OVERFLOW);
      break;
    case 2:
      value = flag(CARRY);
      break;
    case 4:
      value = flag(ZERO);
      break;
    case 6:
      value = or(flag(CARRY), flag(ZERO));
      break;
    case 8:
      value = flag(SIGN);
      break;
    case 10:
      value = flag(PARITY);
      break;
    case 12:
      value = ne(flag(SIGN), flag(OVERFLOW));
      break;
    default:
      value = or(flag(ZERO), ne(flag(SIGN), flag(OVERFLOW)));
  }
  return negated ? not(value) : value;
}
