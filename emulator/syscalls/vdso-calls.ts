/** Calls that on a real machine the vdso answers by itself (vdso(7)), so that nobody who traces system calls sees them. */

import { PAGE_SIZE, STACK_TOP } from '../memory/layout.ts';
import { RIP, type Task } from '../kernel/task.ts';

const GETTIMEOFDAY = 96;
const TIME = 201;
const CLOCK_GETTIME = 228;
const CLOCK_GETRES = 229;
const GETCPU = 309;
/** The clocks that it can read: real, monotonic, raw, both coarse ones, boot and atomic time. */
const CLOCKS = new Set([0, 1, 4, 5, 6, 7, 11]);

/** Whether a task makes such a call, from the vdso. */
export function isVdsoCall(task: Task, number: number, first: number): boolean {
  const address = task.register(RIP);
  if (address < STACK_TOP || address >= STACK_TOP + PAGE_SIZE) return false;
  if (number === CLOCK_GETTIME || number === CLOCK_GETRES) return CLOCKS.has(first);
  return number === GETTIMEOFDAY || number === TIME || number === GETCPU;
}
