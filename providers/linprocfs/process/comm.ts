/** /proc/PID/comm (fs/proc/base.c comm_show, comm_write, proc_pid_comm(5)). */

import type { Caller } from '../../../fs/caller.ts';
import { EINVAL, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { cString } from '../numbers.ts';
import { isSameProcess } from './access.ts';
import { isVisitor } from './callers.ts';

/** TASK_COMM_LEN without the NUL. */
const NAME_LENGTH = 15;

export function comm(out: TextWriter, task: TaskView): Errno | 0 {
  const name = task.commandName();
  if (isErrno(name)) return name;
  out.text(name).newline();
  return 0;
}

/** Only the threads of a process can name one another; what does not fit is cut off. */
export function writeComm(value: Uint8Array, _at: number, task: TaskView, caller: Caller): number | Errno {
  if (!isSameProcess(task, caller) && !isVisitor(task)) return EINVAL;
  return task.setCommandName(cString(value, NAME_LENGTH)) || value.length;
}
