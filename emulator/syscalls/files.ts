/** What calls on descriptors and paths have in common. */

import { EAGAIN, EBADF, ENOTDIR, type Errno, WOULD_BLOCK } from '../../fs/errno.ts';
import { AT_EMPTY_PATH, O_NONBLOCK } from '../../fs/flags.ts';
import type { Place } from '../../fs/place.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import { Description } from '../kernel/description.ts';
import { RLIMIT_NOFILE } from '../kernel/resource-limits.ts';
import type { Task } from '../kernel/task.ts';
import { path as pathArgument } from '../kernel/user-memory.ts';

export const AT_FDCWD = -100;

/** A descriptor's description, also of one that only stands for a place. */
export function any(task: Task, fd: number): Description | undefined {
  return task.process.files.get(fd);
}

/** A descriptor's description; those that only stand for a place are none. */
export function usable(task: Task, fd: number): Description | undefined {
  const description = task.process.files.get(fd);
  return description && !description.bare ? description : undefined;
}

/** Gives an open file a descriptor. Errors: EMFILE. */
export function install(task: Task, file: OpenFile, closeOnExec: boolean): number | Errno {
  return installDescription(task, Description.of(file), closeOnExec);
}

/** Gives a description, whose use it takes over, a descriptor. Errors: EMFILE. */
export function installDescription(task: Task, description: Description, closeOnExec: boolean, from = 0): number | Errno {
  return task.process.files.install(description, closeOnExec, task.process.limits.soft[RLIMIT_NOFILE]!, from);
}

/** Where a relative path begins: undefined for the working directory. Errors: EBADF, ENOTDIR. */
export function base(task: Task, dirfd: number, path: string): Place | undefined | Errno {
  if (dirfd === AT_FDCWD || path.charCodeAt(0) === 0x2f) return undefined;
  const description = task.process.files.get(dirfd);
  if (!description) return EBADF;
  return description.file.place ?? ENOTDIR;
}

/** Whether an *at call is about the descriptor itself. */
export function isItself(dirfd: number, path: string, flags: number): boolean {
  return path === '' && (flags & AT_EMPTY_PATH) !== 0 && dirfd !== AT_FDCWD;
}

/** A path argument; with AT_EMPTY_PATH none is an empty one. Errors: EFAULT, ENAMETOOLONG. */
export function path(task: Task, address: number, flags = 0): string | Errno {
  if (address === 0 && flags & AT_EMPTY_PATH) return '';
  return pathArgument(task, address);
}

/** What a call does that cannot go on yet: it waits, unless the file is not to be waited for. */
export function block(task: Task, file: OpenFile): number {
  if (file.flags & O_NONBLOCK || !file.waiters) return EAGAIN;
  task.waitFor(file.waiters);
  return WOULD_BLOCK;
}

