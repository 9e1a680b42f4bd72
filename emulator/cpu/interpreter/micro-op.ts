/**
 * A decoded instruction as the interpreter reads it: 32 bytes in the address space's memory, with everything worked out that can be.
 *
 *     offset  size  what
 *          0     2  handler
 *          2     1  length of the instruction
 *          3     1  shift of the index
 *          4     2  register of ModRM.reg, as its offset in the state
 *          6     2  register of ModRM.rm or the opcode, likewise; of x87 its number
 *          8     2  base of the address, likewise (or the segment's, of what has an address of its own)
 *         10     2  index of the address, likewise
 *         12     4  displacement; or where a branch goes
 *         16     8  immediate; of a block's head: how often it may still be entered before it counts as hot (4), translated code (4)
 *         24     4  address of the instruction
 *         28     4  where the code for the branch's target is, or 0 while that is not known
 *
 * Blocks are one after the other, each with a head first; a conditional branch has the code of the next instruction at 16.
 */

export const MICRO_OP_SIZE = 32;
export const HANDLER = 0;
export const LENGTH = 2;
export const SCALE = 3;
export const REG = 4;
export const RM = 6;
export const BASE = 8;
export const INDEX = 10;
export const DISPLACEMENT = 12;
export const TARGET = 12;
export const IMMEDIATE = 16;
export const NEXT_LINK = 16;
export const COUNTDOWN = 16;
export const SLOT = 20;
export const ADDRESS = 24;
export const LINK = 28;
