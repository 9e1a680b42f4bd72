/**
 * The tables of the decoder as its code has them in memory. Beside those of opcode-maps.ts there are, by form, 16 bytes:
 *
 *     offset  size  what
 *          0     4  traits (see opcode-maps.ts)
 *          4     4  flags that it changes (12 bits), flags that it looks at (12 bits), whether it replaces them for certain: REPLACES_*
 *          8     2  where its handlers' numbers are, by `variant`
 *         10     2  offset in the state of the registers that ModRM.reg names
 *         12     2  of those that ModRM.rm or the opcode names
 *         14     1  size of the former and of the latter, as shifts (4 bits each)
 *         15     1  FORM_*
 */

import { LEA, POP_TO_MEMORY } from '../form-numbers.ts';
import {
  ADDRESS_SIZE_MATTERS, CHANGES, ENDS_BLOCK, FLAGS_BY_COUNT, FLAGS_BY_STRING, FORM_TRAITS, HAS_COUNT, HAS_MODRM, IS_BRANCH, IS_DONE,
  REGISTER_GENERAL, REGISTER_MMX, REGISTER_VECTOR, REG_KIND, REPEATS, RM_KIND, USES,
} from '../form-tables.ts';
import { IMMEDIATE_RULES, SIZE_RULES, buildOpcodeMaps } from '../opcode-maps.ts';
import { PREFIX_OPERAND_SIZE, PREFIX_REPEAT, PREFIX_REPEAT_NOT_ZERO } from '../record.ts';
import { X87_REGISTERS, XMM } from '../state.ts';
import type { ImmediateRule, SizeRule } from '../forms.ts';
import { DECODER_TABLES, DECODER_TABLES_SIZE } from './decoder-memory.ts';
import { FIRST_HANDLER, type HandlerNumbers, handlerPlace } from './handlers.ts';

export const FORM_SIZE_SHIFT = 4;
export const TRAITS = 0;
export const FLAGS = 4;
export const HANDLERS = 8;
export const REG_FILE = 10;
export const RM_FILE = 12;
export const REGISTER_SHIFTS = 14;
export const KIND = 15;

export const FLAG_BITS = 0xfff;
export const USES_SHIFT = 12;
export const REPLACES_SHIFT = 24;
/** It replaces flags always; where it is not repeated; never for certain; where its immediate has a count. */
export const REPLACES_ALWAYS = 0;
export const REPLACES_ONCE = 1;
export const REPLACES_PERHAPS = 2;
export const REPLACES_BY_COUNT = 3;

export const FORM_HAS_MODRM = 1;
export const FORM_REPEATS = 2;
export const FORM_IS_BRANCH = 4;
export const FORM_ENDS_BLOCK = 8;
export const FORM_IS_DONE = 16;
export const FORM_ADDRESS_SIZE_MATTERS = 32;
export const FORM_IS_LEA = 64;
export const FORM_IS_POP_TO_MEMORY = 128;

/** Which of a form's handlers: from its operand size (0 up to a byte, 1 two, 2 four, 3 eight), and what `handlerPlace` is told. */
export const variantOf = (sizeIndex: number, isMemory: number, isPlain: number, flags: number, isShort: number, repeat: number): number =>
  ((((repeat * 2 + isShort) * 4 + sizeIndex) * 2 + isMemory) * 2 + isPlain) * 2 + flags;
const VARIANTS = 192;

/** The operand size by rule, in four bytes: without a prefix, with 66, with REX.W, with both. */
const sizesOf = (mode: 32 | 64): Record<SizeRule, readonly number[]> => {
  const long = mode === 64;
  return {
    fixed: [0, 0, 0, 0],
    byte: [1, 1, 1, 1],
    word: [4, 2, 8, 8],
    double: [4, 4, 8, 8],
    stack: [long ? 8 : 4, 2, 8, 8],
    branch: long ? [8, 8, 8, 8] : [4, 2, 4, 2],
  };
};

/** How many bytes an immediate's first number has, by rule and operand size; of `offset` by the address size. */
function immediateSize(rule: ImmediateRule, size: number): number {
  switch (rule) {
    case 'none':
      return 0;
    case 'byte':
    case 'signed':
      return 1;
    case 'word':
    case 'enter':
      return 2;
    case 'z':
    case 'far':
      return size === 2 ? 2 : 4;
    case 'v':
    case 'offset':
      return size;
  }
}

/** Where a register file is in the state, and how large its registers are. */
function fileOf(kind: number): readonly [number, number] {
  if (kind === REGISTER_GENERAL) return [0, 3];
  if (kind === REGISTER_VECTOR) return [XMM, 4];
  return kind === REGISTER_MMX ? [X87_REGISTERS, 4] : [0, 0];
}

function flagsOf(form: number): number {
  const changes = CHANGES[form]!;
  const count = HAS_COUNT[form]!;
  const replaces = (changes & FLAGS_BY_STRING) !== 0 ? REPLACES_ONCE
    : (changes & FLAGS_BY_COUNT) === 0 || count === 2 ? REPLACES_ALWAYS
    : count === 0 ? REPLACES_PERHAPS : REPLACES_BY_COUNT;
  return (changes & FLAG_BITS) | (USES[form]! << USES_SHIFT) | (replaces << REPLACES_SHIFT);
}

const bitIf = (condition: boolean, bit: number): number => (condition ? bit : 0);

/** The tables: their bytes, which belong at DECODER_TABLES, and the index of each. */
export interface DecoderTables {
  readonly bytes: Uint8Array;
  readonly prefixes: number;
  /** By PREFIX_* as far as they choose a form: which of four entries. */
  readonly mandatory: number;
  readonly opcodes: number;
  readonly byPrefix: number;
  readonly byModRM: number;
  /** Four bytes for each size rule. */
  readonly sizes: number;
  /** 16 bytes for each immediate rule. */
  readonly immediates: number;
  readonly forms: number;
  readonly handlers: number;
  /** What makes one handler of two micro-ops: see `HandlerNumbers`; those by number begin with number 0. */
  readonly conditions: number;
  readonly jumpRows: number;
  readonly jumping: number;
  readonly rows: number;
  readonly columns: number;
  readonly pairs: number;
  /** The first number that is not of the loop. */
  readonly inlineEnd: number;
}

/** Makes the tables of one mode. */
export function buildDecoderTables(mode: 32 | 64, numbers: HandlerNumbers): DecoderTables {
  const parts: Uint8Array[] = [];
  let length = 0;
  const place = (data: Uint8Array | Uint16Array): number => {
    const at = DECODER_TABLES + length;
    const padded = new Uint8Array((data.byteLength + 3) & ~3);
    padded.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    parts.push(padded);
    length += padded.length;
    return at;
  };
  const maps = buildOpcodeMaps(mode);
  const mandatory = Uint8Array.from({ length: 32 }, (_, prefixes) =>
    (prefixes & PREFIX_REPEAT) !== 0 ? 2 : (prefixes & PREFIX_REPEAT_NOT_ZERO) !== 0 ? 3 : prefixes & PREFIX_OPERAND_SIZE,
  );
  const sizes = sizesOf(mode);

  const handlers: number[] = [];
  const forms = new Uint8Array(FORM_TRAITS.length << FORM_SIZE_SHIFT);
  const view = new DataView(forms.buffer);
  for (let form = 0; form < FORM_TRAITS.length; form++) {
    const row = new Uint16Array(VARIANTS);
    for (let repeat = 0; repeat < 3; repeat++) {
      for (let rest = 0; rest < 64; rest++) {
        const [isShort, size, isMemory, isPlain, flags] = [rest >> 5, (rest >> 3) & 3, (rest >> 2) & 1, (rest >> 1) & 1, rest & 1];
        if (isMemory < isPlain) continue;
        row[variantOf(size, isMemory, isPlain, flags, isShort, repeat)] = numbers.places[handlerPlace(form, [1, 2, 4, 8][size]!, isMemory + isPlain, flags === 1, repeat, isShort === 1 ? 4 : 8)]!;
      }
    }
    const used = row.findIndex((number) => number !== 0);
    // Only what is between its first and its last handler takes room.
    while (handlers.length < used) handlers.push(0);
    const start = used < 0 ? 0 : handlers.length - used;
    if (used >= 0) handlers.push(...row.subarray(used, row.findLastIndex((number) => number !== 0) + 1));

    const at = form << FORM_SIZE_SHIFT;
    const [regFile, regShift] = fileOf(REG_KIND[form]!);
    const [rmFile, rmShift] = fileOf(RM_KIND[form]!);
    view.setInt32(at + TRAITS, FORM_TRAITS[form]!, true);
    view.setInt32(at + FLAGS, flagsOf(form), true);
    view.setUint16(at + HANDLERS, start, true);
    view.setUint16(at + REG_FILE, regFile, true);
    view.setUint16(at + RM_FILE, rmFile, true);
    view.setUint8(at + REGISTER_SHIFTS, regShift | (rmShift << 4));
    view.setUint8(
      at + KIND,
      bitIf(HAS_MODRM[form] === 1, FORM_HAS_MODRM) |
        bitIf(REPEATS[form] === 1, FORM_REPEATS) |
        bitIf(IS_BRANCH[form] === 1, FORM_IS_BRANCH) |
        bitIf(ENDS_BLOCK[form] === 1, FORM_ENDS_BLOCK) |
        bitIf(IS_DONE[form] === 1, FORM_IS_DONE) |
        bitIf(ADDRESS_SIZE_MATTERS[form] === 1, FORM_ADDRESS_SIZE_MATTERS) |
        bitIf(form === LEA, FORM_IS_LEA) |
        bitIf(form === POP_TO_MEMORY, FORM_IS_POP_TO_MEMORY),
    );
  }
  const places = {
    forms: place(forms),
    handlers: place(Uint16Array.from(handlers)),
    conditions: place(numbers.conditions) - FIRST_HANDLER,
    jumpRows: place(numbers.jumpRows) - FIRST_HANDLER,
    jumping: place(numbers.jumping),
    rows: place(numbers.rows) - FIRST_HANDLER,
    columns: place(numbers.columns) - FIRST_HANDLER,
    pairs: place(numbers.pairs),
    opcodes: place(maps.opcodes),
    byPrefix: place(maps.byPrefix),
    byModRM: place(maps.byModRM),
    prefixes: place(maps.prefixes),
    mandatory: place(mandatory),
    sizes: place(Uint8Array.from(SIZE_RULES.flatMap((rule) => sizes[rule]))),
    immediates: place(Uint8Array.from(IMMEDIATE_RULES.flatMap((rule) => Array.from({ length: 16 }, (_, size) => immediateSize(rule, size))))),
  };
  if (length > DECODER_TABLES_SIZE) throw new Error(`the decoder's tables have ${length} bytes`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, ...places, inlineEnd: FIRST_HANDLER + numbers.rows.length };
}
