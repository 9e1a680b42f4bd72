/** /proc/PID/stat (fs/proc/array.c do_task_stat, proc_pid_stat(5)). */

import type { Caller } from '../../../fs/caller.ts';
import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { mayTrace, stateSeenBy } from './access.ts';
import { isThread } from './callers.ts';

/** The file of a process (`whole`) or of one thread. */
export function stat(whole: boolean): (out: TextWriter, task: TaskView, caller: Caller) => Errno | 0 {
  return (out, task, caller) => {
    const stat = task.stat(whole);
    if (isErrno(stat)) return stat;
    const traceable = mayTrace(task, caller);
    out.decimal(stat.pid).text(' (').text(stat.comm).text(') ').text(stateSeenBy(caller, task, stat.state));
    out.space().decimal(stat.parent);
    out.space().decimal(stat.processGroup);
    out.space().decimal(stat.session);
    out.space().decimal(stat.terminal);
    out.space().signed(stat.foreground);
    out.space().decimal(stat.flags);
    out.space().decimal(stat.minorFaults);
    out.space().decimal(stat.childMinorFaults);
    out.space().decimal(stat.majorFaults);
    out.space().decimal(stat.childMajorFaults);
    out.space().decimal(stat.userTime);
    out.space().decimal(stat.systemTime);
    out.space().signed(stat.childUserTime);
    out.space().signed(stat.childSystemTime);
    out.space().signed(stat.priority);
    out.space().signed(stat.nice);
    out.space().decimal(stat.threads);
    // The itrealvalue column has been 0 since Linux 2.6.17.
    out.text(' 0 ').decimal(stat.startTime);
    out.space().decimal(stat.virtualSize);
    out.space().decimal(stat.residentPages);
    out.space().decimal(stat.residentLimit);
    // Who may not trace the process is not told its layout.
    const hidden = traceable ? undefined : 0;
    const present = stat.codeEnd === 0 ? 0 : 1;
    out.space().decimal(traceable ? stat.codeStart : present);
    out.space().decimal(traceable ? stat.codeEnd : present);
    out.space().decimal(hidden ?? stat.stackStart);
    out.space().decimal(hidden ?? stat.stackPointer);
    out.space().decimal(hidden ?? stat.instructionPointer);
    out.space().decimal(stat.pendingSignals);
    out.space().decimal(stat.blockedSignals);
    out.space().decimal(stat.ignoredSignals);
    out.space().decimal(stat.caughtSignals);
    out.space().decimal(isThread(task, caller) ? 0 : (hidden ?? stat.waiting));
    // nswap and cnswap were never maintained.
    out.text(' 0 0 ').signed(stat.exitSignal);
    out.space().decimal(stat.processor);
    out.space().decimal(stat.realTimePriority);
    out.space().decimal(stat.policy);
    out.space().decimal(stat.blockDelay);
    out.space().decimal(stat.guestTime);
    out.space().signed(stat.childGuestTime);
    out.space().decimal(hidden ?? stat.dataStart);
    out.space().decimal(hidden ?? stat.dataEnd);
    out.space().decimal(hidden ?? stat.heapStart);
    out.space().decimal(hidden ?? stat.argumentStart);
    out.space().decimal(hidden ?? stat.argumentEnd);
    out.space().decimal(hidden ?? stat.environmentStart);
    out.space().decimal(hidden ?? stat.environmentEnd);
    out.space().signed(hidden ?? stat.exitCode).newline();
    return 0;
  };
}

/** Who may trace the process reads the same as everyone else who may, but for the thread itself. */
export function statKey(whole: boolean): (task: TaskView, caller: Caller) => object | undefined {
  return (task, caller) => {
    if (task.workedOut) return undefined;
    if (isThread(task, caller) || !mayTrace(task, caller)) return undefined;
    const stat = task.stat(whole);
    return isErrno(stat) ? undefined : stat;
  };
}
