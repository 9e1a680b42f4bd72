/** /proc/PID/cmdline (fs/proc/base.c proc_pid_cmdline_read). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';

export function cmdline(out: TextWriter, task: TaskView): Errno | 0 {
  const bytes = task.commandLine();
  if (isErrno(bytes)) return bytes;
  out.raw(bytes);
  return 0;
}
