/** The stack and the flags register. */

import { type Emitter, RAX, RBP, RSP, READ, WRITE } from '../emit/emitter.ts';
import { type Node, add, and, eqz, extendU, i32, i64, or, shl, sub, wrap } from '../emit/expression.ts';
import { I32, Memory } from '../../wasm/opcodes.ts';
import { ADJUST, ALIGNMENT_CHECK, ARITHMETIC_FLAGS, CARRY, DIRECTION, IDENTIFICATION, NESTED_TASK, OTHER_FLAGS, PARITY, SIGN, TRAP, ZERO } from '../state.ts';
import type { SemanticsTable } from './semantics.ts';

/** Flags that programs change but arithmetic does not. */
const OTHERS = DIRECTION | ALIGNMENT_CHECK | IDENTIFICATION | NESTED_TASK | TRAP;
/** Interrupts are on, and bit 1 always is. */
const FIXED = 0x202;

/** Puts a value on the stack; it was kept. */
export function pushValue(t: Emitter, size: number, value: Node): void {
  const address = t.let(add(t.general(RSP, 8), i64(-size)));
  t.storeMemory(size, t.indexOf(address, size, WRITE), value);
  t.setGeneral(RSP, 8, address);
}

/** Takes a value off the stack, with `more` bytes behind it; it is kept. */
export function popValue(t: Emitter, size: number, more: Node = i64(0)): Node {
  const value = t.let(t.loadMemory(size, t.indexOf(t.general(RSP, 8), size, READ)));
  t.setGeneral(RSP, 8, add(t.general(RSP, 8), add(more, i64(size))));
  return value;
}

function push(t: Emitter): void {
  const operand = t.form.operands[0]!;
  if (operand.place === 'register') {
    // FS and GS: their selectors are 0.
    pushValue(t, t.size, t.size === 8 ? i64(0) : i32(0));
    return;
  }
  pushValue(t, t.size, t.let(operand.place === 'I' ? t.immediate(t.size) : t.read(t.place(0, READ))));
}

function pop(t: Emitter): void {
  const operand = t.form.operands[0]!;
  const { size } = t;
  if (operand.place === 'register') {
    const value = popValue(t, size);
    t.helper('system', [i32(t.form.id), and(wrap(value), i32(0xffff))]);
    return;
  }
  if (!t.isMemory) {
    const value = popValue(t, size);
    t.write(t.place(0, WRITE), value);
    return;
  }
  // The address is worked out as if the stack pointer had moved already; but nothing may change before what can fault.
  const index = t.indexOf(t.general(RSP, 8), size, READ);
  const before = t.let(t.general(RSP, 8));
  t.setGeneral(RSP, 8, add(before, i64(size)));
  const address = t.let(add(t.effectiveAddress(), t.segmentBase()));
  t.setGeneral(RSP, 8, before);
  const target = t.indexOf(address, size, WRITE);
  t.storeMemory(size, target, t.loadMemory(size, index));
  t.setGeneral(RSP, 8, add(before, i64(size)));
}

function pushFlags(t: Emitter): void {
  const word = or(or(t.flagWord(ARITHMETIC_FLAGS), t.state(Memory.i32Load, I32, OTHER_FLAGS)), i32(FIXED));
  pushValue(t, t.size, t.let(t.size === 8 ? extendU(word) : and(word, i32(0xffff))));
}

function popFlags(t: Emitter): void {
  const value = t.let(wrap(popValue(t, t.size)));
  // 16 bits leave what is above.
  const others = t.size === 2 ? or(and(value, i32(OTHERS & 0xffff)), and(t.state(Memory.i32Load, I32, OTHER_FLAGS), i32(~0xffff))) : and(value, i32(OTHERS));
  t.setState(Memory.i32Store, OTHER_FLAGS, others);
  t.flagsWord(ARITHMETIC_FLAGS, value);
}

const LOW_FLAGS = CARRY | PARITY | ADJUST | ZERO | SIGN;

/** AH has number 16 of the registers of one byte. */
const AH = 16;

function loadFlags(t: Emitter): void {
  t.setGeneral(AH + RAX, 1, or(t.flagWord(LOW_FLAGS), i32(2)));
}

function storeFlags(t: Emitter): void {
  t.flagsWord(LOW_FLAGS, t.let(t.general(AH + RAX, 1)));
}

function leave(t: Emitter): void {
  const { size } = t;
  const frame = t.let(t.general(RBP, 8));
  const value = t.let(t.loadMemory(size, t.indexOf(frame, size, READ)));
  t.setGeneral(RSP, 8, add(frame, i64(size)));
  t.setGeneral(RBP, size, value);
}

/** Makes a frame; those with levels, which no compiler makes, are done elsewhere. */
function enter(t: Emitter): void {
  const { size } = t;
  t.if(
    eqz(t.secondImmediate()),
    () => {
      const space = extendU(and(t.immediate(4), i32(0xffff)));
      const address = t.let(sub(t.general(RSP, 8), i64(size)));
      const end = t.let(sub(address, space));
      const index = t.indexOf(address, size, WRITE);
      // The processor looks whether the frame's end can be written.
      t.indexOf(end, size, WRITE);
      t.storeMemory(size, index, t.general(RBP, size));
      t.setGeneral(RBP, size, size === 8 ? address : and(wrap(address), i32(0xffff)));
      t.setGeneral(RSP, 8, end);
    },
    () => t.helper('system', [i32(t.form.id), or(or(shl(and(t.immediate(4), i32(0xffff)), i32(8)), t.secondImmediate()), i32(size << 24))]),
  );
}

function setCarry(make: (t: Emitter) => Node): (t: Emitter) => void {
  return (t) => t.flagsEach([[CARRY, () => make(t)]]);
}

function setDirection(value: number): (t: Emitter) => void {
  return (t) => {
    const rest = and(t.state(Memory.i32Load, I32, OTHER_FLAGS), i32(~DIRECTION));
    t.setState(Memory.i32Store, OTHER_FLAGS, or(rest, i32(value)));
  };
}

/** By name. */
export const STACK: SemanticsTable = {
  push,
  pop,
  pushf: pushFlags,
  popf: popFlags,
  lahf: loadFlags,
  sahf: storeFlags,
  leave,
  enter,
  clc: setCarry(() => i32(0)),
  stc: setCarry(() => i32(1)),
  cmc: setCarry((t) => eqz(t.flag(CARRY))),
  cld: setDirection(0),
  std: setDirection(DIRECTION),
};
