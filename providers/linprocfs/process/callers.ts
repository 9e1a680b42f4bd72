/** Callers among the tasks that are shown, which may have other ids there than the callers have. */

import type { Caller } from '../../../fs/caller.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { TaskView } from '../../model/task.ts';

/** The id that a thread of a caller's has in what is shown; undefined where it is not shown. */
export function shownId(kernel: KernelView, callerId: number | undefined): number | undefined {
  return callerId === undefined || !kernel.idOf ? callerId : kernel.idOf(callerId);
}

/** Whether the task is the thread that asks. */
export function isThread(task: TaskView, caller: Caller): boolean {
  return caller.threadId === (task.callerId ?? task.id);
}

/** Whether the task is whom those are taken for who look at a machine that they are not on. */
export function isVisitor(task: TaskView): boolean {
  return task.kernel.visitor?.() === task.id;
}

/** The thread that asks, among the tasks that are shown. */
export function askingTask(kernel: KernelView, caller: Caller): TaskView | undefined {
  const id = shownId(kernel, caller.threadId);
  return id === undefined ? undefined : kernel.task(id);
}
