/** Which arithmetic flags instructions look at and which they replace: what decides whether flags have to be made. */

import { CONDITIONS } from './instruction-table.ts';
import { CONDITION_FLAGS } from './emit/flags.ts';
import { FORMS, type Form } from './forms.ts';
import { FORM, IMMEDIATE, OPERAND_SIZE, PREFIXES, PREFIX_REPEAT, PREFIX_REPEAT_NOT_ZERO } from './record.ts';
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

const COUNT_IMMEDIATE = 0x10000;
const STRING = 0x20000;

/** By form: flags that it may change, with marks for those that do it conditionally. */
const CHANGES = Int32Array.from(FORMS, (form) => {
  const name = form.mnemonics[0]!;
  if (isComparison(form)) return ALL | STRING;
  const counted = BY_COUNT[name];
  if (counted !== undefined) return counted | COUNT_IMMEDIATE;
  return REPLACED[name] ?? 0;
});
const USES = Int32Array.from(FORMS, ({ mnemonics }) => USED[mnemonics[0]!] ?? 0);
const HAS_COUNT = Uint8Array.from(FORMS, ({ operands }) => (operands.some(({ place }) => place === 'I') ? 1 : operands.some(({ place }) => place === 'one') ? 2 : 0));

/** The flags that an instruction may change. */
export const changedFlags = (form: number): number => CHANGES[form]! & ALL;
/** The flags that an instruction looks at. */
export const usedFlags = (form: number): number => USES[form]!;

/** The flags that a decoded instruction replaces for certain. */
export function replacedFlags(records: Int32Array, record: number): number {
  const form = records[record + FORM]!;
  const changes = CHANGES[form]!;
  if ((changes & (COUNT_IMMEDIATE | STRING)) === 0) return changes;
  if ((changes & STRING) !== 0) return (records[record + PREFIXES]! & (PREFIX_REPEAT | PREFIX_REPEAT_NOT_ZERO)) !== 0 ? 0 : ALL;
  const kind = HAS_COUNT[form]!;
  if (kind === 2) return changes & ALL;
  if (kind === 0) return 0;
  return (records[record + IMMEDIATE]! & (records[record + OPERAND_SIZE] === 8 ? 63 : 31)) !== 0 ? changes & ALL : 0;
}
