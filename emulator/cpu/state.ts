/**
 * The state of the processor, as it lies in the memory of the address space that runs (CPU_STATE in memory/layout.ts). Of a task that
 * does not run, the kernel keeps these bytes; so changing tasks is copying STATE_SIZE bytes.
 *
 *     offset  size   what
 *          0    128  general registers, in the order of their numbers: rax rcx rdx rbx rsp rbp rsi rdi r8..r15
 *        128      8  always 0; register 16 of addresses
 *        136      8  base of FS; register 17
 *        144      8  base of GS; register 18
 *        152      8  scratch; register 19
 *        160      8  instruction pointer
 *        168      4  flags: FLAGS_*, how the arithmetic flags follow from the next two
 *        172      4  flags beyond the arithmetic ones: DF, AC, ID, TF, NT, as in RFLAGS
 *        176      8  flags: first value
 *        184      8  flags: second value
 *        192      4  MXCSR
 *        196      4  not 0: floating point is exact about MXCSR (see float/mxcsr.ts); 0: nearest, and exceptions are nobody's concern
 *        200      4  why `run` ended: EXIT_*
 *        204      4  more of it: the vector, or the access that failed (PERMISSION_* of it)
 *        208      8  more of it: the address that failed
 *        224      4  not 0: leave the code as soon as possible (the tick flag; other threads set it)
 *        228      4  how deep inner runs of the interpreter are
 *        232      8  always 2^32: the base of absolute addresses in the upper 2 GiB
 *        256    256  XMM registers
 *        512      2  x87 control word
 *        514      2  x87 status word, with the top of stack in it
 *        516      1  x87 tags, a bit for each physical register: 1 not empty
 *        518      2  x87 last opcode
 *        520      8  x87 last instruction's address (6), and its selector
 *        528      8  x87 last operand's address (6), and its selector
 *        544    128  x87 physical registers R0 to R7, 16 bytes each: mantissa (8), sign and exponent (2). MMi is the mantissa of Ri
 */

export const STATE_SIZE = 1024;

export const GENERAL = 0;
export const ZERO_REGISTER = 16;
export const FS_BASE_REGISTER = 17;
export const GS_BASE_REGISTER = 18;
export const SCRATCH_REGISTER = 19;
export const FS_BASE = 136;
export const GS_BASE = 144;
export const INSTRUCTION_POINTER = 160;
export const FLAG_KIND = 168;
export const OTHER_FLAGS = 172;
export const FLAG_FIRST = 176;
export const FLAG_SECOND = 184;
export const MXCSR = 192;
export const EXACT_FLOAT = 196;
export const EXIT_REASON = 200;
export const EXIT_DETAIL = 204;
export const EXIT_ADDRESS = 208;
export const TICK = 224;
export const RUN_DEPTH = 228;
/** Holds 2^32, as a register of addresses. */
export const UPPER_BASE = 232;
export const XMM = 256;
export const X87_CONTROL = 512;
export const X87_STATUS = 514;
export const X87_TAGS = 516;
export const X87_OPCODE = 518;
export const X87_INSTRUCTION = 520;
export const X87_OPERAND = 528;
export const X87_REGISTERS = 544;

/**
 * How the arithmetic flags are told. FLAGS_BITS: the first value is they, as in RFLAGS. Of the others, the flags are those of an addition
 * or a subtraction of the two values, of a logical operation whose result is the first, of a shift of the first by the second, which is not 0, or of
 * the two values' signed product, for operands of 1 << (kind & 3) bytes.
 */
export const FLAGS_BITS = 0;
export const FLAGS_ADD = 4;
export const FLAGS_SUBTRACT = 8;
export const FLAGS_LOGIC = 12;
export const FLAGS_LEFT = 16;
export const FLAGS_RIGHT = 20;
export const FLAGS_SIGNED_RIGHT = 24;
export const FLAGS_MULTIPLY = 28;

export const CARRY = 0x001;
export const PARITY = 0x004;
export const ADJUST = 0x010;
export const ZERO = 0x040;
export const SIGN = 0x080;
export const TRAP = 0x100;
export const DIRECTION = 0x400;
export const OVERFLOW = 0x800;
export const NESTED_TASK = 0x4000;
export const ALIGNMENT_CHECK = 0x40000;
export const IDENTIFICATION = 0x200000;
export const ARITHMETIC_FLAGS = 0x8d5;

/** The kernel's answer to a system call made `run` end. */
export const EXIT_KERNEL = 1;
/** The tick flag was set. */
export const EXIT_TICK = 2;
/** A page fault: EXIT_ADDRESS, and in EXIT_DETAIL the permission that was missed. The instruction pointer is the instruction's. */
export const EXIT_PAGE_FAULT = 3;
/** An exception whose vector is in EXIT_DETAIL: 0 divide, 1 debug, 3 breakpoint, 6 invalid opcode, 13 protection, 16 x87, 19 SIMD. */
export const EXIT_EXCEPTION = 4;
/** The processor goes on by itself. */
export const EXIT_AGAIN = 5;
