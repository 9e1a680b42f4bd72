/**
 * What decoding and interpreting has to know of each form, by its number: nothing but data, which the build works out once. Whoever decodes
 * needs neither the forms themselves nor their semantics.
 */

import { COUNT_IMMEDIATE, STRING, changesOf, countOf, usesOf } from './flag-rules.ts';
import { FORMS, type Form } from './forms.ts';
import { traitsOf } from './opcode-maps.ts';
import { SEMANTICS } from './semantics/registry.ts';

/** What kind a register operand is of; a number is told as it is. */
export const REGISTER_GENERAL = 0;
export const REGISTER_VECTOR = 1;
export const REGISTER_MMX = 2;
export const REGISTER_NUMBER = 3;

function kindOf(form: Form, places: string): number {
  const place = form.operands.find((operand) => places.includes(operand.place))?.place;
  if (place === undefined) return form.feature === 'x87' ? REGISTER_NUMBER : REGISTER_GENERAL;
  if ('VWU'.includes(place)) return REGISTER_VECTOR;
  if ('PQN'.includes(place)) return REGISTER_MMX;
  return place === 'F' || place === 'S' || place === 'C' || place === 'D' ? REGISTER_NUMBER : REGISTER_GENERAL;
}

/** Forms that use registers as addresses or counts, whose size the address size is. */
const usesAddressSize = ({ mnemonics, operands, repeat }: Form): boolean =>
  repeat !== '' || /^(loop|loope|loopne|jrcxz|xlat|maskmovq|maskmovdqu|bt[src]?)$/.test(mnemonics[0]!) || operands.some(({ place }) => place === 'O');

const endsBlock = ({ id, mnemonics, privileged }: Form): boolean =>
  /^(j[a-z]+|call|ret|loop[a-z]*|int|int1|int3|ud[012])$/.test(mnemonics[0]!) || privileged || !SEMANTICS[id];

/** What the decoder has to know of each form. */
export const FORM_TRAITS: Int32Array = Int32Array.from(FORMS, traitsOf);
/** The flags that forms may change, with marks; those they look at; and where a count is: see flag-rules.ts. */
export const CHANGES: Int32Array = Int32Array.from(FORMS, changesOf);
export const USES: Int32Array = Int32Array.from(FORMS, usesOf);
export const HAS_COUNT: Uint8Array = Uint8Array.from(FORMS, countOf);

/** The marks. */
export const FLAGS_BY_COUNT: number = COUNT_IMMEDIATE;
export const FLAGS_BY_STRING: number = STRING;

/** The kinds of the registers that ModRM.reg and ModRM.rm name. */
export const REG_KIND: Uint8Array = Uint8Array.from(FORMS, (form) => kindOf(form, 'GVPSCD'));
export const RM_KIND: Uint8Array = Uint8Array.from(FORMS, (form) => kindOf(form, 'EMRZWUQNF'));
export const HAS_MODRM: Uint8Array = Uint8Array.from(FORMS, (form) => (form.hasModRM ? 1 : 0));
/** Whether F3 and F2 repeat it. */
export const REPEATS: Uint8Array = Uint8Array.from(FORMS, (form) => (form.repeat !== '' ? 1 : 0));
/** Whether its immediate is where it goes. */
export const IS_BRANCH: Uint8Array = Uint8Array.from(FORMS, (form) => (form.operands.some(({ place }) => place === 'J') ? 1 : 0));
/** Whether it goes elsewhere, so that a block ends with it. */
export const ENDS_BLOCK: Uint8Array = Uint8Array.from(FORMS, (form) => (endsBlock(form) ? 1 : 0));
/** Whether it has semantics. */
export const IS_DONE: Uint8Array = Uint8Array.from(FORMS, ({ id }) => (SEMANTICS[id] ? 1 : 0));
/** Whether its handlers differ by the address size. */
export const ADDRESS_SIZE_MATTERS: Uint8Array = Uint8Array.from(FORMS, (form) => (usesAddressSize(form) ? 1 : 0));
