/** What a blocked task is doing: /proc/PID/syscall, wchan and stack (fs/proc/base.c). */

import { CAP_SYS_ADMIN, type Caller } from '../../../fs/caller.ts';
import { EACCES, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { mayTrace } from './access.ts';
import { mayAttach } from './attach-access.ts';
import { isThread } from './callers.ts';

export function syscall(out: TextWriter, task: TaskView, caller: Caller): Errno | 0 {
  if (!mayAttach(task, caller)) return EPERM;
  const call = task.scheduling.systemCall();
  if (isErrno(call)) return call;
  if (!call) {
    out.text('running\n');
    return 0;
  }
  out.signed(call.number);
  for (const argument of call.arguments ?? []) out.text(' 0x').hex(argument);
  out.text(' 0x').hex(call.stackPointer).text(' 0x').hex(call.instructionPointer).newline();
  return 0;
}

/** Who may not trace the task reads what a running one gives. */
export function wchan(out: TextWriter, task: TaskView, caller: Caller): Errno | 0 {
  if (isThread(task, caller) || !mayTrace(task, caller)) {
    out.text('0');
    return 0;
  }
  const channel = task.scheduling.waitChannel();
  if (isErrno(channel)) return channel;
  out.text(channel ?? '0');
  return 0;
}

/** Whether who opens a file that is the superuser's is one; it has to be, whoever reads. */
export function superuserOpener(_task: TaskView, caller: Caller): boolean {
  return caller.capable(CAP_SYS_ADMIN);
}

/** Differs: a thread that reads its own is shown waiting for the answer. */
export function stack(out: TextWriter, task: TaskView, caller: Caller, opener: unknown): Errno | 0 {
  if (opener !== true) return EACCES;
  if (!mayAttach(task, caller)) return EPERM;
  const dump = task.scheduling.kernelStack();
  if (isErrno(dump)) return dump;
  out.raw(dump);
  return 0;
}
