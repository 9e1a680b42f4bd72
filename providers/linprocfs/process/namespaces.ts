/** PID/ns (fs/proc/namespaces.c, namespaces(7)). */

import { EACCES, ENOENT, type Errno, isErrno } from '../../../fs/errno.ts';
import { type CommonOptions, type DirectorySpec, type NodeSpec, dir } from '../../../fs/generated/spec.ts';
import { NAMESPACE_NAMES, type NamespaceName } from '../../model/task-files.ts';
import type { TaskView } from '../../model/task.ts';
import { type MagicRoots, magicLink } from './magic-link.ts';

export function nsDirectory(
  procfs: MagicRoots,
  attributes: CommonOptions<TaskView>['attributes'],
): DirectorySpec<TaskView> {
  const entries: Record<string, NodeSpec<TaskView>> = {};
  for (const name of NAMESPACE_NAMES) {
    entries[name] = magicLink<TaskView>(
      procfs,
      { task: (task) => task, place: () => `ns/${name}`, text: (task) => namespaceText(task, name) },
      { exists: (task) => task.kernel.has(`PID/ns/${name}`), whenGone: EACCES },
    );
  }
  return dir<TaskView>(0o511, entries, { whenGone: ENOENT, nameMilliseconds: 0, ...(attributes && { attributes }) });
}

/** The type of a namespace that is only for children is that of the namespace itself. */
function namespaceText(task: TaskView, name: NamespaceName): string | Errno {
  const inode = task.files.namespace(name);
  return isErrno(inode) ? inode : `${name.replace('_for_children', '')}:[${inode}]`;
}
