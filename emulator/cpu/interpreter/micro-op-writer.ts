/** Writes micro-ops from decoded instructions. */

import {
  ADDRESS_SIZE_MATTERS, HAS_MODRM, IS_BRANCH, LEA, POP_TO_MEMORY, REGISTER_GENERAL, REGISTER_MMX, REGISTER_VECTOR, REG_KIND, REPEATS, RM_KIND,
} from '../form-tables.ts';
import {
  ADDRESS_SIZE, BASE as RECORD_BASE, DISPLACEMENT as RECORD_DISPLACEMENT, FORM, HIGH_BYTE, IMMEDIATE as RECORD_IMMEDIATE, IMMEDIATE_HIGH, INDEX as RECORD_INDEX, LENGTH as RECORD_LENGTH,
  OPERAND_SIZE, PREFIXES, PREFIX_REPEAT, PREFIX_REPEAT_NOT_ZERO, REG as RECORD_REG, RIP_BASE, RM as RECORD_RM, SCALE as RECORD_SCALE, SEGMENT,
} from '../record.ts';
import { FS_BASE, GS_BASE, SCRATCH_REGISTER, UPPER_BASE, X87_REGISTERS, XMM, ZERO_REGISTER } from '../state.ts';
import { HANDLER_ADDRESS, handlerPlace } from './handlers.ts';
import { ADDRESS, BASE, DISPLACEMENT, HANDLER, IMMEDIATE, INDEX, LENGTH, LINK, MICRO_OP_SIZE, REG, RM, SCALE, TARGET } from './micro-op.ts';

const RSP = 4;

function registerOffset(kind: number, register: number): number {
  if (register < 0) return 0;
  if (kind === REGISTER_GENERAL) return register >= HIGH_BYTE ? (register - HIGH_BYTE) * 8 + 1 : register * 8;
  if (kind === REGISTER_VECTOR) return XMM + register * 16;
  if (kind === REGISTER_MMX) return X87_REGISTERS + (register & 7) * 16;
  return register;
}

const addressRegister = (register: number): number => (register < 0 ? ZERO_REGISTER : register) * 8;
const segmentOffset = (segment: number): number => (segment === 4 ? FS_BASE : segment === 5 ? GS_BASE : ZERO_REGISTER * 8);

/** How an instruction repeats: 0, or F3 (1) or F2 (2). */
export const repeatOf = (records: Int32Array, record: number): number => {
  if (REPEATS[records[record + FORM]!] === 0) return 0;
  const prefixes = records[record + PREFIXES]!;
  return (prefixes & PREFIX_REPEAT) !== 0 ? 1 : (prefixes & PREFIX_REPEAT_NOT_ZERO) !== 0 ? 2 : 0;
};

/**
 * Writes the micro-ops of an instruction at `address` to the index `at`: one, or two where its address takes one of its own. Returns the index
 * behind them. `flags` tells whether the flags that it makes are looked at.
 */
export function writeMicroOp(view: DataView, at: number, numbers: Uint16Array, records: Int32Array, record: number, address: number, flags: boolean): number {
  const form = records[record + FORM]!;
  const length = records[record + RECORD_LENGTH]!;
  const rm = records[record + RECORD_RM]!;
  const isMemory = HAS_MODRM[form] === 1 && rm < 0;
  const addressSize = records[record + ADDRESS_SIZE]!;
  const segment = segmentOffset(records[record + SEGMENT]!);
  let base: number;
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
      view.setUint16(op + BASE, base, true);
      view.setUint16(op + INDEX, index, true);
      // A pop's address is that of after the pop, but the stack pointer has not moved yet.
      const moved = form === POP_TO_MEMORY && recordBase === RSP ? records[record + OPERAND_SIZE]! : 0;
      view.setInt32(op + DISPLACEMENT, displacement + moved, true);
      view.setInt32(op + IMMEDIATE, hasSegment ? segment : ZERO_REGISTER * 8, true);
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
    base = segment;
  }
  const size = records[record + OPERAND_SIZE]!;
  const variant = ADDRESS_SIZE_MATTERS[form] === 1 ? addressSize : 8;
  view.setUint16(op + HANDLER, numbers[handlerPlace(form, size, isMemory, flags, repeatOf(records, record), variant)]!, true);
  view.setUint8(op + LENGTH, length);
  view.setUint8(op + SCALE, scale);
  view.setUint16(op + REG, registerOffset(REG_KIND[form]!, records[record + RECORD_REG]!), true);
  view.setUint16(op + RM, registerOffset(RM_KIND[form]!, rm), true);
  view.setUint16(op + BASE, base, true);
  view.setUint16(op + INDEX, index, true);
  if (IS_BRANCH[form] === 1) {
    view.setInt32(op + TARGET, address + length + records[record + RECORD_IMMEDIATE]!, true);
    view.setInt32(op + IMMEDIATE, 0, true);
    view.setInt32(op + LINK, 0, true);
  } else {
    view.setInt32(op + DISPLACEMENT, displacement, true);
    view.setInt32(op + IMMEDIATE, records[record + RECORD_IMMEDIATE]!, true);
  }
  view.setInt32(op + IMMEDIATE + 4, records[record + IMMEDIATE_HIGH]!, true);
  view.setUint32(op + ADDRESS, address, true);
  return op + MICRO_OP_SIZE;
}
