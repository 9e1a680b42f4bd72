/**
 * Which registers instructions touch and which they may write: bits 0 to 15 are general registers, 16 to 31 vector registers. It may tell too
 * many, never too few: the translator keeps only these in local variables.
 */

import { FORMS, type Form } from '../cpu/forms.ts';
import { BASE, FORM, HIGH_BYTE, INDEX, REG, RM } from '../cpu/record.ts';

const RAX = 1;
const RCX = 2;
const RDX = 4;
const RBX = 8;
const RSP = 16;
const RBP = 32;
const RSI = 64;
const RDI = 128;
const XMM0 = 0x10000;

/** Registers that an instruction touches, and writes, without naming them. */
const IMPLIED: Readonly<Record<string, number>> = {
  mul: RAX | RDX,
  imul: RAX | RDX,
  div: RAX | RDX,
  idiv: RAX | RDX,
  cbw: RAX,
  cwd: RAX | RDX,
  cmpxchg: RAX,
  cmpxchg8b: RAX | RDX | RBX | RCX,
  push: RSP,
  pop: RSP,
  pushf: RSP,
  popf: RSP,
  call: RSP,
  ret: RSP,
  enter: RSP | RBP,
  leave: RSP | RBP,
  movs: RSI | RDI | RCX,
  stos: RDI | RCX | RAX,
  lods: RSI | RCX | RAX,
  cmps: RSI | RDI | RCX,
  scas: RDI | RCX | RAX,
  xlat: RAX | RBX,
  loop: RCX,
  loope: RCX,
  loopne: RCX,
  jrcxz: RCX,
  lahf: RAX,
  sahf: RAX,
  syscall: RCX | (1 << 11) | RAX,
  pcmpestrm: RAX | RDX | XMM0,
  pcmpestri: RAX | RDX | RCX,
  pcmpistrm: XMM0,
  pcmpistri: RCX,
  maskmovq: RDI,
  maskmovdqu: RDI,
};

const NAMED: Readonly<Record<string, number>> = { AL: RAX, AX: RAX, rAX: RAX, zAX: RAX, CL: RCX, DX: RDX, XMM0 };

/** Of these, no operand is written. */
const READ_ONLY = /^(cmp|test|bt|push|jmp|call|nop|u?comis[sd]|ptest|pcmp[ei]str[im]|mul|div|idiv)$/;
const WRITES_BOTH = /^(xchg|xadd|cmpxchg)$/;

const NONE = 0;
const GENERAL = 1;
const VECTOR = 2;

function fileOf(form: Form, places: string): number {
  const operand = form.operands.find(({ place }) => places.includes(place));
  if (!operand) return NONE;
  if ('VWU'.includes(operand.place)) return VECTOR;
  return 'GEMRZ'.includes(operand.place) ? GENERAL : NONE;
}

const IMPLICIT = Int32Array.from(FORMS, ({ mnemonics, operands }) =>
  operands.reduce((mask, { place, register }) => (place === 'register' ? mask | (NAMED[register] ?? 0) : mask), mnemonics[0] === 'imul' && operands.length > 1 ? 0 : (IMPLIED[mnemonics[0]!] ?? 0)),
);
const REG_FILE = Uint8Array.from(FORMS, (form) => fileOf(form, 'GV'));
const RM_FILE = Uint8Array.from(FORMS, (form) => fileOf(form, 'ERZWU'));
/** 1: ModRM.reg may be written; 2: ModRM.rm. */
const WRITTEN = Uint8Array.from(FORMS, ({ mnemonics, operands }) => {
  const name = mnemonics[0]!;
  if (READ_ONLY.test(name)) return 0;
  if (WRITES_BOTH.test(name)) return 3;
  const first = operands[0]?.place ?? '';
  return 'GV'.includes(first) && first !== '' ? 1 : 'EMRZWU'.includes(first) && first !== '' ? 2 : 0;
});

const bitOf = (file: number, register: number): number => {
  if (register < 0 || file === NONE) return 0;
  if (file === VECTOR) return 1 << (16 + register);
  return 1 << (register >= HIGH_BYTE ? register - HIGH_BYTE : register);
};

/** The registers that a decoded instruction touches. */
export function touchedRegisters(records: Int32Array, record: number): number {
  const form = records[record + FORM]!;
  let mask = IMPLICIT[form]! | bitOf(REG_FILE[form]!, records[record + REG]!) | bitOf(RM_FILE[form]!, records[record + RM]!);
  const base = records[record + BASE]!;
  if (base >= 0 && base < 16) mask |= 1 << base;
  if (records[record + INDEX]! >= 0) mask |= 1 << records[record + INDEX]!;
  return mask;
}

/** Those of them that it may write. */
export function writtenRegisters(records: Int32Array, record: number): number {
  const form = records[record + FORM]!;
  const written = WRITTEN[form]!;
  let mask = IMPLICIT[form]!;
  if ((written & 1) !== 0) mask |= bitOf(REG_FILE[form]!, records[record + REG]!);
  if ((written & 2) !== 0) mask |= bitOf(RM_FILE[form]!, records[record + RM]!);
  return mask;
}
