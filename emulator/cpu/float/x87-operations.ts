/** What each form of the x87 does, and those of its state and MXCSR: read from its row once, so that executing one is a switch on a small number. */

import { FORMS, type Form } from '../forms.ts';

/** Names of operations, in the order of their numbers; a form's name without what says where its operand is or that it pops. */
const OPERATIONS = [
  '', 'fadd', 'fmul', 'fcom', 'fsub', 'fsubr', 'fdiv', 'fdivr', 'fld', 'fst', 'fist', 'fisttp', 'fbst', 'fxch', 'fcomi', 'fucom', 'fucomi', 'fcmov', 'ffree', 'fnop',
  'fchs', 'fabs', 'ftst', 'fxam', 'constant', 'f2xm1', 'fyl2x', 'fptan', 'fpatan', 'fxtract', 'fprem1', 'fdecstp', 'fincstp', 'fprem', 'fyl2xp1', 'fsqrt', 'fsincos',
  'frndint', 'fscale', 'fsin', 'fcos', 'fldenv', 'fldcw', 'fnstenv', 'fnstcw', 'nothing', 'fnclex', 'fninit', 'frstor', 'fnsave', 'fnstsw', 'fxsave', 'fxrstor', 'emms', 'fwait', 'ldmxcsr', 'stmxcsr',
] as const;

const numberOf = (name: (typeof OPERATIONS)[number]): number => OPERATIONS.indexOf(name);

export const FADD = 1;
export const FMUL = 2;
export const FCOM = 3;
export const FSUB = 4;
export const FSUBR = 5;
export const FDIV = 6;
export const FDIVR = 7;
export const FLD = 8;
export const FST = 9;
export const FIST = 10;
export const FISTTP = 11;
export const FBST = 12;
export const FXCH = 13;
export const FCOMI = 14;
export const FUCOM = 15;
export const FUCOMI = 16;
export const FCMOV = 17;
export const FFREE = 18;
export const FNOP = 19;
export const FCHS = 20;
export const FABS = 21;
export const FTST = 22;
export const FXAM = 23;
export const CONSTANT = 24;
export const F2XM1 = 25;
export const FYL2X = 26;
export const FPTAN = 27;
export const FPATAN = 28;
export const FXTRACT = 29;
export const FPREM1 = 30;
export const FDECSTP = 31;
export const FINCSTP = 32;
export const FPREM = 33;
export const FYL2XP1 = 34;
export const FSQRT = 35;
export const FSINCOS = 36;
export const FRNDINT = 37;
export const FSCALE = 38;
export const FSIN = 39;
export const FCOS = 40;
export const FLDENV = 41;
export const FLDCW = 42;
export const FNSTENV = 43;
export const FNSTCW = 44;
/** fneni, fndisi, fnsetpm. */
export const NOTHING = 45;
export const FNCLEX = 46;
export const FNINIT = 47;
export const FRSTOR = 48;
export const FNSAVE = 49;
export const FNSTSW = 50;
export const FXSAVE = 51;
export const FXRSTOR = 52;
export const EMMS = 53;
export const FWAIT = 54;
export const LDMXCSR = 55;
export const STMXCSR = 56;

/** Where the operand is that is not ST(0). */
export const PLACE_STACK = 0;
export const PLACE_SINGLE = 1;
export const PLACE_DOUBLE = 2;
export const PLACE_EXTENDED = 3;
export const PLACE_WORD = 4;
export const PLACE_INTEGER = 5;
export const PLACE_LONG = 6;
export const PLACE_DECIMAL = 7;
export const PLACE_AX = 8;

export const CONSTANTS: readonly string[] = ['fld1', 'fldl2t', 'fldl2e', 'fldpi', 'fldlg2', 'fldln2', 'fldz'];
const CONDITIONS = ['b', 'e', 'be', 'u', 'nb', 'ne', 'nbe', 'nu'];

/** In DETAIL: fstp of D9/3, which does not look whether ST(0) is empty. */
export const UNCHECKED = 2;

/** By form: the operation, 0 where it is none of the x87's. */
export const OPERATION: Uint8Array = new Uint8Array(FORMS.length);
/** By form: PLACE_*. */
export const PLACE: Uint8Array = new Uint8Array(FORMS.length);
/** By form: how often it pops. */
export const POPS: Uint8Array = new Uint8Array(FORMS.length);
/** By form: which constant, which condition; for arithmetic, 1 if ST(i) gets the result. */
export const DETAIL: Uint8Array = new Uint8Array(FORMS.length);

function describe(form: Form): void {
  let name = form.mnemonics[0]!;
  const { id } = form;
  const [first] = form.operands;
  const memory = form.operands.find(({ place }) => place === 'M');
  if (CONSTANTS.includes(name)) {
    DETAIL[id] = CONSTANTS.indexOf(name);
    name = 'constant';
  } else if (name.startsWith('fcmov')) {
    DETAIL[id] = CONDITIONS.indexOf(name.slice(5));
    name = 'fcmov';
  } else if (/^fn?(eni|disi|setpm)$/.test(name)) name = 'nothing';
  const size = memory?.size ?? '';
  if (memory) PLACE[id] = ['', 'd', 'q', 't'].indexOf(size);
  if (/^fi(add|mul|com|sub|div|ld|st)/.test(name)) {
    PLACE[id] = size === 'w' ? PLACE_WORD : size === 'd' ? PLACE_INTEGER : PLACE_LONG;
    if (!name.startsWith('fist')) name = name.replace('fi', 'f');
  }
  if (name === 'fbld' || name === 'fbstp') {
    PLACE[id] = PLACE_DECIMAL;
    if (name === 'fbld') name = 'fld';
  }
  if (name === 'fnstsw' && !memory) PLACE[id] = PLACE_AX;
  if (/^f(add|mul|sub|subr|div|divr|com|ucom|st|ist|comi|ucomi|free|bst|comp|ucomp)p$/.test(name)) {
    POPS[id] = /pp$/.test(name) ? 2 : 1;
    name = name.replace(/p+$/, '');
  }
  if (name === 'fisttp') POPS[id] = 1;
  if (first?.place === 'F' && form.operands[1]?.register === 'ST') DETAIL[id] = 1;
  if (form.opcode === 0xd9 && name === 'fst' && !memory) DETAIL[id] = UNCHECKED;
  OPERATION[id] = numberOf(name as (typeof OPERATIONS)[number]);
  if (!OPERATION[id] || OPERATION[id] === 255) throw new Error(`x87: no operation for "${form.row}"`);
}

for (const form of FORMS) {
  if (form.feature === 'x87' || /^(fisttp|fxsave|fxrstor|emms|fwait|ldmxcsr|stmxcsr)$/.test(form.mnemonics[0]!)) describe(form);
}
