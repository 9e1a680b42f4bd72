/** /proc/PID/loginuid and sessionid (fs/proc/base.c proc_loginuid_write, proc_pid_loginuid(5)). */

import { CAP_AUDIT_CONTROL, type Caller } from '../../../fs/caller.ts';
import { EINVAL, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { NO_ID, idInside } from '../../../fs/user-namespace.ts';
import type { TaskView } from '../../model/task.ts';
import { UINT_LIMIT, cString, kstrtouint } from '../numbers.ts';
import { isThread, isVisitor } from './callers.ts';

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
 * Only a thread itself can set its login user id, and with CAP_AUDIT_CONTROL alone once it has one (kernel/auditsc.c audit_set_loginuid_perm).
 *
 * Differs: therefore nobody can on this machine through us, and even the thread is refused; on another machine whoever looks can, for the process
 * that he is taken for.
 */
export function writeLoginuid(value: Uint8Array, at: number, task: TaskView, caller: Caller): number | Errno {
  if (!isThread(task, caller) && !isVisitor(task)) return EPERM;
  if (at !== 0) return EINVAL;
  const user = kstrtouint(cString(value, UINT_LIMIT), 10);
  if (isErrno(user)) return user;
  const before = task.security.loginUser();
  if (isErrno(before)) return before;
  if (before !== NO_ID && !caller.capable(CAP_AUDIT_CONTROL)) return EPERM;
  return task.security.setLoginUser(user) || value.length;
}
