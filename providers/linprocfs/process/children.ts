/** /proc/PID/task/TID/children (fs/proc/array.c children_seq_show, proc_tid_children(5)). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';

export function children(out: TextWriter, task: TaskView): Errno | 0 {
  const children = task.accounting.children();
  if (isErrno(children)) return children;
  for (const child of children) out.decimal(child).space();
  return 0;
}
