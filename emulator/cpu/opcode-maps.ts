/**
 * The decoder's tables, built from the forms: from prefix, opcode and ModRM byte to a form, in at most three look-ups.
 *
 * `opcodes[map * 256 + opcode]` is an entry: with BY_PREFIX, its value is an index into `byPrefix`, where four entries stand for no
 * prefix, 66, F3 and F2; with BY_MODRM, its value is a row of `byModRM`, of which the 256 form numbers stand for the ModRM
 * bytes; otherwise its value is a form number. HAS_MODRM tells whether there is a ModRM byte.
 */

import { FORMS, type Form, type ImmediateRule, type SizeRule } from './forms.ts';

export const ENTRY_VALUE = 0xffff;
export const HAS_MODRM = 0x10000;
export const BY_PREFIX = 0x20000;
export const BY_MODRM = 0x40000;

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
  readonly opcodes: Int32Array;
  readonly byPrefix: Int32Array;
  readonly byModRM: Uint16Array;
}

const PREFIX_ORDER = ['none', '66', 'F3', 'F2'] as const;

function traitsOf(form: Form): number {
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

/** What the decoder has to know of each form, by its number. */
export const FORM_TRAITS: Int32Array = Int32Array.from(FORMS, traitsOf);

/** The form that 90 is with REX.B. */
export const EXCHANGE: number = FORMS.findIndex((form) => form.needsRexB);

const fits = (form: Form, modRM: number): boolean =>
  (form.reg < 0 || form.reg === ((modRM >> 3) & 7)) &&
  (form.rm < 0 || form.rm === (modRM & 7)) &&
  (form.rmRule === 'either' || form.rmRule === 'ignored' || (form.rmRule === 'register') === modRM >= 0xc0);

/** The only one of the forms that fit, or none. */
function only(forms: readonly Form[]): number {
  if (forms.length > 1) throw new Error(`instruction table: "${forms[0]!.row}" and "${forms[1]!.row}" are the same opcode`);
  return forms[0]?.id ?? 0;
}

/** The tables of one mode. */
export function buildOpcodeMaps(mode: 32 | 64): OpcodeMaps {
  const groups = new Map<number, Form[]>();
  for (const form of FORMS) {
    if (!(mode === 64 ? form.mode64 : form.mode32)) continue;
    for (let low = form.needsRexB ? 1 : 0; low < (form.opcodeRegister ? 8 : 1); low++) {
      const key = form.map * 256 + form.opcode + low;
      const group = groups.get(key);
      if (group) group.push(form);
      else groups.set(key, [form]);
    }
  }
  const opcodes = new Int32Array(4 * 256);
  const byPrefix: number[] = [];
  const byModRM: number[] = [];

  const entryOfRow = (row: readonly number[]): number => {
    if (row.every((id) => id === row[0])) return row[0]! | HAS_MODRM;
    byModRM.push(...row);
    return (byModRM.length / 256 - 1) | HAS_MODRM | BY_MODRM;
  };
  const entryOf = (forms: readonly Form[]): number => {
    if (!forms.some((form) => form.hasModRM)) return only(forms);
    const row = Array.from({ length: 256 }, (_, modRM) => only(forms.filter((form) => form.hasModRM && fits(form, modRM))));
    return entryOfRow(row);
  };

  for (const [key, forms] of groups) {
    if (forms.every((form) => form.prefix === 'any')) {
      opcodes[key] = entryOf(forms);
      continue;
    }
    // Opcodes of which some ModRM bytes want a prefix and others do not: a row with the prefix wins where both fit.
    const entries = PREFIX_ORDER.map((prefix) => {
      const own = forms.filter((form) => form.prefix === prefix);
      const rest = forms.filter((form) => form.prefix === 'any');
      if (rest.length === 0) return entryOf(own);
      if (own.length === 0) return entryOf(rest);
      if (!own.some((form) => form.hasModRM)) return entryOf(own);
      const row = Array.from({ length: 256 }, (_, modRM) => {
        const found = only(own.filter((form) => fits(form, modRM)));
        return found || only(rest.filter((form) => fits(form, modRM)));
      });
      return entryOfRow(row);
    });
    byPrefix.push(...entries);
    opcodes[key] = (byPrefix.length - 4) | BY_PREFIX;
  }
  return { opcodes, byPrefix: Int32Array.from(byPrefix), byModRM: Uint16Array.from(byModRM) };
}
