/** The end of tasks and processes (kernel/exit.c). */

import { wakeFutex } from './futex.ts';
import { walkRobustList } from './robust-list.ts';
import type { ExitStatus, Process } from './process.ts';
import { signalProcess } from './signal-delivery.ts';
import {
  CLD_CONTINUED,
  CLD_DUMPED,
  CLD_EXITED,
  CLD_KILLED,
  CLD_STOPPED,
  SA_NOCLDSTOP,
  SA_NOCLDWAIT,
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIG_IGN,
} from './signals.ts';
import { ATTENTION_EXIT, type Task } from './task.ts';
import { USER_HZ } from './clocks.ts';

const NS_PER_TICK = 1e9 / USER_HZ;

/** Has all tasks of a process end with a status. */
export function endProcess(process: Process, status: ExitStatus): void {
  if (process.ending) return;
  process.ending = status;
  process.stoppedBy = 0;
  for (const task of process.tasks) {
    const { scheduler } = task.kernel;
    if (task.state === 'stopped') scheduler.start(task);
    if (task.state !== 'dead') scheduler.interrupt(task, ATTENTION_EXIT);
  }
}

/** Ends a task; the last one of a process ends it. */
export function exitTask(task: Task): void {
  if (task.state === 'dead') return;
  const { process, kernel } = task;
  task.endWaits();
  task.endCall();
  walkRobustList(task);
  if (task.clearChildTid !== 0 && process.image.users + process.tasks.length > 2) {
    const word = task.memory.output(task.clearChildTid, 4);
    if (typeof word !== 'number') {
      word.fill(0);
      wakeFutex(kernel, task, task.clearChildTid, 1);
    }
  }
  if (kernel.scheduler.current === task) {
    const now = kernel.clocks.now();
    task.ran += now - task.since;
    task.since = now;
  }
  task.state = 'dead';
  process.usage.user += task.ran;
  process.usage.voluntarySwitches += task.voluntarySwitches;
  process.usage.involuntarySwitches += task.involuntarySwitches;
  if (process.image.owner === task) process.image.owner = undefined;
  const others = process.tasks.some((other) => other.state !== 'dead');
  if (task !== process.leader) {
    process.tasks.splice(process.tasks.indexOf(task), 1);
    kernel.tasks.delete(task.tid);
  }
  if (!others) finishProcess(process, task);
}

/** The parts of a process that nobody can ask for any more are given back; its parent is told. */
function finishProcess(process: Process, last: Task): void {
  const { kernel } = last;
  const peak = Math.round(process.image.space.totals().peak * 4);
  process.usage.maximumResident = Math.max(process.usage.maximumResident, peak);
  process.timers.stop();
  process.posixTimers.clear();
  process.files.leave(last);
  process.context.leave();
  releaseImage(process, last);
  process.status = process.ending ?? { code: 0, signal: 0, core: false };
  if (process.session === process.pid) kernel.sessionEnded(process.session);
  for (const child of [...process.children]) reparent(child, process, last);
  kernel.tracer?.ended?.(process);
  const { parent } = process;
  const ignored = parent && (parent.actions.of(SIGCHLD).handler === SIG_IGN || (parent.actions.of(SIGCHLD).flags & SA_NOCLDWAIT) !== 0);
  if (!parent) {
    kernel.processes.delete(process.pid);
    kernel.tasks.delete(process.pid);
  } else if (process.exitSignal === SIGCHLD && ignored) {
    reap(process, last);
    parent.childChanged.wakeAll();
  } else {
    notifyParent(process, 'ended');
  }
  kernel.ended(process);
}

/** The process has left its memory: others may have it alone now. */
export function releaseImage(process: Process, task: Task): void {
  const { image } = process;
  if (--image.users === 0) {
    task.kernel.scheduler.forget(image);
    // Code of it may be on the host's stack still.
    task.kernel.scheduler.defer(() => {
      image.space.dispose();
      image.program.file.release();
    });
  }
  process.released = true;
  process.memoryReleased.wakeAll();
}

/** A child whose parent ends belongs to the next subreaper above, or to the first process. */
function reparent(child: Process, old: Process, task: Task): void {
  const { kernel } = task;
  old.children.delete(child);
  let heir = old.parent;
  while (heir && !heir.subreaper && heir.parent) heir = heir.parent;
  if (!heir?.alive) heir = undefined;
  child.parent = heir;
  heir?.children.add(child);
  const { parentDeathSignal } = child.leader;
  if (parentDeathSignal !== 0) signalProcess(child, { signal: parentDeathSignal, code: 0, pid: old.pid, uid: 0 });
  if (child.stoppedBy !== 0 && child.group !== old.group && kernel.isOrphanedGroup(child.group)) {
    signalProcess(child, { signal: SIGHUP, code: 0x80 });
    signalProcess(child, { signal: SIGCONT, code: 0x80 });
  }
  if (child.alive) return;
  // Nobody waits for what the first process inherits unless it is a subreaper that asked.
  if (heir?.subreaper) notifyParent(child, 'ended');
  else reap(child, task);
}

/** Takes an ended process out of the tables; its times become its parent's. */
export function reap(process: Process, task: Task): void {
  const { parent } = process;
  parent?.children.delete(process);
  task.kernel.processes.delete(process.pid);
  task.kernel.tasks.delete(process.pid);
  if (!parent) return;
  const { childUsage } = parent;
  for (const usage of [process.usage, process.childUsage]) {
    childUsage.user += usage.user;
    childUsage.system += usage.system;
    childUsage.voluntarySwitches += usage.voluntarySwitches;
    childUsage.involuntarySwitches += usage.involuntarySwitches;
    childUsage.minorFaults += usage.minorFaults;
    childUsage.majorFaults += usage.majorFaults;
    childUsage.maximumResident = Math.max(childUsage.maximumResident, usage.maximumResident);
  }
}

/** Tells a parent what became of its child, by SIGCHLD and whoever waits. */
export function notifyParent(process: Process, what: 'ended' | 'stopped' | 'continued'): void {
  const { parent, leader } = process;
  if (!parent) return;
  const quiet = what !== 'ended' && (parent.actions.of(SIGCHLD).flags & SA_NOCLDSTOP) !== 0;
  const signal = what === 'ended' ? process.exitSignal : SIGCHLD;
  if (!quiet && signal !== 0) {
    const { status, stoppedBy } = process;
    let code = CLD_CONTINUED;
    let value = SIGCONT;
    if (what === 'stopped') [code, value] = [CLD_STOPPED, stoppedBy];
    if (what === 'ended' && status) {
      code = status.signal === 0 ? CLD_EXITED : status.core ? CLD_DUMPED : CLD_KILLED;
      value = status.signal === 0 ? status.code : status.signal;
    }
    signalProcess(parent, {
      signal,
      code,
      pid: process.pid,
      uid: leader.credentials.uid,
      status: value,
      utime: Math.round(process.usage.user / NS_PER_TICK),
      stime: 0,
    });
  }
  parent.childChanged.wakeAll();
}
