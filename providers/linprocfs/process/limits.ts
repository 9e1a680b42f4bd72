/** /proc/PID/limits (fs/proc/base.c proc_pid_limits, getrlimit(2)). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { type U64, U64_MAX } from '../../../fs/u64.ts';
import type { TaskView } from '../../model/task.ts';

/** Names and units by RLIMIT_* number. */
const LIMITS: readonly (readonly [name: string, unit: string])[] = [
  ['Max cpu time', 'seconds'],
  ['Max file size', 'bytes'],
  ['Max data size', 'bytes'],
  ['Max stack size', 'bytes'],
  ['Max core file size', 'bytes'],
  ['Max resident set', 'bytes'],
  ['Max processes', 'processes'],
  ['Max open files', 'files'],
  ['Max locked memory', 'bytes'],
  ['Max address space', 'bytes'],
  ['Max file locks', 'locks'],
  ['Max pending signals', 'signals'],
  ['Max msgqueue size', 'bytes'],
  ['Max nice priority', ''],
  ['Max realtime priority', ''],
  ['Max realtime timeout', 'us'],
];

export function limits(out: TextWriter, task: TaskView): Errno | 0 {
  const limits = task.accounting.limits();
  if (isErrno(limits)) return limits;
  if (limits.length === 0) return 0;
  row(out, 'Limit');
  out.textLeft('Soft Limit', 20).space().textLeft('Hard Limit', 20).space().textLeft('Units', 10).newline();
  LIMITS.forEach(([name, unit], number) => {
    const limit = limits[number];
    if (!limit) return;
    row(out, name);
    value(out, limit.soft);
    value(out, limit.hard);
    if (unit !== '') out.textLeft(unit, 10);
    out.newline();
  });
  return 0;
}

function row(out: TextWriter, name: string): void {
  out.textLeft(name, 25).space();
}

function value(out: TextWriter, value: U64): void {
  if (value === U64_MAX) out.textLeft('unlimited', 20);
  else out.decimalLeft(value, 20);
  out.space();
}
