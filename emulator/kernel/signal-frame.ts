/**
 * What a handler finds on its stack and rt_sigreturn(2) takes from there: struct rt_sigframe (arch/x86/include/asm/sigframe.h).
 *
 *     offset  size   what
 *          0     8   return address: the restorer
 *          8     8   uc_flags
 *         16     8   uc_link
 *         24    24   uc_stack: address, flags, size
 *         48   144   r8 to r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, flags
 *        192     8   cs, gs, fs, ss
 *        200     8   error code
 *        208     8   vector
 *        216     8   the low half of the mask
 *        224     8   address of a page fault
 *        232     8   where the floating-point state is
 *        304     8   uc_sigmask
 *        312   128   siginfo
 *
 * The floating-point state (abi/fxsave.ts) lies above, at a multiple of 64.
 */

import { FXSAVE_SIZE, clearFloat, restoreFloat, saveFloat } from '../abi/fxsave.ts';
import { SIGINFO_SIZE, encodeSiginfo } from '../abi/siginfo.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { CPU_STATE } from '../memory/layout.ts';
import { SA_ONSTACK, SA_RESTORER, type SignalAction, type SignalInfo, type SignalSet, SIGKILL, SIGSTOP } from './signals.ts';
import { RAX, RBP, RBX, RCX, RDI, RDX, RIP, RSI, RSP, type Task } from './task.ts';
import { getUnsigned, readable, setLong, writable } from './user-memory.ts';

const STATE = indexOf(CPU_STATE);

/** In the order in which the frame has them. */
const SAVED = [8, 9, 10, 11, 12, 13, 14, 15, RDI, RSI, RBP, RBX, RDX, RAX, RCX, RSP, RIP] as const;

const FLAGS_AT = 8;
const STACK_AT = 24;
const REGISTERS_AT = 48;
const EFLAGS_AT = 184;
const SEGMENTS_AT = 192;
const ERROR_AT = 200;
const FLOAT_AT = 232;
const MASK_AT = 304;
const INFO_AT = 312;
const FRAME_SIZE = INFO_AT + SIGINFO_SIZE;

const RED_ZONE = 128;
const UC_SIGCONTEXT_SS = 2;
const UC_STRICT_RESTORE_SS = 4;
const USER_CS = 0x33;
const USER_SS = 0x2b;
/** What rt_sigreturn takes of the flags: AC, OF, DF, TF, SF, ZF, AF, PF, CF, RF. */
const RESTORED_FLAGS = 0x50dd5;
const DIRECTION = 0x400;
const TRAP = 0x100;
const RESUME = 0x10000;

export const SS_ONSTACK = 1;
export const SS_DISABLE = 2;
export const SS_AUTODISARM = -0x8000_0000;

/** Whether a stack pointer is on the alternate stack. */
export function onSignalStack(task: Task, pointer: number): boolean {
  const { address, size, flags } = task.stack;
  if (flags & SS_AUTODISARM) return false;
  return pointer > address && pointer - address <= size;
}

/** SS_DISABLE, SS_ONSTACK or 0, as sigaltstack(2) tells it. */
export function stackState(task: Task): number {
  if (task.stack.size === 0) return SS_DISABLE;
  return onSignalStack(task, task.register(RSP)) ? SS_ONSTACK : 0;
}

/** Writes a frame and lets the handler run from its beginning. False: there is no room for the frame. */
export function pushSignalFrame(task: Task, info: SignalInfo, action: SignalAction, mask: SignalSet): boolean {
  if (!(action.flags & SA_RESTORER)) return false;
  const { stack, memory } = task;
  const { image } = task.process;
  const { view, bytes } = memory;
  const pointer = task.register(RSP);
  let top = pointer - RED_ZONE;
  const nested = onSignalStack(task, pointer);
  const entering = (action.flags & SA_ONSTACK) !== 0 && !nested && stack.size !== 0;
  if (entering) top = stack.address + stack.size;
  const float = Math.floor((top - FXSAVE_SIZE) / 64) * 64;
  const frame = Math.floor((float - FRAME_SIZE) / 16) * 16 - 8;
  if ((nested || entering) && frame <= stack.address) return false;
  if (!nested && !entering && frame < image.space.stackStart) image.space.growStack(frame);
  const at = writable(task, frame, float + FXSAVE_SIZE - frame);
  if (at < 0) return false;
  const flags = image.processor.flags();
  bytes.fill(0, at, at + FRAME_SIZE);
  setLong(view, at, action.restorer);
  view.setUint32(at + FLAGS_AT, UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS, true);
  setLong(view, at + STACK_AT, stack.address);
  view.setInt32(at + STACK_AT + 8, stack.size === 0 ? SS_DISABLE : (nested ? SS_ONSTACK : 0) | (stack.flags & SS_AUTODISARM), true);
  setLong(view, at + STACK_AT + 16, stack.size);
  SAVED.forEach((register, index) => {
    const from = STATE + register * 8;
    bytes.copyWithin(at + REGISTERS_AT + index * 8, from, from + 8);
  });
  view.setUint32(at + EFLAGS_AT, flags, true);
  view.setUint16(at + SEGMENTS_AT, USER_CS, true);
  view.setUint16(at + SEGMENTS_AT + 6, USER_SS, true);
  const { trap } = task;
  view.setUint32(at + ERROR_AT, trap.error, true);
  view.setUint32(at + ERROR_AT + 8, trap.vector, true);
  view.setInt32(at + ERROR_AT + 16, mask.low, true);
  view.setInt32(at + ERROR_AT + 20, mask.high, true);
  setLong(view, at + ERROR_AT + 24, trap.address);
  setLong(view, at + FLOAT_AT, float);
  view.setInt32(at + MASK_AT, mask.low, true);
  view.setInt32(at + MASK_AT + 4, mask.high, true);
  encodeSiginfo(view, at + INFO_AT, info);
  saveFloat(bytes, view, STATE, indexOf(float));
  // A handler begins with no exceptions unmasked, and with an empty stack of the x87 (fpu__clear_user_states).
  clearFloat(bytes, view, STATE);
  task.setRegister(RDI, info.signal);
  task.setRegister(RSI, frame + INFO_AT);
  task.setRegister(RDX, frame + FLAGS_AT);
  task.setRegister(RAX, 0);
  task.setRegister(RSP, frame);
  task.setRegister(RIP, action.handler);
  image.processor.setFlags(flags & ~(DIRECTION | TRAP | RESUME));
  if (stack.flags & SS_AUTODISARM && entering) {
    stack.address = 0;
    stack.size = 0;
    stack.flags = SS_DISABLE;
  }
  return true;
}

/** Takes the frame that a handler returned from. False: it is not there. */
export function popSignalFrame(task: Task): boolean {
  const frame = task.register(RSP) - 8;
  const at = readable(task, frame, FRAME_SIZE);
  if (at < 0) return false;
  const { view, bytes } = task.memory;
  const { processor } = task.process.image;
  const float = getUnsigned(view, at + FLOAT_AT);
  const floatAt = float === 0 ? 0 : readable(task, float, FXSAVE_SIZE);
  if (floatAt < 0) return false;
  task.blocked.set(view.getInt32(at + MASK_AT, true), view.getInt32(at + MASK_AT + 4, true));
  task.blocked.delete(SIGKILL);
  task.blocked.delete(SIGSTOP);
  SAVED.forEach((register, index) => {
    const from = at + REGISTERS_AT + index * 8;
    bytes.copyWithin(STATE + register * 8, from, from + 8);
  });
  processor.setFlags((processor.flags() & ~RESTORED_FLAGS) | (view.getUint32(at + EFLAGS_AT, true) & RESTORED_FLAGS));
  if (float === 0) clearFloat(bytes, view, STATE);
  else restoreFloat(bytes, view, STATE, floatAt);
  const address = getUnsigned(view, at + STACK_AT);
  const flags = view.getInt32(at + STACK_AT + 8, true);
  const size = getUnsigned(view, at + STACK_AT + 16);
  setSignalStack(task, address, flags, size);
  return true;
}

const MINSIGSTKSZ = 2048;

/** sigaltstack(2) without its checks of memory. Returns 0, or the name of what is wrong. */
export function setSignalStack(task: Task, address: number, flags: number, size: number): 'busy' | 'invalid' | 'small' | 0 {
  if (onSignalStack(task, task.register(RSP))) return 'busy';
  const mode = flags & ~SS_AUTODISARM;
  if (mode !== 0 && mode !== SS_ONSTACK && mode !== SS_DISABLE) return 'invalid';
  const { stack } = task;
  if (mode === SS_DISABLE) {
    stack.address = 0;
    stack.size = 0;
  } else {
    if (size < MINSIGSTKSZ) return 'small';
    stack.address = address;
    stack.size = size;
  }
  stack.flags = flags;
  return 0;
}
