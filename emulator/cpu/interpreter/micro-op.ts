/**
 * A decoded instruction as the interpreter reads it: 32 bytes in the address space's memory, with everything worked out that can be.
 *
 *     offset  size  what
 *          0     2  handler
 *          2     1  length of the instruction
 *          3     1  shift of the index
 *          4     4  index of the register of ModRM.reg; of a branch, of the code for its target, or 0 while that is not known
 *          8     4  index of the register of ModRM.rm or the opcode, or of the base of the address; of a branch, of the code of the next instruction
 *         12     4  index of the register that is the index of the address; of what has an address of its own, of its segment's base
 *         16     8  immediate; of a block's head: how often it may still be entered before it counts as hot (4), translated code (4)
 *         24     4  address of the instruction
 *         28     4  displacement; or where a branch goes
 *
 * Of x87 registers, the index is that of the state and their number. Blocks are one after the other, each with a head first.
 */

export const MICRO_OP_SIZE = 32;
export const HANDLER = 0;
export const LENGTH = 2;
export const SCALE = 3;
export const REG = 4;
export const RM = 8;
export const BASE = 8;
export const INDEX = 12;
export const DISPLACEMENT = 28;
export const TARGET = 28;
export const IMMEDIATE = 16;
export const COUNTDOWN = 16;
export const SLOT = 20;
export const ADDRESS = 24;
export const LINK = 4;
export const NEXT_LINK = 8;
