/** /proc/PID/loginuid and sessionid (fs/proc/base.c proc_loginuid_write, proc_pid_loginuid(5)). */

import type { Caller } from '../../../fs/caller.ts';
import { EINVAL, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { NO_ID, idInside } from '../../../fs/user-namespace.ts';
import type { TaskView } from '../../model/task.ts';
import { UINT_LIMIT, cString, kstrtouint } from '../numbers.ts';
import { isThread } from './callers.ts';

export function loginuid(out: TextWriter, task: TaskView, caller: Caller): Errno | 0 {
  const id = task.security.loginUser();
  const namespace = caller.foreignNamespace?.();
  return number(out, namespace && !isErrno(id) ? (idInside(namespace.users, id) ?? NO_ID) : id);
}

export function sessionid(out: TextWriter, task: TaskView): Errno | 0 {
  return number(out, task.security.loginSession());
}

function number(out: TextWriter, value: number | Errno): Errno | 0 {
  if (isErrno(value)) return value;
  out.decimal(value);
  return 0;
}

/**
 * Only a thread itself can set its login user id.
 *
 * Differs: therefore nobody can through us, and even the thread is refused.
 */
export function writeLoginuid(value: Uint8Array, at: number, task: TaskView, caller: Caller): number | Errno {
  if (!isThread(task, caller)) return EPERM;
  if (at !== 0) return EINVAL;
  const user = kstrtouint(cString(value, UINT_LIMIT), 10);
  return isErrno(user) ? user : EPERM;
}
