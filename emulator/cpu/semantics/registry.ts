/** The semantics of every form: by feature and name. A form without any is an invalid opcode, and says so. */

import { FORMS, type Form } from '../forms.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { BITS } from './bit.ts';
import { CONTROL, privileged } from './control.ts';
import { MOVES } from './move.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { SHIFTS } from './shift.ts';
import { STACK } from './stack.ts';
import { STRINGS } from './string.ts';
import { SYSTEM, x87 } from './system.ts';

const INTEGER: SemanticsTable = { ...ARITHMETIC, ...SHIFTS, ...MOVES, ...BITS, ...STACK, ...CONTROL, ...STRINGS, ...SYSTEM };

function find(form: Form): Semantics | undefined {
  if (!form.mode64 || form.id === 0) return undefined;
  if (form.privileged) return privileged;
  if (form.feature === 'x87' || form.mnemonics[0] === 'fisttp') return x87;
  return INTEGER[form.mnemonics[0]!];
}

/** What each form does, by its number. */
export const SEMANTICS: readonly (Semantics | undefined)[] = FORMS.map(find);
