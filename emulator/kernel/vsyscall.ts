/**
 * The page at ffffffffff600000 that programs called for the time before there was a vdso: nothing is mapped, the kernel does what is called
 * when it is executed (arch/x86/entry/vsyscall/vsyscall_64.c, with vsyscall=xonly).
 */

import { EFAULT } from '../../fs/errno.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { forceSignal } from './signal-delivery.ts';
import { SIGSEGV, SI_KERNEL } from './signals.ts';
import { RAX, RIP, RSP, type Task } from './task.ts';

const HIGH = 0xffffffff;
const LOW = 0xff600000;
/** [vsyscall] in /proc/PID/maps. */
export const VSYSCALL_START = 0xffff_ffff_ff60_0000n;
export const VSYSCALL_END = 0xffff_ffff_ff60_1000n;

const RDI = 7;
const RSI = 6;
/** System calls by the place that is called. */
const CALLS: ReadonlyMap<number, number> = new Map([
  [0, 96],
  [0x400, 201],
  [0x800, 309],
]);

/** Whether an address is in the page. */
export function isVsyscall(low: number, high: number): boolean {
  return high >>> 0 === HIGH && (low & 0xfffff000) >>> 0 === LOW;
}

/** The page was executed at an address: does what a call there does and returns to who called. */
export function vsyscall(task: Task, low: number): void {
  const number = CALLS.get(low & 0xfff);
  const row = number === undefined ? undefined : task.process.brand.syscalls.rows[number];
  const stack = task.register(RSP);
  const caller = task.memory.input(stack, 8);
  if (!row || typeof caller === 'number') {
    forceSignal(task, { signal: SIGSEGV, code: SI_KERNEL, address: 0 });
    return;
  }
  const result = row.handler(task, task.register(RDI), task.register(RSI), 0, 0, 0, 0);
  if (result === EFAULT) {
    forceSignal(task, { signal: SIGSEGV, code: SI_KERNEL, address: 0 });
    return;
  }
  const view = task.memory.view;
  const at = indexOf(stack);
  task.setRegister(RIP, view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000);
  task.setRegister(RSP, stack + 8);
  task.setRegister(RAX, result);
}
