/**
 * A decoded instruction, as the decoder writes it: a few words of an Int32Array, so that a block of instructions is one array and
 * decoding allocates nothing.
 *
 *     word  field
 *        0  form          index into FORMS
 *        1  length        bytes, 1 to 15
 *        2  operand size  1, 2, 4 or 8 bytes; 0 where the form has none
 *        3  address size  2, 4 or 8 bytes
 *        4  prefixes      PREFIX_* below
 *        5  segment       override that counts: a segment register's number, or -1
 *        6  reg           register of ModRM.reg, extended by REX.R
 *        7  rm            register of ModRM.rm or of the opcode, extended by REX.B; -1 for memory
 *        8  base          register, RIP_BASE, or -1
 *        9  index         register, or -1
 *       10  scale         shift count of the index, 0 to 3
 *       11  displacement  sign-extended; from RIP_BASE it counts from the next instruction
 *       12  immediate     low half; or branch distance, or the address of an O operand
 *       13  immediate     high half (sign, where the instruction has fewer bits); for `enter` the level, for A the selector
 *
 * reg and rm of an operand of 1 byte are 0 to 15 for the low bytes and HIGH_BYTE + 0 to 3 for AH, CH, DH, BH.
 */

export const FORM = 0;
export const LENGTH = 1;
export const OPERAND_SIZE = 2;
export const ADDRESS_SIZE = 3;
export const PREFIXES = 4;
export const SEGMENT = 5;
export const REG = 6;
export const RM = 7;
export const BASE = 8;
export const INDEX = 9;
export const SCALE = 10;
export const DISPLACEMENT = 11;
export const IMMEDIATE = 12;
export const IMMEDIATE_HIGH = 13;
/** How many words a record has. */
export const RECORD_WORDS = 14;

/** The base register of an address that is relative to the next instruction. */
export const RIP_BASE = 16;
/** The number of AH as a register of one byte. */
export const HIGH_BYTE = 16;

export const PREFIX_OPERAND_SIZE = 1;
export const PREFIX_ADDRESS_SIZE = 2;
export const PREFIX_LOCK = 4;
/** Of F3 and F2, the later one. */
export const PREFIX_REPEAT = 8;
export const PREFIX_REPEAT_NOT_ZERO = 16;
export const PREFIX_REX = 32;
export const PREFIX_REX_W = 64;
