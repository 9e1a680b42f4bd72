/**
 * Writes what makes blocks of micro-ops from guest code, and finds them: functions that the interpreter has among its own, so that code that was never
 * executed before costs no call of JavaScript.
 */

import {
  type Node, add, and, call, emit, eq, eqz, extendS, extendU, geS, geU, gtU, i32, i64, leU, load, local, ltS, ltU, mul, ne, or, select, shl, shrS, shrU, sub, wrap, xor,
} from '../emit/expression.ts';
import { TOO_LONG, TRUNCATED } from '../decoder.ts';
import { FunctionWriter } from '../float/function-writer.ts';
import {
  ADDRESS_SIZE, BASE as RECORD_BASE, DISPLACEMENT as RECORD_DISPLACEMENT, FORM, HIGH_BYTE, IMMEDIATE as RECORD_IMMEDIATE, IMMEDIATE_HIGH, INDEX as RECORD_INDEX, LENGTH as RECORD_LENGTH,
  OPERAND_SIZE, PREFIXES, PREFIX_REPEAT, PREFIX_REPEAT_NOT_ZERO, REG as RECORD_REG, RIP_BASE, RM as RECORD_RM, SCALE as RECORD_SCALE, SEGMENT,
} from '../record.ts';
import {
  ARITHMETIC_FLAGS, EXIT_ADDRESS, EXIT_DETAIL, EXIT_PAGE_FAULT, EXIT_REASON, FS_BASE, GS_BASE, INSTRUCTION_POINTER, SCRATCH_REGISTER, UPPER_BASE, ZERO_REGISTER,
} from '../state.ts';
import { CODE_MAP, GUEST_TOP, PAGE_SHIFT, PERMISSION_CODE, PERMISSION_EXECUTE, PERMISSION_TABLE, REBASE } from '../../memory/layout.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, I64, Memory } from '../../wasm/opcodes.ts';
import {
  BLOCK_CHAIN, BLOCK_COUNTDOWN, BLOCK_END, BLOCK_ENTERED, BLOCK_INSTRUCTIONS, BLOCK_OPS, DECODED_BLOCKS, DECODED_INSTRUCTIONS, DECODER_STATE, DECODER_TABLES, EPOCH, FREE,
  LAST_MAP, LONGEST_BLOCK, LONGEST_INSTRUCTION, MADE, MAP_SIZE, RECORDS, RECORD_SIZE, THRESHOLD,
} from './decoder-memory.ts';
import { writeDecode } from './decoder-generator.ts';
import {
  type DecoderTables, FLAGS, FLAG_BITS, FORM_ADDRESS_SIZE_MATTERS, FORM_ENDS_BLOCK, FORM_HAS_MODRM, FORM_IS_BRANCH, FORM_IS_DONE, FORM_IS_LEA, FORM_IS_POP_TO_MEMORY, FORM_REPEATS,
  FORM_SIZE_SHIFT, HANDLERS, KIND, REGISTER_SHIFTS, REG_FILE, REPLACES_ALWAYS, REPLACES_BY_COUNT, REPLACES_ONCE, REPLACES_SHIFT, RM_FILE, USES_SHIFT, buildDecoderTables, variantOf,
} from './decoder-tables.ts';
import { FIRST_HANDLER, HANDLER_ADDRESS, HANDLER_BLOCK, HANDLER_INVALID, HANDLER_LEAVE, type HandlerNumbers, JUMPS, PAIR_COLUMNS } from './handlers.ts';
import { entryOffset, mapOf, writeLookUp } from './linker.ts';
import { ADDRESS, BASE, COUNTDOWN, DISPLACEMENT, HANDLER, IMMEDIATE, INDEX, LENGTH, LINK, MICRO_OP_SIZE, NEXT_LINK, REG, RM, SCALE, SLOT, TARGET } from './micro-op.ts';
import { STATE_INDEX, importRuntime } from './runtime.ts';

const RSP = 4;
const INVALID_OPCODE = 6;
const GENERAL_PROTECTION = 13;
const NONE = i32(0);
const NO_REGISTER = i32(STATE_INDEX + ZERO_REGISTER * 8);
const LAST_PAGE = GUEST_TOP >>> PAGE_SHIFT;

const word = (address: Node, offset = 0): Node => load(Memory.i32Load, I32, address, offset);
const half = (address: Node, offset = 0): Node => load(Memory.i32Load16U, I32, address, offset);
const byte = (address: Node, offset = 0): Node => load(Memory.i32Load8U, I32, address, offset);
const has = (value: Node, bits: number): Node => and(value, i32(bits));
const pageOf = (address: Node): Node => shrU(address, i32(PAGE_SHIFT));
const permissionsOf = (page: Node): Node => byte(page, PERMISSION_TABLE - REBASE);
const ofDecoder = (offset: number): Node => word(NONE, DECODER_STATE + offset);
/** Functions of JavaScript that the decoder calls: see `IMPORTS`. */
export interface DecoderImports {
  readonly full: number;
  readonly unimplemented: number;
}

/** The functions' numbers. */
export interface DecoderFunctions {
  /** Decodes an instruction: see `writeDecode`. */
  readonly decode: number;
  /** Writes records of the instructions from an address on, to the end of a block; returns how many, and -1 where not one can be read. */
  readonly records: number;
  /** Makes the block at an address, of which there is none; returns its head, or 0 with the reason in the state. */
  readonly block: number;
  /** The head of the block at an address, made if there is none, or 0 with the reason in the state. */
  readonly code: number;
  /** The code that a micro-op's branch (its index, 0 the target or 1 the next instruction) leads to, with which it is linked from now on; 0: leave. */
  readonly link: number;
}

/** `records`. */
function writeRecords(module: ModuleBuilder, decode: number, tables: DecoderTables): number {
  const w = new FunctionWriter(module, [I32], [I32]);
  const address = local(0, I32);
  w.if(geU(address, i32(GUEST_TOP)), () => w.return(i32(-1)));
  const page = w.let(pageOf(address));
  w.if(eqz(has(permissionsOf(page), PERMISSION_EXECUTE)), () => w.return(i32(-1)));
  const at = w.let(sub(address, i32(REBASE)));
  // A block is shorter than a page, so it ends at latest in the next.
  const goesOn = and(eq(has(permissionsOf(add(page, i32(1))), PERMISSION_EXECUTE), i32(PERMISSION_EXECUTE)), ltU(page, i32(LAST_PAGE - 1)));
  const end = w.let(sub(shl(add(add(page, i32(1)), goesOn), i32(PAGE_SHIFT)), i32(REBASE)));
  const record = w.let(i32(RECORDS));
  const count = w.let(NONE);
  const length = w.let(NONE);
  w.loop((again) => {
    w.set(length, call(decode, I32, [at, end, record]));
    w.if(ltS(length, NONE), () => {
      w.if(eq(length, i32(TRUNCATED)), () => w.return(select(count, count, i32(-1))));
      w.store(Memory.i32Store, record, NONE, FORM * 4);
      w.store(Memory.i32Store, record, length, RECORD_LENGTH * 4);
      w.return(add(count, i32(1)));
    });
    w.set(count, add(count, i32(1)));
    w.set(at, add(at, length));
    const kind = byte(shl(word(record, FORM * 4), i32(FORM_SIZE_SHIFT)), tables.forms + KIND);
    w.if(has(kind, FORM_ENDS_BLOCK), () => w.return(count));
    w.set(record, add(record, i32(RECORD_SIZE)));
    again(ltU(count, i32(LONGEST_BLOCK)));
  });
  emit(w.code, count);
  return w.number;
}

/**
 * Writes the micro-ops of an instruction: one, or two where its address takes one of its own. Its parameters are where, its record and address, and whether
 * the flags that it makes are looked at; it returns the index behind them.
 */
function writeMicroOps(module: ModuleBuilder, tables: DecoderTables): number {
  const w = new FunctionWriter(module, [I32, I32, I32, I32], [I32]);
  const op = local(0, I32);
  const record = local(1, I32);
  const address = local(2, I32);
  const made = local(3, I32);
  const of = (field: number): Node => word(record, field * 4);
  const store32 = (offset: number, value: Node): void => w.store(Memory.i32Store, op, value, offset);
  const store16 = (offset: number, value: Node): void => w.store(Memory.i32Store16, op, value, offset);
  const store8 = (offset: number, value: Node): void => w.store(Memory.i32Store8, op, value, offset);
  const next = (): void => w.set(op, add(op, i32(MICRO_OP_SIZE)));

  const form = w.let(shl(of(FORM), i32(FORM_SIZE_SHIFT)));
  const kind = w.let(byte(form, tables.forms + KIND));
  const length = w.let(of(RECORD_LENGTH));
  const rm = w.let(of(RECORD_RM));
  const isMemory = w.let(and(shrU(rm, i32(31)), kind));
  if (FORM_HAS_MODRM !== 1) throw new Error('the kind of a form and a sign are looked at together');
  // Of segments there are only FS and GS.
  const segment = w.let(of(SEGMENT));
  w.set(segment, select(ltS(segment, NONE), NO_REGISTER, add(shl(segment, i32(3)), i32(STATE_INDEX + FS_BASE - 4 * 8))));
  if (GS_BASE !== FS_BASE + 8) throw new Error('the bases of segments are not in their order');
  const isShort = w.let(eq(of(ADDRESS_SIZE), i32(4)));
  const base = w.let(NONE);
  const index = w.let(segment);
  const scale = w.let(NONE);
  const displacement = w.let(NONE);
  const register = w.let(NONE);
  w.if(isMemory, () => {
    w.set(displacement, of(RECORD_DISPLACEMENT));
    w.set(index, NO_REGISTER);
    const recordBase = w.let(of(RECORD_BASE));
    w.set(base, select(ltS(recordBase, NONE), NO_REGISTER, add(shl(recordBase, i32(3)), i32(STATE_INDEX))));
    w.if(eq(recordBase, i32(RIP_BASE)), () => {
      const target = w.let(add(extendU(add(address, length)), extendS(displacement)));
      w.set(displacement, wrap(target));
      // The displacement will be sign-extended.
      w.set(base, select(eq(shrS(target, i64(31)), i64(1)), i32(STATE_INDEX + UPPER_BASE), NO_REGISTER));
    });
    w.set(register, of(RECORD_INDEX));
    w.if(geS(register, NONE), () => {
      w.set(index, add(shl(register, i32(3)), i32(STATE_INDEX)));
      w.set(scale, of(RECORD_SCALE));
    });
    const hasSegment = w.let(and(ne(segment, NO_REGISTER), eqz(has(kind, FORM_IS_LEA))));
    w.if(
      or(isShort, and(hasSegment, ne(index, NO_REGISTER))),
      () => {
        store16(HANDLER, i32(HANDLER_ADDRESS));
        store8(LENGTH, length);
        store8(SCALE, scale);
        store32(BASE, base);
        store32(INDEX, index);
        // A pop's address is that of after the pop, but the stack pointer has not moved yet.
        w.if(and(eq(recordBase, i32(RSP)), ne(has(kind, FORM_IS_POP_TO_MEMORY), NONE)), () => w.set(displacement, add(displacement, of(OPERAND_SIZE))));
        store32(DISPLACEMENT, displacement);
        store32(IMMEDIATE, select(hasSegment, segment, NO_REGISTER));
        store32(IMMEDIATE + 4, isShort);
        store32(ADDRESS, address);
        next();
        w.set(base, i32(STATE_INDEX + SCRATCH_REGISTER * 8));
        w.set(index, NO_REGISTER);
        w.set(scale, NONE);
        w.set(displacement, NONE);
      },
      () => w.if(hasSegment, () => w.set(index, segment)),
    );
  });

  // 1 and less, 2, 4 and 8 bytes are 0, 1, 2 and 3.
  const size = w.let(of(OPERAND_SIZE));
  w.set(size, sub(shrU(size, i32(1)), shrU(size, i32(3))));
  const bit = (value: Node, mask: number): Node => has(shrU(value, i32(Math.log2(mask))), 1);
  const repeat = and(has(shrU(of(PREFIXES), i32(Math.log2(PREFIX_REPEAT))), 3), sub(NONE, bit(kind, FORM_REPEATS)));
  const isPlain = and(isMemory, eq(index, NO_REGISTER));
  const choices = [size, isMemory, isPlain, made, and(isShort, bit(kind, FORM_ADDRESS_SIZE_MATTERS)), repeat];
  const weight = (which: number): number => Math.log2(variantOf(...(choices.map((_, at) => (at === which ? 1 : 0)) as [number, number, number, number, number, number])));
  const variant = choices.map((value, at) => shl(value, i32(weight(at)))).reduce(or);
  store16(HANDLER, half(shl(add(half(form, tables.forms + HANDLERS), variant), i32(1)), tables.handlers));
  store8(LENGTH, length);
  store8(SCALE, scale);
  const shifts = w.let(byte(form, tables.forms + REGISTER_SHIFTS));
  const offset = (file: number, shift: Node): Node => {
    const high = add(shl(register, i32(3)), i32(1 - HIGH_BYTE * 8));
    return add(select(ltS(register, NONE), NONE, select(geS(register, i32(HIGH_BYTE)), high, add(shl(register, shift), half(form, tables.forms + file)))), i32(STATE_INDEX));
  };
  w.set(register, of(RECORD_REG));
  store32(REG, offset(REG_FILE, has(shifts, 0xf)));
  w.set(register, rm);
  store32(RM, select(isMemory, base, offset(RM_FILE, shrU(shifts, i32(4)))));
  store32(INDEX, index);
  w.if(
    has(kind, FORM_IS_BRANCH),
    () => {
      store32(TARGET, add(add(address, length), of(RECORD_IMMEDIATE)));
      store32(LINK, NONE);
      store32(NEXT_LINK, NONE);
    },
    () => store32(DISPLACEMENT, displacement),
  );
  store32(IMMEDIATE, of(RECORD_IMMEDIATE));
  store32(IMMEDIATE + 4, of(IMMEDIATE_HIGH));
  store32(ADDRESS, address);
  emit(w.code, add(op, i32(MICRO_OP_SIZE)));
  return w.number;
}

/** Whether an instruction replaces for certain the flags that it changes. */
function replaces(flags: Node, of: (field: number) => Node): Node {
  const how = shrU(flags, i32(REPLACES_SHIFT));
  const isRepeated = ne(has(of(PREFIXES), PREFIX_REPEAT | PREFIX_REPEAT_NOT_ZERO), NONE);
  const hasCount = ne(and(of(RECORD_IMMEDIATE), select(eq(of(OPERAND_SIZE), i32(8)), i32(63), i32(31))), NONE);
  return or(or(eq(how, i32(REPLACES_ALWAYS)), and(eq(how, i32(REPLACES_ONCE)), eqz(isRepeated))), and(eq(how, i32(REPLACES_BY_COUNT)), hasCount));
}

/** `block`. */
function writeBlock(module: ModuleBuilder, records: number, microOps: number, tables: DecoderTables, imports: DecoderImports): number {
  const w = new FunctionWriter(module, [I32], [I32]);
  const address = local(0, I32);
  const store = (at: Node, offset: number, value: Node): void => w.store(Memory.i32Store, at, value, offset);
  const setState = (offset: number, value: Node): void => w.store(value.type === I64 ? Memory.i64Store : Memory.i32Store, NONE, value, STATE_INDEX + offset);
  const page = w.let(pageOf(address));
  const count = w.let(call(records, I32, [address]));
  w.if(ltS(count, NONE), () => {
    // The first address that cannot be executed is the instruction's, or that of the page behind it.
    const isHere = and(ltU(address, i32(GUEST_TOP)), ne(has(permissionsOf(page), PERMISSION_EXECUTE), NONE));
    setState(EXIT_ADDRESS, extendU(select(isHere, shl(add(page, i32(1)), i32(PAGE_SHIFT)), address)));
    setState(INSTRUCTION_POINTER, extendU(address));
    setState(EXIT_DETAIL, i32(PERMISSION_EXECUTE));
    setState(EXIT_REASON, i32(EXIT_PAGE_FAULT));
    w.return(NONE);
  });
  // The worst case: two micro-ops for each instruction, a head, an end, and a map.
  const needed = add(shl(count, i32(Math.log2(MICRO_OP_SIZE) + 1)), i32(2 * MICRO_OP_SIZE + MAP_SIZE));
  w.if(gtU(add(ofDecoder(FREE), needed), ofDecoder(LAST_MAP)), () => w.code.call(imports.full));
  const head = w.let(ofDecoder(FREE));
  const map = w.let(mapOf(address));
  w.if(eqz(map), () => {
    w.set(map, sub(ofDecoder(LAST_MAP), i32(MAP_SIZE)));
    store(NONE, DECODER_STATE + LAST_MAP, map);
    // What was here before may have left something.
    emit(w.code, map);
    emit(w.code, NONE);
    emit(w.code, i32(MAP_SIZE));
    w.code.memoryFill();
    store(shl(page, i32(2)), CODE_MAP - REBASE, map);
  });

  // Which flags are looked at after each instruction; what comes after the block may look at all.
  const live = w.let(i32(ARITHMETIC_FLAGS));
  const index = w.let(count);
  const record = w.let(add(i32(RECORDS), mul(count, i32(RECORD_SIZE))));
  const of = (field: number): Node => word(record, field * 4);
  const form = (): Node => shl(of(FORM), i32(FORM_SIZE_SHIFT));
  w.loop((again) => {
    w.set(record, sub(record, i32(RECORD_SIZE)));
    w.set(index, sub(index, i32(1)));
    const flags = w.let(word(form(), tables.forms + FLAGS));
    const changed = has(flags, FLAG_BITS);
    w.store(Memory.i32Store8, index, ne(and(changed, live), NONE), MADE);
    w.if(flags, () => {
      w.if(replaces(flags, of), () => w.set(live, and(live, xor(changed, i32(-1)))));
      w.set(live, or(live, has(shrU(flags, i32(USES_SHIFT)), FLAG_BITS)));
    });
    again(index);
  });

  const op = w.let(add(head, i32(MICRO_OP_SIZE)));
  const at = w.let(address);
  const length = w.let(NONE);
  const ends = w.let(NONE);
  // `record` is the first, and `index` 0.
  w.loop((again) => {
    const kind = w.let(byte(form(), tables.forms + KIND));
    w.set(length, of(RECORD_LENGTH));
    w.if(
      has(kind, FORM_IS_DONE),
      () => {
        w.set(op, call(microOps, I32, [op, record, at, byte(index, MADE)]));
        w.set(ends, has(kind, FORM_ENDS_BLOCK));
      },
      () => {
        w.if(of(FORM), () => {
          emit(w.code, of(FORM));
          emit(w.code, at);
          w.code.call(imports.unimplemented);
        });
        w.store(Memory.i32Store16, op, i32(HANDLER_INVALID), HANDLER);
        store(op, IMMEDIATE, select(eq(length, i32(TOO_LONG)), i32(GENERAL_PROTECTION), i32(INVALID_OPCODE)));
        store(op, ADDRESS, at);
        w.set(op, add(op, i32(MICRO_OP_SIZE)));
        // Bytes that are no instruction may be one when any of them changes.
        w.if(ltS(length, NONE), () => w.set(length, i32(LONGEST_INSTRUCTION)));
        w.set(ends, i32(1));
      },
    );
    w.set(at, add(at, length));
    w.set(record, add(record, i32(RECORD_SIZE)));
    w.set(index, add(index, i32(1)));
    again(ltU(index, count));
  });
  w.if(eqz(ends), () => {
    w.store(Memory.i32Store16, op, i32(HANDLER_LEAVE), HANDLER);
    store(op, ADDRESS, at);
    w.set(op, add(op, i32(MICRO_OP_SIZE)));
  });

  // What is before a conditional jump may do it as well.
  w.if(gtU(count, i32(1)), () => {
    const isInline = (number: Node): Node => and(geU(number, i32(FIRST_HANDLER)), ltU(number, i32(tables.inlineEnd)));
    const number = w.let(half(sub(op, i32(MICRO_OP_SIZE)), HANDLER));
    const jump = w.let(NONE);
    w.if(isInline(number), () => w.set(jump, byte(number, tables.conditions)));
    w.if(jump, () => {
      const before = w.let(sub(op, i32(2 * MICRO_OP_SIZE)));
      w.set(number, half(before, HANDLER));
      w.if(isInline(number), () => {
        w.set(number, half(shl(sub(add(shl(byte(number, tables.jumpRows), i32(Math.log2(JUMPS))), jump), i32(1)), i32(1)), tables.jumping));
        w.if(number, () => w.store(Memory.i32Store16, before, number, HANDLER));
      });
    });
    // And so may each that is often before another.
    const lastPair = w.let(sub(op, i32(2 * MICRO_OP_SIZE)));
    const place = w.let(add(head, i32(MICRO_OP_SIZE)));
    w.loop((again) => {
      w.set(number, half(place, HANDLER));
      w.if(isInline(number), () => {
        const row = w.let(byte(number, tables.rows));
        w.if(row, () => {
          w.set(number, half(place, MICRO_OP_SIZE + HANDLER));
          w.if(isInline(number), () => {
            w.set(number, half(shl(add(shl(row, i32(Math.log2(PAIR_COLUMNS))), byte(number, tables.columns)), i32(1)), tables.pairs));
            w.if(number, () => {
              w.store(Memory.i32Store16, place, number, HANDLER);
              w.set(place, add(place, i32(MICRO_OP_SIZE)));
            });
          });
        });
      });
      w.set(place, add(place, i32(MICRO_OP_SIZE)));
      again(leU(place, lastPair));
    });
  });

  w.store(Memory.i32Store16, head, i32(HANDLER_BLOCK), HANDLER);
  w.store(Memory.i32Store8, head, count, BLOCK_INSTRUCTIONS);
  w.store(Memory.i32Store8, head, shrU(sub(op, head), i32(Math.log2(MICRO_OP_SIZE))), BLOCK_OPS);
  store(head, BLOCK_ENTERED, NONE);
  store(head, BLOCK_COUNTDOWN, ofDecoder(THRESHOLD));
  store(head, COUNTDOWN, ofDecoder(THRESHOLD));
  store(head, SLOT, NONE);
  store(head, ADDRESS, address);
  store(head, BLOCK_END, at);
  const entry = w.let(add(map, entryOffset(address)));
  store(head, BLOCK_CHAIN, word(entry));
  store(entry, 0, head);
  store(NONE, DECODER_STATE + FREE, op);
  store(NONE, DECODER_STATE + DECODED_BLOCKS, add(ofDecoder(DECODED_BLOCKS), i32(1)));
  store(NONE, DECODER_STATE + DECODED_INSTRUCTIONS, add(ofDecoder(DECODED_INSTRUCTIONS), count));
  for (const marked of [page, w.let(pageOf(sub(at, i32(1))))]) {
    w.store(Memory.i32Store8, marked, or(permissionsOf(marked), i32(PERMISSION_CODE)), PERMISSION_TABLE - REBASE);
  }
  emit(w.code, head);
  return w.number;
}

/** `code`. */
function writeCode(module: ModuleBuilder, block: number): number {
  const w = new FunctionWriter(module, [I32], [I32]);
  const address = local(0, I32);
  writeLookUp(w, address);
  emit(w.code, address);
  w.code.returnCall(block);
  return w.number;
}

/** `link`. */
function writeLink(module: ModuleBuilder, code: number): number {
  const w = new FunctionWriter(module, [I32, I32], [I32]);
  const op = local(0, I32);
  const isNext = local(1, I32);
  const epoch = w.let(ofDecoder(EPOCH));
  const target = select(isNext, add(word(op, ADDRESS), byte(op, LENGTH)), word(op, TARGET));
  const head = w.let(call(code, I32, [target]));
  // Where everything was thrown away, the micro-op is another.
  w.if(and(ne(head, NONE), eq(epoch, ofDecoder(EPOCH))), () => w.store(Memory.i32Store, select(isNext, add(op, i32(NEXT_LINK - LINK)), op), head, LINK));
  emit(w.code, head);
  return w.number;
}

/** Writes the functions into a module, which has the decoder's tables from then on. */
export function writeDecoder(module: ModuleBuilder, numbers: HandlerNumbers, imports: DecoderImports): DecoderFunctions {
  const tables = buildDecoderTables(64, numbers);
  module.data(DECODER_TABLES, tables.bytes);
  const decode = writeDecode(module, 64, tables);
  const records = writeRecords(module, decode, tables);
  const block = writeBlock(module, records, writeMicroOps(module, tables), tables, imports);
  const code = writeCode(module, block);
  return { decode, records, block, code, link: writeLink(module, code) };
}

/** Exports what JavaScript, and translated code, call of them. */
export function exportDecoder(module: ModuleBuilder, { records, block, code }: DecoderFunctions): void {
  module.export('function', 'records', records);
  module.export('function', 'block', block);
  module.export('function', 'code', code);
}

/** A module of the decoder alone, for those who do not run what they decode. */
export function generateDecoder(numbers: HandlerNumbers): Uint8Array {
  const module = new ModuleBuilder();
  const imports = importRuntime(module);
  exportDecoder(module, writeDecoder(module, numbers, imports));
  return module.encode();
}
