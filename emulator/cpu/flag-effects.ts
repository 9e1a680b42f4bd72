/** Which arithmetic flags instructions look at and which they replace: what decides whether flags have to be made. */

import { CHANGES, FLAGS_BY_COUNT, FLAGS_BY_STRING, HAS_COUNT, REPEATS, USES } from './form-tables.ts';
import { FORM, IMMEDIATE, OPERAND_SIZE, PREFIXES, PREFIX_REPEAT, PREFIX_REPEAT_NOT_ZERO } from './record.ts';
import { ARITHMETIC_FLAGS as ALL } from './state.ts';

/** The flags that an instruction may change. */
export const changedFlags = (form: number): number => CHANGES[form]! & ALL;
/** The flags that an instruction looks at. */
export const usedFlags = (form: number): number => USES[form]!;

/** The flags that a decoded instruction replaces for certain. */
export function replacedFlags(records: Int32Array, record: number): number {
  const form = records[record + FORM]!;
  const changes = CHANGES[form]!;
  if ((changes & (FLAGS_BY_COUNT | FLAGS_BY_STRING)) === 0) return changes;
  if ((changes & FLAGS_BY_STRING) !== 0) return (records[record + PREFIXES]! & (PREFIX_REPEAT | PREFIX_REPEAT_NOT_ZERO)) !== 0 ? 0 : ALL;
  const kind = HAS_COUNT[form]!;
  if (kind === 2) return changes & ALL;
  if (kind === 0) return 0;
  return (records[record + IMMEDIATE]! & (records[record + OPERAND_SIZE] === 8 ? 63 : 31)) !== 0 ? changes & ALL : 0;
}

/** How an instruction repeats: 0, or F3 (1) or F2 (2). */
export const repeatOf = (records: Int32Array, record: number): number => {
  if (REPEATS[records[record + FORM]!] === 0) return 0;
  const prefixes = records[record + PREFIXES]!;
  return (prefixes & PREFIX_REPEAT) !== 0 ? 1 : (prefixes & PREFIX_REPEAT_NOT_ZERO) !== 0 ? 2 : 0;
};
