/** Blocks of micro-ops as they should be: what the interpreter's module does, from the records of the decoder in TypeScript. */

import { Decoder, TOO_LONG, TRUNCATED } from '../../emulator/cpu/decoder.ts';
import { changedFlags, repeatOf, replacedFlags, usedFlags } from '../../emulator/cpu/flag-effects.ts';
import { LEA, POP_TO_MEMORY } from '../../emulator/cpu/form-numbers.ts';
import {
  ADDRESS_SIZE_MATTERS, ENDS_BLOCK, HAS_MODRM, IS_BRANCH, IS_DONE, REGISTER_GENERAL, REGISTER_MMX, REGISTER_VECTOR, REG_KIND, RM_KIND,
} from '../../emulator/cpu/form-tables.ts';
import {
  ADDRESS_SIZE, BASE as RECORD_BASE, DISPLACEMENT as RECORD_DISPLACEMENT, FORM, HIGH_BYTE, IMMEDIATE as RECORD_IMMEDIATE, IMMEDIATE_HIGH, INDEX as RECORD_INDEX, LENGTH as RECORD_LENGTH,
  OPERAND_SIZE, RECORD_WORDS, REG as RECORD_REG, RIP_BASE, RM as RECORD_RM, SCALE as RECORD_SCALE, SEGMENT,
} from '../../emulator/cpu/record.ts';
import { ARITHMETIC_FLAGS, FS_BASE, GS_BASE, SCRATCH_REGISTER, UPPER_BASE, X87_REGISTERS, XMM, ZERO_REGISTER } from '../../emulator/cpu/state.ts';
import { HANDLER_ADDRESS, HANDLER_INVALID, HANDLER_LEAVE, FIRST_HANDLER, type HandlerNumbers, JUMPS, MEMORY_ANY, MEMORY_NONE, MEMORY_PLAIN, PAIR_COLUMNS, handlerPlace } from '../../emulator/cpu/interpreter/handlers.ts';
import {
  ADDRESS, BASE, DISPLACEMENT, HANDLER, IMMEDIATE, INDEX, LENGTH, LINK, MICRO_OP_SIZE, NEXT_LINK, REG, RM, SCALE, TARGET,
} from '../../emulator/cpu/interpreter/micro-op.ts';
import { STATE_INDEX } from '../../emulator/cpu/interpreter/runtime.ts';

const RSP = 4;
const LONGEST_BLOCK = 64;
const INVALID_OPCODE = 6;
const GENERAL_PROTECTION = 13;

function registerOffset(kind: number, register: number): number {
  if (register < 0) return 0;
  if (kind === REGISTER_GENERAL) return register >= HIGH_BYTE ? (register - HIGH_BYTE) * 8 + 1 : register * 8;
  if (kind === REGISTER_VECTOR) return XMM + register * 16;
  if (kind === REGISTER_MMX) return X87_REGISTERS + (register & 7) * 16;
  return register;
}

const addressRegister = (register: number): number => (register < 0 ? ZERO_REGISTER : register) * 8;
const segmentOffset = (segment: number): number => (segment === 4 ? FS_BASE : segment === 5 ? GS_BASE : ZERO_REGISTER * 8);

/**
 * Writes the micro-ops of an instruction at `address` to the index `at`: one, or two where its address takes one of its own. Returns the index
 * behind them. `flags` tells whether the flags that it makes are looked at.
 */
function writeMicroOp(view: DataView, at: number, numbers: HandlerNumbers, records: Int32Array, record: number, address: number, flags: boolean): number {
  const form = records[record + FORM]!;
  const length = records[record + RECORD_LENGTH]!;
  const rm = records[record + RECORD_RM]!;
  const isMemory = HAS_MODRM[form] === 1 && rm < 0;
  const addressSize = records[record + ADDRESS_SIZE]!;
  const segment = segmentOffset(records[record + SEGMENT]!);
  let base = 0;
  let index = ZERO_REGISTER * 8;
  let scale = 0;
  let displacement = 0;
  let op = at;
  if (isMemory) {
    const recordBase = records[record + RECORD_BASE]!;
    base = addressRegister(recordBase === RIP_BASE ? -1 : recordBase);
    displacement = records[record + RECORD_DISPLACEMENT]!;
    if (recordBase === RIP_BASE) {
      const target = address + length + displacement;
      displacement = target | 0;
      // The displacement will be sign-extended.
      if (target >= 0x80000000 && target < 0x100000000) base = UPPER_BASE;
    }
    if (records[record + RECORD_INDEX]! >= 0) {
      index = records[record + RECORD_INDEX]! * 8;
      scale = records[record + RECORD_SCALE]!;
    }
    const hasSegment = segment !== ZERO_REGISTER * 8 && form !== LEA;
    if (addressSize === 4 || (hasSegment && index !== ZERO_REGISTER * 8)) {
      view.setUint16(op + HANDLER, HANDLER_ADDRESS, true);
      view.setUint8(op + LENGTH, length);
      view.setUint8(op + SCALE, scale);
      view.setUint32(op + BASE, STATE_INDEX + base, true);
      view.setUint32(op + INDEX, STATE_INDEX + index, true);
      // A pop's address is that of after the pop, but the stack pointer has not moved yet.
      const moved = form === POP_TO_MEMORY && recordBase === RSP ? records[record + OPERAND_SIZE]! : 0;
      view.setInt32(op + DISPLACEMENT, displacement + moved, true);
      view.setUint32(op + IMMEDIATE, STATE_INDEX + (hasSegment ? segment : ZERO_REGISTER * 8), true);
      view.setInt32(op + IMMEDIATE + 4, addressSize === 4 ? 1 : 0, true);
      view.setUint32(op + ADDRESS, address, true);
      op += MICRO_OP_SIZE;
      base = SCRATCH_REGISTER * 8;
      index = ZERO_REGISTER * 8;
      scale = 0;
      displacement = 0;
    } else if (hasSegment) {
      index = segment;
    }
  } else {
    index = segment;
  }
  const size = records[record + OPERAND_SIZE]!;
  const memory = !isMemory ? MEMORY_NONE : index === ZERO_REGISTER * 8 ? MEMORY_PLAIN : MEMORY_ANY;
  const variant = ADDRESS_SIZE_MATTERS[form] === 1 ? addressSize : 8;
  view.setUint16(op + HANDLER, numbers.places[handlerPlace(form, size, memory, flags, repeatOf(records, record), variant)]!, true);
  view.setUint8(op + LENGTH, length);
  view.setUint8(op + SCALE, scale);
  view.setUint32(op + REG, STATE_INDEX + registerOffset(REG_KIND[form]!, records[record + RECORD_REG]!), true);
  if (isMemory) view.setUint32(op + BASE, STATE_INDEX + base, true);
  else view.setUint32(op + RM, STATE_INDEX + registerOffset(RM_KIND[form]!, rm), true);
  view.setUint32(op + INDEX, STATE_INDEX + index, true);
  if (IS_BRANCH[form] === 1) {
    view.setInt32(op + TARGET, address + length + records[record + RECORD_IMMEDIATE]!, true);
    view.setInt32(op + LINK, 0, true);
    view.setInt32(op + NEXT_LINK, 0, true);
  } else {
    view.setInt32(op + DISPLACEMENT, displacement, true);
  }
  view.setInt32(op + IMMEDIATE, records[record + RECORD_IMMEDIATE]!, true);
  view.setInt32(op + IMMEDIATE + 4, records[record + IMMEDIATE_HIGH]!, true);
  view.setUint32(op + ADDRESS, address, true);
  return op + MICRO_OP_SIZE;
}

/** A block. */
export interface ReferenceBlock {
  readonly instructions: number;
  readonly records: Int32Array;
  /** Its micro-ops without the head. */
  readonly ops: Uint8Array;
}

const decoder = new Decoder(64);

/** The block at `bytes[0]`, whose address is `address`; undefined where the first instruction has not all its bytes. */
export function referenceBlock(bytes: Uint8Array, address: number, numbers: HandlerNumbers): ReferenceBlock | undefined {
  const records = new Int32Array(LONGEST_BLOCK * RECORD_WORDS);
  const addresses: number[] = [];
  let at = 0;
  while (addresses.length < LONGEST_BLOCK) {
    const record = addresses.length * RECORD_WORDS;
    const length = decoder.decode(bytes, at, bytes.length, records, record);
    if (length === TRUNCATED) break;
    addresses.push(address + at);
    if (length < 0) {
      records[record + FORM] = 0;
      records[record + RECORD_LENGTH] = length;
      break;
    }
    at += length;
    if (ENDS_BLOCK[records[record + FORM]!] === 1) break;
  }
  const count = addresses.length;
  if (count === 0) return undefined;

  let live = ARITHMETIC_FLAGS;
  const made: boolean[] = [];
  for (let index = count - 1; index >= 0; index--) {
    const record = index * RECORD_WORDS;
    const form = records[record + FORM]!;
    made[index] = (changedFlags(form) & live) !== 0;
    live = (live & ~replacedFlags(records, record)) | usedFlags(form);
  }
  const ops = new Uint8Array((count * 2 + 1) * MICRO_OP_SIZE);
  const view = new DataView(ops.buffer);
  let op = 0;
  let ended = false;
  for (let index = 0; index < count; index++) {
    const record = index * RECORD_WORDS;
    const form = records[record + FORM]!;
    ended = ENDS_BLOCK[form] === 1;
    if (form !== 0 && IS_DONE[form] === 1) {
      op = writeMicroOp(view, op, numbers, records, record, addresses[index]!, made[index]!);
      continue;
    }
    view.setUint16(op + HANDLER, HANDLER_INVALID, true);
    view.setInt32(op + IMMEDIATE, form === 0 && records[record + RECORD_LENGTH] === TOO_LONG ? GENERAL_PROTECTION : INVALID_OPCODE, true);
    view.setUint32(op + ADDRESS, addresses[index]!, true);
    op += MICRO_OP_SIZE;
    ended = true;
  }
  if (!ended) {
    view.setUint16(op + HANDLER, HANDLER_LEAVE, true);
    view.setUint32(op + ADDRESS, address + at, true);
    op += MICRO_OP_SIZE;
  }
  if (count > 1 && ended) {
    const jump = numbers.conditions[view.getUint16(op - MICRO_OP_SIZE + HANDLER, true) - FIRST_HANDLER] ?? 0;
    const before = op - 2 * MICRO_OP_SIZE + HANDLER;
    const row = numbers.jumpRows[view.getUint16(before, true) - FIRST_HANDLER] ?? 0;
    const both = jump !== 0 ? numbers.jumping[row * JUMPS + jump - 1] : 0;
    if (both) view.setUint16(before, both, true);
  }
  for (let at = 0; count > 1 && at < op - MICRO_OP_SIZE; at += MICRO_OP_SIZE) {
    const row = numbers.rows[view.getUint16(at + HANDLER, true) - FIRST_HANDLER] ?? 0;
    const column = numbers.columns[view.getUint16(at + MICRO_OP_SIZE + HANDLER, true) - FIRST_HANDLER] ?? 0;
    const both = numbers.pairs[row * PAIR_COLUMNS + column]!;
    if (row === 0 || both === 0) continue;
    view.setUint16(at + HANDLER, both, true);
    at += MICRO_OP_SIZE;
  }
  return { instructions: count, records: records.subarray(0, count * RECORD_WORDS), ops: ops.subarray(0, op) };
}
