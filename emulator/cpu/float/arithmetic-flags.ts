/** The arithmetic flags of the state, for the few floating-point instructions that read or write them. */

import type { GuestMemory } from '../../memory/guest-memory.ts';
import { indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE } from '../../memory/layout.ts';
import {
  CARRY, FLAGS_ADD, FLAGS_BITS, FLAGS_LEFT, FLAGS_LOGIC, FLAGS_MULTIPLY, FLAGS_SIGNED_RIGHT, FLAG_FIRST, FLAG_KIND, FLAG_SECOND, PARITY, ZERO,
} from '../state.ts';

const STATE = indexOf(CPU_STATE);
const KIND = (STATE + FLAG_KIND) >>> 2;
const FIRST = (STATE + FLAG_FIRST) >>> 2;
const SECOND = (STATE + FLAG_SECOND) >>> 2;

/** Those of a shift or a product, which hardly ever are what is behind. */
function ofShiftOrProduct({ view }: GuestMemory, kind: number): number {
  const size = 8 << (kind & 3);
  const value = BigInt.asUintN(size, view.getBigUint64(STATE + FLAG_FIRST, true));
  const other = BigInt.asUintN(size, view.getBigUint64(STATE + FLAG_SECOND, true));
  const operation = kind & ~3;
  if (operation === FLAGS_MULTIPLY) {
    const product = BigInt.asIntN(size, value) * BigInt.asIntN(size, other);
    return product === BigInt.asIntN(size, product) ? 0 : CARRY;
  }
  const wide = operation === FLAGS_SIGNED_RIGHT ? BigInt.asIntN(size, value) : value;
  const result = BigInt.asUintN(size, operation === FLAGS_LEFT ? wide << other : wide >> other);
  const out = operation === FLAGS_LEFT ? (wide << other) >> BigInt(size) : wide >> (other - 1n);
  let bits = 0;
  for (let low = result & 0xffn; low !== 0n; low >>= 1n) bits += Number(low & 1n);
  return (out & 1n ? CARRY : 0) | (result === 0n ? ZERO : 0) | (bits % 2 === 0 ? PARITY : 0);
}

/** CARRY, PARITY and ZERO as they follow from the state. */
export function conditionFlags(memory: GuestMemory): number {
  const { words } = memory;
  const kind = words[KIND]!;
  let low = words[FIRST]!;
  if (kind === FLAGS_BITS) return low & (CARRY | PARITY | ZERO);
  if (kind >= FLAGS_LEFT) return ofShiftOrProduct(memory, kind);
  const width = 8 << (kind & 3);
  const operation = kind & ~3;
  let high = width === 64 ? words[FIRST + 1]! : 0;
  let carry = false;
  if (operation !== FLAGS_LOGIC) {
    const mask = width >= 32 ? -1 : (1 << width) - 1;
    const otherLow = words[SECOND]! & mask;
    const otherHigh = width === 64 ? words[SECOND + 1]! : 0;
    low &= mask;
    if (operation === FLAGS_ADD) {
      const sumLow = (low >>> 0) + (otherLow >>> 0);
      const sumHigh = (high >>> 0) + (otherHigh >>> 0) + (sumLow > 0xffffffff ? 1 : 0);
      carry = width === 64 ? sumHigh > 0xffffffff : sumLow > mask >>> 0;
      low = sumLow & mask;
      high = width === 64 ? sumHigh | 0 : 0;
    } else {
      const lowBorrow = low >>> 0 < otherLow >>> 0;
      carry = high === otherHigh ? lowBorrow : high >>> 0 < otherHigh >>> 0;
      low = (low - otherLow) & mask;
      high = width === 64 ? (high - otherHigh - (lowBorrow ? 1 : 0)) | 0 : 0;
    }
  } else if (width < 32) low &= (1 << width) - 1;
  let parity = low & 0xff;
  parity ^= parity >>> 4;
  parity ^= parity >>> 2;
  parity ^= parity >>> 1;
  return (carry ? CARRY : 0) | ((low | high) === 0 ? ZERO : 0) | ((parity & 1) === 0 ? PARITY : 0);
}

/** Makes the arithmetic flags exactly these. */
export function setArithmeticFlags(memory: GuestMemory, flags: number): void {
  memory.words[KIND] = FLAGS_BITS;
  memory.words[FIRST] = flags;
  memory.words[FIRST + 1] = 0;
}
