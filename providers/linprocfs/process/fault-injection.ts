/** /proc/PID/make-it-fail and fail-nth (fs/proc/base.c proc_fault_inject_write; Documentation/fault-injection). */

import { CAP_SYS_RESOURCE, type Caller } from '../../../fs/caller.ts';
import { EINVAL, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { NUMBER_LIMIT, UINT_LIMIT, cString, kstrtoint, kstrtouint, strstrip } from '../numbers.ts';

export function makeItFail(out: TextWriter, task: TaskView): Errno | 0 {
  const fail = task.security.makeItFail();
  if (isErrno(fail)) return fail;
  out.signed(fail.enabled).newline();
  return 0;
}

export function writeMakeItFail(value: Uint8Array, _at: number, task: TaskView, caller: Caller): number | Errno {
  if (!caller.capable(CAP_SYS_RESOURCE)) return EPERM;
  const parsed = kstrtoint(strstrip(cString(value, NUMBER_LIMIT)), 0);
  if (isErrno(parsed)) return parsed;
  if (parsed.value < 0 || parsed.value > 1) return EINVAL;
  return task.security.setMakeItFail(parsed.value) || Math.min(value.length, NUMBER_LIMIT);
}

export function failNth(out: TextWriter, task: TaskView): Errno | 0 {
  const nth = task.security.failNth();
  if (isErrno(nth)) return nth;
  out.decimal(nth).newline();
  return 0;
}

export function writeFailNth(value: Uint8Array, _at: number, task: TaskView): number | Errno {
  const nth = kstrtouint(cString(value, UINT_LIMIT), 0);
  if (isErrno(nth)) return nth;
  return task.security.setFailNth(nth) || value.length;
}
