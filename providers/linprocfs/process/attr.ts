/** /proc/PID/attr (fs/proc/base.c attr_dir_stuff, proc_pid_attr(5)). */

import type { Caller } from '../../../fs/caller.ts';
import { EACCES, EINVAL, ENOENT, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import { type CommonOptions, type DirectorySpec, type FileSpec, dir, file } from '../../../fs/generated/spec.ts';
import type { TaskView } from '../../model/task.ts';
import { isSameProcess } from './access.ts';
import { isThread } from './callers.ts';

/** The directory; those of single security modules are there where the kernel has the module. */
export function attr(attributes?: CommonOptions<TaskView>['attributes']): DirectorySpec<TaskView> {
  return dir<TaskView>(
    0o555,
    {
      current: attribute('current', 0o666),
      prev: attribute('prev', 0o444),
      exec: attribute('exec', 0o666),
      fscreate: attribute('fscreate', 0o666),
      keycreate: attribute('keycreate', 0o666),
      sockcreate: attribute('sockcreate', 0o666),
      smack: dir<TaskView>(
        0o555,
        { current: attribute('smack/current', 0o666) },
        { exists: ({ kernel }) => kernel.has('PID/attr/smack') },
      ),
      apparmor: dir<TaskView>(
        0o555,
        {
          current: attribute('apparmor/current', 0o666),
          prev: attribute('apparmor/prev', 0o444),
          exec: attribute('apparmor/exec', 0o666),
        },
        { exists: ({ kernel }) => kernel.has('PID/attr/apparmor') },
      ),
    },
    { exists: ({ kernel }) => kernel.has('PID/attr'), whenGone: ENOENT, ...(attributes && { attributes }) },
  );
}

function attribute(name: string, mode: number): FileSpec<TaskView> {
  return file<TaskView>(
    mode,
    (out, task) => {
      const label = task.security.label(name);
      if (isErrno(label)) return label;
      out.text(label.text);
      if (label.terminator !== undefined) out.byte(label.terminator);
      return 0;
    },
    { write: (_value, _at, task, caller) => write(name, task, caller) },
  );
}

/**
 * Only a thread itself can set its labels.
 *
 * Differs: therefore nobody can through us; the thread is told what it would be without a security module that takes
 * the label (EINVAL), or that it may not (EACCES).
 */
function write(name: string, task: TaskView, caller: Caller): Errno {
  if (!isSameProcess(task, caller)) return EPERM;
  if (!isThread(task, caller)) return EACCES;
  return task.security.label(name) === EINVAL ? EINVAL : EACCES;
}
