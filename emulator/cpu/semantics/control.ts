/** Jumps, calls, and leaving to the kernel. */

import { type Emitter, RCX, READ, RSP, WRITE } from '../emit/emitter.ts';
import { type Node, add, and, constant, eq, eqz, extendU, i32, i64, ne, shrU, sub } from '../emit/expression.ts';
import { ZERO } from '../state.ts';
import { typeOf } from '../emit/flags.ts';
import { BREAKPOINT, DEBUG, GENERAL_PROTECTION, INVALID_OPCODE, OVERFLOW_TRAP, type SemanticsTable } from './semantics.ts';
import { pushValue } from './stack.ts';

const NAMES = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'];

/**
 * Where an address that was read to go there is none in 48 bits, the jump itself fails.
 * Differs: where accesses are not checked, it fails at the address.
 */
function checkTarget(t: Emitter, target: Node): void {
  if (t.checked) t.raiseIf(ne(shrU(add(target, i64(0, 0x8000)), i64(48)), i64(0)), GENERAL_PROTECTION);
}

function jump(t: Emitter): void {
  if (t.form.operands[0]!.place === 'J') t.jump();
  else {
    const target = t.let(t.read(t.place(0, READ)));
    checkTarget(t, target);
    t.jumpTo(target);
  }
}

function call(t: Emitter): void {
  if (t.form.operands[0]!.place === 'J') {
    pushValue(t, 8, t.nextAddress());
    t.callDirect();
    return;
  }
  const target = t.let(t.read(t.place(0, READ)));
  const address = t.let(sub(t.general(RSP, 8), i64(8)));
  const index = t.indexOf(address, 8, WRITE);
  checkTarget(t, target);
  t.storeMemory(8, index, t.nextAddress());
  t.setGeneral(RSP, 8, address);
  t.callTo(target);
}

function giveBack(t: Emitter): void {
  const more = t.form.operands.length > 0 ? extendU(and(t.immediate(4), i32(0xffff))) : i64(0);
  const target = t.let(t.loadMemory(8, t.indexOf(t.general(RSP, 8), 8, READ)));
  checkTarget(t, target);
  t.setGeneral(RSP, 8, add(t.general(RSP, 8), add(more, i64(8))));
  t.returnTo(target);
}

/** Counts down, and jumps while something is left; with `zero`, while the zero flag is that as well. */
function loop(zero: number | undefined): (t: Emitter) => void {
  return (t) => {
    const size = t.addressSize;
    const count = t.let(sub(t.general(RCX, size), constant(typeOf(size), 1)));
    t.setGeneral(RCX, size, count);
    const left = ne(count, constant(typeOf(size), 0));
    if (zero === undefined) t.branch(left);
    else t.branch(and(left, zero === 1 ? t.flag(ZERO) : eqz(t.flag(ZERO))));
  };
}

const fault = (vector: number) => (t: Emitter) => t.raise(vector);

/** Two gates are open to user mode. */
function interrupt(t: Emitter): void {
  for (const vector of [BREAKPOINT, OVERFLOW_TRAP]) t.if(eq(t.immediate(1), i32(vector)), () => t.raise(vector));
  t.raise(GENERAL_PROTECTION);
}

/** By name. */
export const CONTROL: SemanticsTable = {
  jmp: jump,
  call,
  ret: giveBack,
  loop: loop(undefined),
  loope: loop(1),
  loopne: loop(0),
  jrcxz: (t) => t.branch(eqz(t.general(RCX, t.addressSize))),
  ...Object.fromEntries(NAMES.map((name, number) => [`j${name}`, (t: Emitter) => t.branch(t.condition(number))] as const)),
  syscall: (t) => t.systemCall(),
  ud0: fault(INVALID_OPCODE),
  ud1: fault(INVALID_OPCODE),
  ud2: fault(INVALID_OPCODE),
  int3: fault(BREAKPOINT),
  int1: fault(DEBUG),
  int: interrupt,
};

/** What privileged instructions do in user mode. */
export const privileged: (t: Emitter) => void = fault(GENERAL_PROTECTION);
