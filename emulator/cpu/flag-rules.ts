/** Which arithmetic flags forms look at and which they replace, by their names. */

import { CONDITIONS } from './instruction-table.ts';
import { CONDITION_FLAGS } from './emit/flags.ts';
import type { Form } from './forms.ts';
import { ADJUST, ARITHMETIC_FLAGS, CARRY, OVERFLOW, PARITY, SIGN, ZERO } from './state.ts';

const ALL = ARITHMETIC_FLAGS;

/** Flags that are replaced whatever the operands are; those that are undefined afterwards count as replaced. */
const REPLACED: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    `add sub cmp adc sbb neg xadd cmpxchg and or xor test mul imul div idiv bsf bsr popcnt popf comiss comisd ucomiss ucomisd ptest
     pcmpestrm pcmpestri pcmpistrm pcmpistri fcomi fcomip fucomi fucomip`
      .split(/\s+/)
      .map((name) => [name, ALL] as const),
  ),
  inc: ALL & ~CARRY,
  dec: ALL & ~CARRY,
  bt: CARRY,
  bts: CARRY,
  btr: CARRY,
  btc: CARRY,
  clc: CARRY,
  stc: CARRY,
  cmc: CARRY,
  sahf: CARRY | PARITY | ADJUST | ZERO | SIGN,
  cmpxchg8b: ZERO,
};

const USED: Readonly<Record<string, number>> = {
  adc: CARRY,
  sbb: CARRY,
  rcl: CARRY,
  rcr: CARRY,
  cmc: CARRY,
  lahf: CARRY | PARITY | ADJUST | ZERO | SIGN,
  pushf: ALL,
  syscall: ALL,
  loope: ZERO,
  loopne: ZERO,
  ...Object.fromEntries(CONDITIONS.flatMap((name, number) => ['j', 'set', 'cmov'].map((prefix) => [prefix + name, CONDITION_FLAGS[number]!] as const))),
  ...Object.fromEntries(['b', 'e', 'be', 'u', 'nb', 'ne', 'nbe', 'nu'].map((name) => [`fcmov${name}`, ALL] as const)),
};

/** Flags that change only where there is a count. */
const BY_COUNT: Readonly<Record<string, number>> = {
  shl: ALL, shr: ALL, sar: ALL, shld: ALL, shrd: ALL, rol: CARRY | OVERFLOW, ror: CARRY | OVERFLOW, rcl: CARRY | OVERFLOW, rcr: CARRY | OVERFLOW,
};

const isComparison = ({ mnemonics }: Form): boolean => mnemonics[0] === 'cmps' || mnemonics[0] === 'scas';

/** Beside flags: they change only where there is a count. */
export const COUNT_IMMEDIATE = 0x10000;
/** Beside flags: those of a comparison that may be repeated. */
export const STRING = 0x20000;

/** Flags that a form may change, with marks for those that do it conditionally. */
export function changesOf(form: Form): number {
  const name = form.mnemonics[0]!;
  if (isComparison(form)) return ALL | STRING;
  const counted = BY_COUNT[name];
  if (counted !== undefined) return counted | COUNT_IMMEDIATE;
  return REPLACED[name] ?? 0;
}

/** Flags that a form looks at. */
export const usesOf = ({ mnemonics }: Form): number => USED[mnemonics[0]!] ?? 0;

/** Where a form has its count: 0 in CL, 1 an immediate, 2 it is 1. */
export const countOf = ({ operands }: Form): number => (operands.some(({ place }) => place === 'I') ? 1 : operands.some(({ place }) => place === 'one') ? 2 : 0);
