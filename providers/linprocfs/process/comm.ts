/** /proc/PID/comm (fs/proc/base.c comm_show). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';

export function comm(out: TextWriter, task: TaskView): Errno | 0 {
  const name = task.commandName();
  if (isErrno(name)) return name;
  out.text(name).newline();
  return 0;
}
