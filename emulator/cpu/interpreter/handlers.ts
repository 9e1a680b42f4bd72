/**
 * Which handlers the interpreter has: one for each form and way in which its operands can be, so that a handler decides nothing at run time
 * that the decoder knows. The order is fixed; it says what number a handler has.
 */

import { changedFlags } from '../flag-effects.ts';
import { ADDRESS_SIZE_MATTERS } from '../form-tables.ts';
import { FORMS, type Form } from '../forms.ts';
import { SEMANTICS } from '../semantics/registry.ts';
import { COMMON_HANDLERS, HANDLER_PAIRS } from './handler-pairs.ts';

export interface Handler {
  readonly form: Form;
  readonly size: number;
  /** MEMORY_*. */
  readonly memory: number;
  /** Whether the flags that it makes are looked at. */
  readonly flags: boolean;
  /** 0, or F3 (1) or F2 (2), where they repeat. */
  readonly repeat: number;
  readonly addressSize: number;
  /** Whether it is part of the loop. */
  readonly isInline: boolean;
  /** Whether it is part of the smaller loop as well. */
  readonly isCommon: boolean;
  /** The conditional jump that it does as well, whose micro-op is the next one. */
  readonly jump: Form | undefined;
  /** The handler of the next micro-op, if it does that as well. */
  readonly second: Handler | undefined;
  /** Whose handler it is, by `handlerPlace`. */
  readonly places: number[];
}

/** Whether ModRM.rm is no memory; memory; memory whose address has no index. */
export const MEMORY_NONE = 0;
export const MEMORY_ANY = 1;
export const MEMORY_PLAIN = 2;

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
export const handlerPlace = (form: number, size: number, memory: number, flags: boolean, repeat: number, addressSize: number): number =>
  (((form * 4 + sizeIndex(size)) * 3 + memory) * 2 + (flags ? 1 : 0)) * VARIANTS + repeat * 2 + (addressSize === 8 ? 0 : 1);

/** How many conditions jumps have. */
export const JUMPS = 16;

type Variant = Omit<Handler, 'isInline' | 'isCommon' | 'jump' | 'second' | 'places'>;

/** The number of a conditional jump's condition, or -1. */
const conditionOf = ({ mnemonics, operands, opcode }: Form): number => (/^j/.test(mnemonics[0]!) && !/^(jmp|jrcxz)$/.test(mnemonics[0]!) && operands[0]!.place === 'J' ? opcode & 15 : -1);

/**
 * Handlers that are part of the loop beside being functions: what most programs do most, where it needs no calls. Each costs the loop's
 * compilation, so there are no others.
 */
function isInline({ form, size, memory, flags, repeat, addressSize }: Variant): boolean {
  if (repeat !== 0 || addressSize !== 8) return false;
  const name = form.mnemonics[0]!;
  const [first, second] = form.operands.map(({ place }) => place);
  const isMemory = memory !== MEMORY_NONE;
  const isWide = size >= 4;
  if (/^(j[a-z]+|ret|call)$/.test(name)) return true;
  if (/^(push|pop)$/.test(name)) return size === 8 && first !== 'register' && !(isMemory && name === 'pop');
  if (form.operands.some(({ place }) => 'OSCDPQN'.includes(place))) return false;
  if (/^(pxor|pcmpeqb|pmovmskb)$/.test(name)) return !isMemory;
  if (/^(movups|movdqu|movaps|movdqa)$/.test(name)) return memory !== MEMORY_ANY;
  if (/^(cmov|set)n?[op]$/.test(name)) return false;
  if (/^(cmov|set)[a-z]+$/.test(name)) return !isMemory && size !== 2;
  if (/^(mov|lea)$/.test(name)) return form.feature === 'base' && (size !== 2 || (name === 'mov' && isMemory && first === 'E'));
  if (/^(movzx|movsx|movsxd)$/.test(name)) return isWide && !(name === 'movsxd' && size === 4);
  if (/^(not|neg)$/.test(name)) return isWide && !isMemory && (name === 'not' || !flags);
  if (/^(shl|shr|sar)$/.test(name)) return (isWide || name === 'shr') && !isMemory && !flags;
  if (/^(rol|ror)$/.test(name)) return isWide && !isMemory && !flags && second === 'I';
  if (name === 'imul') return isWide && !isMemory && !flags && first === 'G';
  // Registers are named the other way round, but for rAX, which comes to be so.
  if (!/^(add|sub|and|or|xor|cmp|test)$/.test(name) || (first === 'G' && !isMemory)) return false;
  if (name === 'cmp') return flags && (size !== 2 || (second === 'I' && !isMemory));
  if (name === 'test') return flags && (isMemory ? second === 'I' && (memory === MEMORY_PLAIN || size === 1) && size !== 2 : size !== 2);
  if (!isMemory) return isWide || /^(and|or|xor)$/.test(name);
  if (memory === MEMORY_ANY) return isWide && first === 'G';
  return isWide && (!flags || (/^(add|sub)$/.test(name) && second !== 'G'));
}

/** The conditional jumps that a handler is often followed by, by the numbers of their conditions. */
function jumpsAfter({ form, size, memory, flags, isInline: inline }: Handler): readonly number[] {
  if (!inline || !flags) return [];
  const name = form.mnemonics[0]!;
  const [first, second] = form.operands;
  const EQUAL = [4, 5];
  const takesFirst = first?.place === 'E';
  if (name === 'cmp' && memory === MEMORY_NONE && takesFirst) return size >= 4 ? [2, 3, 4, 5, 6, 7, 12, 13, 14, 15] : size === 1 ? [2, 3, 4, 5, 6, 7] : [];
  if (name === 'cmp' && memory === MEMORY_PLAIN) return EQUAL;
  if (name === 'test' && memory === MEMORY_NONE && takesFirst) return second!.place === 'I' || size === 2 ? EQUAL : [4, 5, 8, 9, 14, 15];
  if (name === 'test' && memory === MEMORY_PLAIN && second!.place === 'I') return EQUAL;
  if (/^(add|sub|and)$/.test(name) && memory === MEMORY_NONE && size >= 4 && takesFirst && second!.place === 'I') return EQUAL;
  return [];
}

/** What tells a handler of the loop from others: forms that differ only in their encoding have one in common. */
function handlerKey({ form, size, memory, flags }: Variant): string {
  const operands = form.operands.map(({ place, size: letter, register }) => {
    // Where there is no register in ModRM, the micro-op names rAX.
    if (memory === MEMORY_NONE && (register === 'rAX' || register === 'AL')) return register === 'AL' ? 'Eb' : 'E';
    if (place === 'J') return 'J';
    return (memory === MEMORY_NONE && place === 'Z' ? 'E' : place) + (/[szv]/.test(letter) ? '' : letter) + register;
  });
  return [form.mnemonics[0], ...operands, form.operands.length, size, memory, flags].join(' ');
}

function* variants(): Generator<Variant> {
  for (const form of FORMS) {
    if (!SEMANTICS[form.id]) continue;
    const memories = !form.hasModRM || form.rmRule === 'register' || form.rmRule === 'ignored' ? [MEMORY_NONE] : form.rmRule === 'memory' ? [MEMORY_ANY, MEMORY_PLAIN] : [MEMORY_NONE, MEMORY_ANY, MEMORY_PLAIN];
    for (const size of SIZES[form.sizeRule]) {
      for (const memory of memories) {
        for (const flags of changedFlags(form.id) !== 0 ? [true, false] : [true]) {
          for (const repeat of form.repeat !== '' ? [0, 1, 2] : [0]) {
            for (const addressSize of ADDRESS_SIZE_MATTERS[form.id] === 1 ? [8, 4] : [8]) yield { form, size, memory, flags, repeat, addressSize };
          }
        }
      }
    }
  }
}

/** Every handler, by number: those of the smaller loop, others of the loop, and the rest. Numbers begin at FIRST_HANDLER. */
export function listHandlers(): Handler[] {
  const inline = new Map<string, Handler>();
  const others: Handler[] = [];
  const byPlace = new Map<number, Handler>();
  // A form that names its register has no handler that others can use.
  const namesRegister = ({ form }: Variant): boolean => form.operands.some(({ place }) => place === 'register');
  const all = [...variants()];
  for (const variant of [...all.filter((one) => !namesRegister(one)), ...all.filter(namesRegister)]) {
    const { form, size, memory, flags, repeat, addressSize } = variant;
    const places = [handlerPlace(form.id, size, memory, flags, repeat, addressSize)];
    // Where there are no flags to be made, it does not matter whether they are looked at.
    if (changedFlags(form.id) === 0) places.push(handlerPlace(form.id, size, memory, false, repeat, addressSize));
    const isPart = isInline(variant);
    const known = isPart ? inline.get(handlerKey(variant)) : memory === MEMORY_PLAIN ? byPlace.get(handlerPlace(form.id, size, MEMORY_ANY, flags, repeat, addressSize)) : undefined;
    if (known) {
      known.places.push(...places);
      continue;
    }
    const handler: Handler = { ...variant, isInline: isPart, isCommon: false, jump: undefined, second: undefined, places };
    if (isPart) {
      inline.set(handlerKey(variant), handler);
    } else {
      others.push(handler);
      byPlace.set(places[0]!, handler);
    }
  }
  const loop = [...inline.values()];
  const byCondition = new Map(loop.map((handler) => [conditionOf(handler.form), handler.form] as const));
  const jumping = loop.flatMap((handler) => jumpsAfter(handler).map((condition) => ({ ...handler, jump: byCondition.get(condition), places: [] })));
  const common = new Set(COMMON_HANDLERS.trim().split(/; |\n/));
  const parts: Handler[] = [...loop, ...jumping, ...pairsOf([...loop, ...jumping])].map((handler) => ({ ...handler, isCommon: common.has(wholeName(handler)) }));
  if (parts.filter(({ isCommon }) => isCommon).length !== common.size) throw new Error('a common handler is not in the loop, or not the only one of its name');
  return [...parts.filter(({ isCommon }) => isCommon), ...parts.filter(({ isCommon }) => !isCommon), ...others];
}

/** The name with what else the handler does. */
const wholeName = (handler: Handler): string => (handler.second ? `${nameOf(handler)} + ${nameOf(handler.second)}` : nameOf(handler));

/** What `HANDLER_PAIRS` calls a handler of the loop; what else it does than the jump is not told. */
export function nameOf({ form, size, memory, flags, jump }: Handler): string {
  const name = form.mnemonics[0]!;
  const hasOneSize = /^(mov|add|sub|and|or|xor|cmp|test|shl|shr|sar|rol|ror)$/.test(name);
  const operands = form.operands.map(({ place, size: letter, register }) => {
    if (place === 'register') return register;
    if (place === 'one') return '1';
    const kind = 'EZM'.includes(place) ? 'EMP'[memory]! : place === 'W' ? ['W', 'M', 'P'][memory]! : place;
    return kind + (place === 'E' && 'bwz'.includes(letter) && !hasOneSize ? letter : '');
  });
  const more = jump ? ` ${jump.mnemonics[0]}` : flags && changedFlags(form.id) !== 0 ? ' F' : '';
  return `${name} ${operands.join(',')}`.trim() + ` ${size}${more}`;
}

/** The handlers that do two micro-ops. */
function pairsOf(handlers: readonly Handler[]): Handler[] {
  const byName = new Map(handlers.map((handler) => [nameOf(handler), handler] as const));
  const named = (name: string): Handler => {
    const handler = byName.get(name);
    if (!handler) throw new Error(`no handler "${name}"`);
    return handler;
  };
  return HANDLER_PAIRS.trim().split('\n').flatMap((line) => {
    const [first, seconds] = line.split(': ');
    return seconds!.split('; ').map((second) => ({ ...named(first!), second: named(second), places: [] }));
  });
}

/** The numbers of handlers. */
export interface HandlerNumbers {
  /** By `handlerPlace`. */
  readonly places: Uint16Array;
  /** By number, less FIRST_HANDLER: 1 and the condition, of conditional jumps; and which row of `jumping` a handler has; 0 none. */
  readonly conditions: Uint8Array;
  readonly jumpRows: Uint8Array;
  /** The numbers of those that do a jump as well: JUMPS for each row; 0 where there is none. */
  readonly jumping: Uint16Array;
  /** By number, likewise: which row of `pairs` a handler has as the first of two, and which column as the second; 0 none. */
  readonly rows: Uint8Array;
  readonly columns: Uint8Array;
  /** The numbers of those that do two micro-ops: PAIR_COLUMNS for each row; 0 where there is none. */
  readonly pairs: Uint16Array;
}

/** How long a row of pairs is. */
export const PAIR_COLUMNS = 64;

/** The numbers of a list of handlers. */
export function handlerNumbers(handlers: readonly Handler[]): HandlerNumbers {
  const places = new Uint16Array(FORMS.length * 24 * VARIANTS);
  const inline = handlers.filter(({ isInline: is }) => is);
  const numbers = new Map(inline.map((handler, index) => [wholeName(handler), index] as const));
  const [conditions, jumpRows, rows, columns] = [0, 1, 2, 3].map(() => new Uint8Array(inline.length)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const jumping: [number, number, number][] = [];
  const pairs: [number, number, number][] = [];
  let lastJumpRow = 0;
  let lastRow = 0;
  let lastColumn = 0;
  for (const [index, handler] of handlers.entries()) {
    const number = FIRST_HANDLER + index;
    for (const place of handler.places) places[place] = number;
    if (!handler.isInline) continue;
    if (handler.second) {
      const first = numbers.get(nameOf(handler))!;
      const second = numbers.get(nameOf(handler.second))!;
      rows[first] ||= ++lastRow;
      columns[second] ||= ++lastColumn;
      pairs.push([rows[first]!, columns[second]!, number]);
    } else if (handler.jump) {
      const first = numbers.get(nameOf({ ...handler, jump: undefined }))!;
      jumpRows[first] ||= ++lastJumpRow;
      jumping.push([jumpRows[first]!, conditionOf(handler.jump), number]);
    } else {
      conditions[index] = conditionOf(handler.form) + 1;
    }
  }
  if (lastColumn >= PAIR_COLUMNS) throw new Error(`${lastColumn} handlers are the second of two`);
  const tableOf = (size: number, width: number, entries: readonly [number, number, number][]): Uint16Array => {
    const table = new Uint16Array((size + 1) * width);
    for (const [row, column, number] of entries) table[row * width + column] = number;
    return table;
  };
  return { places, conditions, jumpRows, jumping: tableOf(lastJumpRow, JUMPS, jumping), rows, columns, pairs: tableOf(lastRow, PAIR_COLUMNS, pairs) };
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
