/** How much of an address space is in memory. */

import type { MappingEntry } from '../../memory/address-space-contract.ts';
import { PROT_WRITE } from '../../abi/mman.ts';

/** Bytes. */
export interface Residency {
  readonly anonymous: number;
  readonly files: number;
  readonly shared: number;
  /** What may be written to and belongs to no file. */
  readonly committed: number;
  /** Executable parts of files. */
  readonly code: number;
}

/** Sums up mappings: all that may be accessed counts as in memory, but for what nobody may access (guard pages, reservations). */
export function residencyOf(entries: readonly MappingEntry[]): Residency {
  let anonymous = 0;
  let files = 0;
  let shared = 0;
  let committed = 0;
  let code = 0;
  for (const { start, end, protection, ino, shared: isShared } of entries) {
    if (protection === 0) continue;
    const size = end - start;
    if (isShared) shared += size;
    else if (ino === 0) anonymous += size;
    else files += size;
    if (protection & PROT_WRITE && !isShared) committed += size;
    if (ino !== 0 && protection & 4) code += size;
  }
  return { anonymous, files, shared, committed, code };
}
