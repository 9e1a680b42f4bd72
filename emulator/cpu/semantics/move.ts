/** Moves, conversions between sizes, exchanges. */

import { type Emitter, RAX, RBX, RCX, RDX, READ, WRITE } from '../emit/emitter.ts';
import { type Node, add, and, eq, extendS, extendU, i32, i64, or, rotl, select, shl, shrS, shrU, wrap } from '../emit/expression.ts';
import { signed, truncated } from '../emit/flags.ts';
import { I64 } from '../../wasm/opcodes.ts';
import { ZERO } from '../state.ts';
import { GENERAL_PROTECTION, type SemanticsTable } from './semantics.ts';

/** Selectors of Linux's user mode: of ES, SS and DS, FS, GS nothing is told by them in 64-bit mode. */
const SELECTORS = [0, 0x33, 0x2b, 0, 0, 0];

function move(t: Emitter): void {
  const [first, second] = t.form.operands;
  if (second!.place === 'S') {
    const destination = t.place(0, WRITE);
    // Of a register all of the operand size is written, of memory 2 bytes.
    t.write(destination, t.size === 8 && destination.kind === 'general' ? i64(SELECTORS[t.form.reg]!) : i32(SELECTORS[t.form.reg]!));
    return;
  }
  if (first!.place === 'S') {
    const source = t.place(1, READ);
    t.helper('system', [i32(t.form.id), truncated(2, wrap(t.read(source)))]);
    return;
  }
  const destination = t.place(0, WRITE);
  const source = t.place(1, READ);
  t.write(destination, t.read(source));
}

function widen(isSigned: boolean): (t: Emitter) => void {
  return (t) => {
    const destination = t.place(0, WRITE);
    const source = t.place(1, READ);
    const { size } = destination;
    const value = t.read(source);
    if (!isSigned) t.write(destination, size === 8 ? extendU(value) : value);
    else if (size === 8) t.write(destination, extendS(signed(source.size, value)));
    else t.write(destination, truncated(size, signed(source.size, value)));
  };
}

function loadAddress(t: Emitter): void {
  const address = t.effectiveAddress();
  t.write(t.place(0, WRITE), t.size === 8 ? address : truncated(t.size, wrap(address)));
}

function exchange(t: Emitter): void {
  const first = t.place(0, READ | WRITE);
  const second = t.place(1, READ | WRITE);
  const a = t.let(t.read(first));
  const b = t.let(t.read(second));
  t.write(second, a);
  t.write(first, b);
}

function compareExchange(t: Emitter): void {
  const destination = t.place(0, READ | WRITE);
  const source = t.place(1, READ);
  const { size } = destination;
  const accumulator = t.let(t.general(RAX, size));
  const value = t.let(t.read(destination));
  const replacement = t.let(t.read(source));
  const same = t.let(eq(accumulator, value));
  // The accumulator changes only if it was another value: 4 bytes would clear what is above.
  if (size === 4) t.setGeneral(RAX, 8, select(same, t.general(RAX, 8), extendU(value)));
  else t.setGeneral(RAX, size, select(same, accumulator, value));
  // And so a register that is the destination.
  if (size === 4 && destination.kind === 'general') t.setGeneral(destination.register, 8, select(same, extendU(replacement), t.general(destination.register, 8)));
  else t.write(destination, select(same, replacement, value));
  t.flagsSubtract(size, accumulator, value);
}

/** Of 8 or 16 bytes, with EDX:EAX and ECX:EBX or their 64-bit kin. */
function compareExchangePair(t: Emitter): void {
  const { size } = t;
  if (size === 8) t.raiseIf(and(wrap(add(t.effectiveAddress(), t.segmentBase())), i32(15)), GENERAL_PROTECTION);
  const index = t.operandIndex(size * 2, READ | WRITE);
  const low = t.let(t.loadMemory(size, index));
  const high = t.let(t.loadMemory(size, index, size));
  const same = t.let(and(eq(low, t.general(RAX, size)), eq(high, t.general(RDX, size))));
  t.storeMemory(size, index, select(same, t.general(RBX, size), low));
  t.storeMemory(size, index, select(same, t.general(RCX, size), high), size);
  const wide = (value: Node): Node => (value.type === I64 ? value : extendU(value));
  t.setGeneral(RAX, 8, select(same, t.general(RAX, 8), wide(low)));
  t.setGeneral(RDX, 8, select(same, t.general(RDX, 8), wide(high)));
  t.flagsEach([[ZERO, () => same]]);
}

const swapped32 = (value: Node): Node => or(and(rotl(value, i32(8)), i32(0x00ff00ff)), and(rotl(value, i32(24)), i32(0xff00ff00)));

function swapBytes(t: Emitter): void {
  const place = t.place(0, READ | WRITE);
  if (t.size === 2) {
    t.write(place, i32(0));
  } else if (t.size === 4) {
    t.write(place, swapped32(t.let(t.read(place))));
  } else {
    const value = t.let(t.read(place));
    const low = t.let(wrap(value));
    const high = t.let(wrap(shrU(value, i64(32))));
    t.write(place, or(shl(extendU(swapped32(low)), i64(32)), extendU(swapped32(high))));
  }
}

/** AL to AX, AX to EAX, EAX to RAX. */
function widenAccumulator(t: Emitter): void {
  const { size } = t;
  const value = t.general(RAX, size / 2);
  t.setGeneral(RAX, size, size === 8 ? extendS(value) : truncated(size, signed(size / 2, value)));
}

/** The accumulator's sign into all of DX, EDX or RDX. */
function widenIntoData(t: Emitter): void {
  const { size } = t;
  const value = t.general(RAX, size);
  t.setGeneral(RDX, size, size === 8 ? shrS(value, i64(63)) : truncated(size, shrS(signed(size, value), i32(31))));
}

function moveIf(t: Emitter): void {
  const destination = t.place(0, READ | WRITE);
  const source = t.place(1, READ);
  t.write(destination, select(t.condition(t.form.opcode & 15), t.read(source), t.read(destination)));
}

function setIf(t: Emitter): void {
  t.write(t.place(0, WRITE), t.condition(t.form.opcode & 15));
}

const CONDITIONAL = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'];

/** By name. */
export const MOVES: SemanticsTable = {
  mov: move,
  movzx: widen(false),
  movsx: widen(true),
  movsxd: widen(true),
  lea: loadAddress,
  xchg: exchange,
  cmpxchg: compareExchange,
  cmpxchg8b: compareExchangePair,
  bswap: swapBytes,
  cbw: widenAccumulator,
  cwd: widenIntoData,
  ...Object.fromEntries(CONDITIONAL.flatMap((name) => [[`cmov${name}`, moveIf] as const, [`set${name}`, setIf] as const])),
};
