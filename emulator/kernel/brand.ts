/** What programs of one kind expect of a kernel: chosen by the loader for each program. */

import type { SyscallTable } from '../syscalls/row.ts';

export interface Brand {
  readonly name: string;
  readonly syscalls: SyscallTable;
  /** uname(2)'s machine. */
  readonly machine: string;
}
