/** Who may look into a process, and what the reader is (kernel/ptrace.c __ptrace_may_access, ptrace(2)). */

import { CAP_SYS_PTRACE, type Caller } from '../../../fs/caller.ts';
import { EACCES, type Errno, isErrno } from '../../../fs/errno.ts';
import { type U64, u64High, u64Low } from '../../../fs/u64.ts';
import type { TaskStatus, TaskView } from '../../model/task.ts';
import { askingTask, isThread, shownId } from './callers.ts';

/** Whether the caller is a thread of the process that the task belongs to. */
export function isSameProcess(task: TaskView, caller: Caller): boolean {
  if (caller.threadId === undefined) return false;
  if (isThread(task, caller)) return true;
  const process = task.processId();
  return !isErrno(process) && process === shownId(task.kernel, caller.processId());
}

/**
 * PTRACE_MODE_READ_FSCREDS: whether the caller may read what belongs to the process alone. It is the process itself, or
 * has CAP_SYS_PTRACE, or has the same user and group ids, at least the capabilities, and the process may be dumped.
 *
 * Differs: whoever made a user namespace has all capabilities in it, which cannot be told; to the processes that have
 * any there, its maker is like everyone else.
 */
export function mayTrace(task: TaskView, caller: Caller): boolean {
  if (isThread(task, caller) || caller.capable(CAP_SYS_PTRACE)) return true;
  const owner = task.owner();
  if (isErrno(owner)) return false;
  // Most of those who may not are other users, whom this costs the least.
  if (owner.uid !== caller.uid) return isSameProcess(task, caller) || isNamespaceRoot(task, caller);
  if (isSameProcess(task, caller) || isNamespaceRoot(task, caller)) return true;
  const status = task.status();
  if (isErrno(status)) return false;
  for (let index = 0; index < 3; index++) {
    if (status.uids[index] !== caller.uid || status.gids[index] !== caller.gid) return false;
  }
  return isDumpable(task, status) && holds(task, caller, status.capabilities.permitted);
}

/**
 * A process that may not be dumped has files that do not belong to its user; one without memory is not asked.
 * Differs: that of root cannot be told apart, so that someone with root's user id and no CAP_SYS_PTRACE may trace it.
 */
function isDumpable(task: TaskView, status: TaskStatus): boolean {
  if (!status.memory) return true;
  const files = task.filesOwner();
  return !isErrno(files) && files.uid === status.uids[1];
}

/** The capabilities of a caller in the task's own user namespace, if that is the caller's too. */
function namespaceCapabilities(task: TaskView, caller: Caller): U64 | undefined {
  const asking = askingTask(task.kernel, caller);
  const status = asking?.status();
  if (!asking || status === undefined || isErrno(status)) return undefined;
  // Nobody has capabilities without having them somewhere; the links need not be read then.
  if (status.capabilities.effective === 0) return 0;
  const theirs = asking.files.namespace('user');
  return isErrno(theirs) || theirs !== task.files.namespace('user') ? undefined : status.capabilities.effective;
}

/** Whether the caller has CAP_SYS_PTRACE in a user namespace that it shares with the task. */
function isNamespaceRoot(task: TaskView, caller: Caller): boolean {
  return includes(namespaceCapabilities(task, caller) ?? 0, 2 ** CAP_SYS_PTRACE);
}

/**
 * Whether the caller has a capability over what belongs to the task's user namespace: it has it here, or else in that
 * very namespace.
 *
 * Differs: the user who made a namespace has every capability over it in Linux, but who that is cannot be read.
 */
export function capableOver(task: TaskView, caller: Caller, capability: number): boolean {
  return caller.capable(capability) || includes(namespaceCapabilities(task, caller) ?? 0, 2 ** capability);
}

/** Whether the caller has every capability of a mask. */
function holds(task: TaskView, caller: Caller, capabilities: U64): boolean {
  if (capabilities === 0) return true;
  const shared = namespaceCapabilities(task, caller);
  if (shared !== undefined) return includes(shared, capabilities);
  let rest = BigInt(capabilities);
  for (let capability = 0; rest > 0n; capability++, rest >>= 1n) {
    if (rest & 1n && !caller.capable(capability)) return false;
  }
  return true;
}

function includes(mask: U64, part: U64): boolean {
  return (u64Low(part) & ~u64Low(mask)) === 0 && (u64High(part) & ~u64High(mask)) === 0;
}

/** Refuses those who may not trace a process. */
export function tracePermission(task: TaskView, caller: Caller): Errno | undefined {
  return mayTrace(task, caller) && task.files.areOpen() ? undefined : EACCES;
}

/**
 * A thread's state as a reader sees it: whoever reads about itself is running, though a door may have it wait for us
 * meanwhile.
 */
export function stateSeenBy(caller: Caller, task: TaskView, state: string): string {
  return isThread(task, caller) ? 'R' : state;
}
