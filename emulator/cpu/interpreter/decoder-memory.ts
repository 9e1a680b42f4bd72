/**
 * What the decoder keeps in the memory of an address space.
 *
 *     offset  size  what
 *          0     4  index of where the next block goes
 *          4     4  index of the last map of a page; maps are made from the end of the pool down
 *          8     4  how often a block is entered before `hot` is called
 *         12     4  another number for each time that everything was thrown away
 *         16     4  how many blocks were decoded
 *         20     4  how many instructions
 *
 * A block of micro-ops begins with a head, which is one itself (see micro-op.ts) and has instead of an instruction's fields:
 *
 *     offset  size  what
 *          2     1  how many instructions
 *          3     1  how many micro-ops, the head among them
 *          4     4  how often it had been entered when its countdown began
 *          8     4  what its countdown began with
 *         12     4  index of the next block's head in the same entry of the page's map, or 0
 *         28     4  the first address behind its code
 *
 * The map of a page has an entry, a word, for each eight addresses: the index of the last head made of a block that begins there, or 0.
 */

import { CPU_STATE, REBASE } from '../../memory/layout.ts';
import { RECORD_WORDS } from '../record.ts';

/** The index of the table above. */
export const DECODER_STATE: number = CPU_STATE + 0x800 - REBASE;
export const FREE = 0;
export const LAST_MAP = 4;
export const THRESHOLD = 8;
export const EPOCH = 12;
export const DECODED_BLOCKS = 16;
export const DECODED_INSTRUCTIONS = 20;

export const BLOCK_INSTRUCTIONS = 2;
export const BLOCK_OPS = 3;
export const BLOCK_ENTERED = 4;
export const BLOCK_COUNTDOWN = 8;
export const BLOCK_CHAIN = 12;
export const BLOCK_END = 28;

/** The most instructions of a block, and bytes of one. */
export const LONGEST_BLOCK = 64;
export const LONGEST_INSTRUCTION = 15;

/** How many addresses an entry of a map has, as a shift; and how large a map is. */
export const ENTRY_SHIFT = 3;
export const MAP_SIZE: number = (4096 >> ENTRY_SHIFT) * 4;
/** How many blocks there are at most in an entry. Guests can write here: whoever follows a chain goes no further. */
export const LONGEST_CHAIN: number = 1 << ENTRY_SHIFT;

/** The index of the records of the block that was decoded last (see record.ts). */
export const RECORDS: number = 0xf0010000 - REBASE;
export const RECORD_SIZE: number = RECORD_WORDS * 4;
/** The index of a byte for each of them: whether the flags that it makes are looked at. */
export const MADE: number = RECORDS + LONGEST_BLOCK * RECORD_SIZE;
/** The index of the decoder's tables (see decoder-tables.ts), and how much room they have. */
export const DECODER_TABLES: number = MADE + LONGEST_BLOCK;
export const DECODER_TABLES_SIZE = 0x10000;
