/**
 * What instructions leave undefined, and which of them are not tried. Flags are those that Intel's manual (volume 1, appendix A; volume 2)
 * or AMD's (volume 3, appendix D) calls undefined; what makers define alike in fact, such as the destination of `bsf` of zero, is compared.
 */

import { FORMS, type Form } from '../../emulator/cpu/forms.ts';
import { IMMEDIATE, OPERAND_SIZE, REG, RM } from '../../emulator/cpu/record.ts';
import { ADJUST, ARITHMETIC_FLAGS, CARRY, OVERFLOW, PARITY, SIGN, ZERO } from '../../emulator/cpu/state.ts';
import { type MachineState, FLOATING } from './native-executor.ts';

const PAGE_FAULT = 14;

const nameOf = (form: Form): string => form.mnemonics[0]!;

/** Forms that are not compared, by the beginning of their row, and why. */
const EXCLUDED: readonly (readonly [RegExp, string])[] = [
  [/^0F05 /, 'syscall is the kernel, which the tests of system calls compare'],
  [/^F1 /, 'where int1 ends is a matter of debuggers and hypervisors'],
  [/^0FA2 /, 'cpuid tells what processor it is'],
  [/^0F33 /, 'whether rdpmc is allowed is the kernel\'s decision (CR4.PCE)'],
  [/^0F3[45] /, 'the makers differ in whether sysenter and sysexit exist in long mode'],
  [/^0F0D nop /, 'the makers differ in whether prefetches of registers exist'],
  [/^0F00\/[01] |^0F01\/[014] /, 'UMIP: the kernel makes up what sldt, str, sgdt, sidt and smsw see'],
  [/^0F00\/[45] |^0F0[23] /, 'lar, lsl, verr and verw tell of the kernel\'s descriptor table'],
  [/^8E\/|^0FB[245] |^0FA[19] /, 'what selectors can be loaded is a matter of the kernel\'s descriptor table'],
  [/^(?:CA|CB|CF|FF\/3|FF\/5) /, 'as before: far transfers load CS'],
];

/** Why a form has no cases, or undefined. */
export function exclusionOf(form: Form): string | undefined {
  return EXCLUDED.find(([row]) => row.test(form.row))?.[1];
}

/** The reasons whose forms are not in the table, which should not be. */
export function staleExclusions(forms: readonly Form[]): string[] {
  return EXCLUDED.filter(([row]) => !forms.some((form) => row.test(form.row))).map(([, reason]) => reason);
}

/** How far a shift or rotation by this instruction goes, in a state before it. */
export function countOf(form: Form, record: Int32Array, state: MachineState): number {
  const last = form.operands.at(-1)!;
  const count = last.place === 'one' ? 1 : last.place === 'I' ? record[IMMEDIATE]! : Number(state.general(1) & 0xffn);
  return count & (record[OPERAND_SIZE] === 8 ? 63 : 31);
}

const ALL_BUT_CARRY = PARITY | ADJUST | ZERO | SIGN | OVERFLOW;

/** The arithmetic flags that an instruction leaves undefined, for one state before it. */
export function undefinedFlags(form: Form, record: Int32Array, state: MachineState): number {
  const bits = record[OPERAND_SIZE]! * 8;
  switch (nameOf(form)) {
    case 'and':
    case 'or':
    case 'xor':
    case 'test':
      return ADJUST;
    case 'mul':
    case 'imul':
      return PARITY | ADJUST | ZERO | SIGN;
    case 'div':
    case 'idiv':
      return ARITHMETIC_FLAGS;
    case 'bsf':
    case 'bsr':
      return ARITHMETIC_FLAGS & ~ZERO;
    case 'bt':
    case 'bts':
    case 'btr':
    case 'btc':
      return PARITY | ADJUST | SIGN | OVERFLOW;
    case 'shl':
    case 'shr':
    case 'sar': {
      const count = countOf(form, record, state);
      if (count === 0) return 0;
      return ADJUST | (count === 1 ? 0 : OVERFLOW) | (count >= bits && nameOf(form) !== 'sar' ? CARRY : 0);
    }
    case 'rol':
    case 'ror':
    case 'rcl':
    case 'rcr':
      return countOf(form, record, state) > 1 ? OVERFLOW : 0;
    case 'shld':
    case 'shrd': {
      const count = countOf(form, record, state);
      if (count === 0) return 0;
      return count > bits ? ARITHMETIC_FLAGS : ADJUST | (count === 1 ? 0 : OVERFLOW);
    }
    default:
      return 0;
  }
}

/** The arithmetic flags that an instruction may leave undefined, whatever the state. */
export function flagsPossiblyUndefined(form: Form): number {
  switch (nameOf(form)) {
    case 'shl':
    case 'shr':
      return ADJUST | OVERFLOW | CARRY;
    case 'sar':
      return ADJUST | OVERFLOW;
    case 'rol':
    case 'ror':
    case 'rcl':
    case 'rcr':
      return OVERFLOW;
    case 'shld':
    case 'shrd':
      return ARITHMETIC_FLAGS;
    case 'and':
    case 'or':
    case 'xor':
    case 'test':
      return ADJUST;
    case 'mul':
    case 'imul':
      return ALL_BUT_CARRY & ~OVERFLOW;
    case 'div':
    case 'idiv':
      return ARITHMETIC_FLAGS;
    case 'bsf':
    case 'bsr':
      return ARITHMETIC_FLAGS & ~ZERO;
    case 'bt':
    case 'bts':
    case 'btr':
    case 'btc':
      return ALL_BUT_CARRY & ~ZERO;
    default:
      return 0;
  }
}

/**
 * Shifts of 16 bits by more than that: the result is undefined too. Of movsxd with 16 bits AMD's processors read 4 bytes, Intel's 2.
 */
export function isUndefined(form: Form, record: Int32Array, state: MachineState, vector: number): boolean {
  // Whether the x87 state is changed before a fault differs.
  if (nameOf(form) === 'maskmovq' && vector === PAGE_FAULT) return true;
  if (nameOf(form) === 'movsxd') return record[OPERAND_SIZE] === 2 && record[RM]! < 0;
  return /^sh[lr]d$/.test(nameOf(form)) && countOf(form, record, state) > record[OPERAND_SIZE]! * 8;
}

/** Of two operands in memory, or of an image of many bytes, what is looked at first is the maker's choice. */
export const isFaultUndefined = (form: Form): boolean => /^(?:cmps|fxsave|fxrstor|fnsave|frstor|fnstenv|fldenv)$/.test(nameOf(form));

/** x87 functions whose last bit is the maker's. */
export const isTranscendental = (form: Form): boolean => /^(?:f2xm1|fyl2x|fyl2xp1|fptan|fpatan|fsin|fcos|fsincos)$/.test(nameOf(form));

/** x87 condition codes in the status word. */
const C0 = 0x100;
const C1 = 0x200;
const C2 = 0x400;
const C3 = 0x4000;

function conditionsLeftUndefined(form: Form): number {
  const name = nameOf(form);
  if (form.feature !== 'x87' && !name.startsWith('fisttp')) return 0;
  if (/^(?:ftst|fxam|fucom|fcom|ficom|fprem|fnstsw|fnsave|frstor|fldenv|fninit|fnop|fneni|fndisi|fnsetpm)/.test(name)) return 0;
  // Which way the last bit was rounded is as uncertain as the bit.
  if (/^(?:fsin|fcos|fsincos|fptan)$/.test(name)) return C0 | C1 | C3;
  if (isTranscendental(form)) return C0 | C1 | C2 | C3;
  if (/^(?:fldcw|fnstcw|fnclex|ffree|ffreep|fnstenv)$/.test(name)) return C0 | C1 | C2 | C3;
  return C0 | C2 | C3;
}

const UNDEFINED_CONDITIONS = Uint16Array.from(FORMS, conditionsLeftUndefined);

/**
 * Overwrites in a state after an instruction what says nothing: the x87's last opcode and addresses, of which makers keep different
 * ones, and what is undefined.
 */
export function maskState(form: Form, record: Int32Array, before: MachineState, after: MachineState): void {
  const { view, bytes } = after;
  // Pages faults and others set RF, which nobody can see in the program itself.
  after.flags = after.flags & ~0x10000 & ~undefinedFlags(form, record, before);
  bytes.fill(0, FLOATING + 5, FLOATING + 24);
  view.setUint32(FLOATING + 28, 0);
  for (let register = 0; register < 8; register++) bytes.fill(0, FLOATING + 42 + register * 16, FLOATING + 48 + register * 16);
  bytes.fill(0, FLOATING + 416, FLOATING + 512);
  const conditions = UNDEFINED_CONDITIONS[form.id]!;
  if (conditions !== 0) view.setUint16(FLOATING + 2, view.getUint16(FLOATING + 2, true) & ~conditions, true);
  switch (nameOf(form)) {
    case 'rdtsc':
      view.setUint32(0, 0);
      view.setUint32(16, 0);
      break;
    case 'bswap':
      // Of 16 bits it is undefined.
      if (record[OPERAND_SIZE] === 2) view.setUint16(record[RM]! * 8, 0);
      break;
    case 'bsf':
    case 'bsr':
      // Of zero, older processors clear the upper half.
      if (record[OPERAND_SIZE] === 4 && (after.flags & ZERO) !== 0) view.setUint32(record[REG]! * 8 + 4, 0);
      break;
  }
}

/** Parts of what an instruction stores that say nothing, from the beginning of its memory operand: pairs of offset and length. */
export function maskedMemory(form: Form, operandSize: number): readonly (readonly [number, number])[] {
  switch (nameOf(form)) {
    case 'fxsave':
      return [[5, 19], [28, 4], ...Array.from({ length: 8 }, (_, register) => [42 + register * 16, 6] as const), [416, 96]];
    case 'fnstenv':
    case 'fnsave':
      // The unused halves of its words, and the addresses.
      return operandSize === 2 ? [[6, 8]] : [[2, 2], [6, 2], [10, 18]];
    default:
      return [];
  }
}

/** Instructions whose results are approximate, and how far they may be apart: relatively, as 2 to the power of this. */
export function precisionOf(form: Form): number | undefined {
  return /^(?:rcp|rsqrt)[ps]s$/.test(nameOf(form)) ? -10 : undefined;
}

