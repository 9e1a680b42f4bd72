/** /proc/PID/personality, patch_state, arch_status and stack_depth (fs/proc/base.c, arch/x86/kernel/fpu/xstate.c). */

import type { Caller } from '../../../fs/caller.ts';
import { EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { mayAttach } from './attach-access.ts';

export function personality(out: TextWriter, task: TaskView, caller: Caller): Errno | 0 {
  if (!mayAttach(task, caller)) return EPERM;
  const personality = task.security.personality();
  if (isErrno(personality)) return personality;
  out.hexZero(personality, 8).newline();
  return 0;
}

export function patchState(out: TextWriter, task: TaskView): Errno | 0 {
  const patch = task.scheduling.patchState();
  if (isErrno(patch)) return patch;
  out.signed(patch.state).newline();
  return 0;
}

export function archStatus(out: TextWriter, task: TaskView): Errno | 0 {
  const status = task.scheduling.architectureStatus();
  if (isErrno(status)) return status;
  if (status) out.text('AVX512_elapsed_ms:\t').signed(status.avx512Elapsed).newline();
  return 0;
}

export function stackDepth(out: TextWriter, task: TaskView): Errno | 0 {
  const depth = task.scheduling.stackDepth();
  if (isErrno(depth)) return depth;
  out.text('previous stack depth: ').decimal(depth.previous).text('\nstack depth: ').decimal(depth.last).newline();
  return 0;
}
