/**
 * Where things are in an address space. A guest sees 4 GiB, of which the first 128 KiB and the top belong to nobody it knows:
 *
 *     guest address
 *     00000000  never mapped: it has no place in memory, so that null pointers trap by themselves
 *     00010000  the emulator's own: state of the processor, where the places of registers are short displacements
 *     00020000  programs at their fixed addresses
 *     10000000  programs that can be anywhere, and their heap
 *        ...
 *     E0000000  mappings grow down from here
 *     EFFFF000  the stack grows down from here
 *     F0000000  the emulator's own: permissions of pages, decoded code
 *     FFFF0000  end of what has a place in memory
 *
 * Guest address A is at index A - 10000h (mod 2^32) of the WebAssembly memory.
 */

export const PAGE_SIZE = 4096;
export const PAGE_SHIFT = 12;
/** How far guest addresses are above indices of the memory. */
export const REBASE = 0x10000;
/** The memory's size in WebAssembly's pages of 64 KiB: all 4 GiB but the first 64 KiB. Untouched ones cost nothing. */
export const MEMORY_PAGES = 0xffff;

/** The processor's state (see cpu/state.ts). */
export const CPU_STATE = 0x10000;
/** The lowest address that can be mapped. */
export const LOWEST_ADDRESS = 0x20000;
/** Where programs go that can be anywhere. */
export const PROGRAM_BASE = 0x10000000;
/** The first address above mappings that the kernel places. */
export const MAPPING_TOP = 0xe0000000;
/** The first address above the stack. */
export const STACK_TOP = 0xeffff000;
/** The first address that guests cannot map. */
export const GUEST_TOP = 0xf0000000;

/** Space in which an address of guest memory lies when kernel and processor hand something to each other: a page. */
export const SCRATCH = 0xf0001000;
/** A byte for each page of guest memory, 2^20 of them: PERMISSION_*. */
export const PERMISSION_TABLE = 0xf0100000;
/** Decoded code: a word for each page, 0 or where its map of instructions is. */
export const CODE_MAP = 0xf0400000;
/** Decoded code. */
export const CODE_POOL = 0xf0800000;
export const CODE_POOL_END = 0xffff0000;

export const PERMISSION_READ = 1;
export const PERMISSION_WRITE = 2;
export const PERMISSION_EXECUTE = 4;
/** There is decoded code of the page: what writes there has to say so. The processor sets and clears it. */
export const PERMISSION_CODE = 8;
