/** /proc/PID/statm (fs/proc/array.c proc_pid_statm). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';

export function statm(out: TextWriter, task: TaskView): Errno | 0 {
  const pages = task.memoryPages();
  if (isErrno(pages)) return pages;
  out.decimal(pages.size).space().decimal(pages.resident).space().decimal(pages.shared);
  // The library and dirty columns have been 0 since Linux 2.6.
  out.space().decimal(pages.text).text(' 0 ').decimal(pages.data).text(' 0\n');
  return 0;
}
