/** /proc/PID/io (fs/proc/base.c do_io_accounting, proc_pid_io(5)). */

import type { Caller } from '../../../fs/caller.ts';
import { EACCES, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { mayTrace } from './access.ts';

/** The file of a process (`whole`) or of one thread. */
export function io(whole: boolean): (out: TextWriter, task: TaskView, caller: Caller) => Errno | 0 {
  return (out, task, caller) => {
    if (!mayTrace(task, caller)) return EACCES;
    const io = task.accounting.io(whole);
    if (isErrno(io)) return io;
    out.text('rchar: ').decimal(io.charactersRead);
    out.text('\nwchar: ').decimal(io.charactersWritten);
    out.text('\nsyscr: ').decimal(io.readCalls);
    out.text('\nsyscw: ').decimal(io.writeCalls);
    out.text('\nread_bytes: ').decimal(io.bytesRead);
    out.text('\nwrite_bytes: ').decimal(io.bytesWritten);
    out.text('\ncancelled_write_bytes: ').decimal(io.bytesCancelled).newline();
    return 0;
  };
}
