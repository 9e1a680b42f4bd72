/**
 * Which handlers the interpreter has: one for each form and way in which its operands can be, so that a handler decides nothing at run time
 * that the decoder knows. The order is fixed; it says what number a handler has.
 */

import { changedFlags } from '../flag-effects.ts';
import { ADDRESS_SIZE_MATTERS } from '../form-tables.ts';
import { FORMS, type Form } from '../forms.ts';
import { SEMANTICS } from '../semantics/registry.ts';

export interface Handler {
  readonly form: Form;
  readonly size: number;
  readonly isMemory: boolean;
  /** Whether the flags that it makes are looked at. */
  readonly flags: boolean;
  /** 0, or F3 (1) or F2 (2), where they repeat. */
  readonly repeat: number;
  readonly addressSize: number;
}

const SIZES: Readonly<Record<Form['sizeRule'], readonly number[]>> = {
  fixed: [0],
  byte: [1],
  word: [2, 4, 8],
  double: [4, 8],
  stack: [2, 8],
  branch: [8],
};

/** Their place in the table of numbers: see `variantOf`. */
const VARIANTS = 6;
const sizeIndex = (size: number): number => (size === 8 ? 3 : size === 4 ? 2 : size === 2 ? 1 : 0);

/** The place of a handler's number in the table. */
export const handlerPlace = (form: number, size: number, isMemory: boolean, flags: boolean, repeat: number, addressSize: number): number =>
  (((form * 4 + sizeIndex(size)) * 2 + (isMemory ? 1 : 0)) * 2 + (flags ? 1 : 0)) * VARIANTS + repeat * 2 + (addressSize === 8 ? 0 : 1);

/** How many places a form has in the table of numbers. */
export const HANDLER_PLACES: number = 16 * VARIANTS;

/** Handlers that are part of the loop rather than functions: what most programs do most. */
export function isInline({ form, size, repeat, addressSize, isMemory }: Handler): boolean {
  if (repeat !== 0 || addressSize !== 8) return false;
  const name = form.mnemonics[0]!;
  if (/^(j[a-z]+|ret|call)$/.test(name)) return true;
  if (/^(push|pop)$/.test(name)) return size === 8 && !(form.operands[0]!.place === 'register');
  if (form.operands.some(({ place }) => 'OSCD'.includes(place))) return false;
  if (/^(mov|movzx|movsx|movsxd|lea)$/.test(name)) return size !== 2;
  if (/^(add|sub|cmp|test|and|or|xor)$/.test(name)) return size >= 4 || (size === 1 && /^(cmp|test)$/.test(name));
  if (/^(shl|shr|sar|imul|inc|dec|cmov[a-z]+)$/.test(name)) return size >= 4 && !isMemory && form.operands.length !== 1 + (name === 'imul' ? 0 : 9);
  return false;
}

/** Every handler, by number; those of the loop are first. Numbers begin at FIRST_HANDLER. */
export function listHandlers(): Handler[] {
  const inline: Handler[] = [];
  const others: Handler[] = [];
  for (const form of FORMS) {
    if (!SEMANTICS[form.id]) continue;
    const memories = !form.hasModRM || form.rmRule === 'register' || form.rmRule === 'ignored' ? [false] : form.rmRule === 'memory' ? [true] : [false, true];
    for (const size of SIZES[form.sizeRule]) {
      for (const isMemory of memories) {
        for (const flags of changedFlags(form.id) !== 0 ? [true, false] : [true]) {
          for (const repeat of form.repeat !== '' ? [0, 1, 2] : [0]) {
            for (const addressSize of ADDRESS_SIZE_MATTERS[form.id] === 1 ? [8, 4] : [8]) {
              const handler = { form, size, isMemory, flags, repeat, addressSize };
              (isInline(handler) ? inline : others).push(handler);
            }
          }
        }
      }
    }
  }
  return [...inline, ...others];
}

/** Handlers that are not instructions. */
export const HANDLER_BLOCK = 0;
export const HANDLER_ENTER = 1;
export const HANDLER_ADDRESS = 2;
export const HANDLER_LEAVE = 3;
export const HANDLER_INVALID = 4;
export const HANDLER_GONE = 5;
/** The number of the first instruction's handler. */
export const FIRST_HANDLER = 6;
