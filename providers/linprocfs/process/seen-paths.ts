/** Paths as they are shown to who asks (fs/d_path.c prepend_path). */

import type { Caller } from '../../../fs/caller.ts';
import { isErrno } from '../../../fs/errno.ts';
import type { TaskView } from '../../model/task.ts';
import { askingTask } from './callers.ts';

/** Gives the path that somebody sees. */
export type SeenPath = (path: string) => string;

const asItIs: SeenPath = (path) => path;

/**
 * How the caller sees paths of a task: in a chroot they begin at its root. What is outside keeps its whole path, and so does
 * what is in another mount namespace, where the same path is another place. To be asked before anything that is read piece
 * by piece, for it reads too.
 */
export function pathsSeenBy(caller: Caller, task: TaskView): SeenPath {
  const asking = askingTask(task.kernel, caller);
  const root = asking?.files.rootDirectory();
  if (!asking || root === undefined || isErrno(root) || root === '/') return asItIs;
  if (asking.files.namespace('mnt') !== task.files.namespace('mnt')) return asItIs;
  return (path) => (path === root ? '/' : path.startsWith(`${root}/`) ? path.slice(root.length) : path);
}
