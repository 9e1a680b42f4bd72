/**
 * The instruction table, read: one `Form` for each row. Everything else that has to know the instructions (the decoder's tables, the
 * printer, the semantics, the tests that must miss none) starts from this list.
 */

import { type Feature, INSTRUCTION_TABLE } from './instruction-table.ts';

/** The size letters of operands; the table says what they mean. */
export type OperandSize = 'b' | 'w' | 'd' | 'q' | 'x' | 't' | 'v' | 'z' | 'y' | 'n' | 'p' | 's' | '';

/** Where an operand is. The letters are those of the table; `register` is a register that the form names. */
export type OperandPlace = (typeof PLACES)[number] | 'register' | 'one';

const PLACES = ['E', 'G', 'M', 'R', 'Z', 'S', 'C', 'D', 'V', 'W', 'U', 'P', 'Q', 'N', 'F', 'I', 'J', 'O', 'A', 'X', 'Y'] as const;
/** Registers that rows name. rAX has the operand size, zAX the operand size but at most 32 bits. */
const REGISTERS = ['AL', 'AX', 'CL', 'DX', 'rAX', 'zAX', 'ES', 'CS', 'SS', 'DS', 'FS', 'GS', 'ST', 'XMM0'];

export interface Operand {
  readonly place: OperandPlace;
  readonly size: OperandSize;
  /** How much of memory it is when it is in memory; differs from `size` where a row says so. */
  readonly memorySize: OperandSize;
  /** For `register`, which. */
  readonly register: string;
}

/** The legacy prefixes that choose a form. */
export type MandatoryPrefix = 'any' | 'none' | '66' | 'F3' | 'F2';

/**
 * What decides the operand size: `word` 66 and REX.W; `double` REX.W alone, 4 or 8; `stack` and `branch` as d64 and f64 say;
 * `byte` always 1; `fixed` has none.
 */
export type SizeRule = 'fixed' | 'byte' | 'word' | 'double' | 'stack' | 'branch';

/** What ModRM.rm must be: `ignored` is a register whatever ModRM.mod says. */
export type RmRule = 'either' | 'memory' | 'register' | 'ignored';

/** How many bytes follow, and what becomes of them. `byte` is zero-extended, `signed` and `near8` are sign-extended. */
export type ImmediateRule = 'none' | 'byte' | 'signed' | 'word' | 'z' | 'v' | 'offset' | 'enter' | 'far';

/** One instruction in one encoding. */
export interface Form {
  /** Its index in `FORMS`; 0 is no instruction. */
  readonly id: number;
  readonly feature: Feature;
  /** The row, for messages. */
  readonly row: string;
  /** The names by operand size: one, two (up to 4 bytes, 8 bytes) or three (2, 4, 8). */
  readonly mnemonics: readonly string[];
  readonly prefix: MandatoryPrefix;
  /** 0 one-byte opcodes, 1 0F, 2 0F38, 3 0F3A. */
  readonly map: number;
  readonly opcode: number;
  /** The opcode's low three bits are a register. */
  readonly opcodeRegister: boolean;
  readonly hasModRM: boolean;
  /** What ModRM.reg must be, or -1. */
  readonly reg: number;
  /** What ModRM.rm must be, or -1. */
  readonly rm: number;
  readonly rmRule: RmRule;
  readonly operands: readonly Operand[];
  readonly sizeRule: SizeRule;
  readonly immediate: ImmediateRule;
  readonly mode64: boolean;
  readonly mode32: boolean;
  readonly lockable: boolean;
  /** Whether F3 and F2 repeat it: `rep` for a count, `repz` for a count and the zero flag. */
  readonly repeat: '' | 'rep' | 'repz';
  /** Needs REX.B where the opcode's low bits are 0. */
  readonly needsRexB: boolean;
  readonly privileged: boolean;
}

const ATTRIBUTES = ['lock', 'rep', 'repz', 'v', 'y', 'd64', 'f64', 'only64', 'only32', 'mem', 'reg', 'anymod', 'rexb', 'priv'];
const MODRM_PLACES = 'EGMRSCDVWUPQNF';

function operandOf(text: string, row: string): Operand {
  if (text === '1') return { place: 'one', size: 'b', memorySize: 'b', register: '' };
  if (REGISTERS.includes(text)) return { place: 'register', size: '', memorySize: '', register: text };
  const match = /^([A-Z])([bwdqxtvzynps]?)(?::([bwdq]))?$/.exec(text);
  const place = PLACES.find((letter) => letter === match?.[1]);
  if (!match || !place) throw new Error(`instruction table: operand ${text} of "${row}"`);
  const size = (match[2] ?? '') as OperandSize;
  return { place, size, memorySize: (match[3] as OperandSize | undefined) ?? size, register: '' };
}

function sizeRuleOf(operands: readonly Operand[], attributes: ReadonlySet<string>): SizeRule {
  if (attributes.has('f64')) return 'branch';
  if (attributes.has('d64')) return 'stack';
  const word = operands.some(({ size, register }) => /^[vzp]$/.test(size) || register === 'rAX' || register === 'zAX');
  if (word || attributes.has('v')) return 'word';
  if (attributes.has('y') || operands.some(({ size }) => size === 'y')) return 'double';
  return operands.some(({ size }) => size === 'b') && operands.every(({ size }) => size === 'b' || size === '') ? 'byte' : 'fixed';
}

function immediateRuleOf(operands: readonly Operand[]): ImmediateRule {
  const kinds = operands
    .filter(({ place }) => 'IJOA'.includes(place))
    .map(({ place, size }) => (place === 'O' || place === 'A' ? place : place === 'J' && size === 'b' ? 'Is' : `I${size}`))
    .join(',');
  switch (kinds) {
    case '':
      return 'none';
    case 'Ib':
      return 'byte';
    case 'Is':
      return 'signed';
    case 'Iw':
      return 'word';
    case 'Iz':
      return 'z';
    case 'Iv':
      return 'v';
    case 'O':
      return 'offset';
    case 'A':
      return 'far';
    case 'Iw,Ib':
      return 'enter';
    default:
      throw new Error(`instruction table: immediates ${kinds}`);
  }
}

function rmRuleOf(operands: readonly Operand[], rm: number, attributes: ReadonlySet<string>): RmRule {
  if (attributes.has('anymod')) return 'ignored';
  if (rm >= 0 || attributes.has('reg') || operands.some(({ place }) => 'RUNF'.includes(place))) return 'register';
  return attributes.has('mem') || operands.some(({ place }) => place === 'M') ? 'memory' : 'either';
}

/** Most rows have the operands of others. */
const operandsByText = new Map<string, Operand>();

function formOf(row: string, feature: Feature, id: number): Form {
  const words = row.split(/\s+/);
  const prefixWord = /^(NP|66|F3|F2)$/.test(words[0] ?? '') ? words.shift() : 'any';
  const place = /^(0F38|0F3A|0F)?([0-9A-F]{2})(\+)?(?:\/([0-7])(?:\.([0-7]))?)?$/.exec(words.shift() ?? '');
  const mnemonic = words.shift();
  if (!place || !mnemonic) throw new Error(`instruction table: "${row}"`);
  const listed = words.length > 0 && !ATTRIBUTES.includes(words[0]!) ? words.shift()!.split(',') : [];
  for (const word of words) if (!ATTRIBUTES.includes(word)) throw new Error(`instruction table: ${word} of "${row}"`);
  const attributes = new Set(words);
  const operands = listed.map((text) => {
    const known = operandsByText.get(text);
    if (known) return known;
    const operand = operandOf(text, row);
    operandsByText.set(text, operand);
    return operand;
  });
  const rm = place[5] === undefined ? -1 : Number(place[5]);
  return {
    id,
    feature,
    row,
    mnemonics: mnemonic.split('/'),
    prefix: prefixWord === 'NP' ? 'none' : (prefixWord as MandatoryPrefix),
    map: ['', '0F', '0F38', '0F3A'].indexOf(place[1] ?? ''),
    opcode: Number.parseInt(place[2]!, 16),
    opcodeRegister: place[3] === '+',
    hasModRM: place[4] !== undefined || attributes.has('reg') || operands.some((operand) => MODRM_PLACES.includes(operand.place)),
    reg: place[4] === undefined ? -1 : Number(place[4]),
    rm,
    rmRule: rmRuleOf(operands, rm, attributes),
    operands,
    sizeRule: sizeRuleOf(operands, attributes),
    immediate: immediateRuleOf(operands),
    mode64: !attributes.has('only32'),
    mode32: !attributes.has('only64'),
    lockable: attributes.has('lock'),
    repeat: attributes.has('rep') ? 'rep' : attributes.has('repz') ? 'repz' : '',
    needsRexB: attributes.has('rexb'),
    privileged: attributes.has('priv'),
  };
}

const NO_FORM: Form = { ...formOf('0FFF (bad)', 'base', 0), row: '', mode64: false, mode32: false };

/** Every form. The first is none, so that an index is true for an instruction. */
export const FORMS: readonly Form[] = [
  NO_FORM,
  ...INSTRUCTION_TABLE.flatMap(([feature, rows]) =>
    rows
      .split('\n')
      .map((row) => row.trim())
      .filter((row) => row !== '')
      .map((row) => [feature, row] as const),
  ).map(([feature, row], index) => formOf(row, feature, index + 1)),
];
