/**
 * Bytes to instructions. Exact about what a processor accepts: order and repetition of prefixes, the 15-byte limit, LOCK only where it is
 * allowed, and an instruction of which not all bytes are there is told from one that is none.
 */

import { EXCHANGE } from './form-numbers.ts';
import { FORM_TRAITS } from './form-tables.ts';
import {
  BY_MODRM,
  BY_PREFIX,
  BY_RM,
  ENTRY_VALUE,
  HAS_MODRM,
  IS_REX,
  IS_SEGMENT,
  LOCKABLE,
  OPCODE_REGISTER,
  type OpcodeMaps,
  REG_BELOW_8,
  REG_IS_BYTE,
  REG_NOT_EXTENDED,
  REX_B_EXCHANGES,
  RM_IGNORES_MOD,
  RM_IS_BYTE,
  RM_NOT_EXTENDED,
  buildOpcodeMaps,
  modRMIndex,
} from './opcode-maps.ts';
import {
  ADDRESS_SIZE,
  BASE,
  DISPLACEMENT,
  FORM,
  HIGH_BYTE,
  IMMEDIATE,
  IMMEDIATE_HIGH,
  INDEX,
  LENGTH,
  OPERAND_SIZE,
  PREFIXES,
  PREFIX_ADDRESS_SIZE,
  PREFIX_LOCK,
  PREFIX_OPERAND_SIZE,
  PREFIX_REPEAT,
  PREFIX_REPEAT_NOT_ZERO,
  PREFIX_REX,
  PREFIX_REX_W,
  REG,
  RIP_BASE,
  RM,
  SCALE,
  SEGMENT,
} from './record.ts';

/** No instruction: an invalid-opcode exception. */
export const INVALID = -1;
/** The bytes end within the instruction: the page fault is that of the first byte which is missing. */
export const TRUNCATED = -2;
/** An instruction of more than 15 bytes: a general-protection exception. */
export const TOO_LONG = -3;

const LONGEST = 15;

// Base and index of 16-bit addresses, by ModRM.rm: BX 3, BP 5, SI 6, DI 7.
const BASE_16 = Int8Array.of(3, 3, 5, 5, 6, 7, 5, 3);
const INDEX_16 = Int8Array.of(6, 7, 6, 7, -1, -1, -1, -1);

/** Decodes instructions of one mode. Has no state between calls. */
export class Decoder {
  readonly mode: 32 | 64;
  readonly #maps: OpcodeMaps;

  constructor(mode: 32 | 64) {
    this.mode = mode;
    this.#maps = buildOpcodeMaps(mode);
  }

  /**
   * Decodes the instruction at `bytes[start]`, of which no byte at `end` or beyond is read, and writes its record at `out[record]`.
   * Returns its length, or INVALID, TRUNCATED or TOO_LONG; then the record says nothing.
   */
  decode(bytes: Uint8Array, start: number, end: number, out: Int32Array, record: number): number {
    const long = this.mode === 64;
    const maps = this.#maps;
    // The first byte that may not be read, and what it means to want it.
    let limit = start + LONGEST;
    let beyond = TOO_LONG;
    if (end < limit) {
      limit = end;
      beyond = TRUNCATED;
    }
    let position = start;
    let prefixes = 0;
    let segment = -1;
    let rex = 0;
    let opcode: number;
    for (;;) {
      if (position >= limit) return beyond;
      opcode = bytes[position++]!;
      const prefix = maps.prefixes[opcode]!;
      if (prefix === 0) break;
      if ((prefix & IS_REX) !== 0) {
        rex = opcode;
        continue;
      }
      // REX counts only where it is the last.
      rex = 0;
      if ((prefix & IS_SEGMENT) !== 0) {
        segment = prefix & 7;
        continue;
      }
      // Of F3 and F2, the later one counts.
      if ((prefix & (PREFIX_REPEAT | PREFIX_REPEAT_NOT_ZERO)) !== 0) prefixes &= ~(PREFIX_REPEAT | PREFIX_REPEAT_NOT_ZERO);
      prefixes |= prefix & 0x1f;
    }
    if (rex !== 0) prefixes |= (rex & 8) !== 0 ? PREFIX_REX | PREFIX_REX_W : PREFIX_REX;

    let key = opcode;
    if (opcode === 0x0f) {
      if (position >= limit) return beyond;
      opcode = bytes[position++]!;
      key = 0x100 | opcode;
      if (opcode === 0x38 || opcode === 0x3a) {
        key = opcode === 0x38 ? 0x200 : 0x300;
        if (position >= limit) return beyond;
        opcode = bytes[position++]!;
        key |= opcode;
      }
    }
    let entry = maps.opcodes[key]!;
    if ((entry & BY_PREFIX) !== 0) {
      // 66 counts only where there is neither F3 nor F2.
      const mandatory = (prefixes & PREFIX_REPEAT) !== 0 ? 2 : (prefixes & PREFIX_REPEAT_NOT_ZERO) !== 0 ? 3 : prefixes & PREFIX_OPERAND_SIZE;
      entry = maps.byPrefix[(entry & ENTRY_VALUE) + mandatory]!;
    }
    let modRM = -1;
    if ((entry & HAS_MODRM) !== 0) {
      if (position >= limit) return beyond;
      modRM = bytes[position++]!;
      if ((entry & BY_MODRM) !== 0) {
        entry = maps.byModRM[(entry & ENTRY_VALUE) + modRMIndex(modRM)]!;
        if ((entry & BY_RM) !== 0) entry = maps.byModRM[(entry & ENTRY_VALUE) + (modRM & 7)]!;
      }
    }
    let form = entry & ENTRY_VALUE;
    if (form === 0) return INVALID;
    let traits = FORM_TRAITS[form]!;
    if ((traits & REX_B_EXCHANGES) !== 0 && (rex & 1) !== 0) {
      form = EXCHANGE;
      traits = FORM_TRAITS[form]!;
    }

    let size = 0;
    const small = (prefixes & PREFIX_OPERAND_SIZE) !== 0;
    switch (traits & 0xf) {
      case 1:
        size = 1;
        break;
      case 2:
        size = (rex & 8) !== 0 ? 8 : small ? 2 : 4;
        break;
      case 3:
        size = (rex & 8) !== 0 ? 8 : 4;
        break;
      case 4:
        size = (rex & 8) !== 0 ? 8 : small ? 2 : long ? 8 : 4;
        break;
      case 5:
        size = long ? 8 : small ? 2 : 4;
        break;
    }
    let addressSize: number;
    if ((prefixes & PREFIX_ADDRESS_SIZE) !== 0) addressSize = long ? 4 : 2;
    else addressSize = long ? 8 : 4;

    let reg = -1;
    let rm = -1;
    let base = -1;
    let index = -1;
    let scale = 0;
    let displacement = 0;
    if (modRM >= 0) {
      reg = (modRM >> 3) & 7;
      if ((traits & REG_NOT_EXTENDED) === 0) {
        reg |= (rex & 4) << 1;
        if ((traits & REG_IS_BYTE) !== 0 && rex === 0 && reg >= 4) reg += HIGH_BYTE - 4;
      }
      rm = modRM & 7;
      if (reg >= 8 && (traits & REG_BELOW_8) !== 0) return INVALID;
      if (modRM >= 0xc0 || (traits & RM_IGNORES_MOD) !== 0) {
        if ((traits & RM_NOT_EXTENDED) === 0) {
          rm |= (rex & 1) << 3;
          if ((traits & RM_IS_BYTE) !== 0 && rex === 0 && rm >= 4) rm += HIGH_BYTE - 4;
        }
      } else {
        // How many bytes of displacement there are.
        let bytesLeft = modRM >= 0x80 ? 4 : modRM >= 0x40 ? 1 : 0;
        if (addressSize === 2) {
          if (bytesLeft === 4) bytesLeft = 2;
          if (rm === 6 && bytesLeft === 0) {
            bytesLeft = 2;
          } else {
            base = BASE_16[rm]!;
            index = INDEX_16[rm]!;
          }
        } else if (rm === 4) {
          if (position >= limit) return beyond;
          const sib = bytes[position++]!;
          scale = sib >> 6;
          index = ((sib >> 3) & 7) | ((rex & 2) << 2);
          if (index === 4) index = -1;
          if ((sib & 7) === 5 && bytesLeft === 0) bytesLeft = 4;
          else base = (sib & 7) | ((rex & 1) << 3);
        } else if (rm === 5 && bytesLeft === 0) {
          bytesLeft = 4;
          if (long) base = RIP_BASE;
        } else {
          base = rm | ((rex & 1) << 3);
        }
        rm = -1;
        if (position + bytesLeft > limit) return beyond;
        if (bytesLeft === 1) {
          displacement = (bytes[position++]! << 24) >> 24;
        } else if (bytesLeft === 4) {
          displacement =
            bytes[position]! | (bytes[position + 1]! << 8) | (bytes[position + 2]! << 16) | (bytes[position + 3]! << 24);
          position += 4;
        } else if (bytesLeft === 2) {
          displacement = ((bytes[position]! | (bytes[position + 1]! << 8)) << 16) >> 16;
          position += 2;
        }
      }
    } else if ((traits & OPCODE_REGISTER) !== 0) {
      rm = (opcode & 7) | ((rex & 1) << 3);
      if ((traits & RM_IS_BYTE) !== 0 && rex === 0 && rm >= 4) rm += HIGH_BYTE - 4;
    }

    let low = 0;
    let high = 0;
    const rule = (traits >> 4) & 0xf;
    if (rule !== 0) {
      // How many bytes of immediate there are, and how many of them are the first number.
      let first = 1;
      let count = 1;
      if (rule === 3) first = count = 2;
      else if (rule === 4) first = count = size === 2 ? 2 : 4;
      else if (rule === 5) first = count = size;
      else if (rule === 6) first = count = addressSize;
      else if (rule === 7) count = (first = 2) + 1;
      else if (rule === 8) count = (first = size === 2 ? 2 : 4) + 2;
      if (position + count > limit) return beyond;
      if (first === 1) {
        low = bytes[position]!;
        if (rule === 2) {
          low = (low << 24) >> 24;
          high = low >> 31;
        }
      } else if (first === 2) {
        low = bytes[position]! | (bytes[position + 1]! << 8);
        // Numbers of the operand size are signed; ret's and enter's are not, nor are addresses.
        if (rule === 4 || rule === 5) {
          low = (low << 16) >> 16;
          high = low >> 31;
        }
      } else {
        low = bytes[position]! | (bytes[position + 1]! << 8) | (bytes[position + 2]! << 16) | (bytes[position + 3]! << 24);
        if (first === 8) {
          high = bytes[position + 4]! | (bytes[position + 5]! << 8) | (bytes[position + 6]! << 16) | (bytes[position + 7]! << 24);
        } else if (rule !== 6) {
          high = low >> 31;
        }
      }
      if (rule === 7) high = bytes[position + 2]!;
      else if (rule === 8) high = bytes[position + first]! | (bytes[position + first + 1]! << 8);
      position += count;
    }
    // Only where it changes memory.
    if ((prefixes & PREFIX_LOCK) !== 0 && ((traits & LOCKABLE) === 0 || rm >= 0)) return INVALID;

    const length = position - start;
    out[record + FORM] = form;
    out[record + LENGTH] = length;
    out[record + OPERAND_SIZE] = size;
    out[record + ADDRESS_SIZE] = addressSize;
    out[record + PREFIXES] = prefixes;
    out[record + SEGMENT] = segment;
    out[record + REG] = reg;
    out[record + RM] = rm;
    out[record + BASE] = base;
    out[record + INDEX] = index;
    out[record + SCALE] = scale;
    out[record + DISPLACEMENT] = displacement;
    out[record + IMMEDIATE] = low;
    out[record + IMMEDIATE_HIGH] = high;
    return length;
  }
}
