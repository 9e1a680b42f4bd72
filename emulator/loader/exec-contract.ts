/** What execve(2) needs of the kernel, and what it gives it. */

import type { Errno } from '../../fs/errno.ts';
import type { AddressSpaceContract, MemoryLimits } from '../memory/address-space-contract.ts';
import type { MappableFile } from '../memory/mappable-file.ts';
import type { MappedFiles } from '../memory/mapped-files.ts';

/** What is asked of execve(2). Strings are bytes, one a char. */
export interface ExecRequest {
  /** The program, opened as `open` does. It belongs to the exec from now on, which releases it. */
  readonly file: MappableFile;
  /** The path as it was given: AT_EXECFN, and what a script's interpreter gets. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly envp: readonly string[];
  /**
   * Opens an interpreter for execution, through the roots that hold for the caller: with all that execve(2) checks (EACCES for what is no
   * regular file, may not be executed, or lies on a noexec mount).
   */
  open(path: string): MappableFile | Errno;
  readonly credentials: {
    readonly uid: number;
    readonly euid: number;
    readonly gid: number;
    readonly egid: number;
    /** AT_SECURE: set-id, or gained capabilities. */
    readonly secure: boolean;
  };
  readonly limits: MemoryLimits;
  /** The files that are mapped anywhere: one for all address spaces. */
  readonly files: MappedFiles;
  /** What uname(2) says of the kernel, which the vdso tells too. */
  readonly release: string;
  /** Whether rseq(2) is there, and AT_RSEQ_* say so. */
  readonly restartableSequences?: boolean;
  /** Told why a file that is a program is not run, for probes. */
  refused?(reason: string): void;
  /** Fills in random bytes. */
  random(into: Uint8Array): void;
  /** Names of brands that are switched off. */
  readonly disabledBrands?: ReadonlySet<string>;
  /** The brand of files that nothing else tells of. Default: `Linux`. */
  readonly fallbackBrand?: string;
}

/** A program that can run. The state of the processor is already in its memory, at CPU_STATE. */
export interface ExecutedProgram {
  readonly space: AddressSpaceContract;
  /** The name of its brand. */
  readonly brand: string;
  /** /proc/PID/exe; retained for the process. Of a script, the interpreter. */
  readonly file: MappableFile;
  /** /proc/PID/comm, at most 15 bytes. */
  readonly name: string;
  /** Where the program starts: in its interpreter if it has one. */
  readonly entry: number;
  readonly stackPointer: number;
  /** Where arguments and environment lie, for /proc/PID/cmdline and environ. */
  readonly argumentStart: number;
  readonly argumentEnd: number;
  readonly environmentStart: number;
  readonly environmentEnd: number;
  /** The auxiliary vector's bytes. */
  readonly auxiliary: Uint8Array;
  /** As in /proc/PID/stat. */
  readonly codeStart: number;
  readonly codeEnd: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly breakStart: number;
  readonly stackStart: number;
}

/** The exec failed when there was no way back: the process dies of the signal. */
export interface ExecFailure {
  readonly signal: number;
}
