/**
 * The decoder's tables, built from the forms: from prefix, opcode and ModRM byte to a form, in at most four look-ups.
 *
 * `opcodes[map * 256 + opcode]` is an entry: with BY_PREFIX, its value is an index into `byPrefix`, where four entries stand for no
 * prefix, 66, F3 and F2; with BY_MODRM, its value is an index into `byModRM`, of which 16 entries stand for memory or a register and
 * ModRM.reg (see `modRMIndex`); with BY_RM, its value is an index into `byModRM` too, of which 8 entries stand for ModRM.rm; otherwise its
 * value is a form number. HAS_MODRM tells whether there is a ModRM byte.
 */

import { FORMS, type Form, type ImmediateRule, type SizeRule } from './forms.ts';
import { PREFIX_ADDRESS_SIZE, PREFIX_LOCK, PREFIX_OPERAND_SIZE, PREFIX_REPEAT, PREFIX_REPEAT_NOT_ZERO } from './record.ts';

export const ENTRY_VALUE = 0x1fff;
export const HAS_MODRM = 0x2000;
export const BY_PREFIX = 0x4000;
export const BY_MODRM = 0x8000;
/** Of an entry that BY_MODRM led to. */
export const BY_RM = 0x4000;

/** Which of 16 entries a ModRM byte has. */
export const modRMIndex = (modRM: number): number => (modRM >= 0xc0 ? 8 : 0) | ((modRM >> 3) & 7);

/** The byte is a prefix. */
export const IS_PREFIX = 0x80;
/** Beside it: the byte is a REX prefix. */
export const IS_REX = 0x20;
/** Beside it: a segment register whose number is in the low bits. Otherwise those are the PREFIX_* of the record that it sets. */
export const IS_SEGMENT = 0x40;

export const SIZE_RULES: readonly SizeRule[] = ['fixed', 'byte', 'word', 'double', 'stack', 'branch'];
export const IMMEDIATE_RULES: readonly ImmediateRule[] = ['none', 'byte', 'signed', 'word', 'z', 'v', 'offset', 'enter', 'far'];

// What the decoder has to know of a form, in a word: size rule in bits 0 to 3, immediate rule in bits 4 to 7, and these.
export const RM_IGNORES_MOD = 0x100;
export const LOCKABLE = 0x200;
export const OPCODE_REGISTER = 0x400;
export const REG_IS_BYTE = 0x800;
export const RM_IS_BYTE = 0x1000;
/** ModRM.reg is no general or XMM register: REX.R has no say. */
export const REG_NOT_EXTENDED = 0x2000;
export const RM_NOT_EXTENDED = 0x4000;
/** There is no such register beyond the first eight. */
export const REG_BELOW_8 = 0x10000;
/** With REX.B it is EXCHANGE instead. */
export const REX_B_EXCHANGES = 0x8000;

export interface OpcodeMaps {
  /** By byte: 0, or IS_PREFIX and what it is. */
  readonly prefixes: Uint8Array;
  readonly opcodes: Uint16Array;
  readonly byPrefix: Uint16Array;
  readonly byModRM: Uint16Array;
}

const PREFIX_ORDER = ['none', '66', 'F3', 'F2'] as const;

/** What the decoder has to know of a form. */
export function traitsOf(form: Form): number {
  let traits = SIZE_RULES.indexOf(form.sizeRule) | (IMMEDIATE_RULES.indexOf(form.immediate) << 4);
  if (form.rmRule === 'ignored') traits |= RM_IGNORES_MOD;
  if (form.lockable) traits |= LOCKABLE;
  if (form.opcodeRegister) traits |= OPCODE_REGISTER;
  for (const { place, size } of form.operands) {
    if (place === 'G' && size === 'b') traits |= REG_IS_BYTE;
    if ((place === 'E' || place === 'Z') && size === 'b') traits |= RM_IS_BYTE;
    if (place === 'P' || place === 'S') traits |= REG_NOT_EXTENDED;
    // Of the control registers, only CR8 is there.
    if (place === 'D' || (place === 'C' && form.reg !== 0)) traits |= REG_BELOW_8;
    if (place === 'Q' || place === 'N' || place === 'F') traits |= RM_NOT_EXTENDED;
  }
  if (form.map === 0 && form.opcode === 0x90 && !form.needsRexB) traits |= REX_B_EXCHANGES;
  return traits;
}

/** Whether one form has all ModRM bytes to itself. */
const hasAllModRM = ({ reg, rm, rmRule }: Form): boolean => reg < 0 && rm < 0 && (rmRule === 'either' || rmRule === 'ignored');

/** Enters a form for each ModRM byte that fits it; no two may fit one byte. */
function enter(form: Form, row: Uint16Array): void {
  const { reg, rm, rmRule } = form;
  for (let mod = rmRule === 'register' ? 3 : 0; mod < (rmRule === 'memory' ? 3 : 4); mod++) {
    for (let middle = reg < 0 ? 0 : reg; middle < (reg < 0 ? 8 : reg + 1); middle++) {
      for (let low = rm < 0 ? 0 : rm; low < (rm < 0 ? 8 : rm + 1); low++) {
        const modRM = (mod << 6) | (middle << 3) | low;
        if (row[modRM] !== 0) throw new Error(`instruction table: "${form.row}" and "${FORMS[row[modRM]!]!.row}" are the same opcode`);
        row[modRM] = form.id;
      }
    }
  }
}

/** The only one of forms without ModRM, or none. */
function only(forms: readonly Form[]): number {
  if (forms.length > 1) throw new Error(`instruction table: "${forms[0]!.row}" and "${forms[1]!.row}" are the same opcode`);
  return forms[0]?.id ?? 0;
}

/** What bytes are as prefixes. */
function prefixesOf(mode: 32 | 64): Uint8Array {
  const prefixes = new Uint8Array(256);
  prefixes[0x66] = IS_PREFIX | PREFIX_OPERAND_SIZE;
  prefixes[0x67] = IS_PREFIX | PREFIX_ADDRESS_SIZE;
  prefixes[0xf0] = IS_PREFIX | PREFIX_LOCK;
  prefixes[0xf3] = IS_PREFIX | PREFIX_REPEAT;
  prefixes[0xf2] = IS_PREFIX | PREFIX_REPEAT_NOT_ZERO;
  // In 64-bit mode those of ES, CS, SS and DS are as if they were not there.
  for (const [register, byte] of [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65].entries()) prefixes[byte] = IS_PREFIX | (mode === 32 || register >= 4 ? IS_SEGMENT | register : 0);
  if (mode === 64) prefixes.fill(IS_PREFIX | IS_REX, 0x40, 0x50);
  return prefixes;
}

/** The tables of one mode. */
export function buildOpcodeMaps(mode: 32 | 64): OpcodeMaps {
  const groups: (Form[] | undefined)[] = new Array<Form[] | undefined>(4 * 256).fill(undefined);
  for (const form of FORMS) {
    if (!(mode === 64 ? form.mode64 : form.mode32)) continue;
    for (let low = form.needsRexB ? 1 : 0; low < (form.opcodeRegister ? 8 : 1); low++) {
      const key = form.map * 256 + form.opcode + low;
      const group = groups[key];
      if (group) group.push(form);
      else groups[key] = [form];
    }
  }
  const opcodes = new Uint16Array(4 * 256);
  const byPrefix: number[] = [];
  const byModRM: number[] = [];

  /** An entry for the forms of one prefix; where no ModRM byte fits one of them, one of the others may. */
  const entryOf = (forms: readonly Form[], others: readonly Form[]): number => {
    if (forms.length === 0) return others.length === 0 ? 0 : entryOf(others, []);
    if (!forms.some((form) => form.hasModRM)) return only(forms);
    if (forms.length === 1 && hasAllModRM(forms[0]!)) return forms[0]!.id | HAS_MODRM;
    const row = new Uint16Array(256);
    for (const form of forms) enter(form, row);
    if (others.length > 0) {
      const rest = new Uint16Array(256);
      for (const form of others) enter(form, rest);
      for (let modRM = 0; modRM < 256; modRM++) row[modRM] ||= rest[modRM]!;
    }
    const first = byModRM.length;
    for (let index = 0; index < 16; index++) byModRM.push(row[index < 8 ? index << 3 : 0xc0 | ((index & 7) << 3)]!);
    for (let modRM = 0; modRM < 256; modRM++) {
      const at = first + modRMIndex(modRM);
      if (byModRM[at] === row[modRM] || (byModRM[at]! & BY_RM) !== 0) continue;
      // Here ModRM.rm counts, which it does only beside registers.
      if (modRM < 0xc0) throw new Error(`instruction table: an opcode for some addresses alone, "${FORMS[row[modRM]!]!.row}"`);
      byModRM[at] = byModRM.length | BY_RM;
      for (let low = 0; low < 8; low++) byModRM.push(row[(modRM & 0xf8) | low]!);
    }
    return first | HAS_MODRM | BY_MODRM;
  };

  for (const [key, forms] of groups.entries()) {
    if (!forms) continue;
    const anyPrefix = forms.filter((form) => form.prefix === 'any');
    if (anyPrefix.length === forms.length) {
      opcodes[key] = entryOf(forms, []);
      continue;
    }
    opcodes[key] = byPrefix.length | BY_PREFIX;
    for (const prefix of PREFIX_ORDER) {
      byPrefix.push(
        entryOf(
          forms.filter((form) => form.prefix === prefix),
          anyPrefix,
        ),
      );
    }
  }
  return { prefixes: prefixesOf(mode), opcodes, byPrefix: Uint16Array.from(byPrefix), byModRM: Uint16Array.from(byModRM) };
}
