/** Which processes a caller is shown: the mount options hidepid= and gid= (fs/proc/base.c has_pid_permissions, proc(5)). */

import type { Caller } from '../../../fs/caller.ts';
import { ENOENT, EPERM, type Errno } from '../../../fs/errno.ts';
import type { TaskView } from '../../model/task.ts';
import type { LinprocfsOptions } from '../options.ts';
import { mayTrace } from './access.ts';

/** Whether a process is open to the caller, where the option begins to count at `from`. */
function isOpen(options: LinprocfsOptions, task: TaskView, caller: Caller, from: 1 | 2): boolean {
  const { hidePid } = options;
  if (hidePid < from) return true;
  if (hidePid !== 4 && caller.inGroup(options.exemptGroup)) return true;
  return mayTrace(task, caller) && task.files.areOpen();
}

/** Whether the caller is shown that the process exists. */
export function isVisible(options: LinprocfsOptions, task: TaskView, caller: Caller): boolean {
  return isOpen(options, task, caller, 2);
}

/** What hidepid= says to one who wants to look into the process's directory; undefined where it has nothing to say. */
export function directoryPermission(options: LinprocfsOptions, task: TaskView, caller: Caller): Errno | undefined {
  if (isOpen(options, task, caller, 1)) return undefined;
  return options.hidePid === 2 ? ENOENT : EPERM;
}
