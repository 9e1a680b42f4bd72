/** The semantics of every form: by feature and name. A form without any is an invalid opcode, and says so. */

import { FORMS, type Form } from '../forms.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { BITS } from './bit.ts';
import { CONTROL, privileged } from './control.ts';
import { MOVES } from './move.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { SHIFTS } from './shift.ts';
import { SSE_CONVERSIONS } from './sse-convert.ts';
import { SSE_FLOATS } from './sse-float.ts';
import { SSE_INTEGER } from './sse-integer.ts';
import { SSE_MOVES } from './sse-move.ts';
import { SSE_SHIFTS } from './sse-shift.ts';
import { SSE_SHUFFLES } from './sse-shuffle.ts';
import { SSE_TEXT } from './sse-text.ts';
import { STACK } from './stack.ts';
import { STRINGS } from './string.ts';
import { SYSTEM, x87 } from './system.ts';

const INTEGER: SemanticsTable = { ...ARITHMETIC, ...SHIFTS, ...MOVES, ...BITS, ...STACK, ...CONTROL, ...STRINGS, ...SYSTEM };

/** Each also in the form that heeds MXCSR. */
function withExactness(table: SemanticsTable): SemanticsTable {
  const exactly = (fast: Semantics): Semantics => (t) => {
    t.exactFloat();
    fast(t);
  };
  return Object.fromEntries(Object.entries(table).map(([name, fast]) => [name, exactly(fast)]));
}

const FLOATS: SemanticsTable = { ...SSE_FLOATS, ...SSE_CONVERSIONS };

/** Names that others have too (movsd, cmpsd) are told apart by the feature. */
const VECTORS: SemanticsTable = {
  ...SSE_MOVES,
  ...SSE_INTEGER,
  ...SSE_SHIFTS,
  ...SSE_SHUFFLES,
  ...withExactness(FLOATS),
  ...SSE_TEXT,
};

function find(form: Form): Semantics | undefined {
  if (!form.mode64 || form.id === 0) return undefined;
  if (form.privileged) return privileged;
  if (form.feature === 'x87' || form.mnemonics[0] === 'fisttp') return x87;
  const name = form.mnemonics[0]!;
  return (form.feature === 'base' ? undefined : VECTORS[name]) ?? INTEGER[name];
}

/** What each form does, by its number. */
export const SEMANTICS: readonly (Semantics | undefined)[] = FORMS.map(find);

/** By form: whether it heeds MXCSR, so that there is a fast way and an exact one. */
export const HEEDS_MXCSR: Uint8Array = Uint8Array.from(FORMS, ({ feature, mnemonics }) => (feature !== 'base' && FLOATS[mnemonics[0]!] ? 1 : 0));
