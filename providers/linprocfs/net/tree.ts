/** /proc/PID/net: the network namespace of a process. */

import { type DirectorySpec, dir } from '../../../fs/generated/spec.ts';
import type { TaskView } from '../../model/task.ts';

export function net(): DirectorySpec<TaskView> {
  return dir<TaskView>(0o555, {});
}
