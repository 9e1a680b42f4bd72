/** What a loader of programs is: one for each format, asked in turn, as the kernel's list of binary formats and FreeBSD's execsw[] are. */

import type { Errno } from '../../fs/errno.ts';
import type { MappableFile } from '../memory/mappable-file.ts';
import type { ExecFailure, ExecRequest, ExecutedProgram } from './exec-contract.ts';

/** How much of a file is read before anybody is asked (BINPRM_BUF_SIZE). */
export const HEAD_SIZE = 256;

/** An exec that is on its way. Loaders of files that others are to run change it. */
export interface Attempt {
  readonly request: ExecRequest;
  /** The file to be run; the attempt's own. */
  file: MappableFile;
  /** Its first bytes, then zeros. */
  head: Uint8Array;
  argv: readonly string[];
  /** What the file is called: its path, or that of an interpreter. */
  interpreter: string;
}

/** What a loader says: undefined, it is not mine; `again`, `file` and what else it set are to be run instead. */
export type LoadResult = undefined | 'again' | Errno | ExecFailure | ExecutedProgram;

export interface Loader {
  readonly name: string;
  load(attempt: Attempt): LoadResult;
}
