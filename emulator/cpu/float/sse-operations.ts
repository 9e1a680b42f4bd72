/** What each SSE form that rounds, compares or converts does: read from its row once, so that executing one is a switch on a small number. */

import { FORMS, type Form } from '../forms.ts';

export const ADD = 1;
export const SUBTRACT = 2;
export const MULTIPLY = 3;
export const DIVIDE = 4;
export const MINIMUM = 5;
export const MAXIMUM = 6;
export const SQUARE_ROOT = 7;
export const COMPARE = 8;
export const COMPARE_FLAGS = 9;
export const ROUND = 10;
export const HORIZONTAL_ADD = 11;
export const HORIZONTAL_SUBTRACT = 12;
export const ADD_SUBTRACT = 13;
export const DOT_PRODUCT = 14;
export const RECIPROCAL = 15;
export const RECIPROCAL_ROOT = 16;
export const CONVERT = 17;

/** What elements are, of the operands or of the result. */
export const SINGLES = 0;
export const DOUBLES = 1;
export const INTEGERS = 2;
/** 4 or 8 bytes, as the operand size says. */
export const GENERAL_INTEGER = 3;

const OPERATIONS: Readonly<Record<string, number>> = {
  add: ADD,
  sub: SUBTRACT,
  mul: MULTIPLY,
  div: DIVIDE,
  min: MINIMUM,
  max: MAXIMUM,
  sqrt: SQUARE_ROOT,
  cmp: COMPARE,
  comi: COMPARE_FLAGS,
  ucomi: COMPARE_FLAGS,
  round: ROUND,
  hadd: HORIZONTAL_ADD,
  hsub: HORIZONTAL_SUBTRACT,
  addsub: ADD_SUBTRACT,
  dp: DOT_PRODUCT,
  rcp: RECIPROCAL,
  rsqrt: RECIPROCAL_ROOT,
};

/** By form: the operation, 0 where it is none of these. */
export const OPERATION: Uint8Array = new Uint8Array(FORMS.length);
/** By form: what the source's elements are, and the destination's. */
export const SOURCE: Uint8Array = new Uint8Array(FORMS.length);
export const DESTINATION: Uint8Array = new Uint8Array(FORMS.length);
/** By form: how many elements. */
export const COUNT: Uint8Array = new Uint8Array(FORMS.length);
/** By form: 1 if a conversion rounds to zero, or a comparison is one that quiet NaNs do not make invalid. */
export const DETAIL: Uint8Array = new Uint8Array(FORMS.length);
/** By form: how many bytes the source has in memory; 0 for as many as the operand size. */
export const SOURCE_BYTES: Uint8Array = new Uint8Array(FORMS.length);
/** By form: 1 if the source, or the destination, is an MMX register, or could be. */
export const MMX_SOURCE: Uint8Array = new Uint8Array(FORMS.length);
export const MMX_DESTINATION: Uint8Array = new Uint8Array(FORMS.length);

const ELEMENTS: Readonly<Record<string, readonly [kind: number, count: number]>> = {
  ss: [SINGLES, 1],
  sd: [DOUBLES, 1],
  ps: [SINGLES, 4],
  pd: [DOUBLES, 2],
  si: [GENERAL_INTEGER, 1],
  dq: [INTEGERS, 4],
  pi: [INTEGERS, 2],
};

function describe(form: Form): void {
  const name = form.mnemonics[0]!;
  const { id } = form;
  const source = form.operands[1];
  if (!source) return;
  const conversion = /^cvt(t?)([a-z]{2})2([a-z]{2})$/.exec(name);
  if (conversion) {
    const [fromKind, fromCount] = ELEMENTS[conversion[2]!]!;
    const [toKind, toCount] = ELEMENTS[conversion[3]!]!;
    OPERATION[id] = CONVERT;
    DETAIL[id] = conversion[1] === 't' ? 1 : 0;
    SOURCE[id] = fromKind;
    DESTINATION[id] = toKind;
    COUNT[id] = Math.min(fromCount, toCount);
  } else {
    const match = /^(add|sub|mul|div|min|max|sqrt|cmp|comi|ucomi|round|hadd|hsub|addsub|dp|rcp|rsqrt)([sp][sd])$/.exec(name);
    if (!match) return;
    const [kind, count] = ELEMENTS[match[2]!]!;
    OPERATION[id] = OPERATIONS[match[1]!]!;
    SOURCE[id] = kind;
    DESTINATION[id] = kind;
    COUNT[id] = count;
    DETAIL[id] = match[1] === 'ucomi' ? 1 : 0;
  }
  SOURCE_BYTES[id] = source.size === 'd' ? 4 : source.size === 'q' ? 8 : source.size === 'x' ? 16 : 0;
  MMX_SOURCE[id] = 'QN'.includes(source.place) ? 1 : 0;
  MMX_DESTINATION[id] = form.operands[0]!.place === 'P' ? 1 : 0;
}

for (const form of FORMS) if (/^(sse[234.1]*)$/.test(form.feature)) describe(form);
