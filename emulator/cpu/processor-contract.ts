/** What the kernel and the processor know of each other. */

import type { GuestMemory } from '../memory/guest-memory.ts';

/** What the processor asks of the kernel. */
export interface ProcessorHost {
  /**
   * `syscall` was executed: number in rax, arguments in rdi, rsi, rdx, r10, r8, r9; the instruction pointer is that of the next
   * instruction, and rcx and r11 have been set. The kernel writes rax. 0: go on; anything else: `run` returns, with EXIT_KERNEL.
   */
  systemCall(): number;
  /** Code was executed often: it may run for long before there is another system call. */
  runsLong?(): void;
  /** Something is not done, and is reported as an invalid opcode: its name, for probes. */
  unimplemented?(name: string, address: number): void;
  /** The translator failed at code that is interpreted therefore: a mistake of its own, for probes. */
  untranslated?(address: number, error: unknown): void;
}

/** What a processor has counted; what it does not count is absent. */
export interface ProcessorStatistics {
  /** Instructions that were executed; a block counts whole once it is entered. */
  readonly instructions?: number;
  /** Blocks that were decoded for the interpreter, and their instructions. */
  readonly blocks?: number;
  readonly decodedInstructions?: number;
  readonly decodeMilliseconds?: number;
  /** Regions that were translated, their instructions, and the bytes of their modules. */
  readonly regions?: number;
  readonly translatedInstructions?: number;
  readonly translatedBytes?: number;
  readonly translateMilliseconds?: number;
}

/** One address space's processor. */
export interface ProcessorContract {
  readonly memory: GuestMemory;
  /** Runs from the state's instruction pointer on; returns EXIT_*, with the details in the state. All of the state is then in memory. */
  run(): number;
  /**
   * What is mapped from `start` to `end` is no longer what was decoded there. May be called from within a system call: code that runs
   * at that moment is left before its next instruction.
   */
  forget(start: number, end: number): void;
  /** Whether accesses are checked. */
  readonly checked: boolean;
  /** From now on accesses are checked against the permissions of pages; faults are exact. */
  check(): void;
  /** The arithmetic flags as RFLAGS has them, with the others: for signal frames. */
  flags(): number;
  setFlags(flags: number): void;
  /** For `--stats`. Absent: nothing is counted. */
  statistics?(): ProcessorStatistics;
}
