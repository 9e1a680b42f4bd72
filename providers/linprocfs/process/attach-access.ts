/** Who may take a process over or look into its memory (ptrace(2)). */

import { CAP_SYS_PTRACE, type Caller } from '../../../fs/caller.ts';
import { EACCES, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TaskView } from '../../model/task.ts';
import { shownId } from './callers.ts';
import { isSameProcess, mayTrace } from './access.ts';

/** How far up the parents of a process are followed. */
const GENERATIONS = 1024;

/**
 * Whether the caller may take the process over (PTRACE_MODE_ATTACH_FSCREDS): as `mayTrace`, and as the Yama security
 * module lets it where the kernel has that (security/yama/yama_lsm.c).
 *
 * Differs: a tracer that the process has named with PR_SET_PTRACER is not known and is refused.
 */
export function mayAttach(task: TaskView, caller: Caller): boolean {
  if (!mayTrace(task, caller)) return false;
  if (isSameProcess(task, caller)) return true;
  const scope = task.kernel.traceScope();
  if (scope === 0) return true;
  if (scope === 3) return false;
  if (caller.capable(CAP_SYS_PTRACE)) return true;
  const own = shownId(task.kernel, caller.processId());
  return scope === 1 && own !== undefined && descendsFrom(task, own);
}

function descendsFrom(task: TaskView, ancestor: number): boolean {
  let descendant: TaskView | undefined = task;
  for (let generation = 0; descendant && generation < GENERATIONS; generation++) {
    const stat = descendant.stat(true);
    if (isErrno(stat)) return false;
    if (stat.parent === ancestor) return true;
    descendant = stat.parent > 0 ? task.kernel.task(stat.parent) : undefined;
  }
  return false;
}

/** Whether the task has an address space: kernel threads and zombies have none. */
export function hasAddressSpace(task: TaskView): boolean | Errno {
  const status = task.status();
  return isErrno(status) ? status : status.memory !== undefined;
}

/**
 * The check at the opening of a file about the address space: who may trace the process may open it. `absent` is what
 * the opening gives where there is no address space, to anyone.
 */
export function openAddressSpace(absent: Errno | 0): (flags: number, task: TaskView, caller: Caller) => Errno | 0 {
  return (_flags, task, caller) => {
    const present = hasAddressSpace(task);
    if (isErrno(present)) return present;
    if (!present) return absent;
    return mayTrace(task, caller) ? task.addressSpace.access() : EACCES;
  };
}
