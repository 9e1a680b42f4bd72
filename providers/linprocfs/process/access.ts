/** Who may look into a process, and what the reader is: PTRACE_MODE_READ_FSCREDS (kernel/ptrace.c __ptrace_may_access, ptrace(2)). */

import { CAP_SYS_PTRACE, type Caller } from '../../../fs/caller.ts';
import { isErrno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { TaskView } from '../../model/task.ts';

/**
 * Whether the caller may read what belongs to the process alone: it is the process itself, or has CAP_SYS_PTRACE, or
 * has the same user and group ids, at least the capabilities, and the process may be dumped.
 */
export function mayTrace(task: TaskView, caller: Caller): boolean {
  if (caller.capable(CAP_SYS_PTRACE)) return true;
  if (task.id === caller.threadId) return true;
  const owner = task.owner();
  if (isErrno(owner)) return false;
  if (caller.processId() === task.processId()) return true;
  // The kernel gives the files of a process that may not be dumped to root, so this settles that question too.
  if (owner.uid !== caller.uid || owner.gid !== caller.gid) return false;
  const status = task.status();
  if (isErrno(status)) return false;
  const sameUser = status.uids.slice(0, 3).every((uid) => uid === caller.uid);
  const sameGroup = status.gids.slice(0, 3).every((gid) => gid === caller.gid);
  return sameUser && sameGroup && holds(caller, status.capabilities.permitted);
}

/** Whether the caller has every capability of a mask. */
function holds(caller: Caller, capabilities: U64): boolean {
  let rest = BigInt(capabilities);
  for (let capability = 0; rest > 0n; capability++, rest >>= 1n) {
    if (rest & 1n && !caller.capable(capability)) return false;
  }
  return true;
}

/**
 * A thread's state as a reader sees it: whoever reads about itself is running, though a door may have it wait for us
 * meanwhile.
 */
export function stateSeenBy(caller: Caller, task: TaskView, state: string): string {
  return caller.threadId === task.id ? 'R' : state;
}
