/** What PID/statm says, from what PID/status says: both count the same (fs/proc/task_mmu.c task_statm and task_mem). */

import type { MemoryPages, TaskMemory } from '../../model/task.ts';

/** A thread without memory: of the kernel, or one that has ended. */
export const NO_PAGES: MemoryPages = { size: 0, resident: 0, shared: 0, text: 0, data: 0 };

/**
 * The pages of a memory, of so many kibibytes each. Undefined where status does not tell: it counts no more code than is
 * mapped for execution, so that without other such mappings there may be more code than it says.
 */
export function pagesOfMemory(memory: TaskMemory, pageKibibytes: number): MemoryPages | undefined {
  const { size, resident, residentFile, residentShared, data, stack, executable, libraries } = memory;
  if (typeof size !== 'number' || typeof resident !== 'number' || typeof residentFile !== 'number') return undefined;
  if (typeof residentShared !== 'number' || typeof data !== 'number' || typeof stack !== 'number') return undefined;
  if (typeof executable !== 'number' || libraries === 0) return undefined;
  return {
    size: size / pageKibibytes,
    resident: resident / pageKibibytes,
    shared: (residentFile + residentShared) / pageKibibytes,
    text: executable / pageKibibytes,
    data: (data + stack) / pageKibibytes,
  };
}

/** The number of AT_PAGESZ in an auxiliary vector (getauxval(3)). */
const AT_PAGESZ = 6;

/** The size of a page in kibibytes, from the auxiliary vector of a program with addresses of so many bytes; 4 where it does not say. */
export function parsePageKibibytes(auxiliary: Buffer, wordSize: 4 | 8): number {
  const view = new DataView(auxiliary.buffer, auxiliary.byteOffset, auxiliary.length);
  const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  const word = (at: number): number => (wordSize === 8 ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  for (let at = 0; at + 2 * wordSize <= auxiliary.length; at += 2 * wordSize) {
    if (word(at) === AT_PAGESZ) return word(at + wordSize) / 1024;
  }
  return 4;
}
