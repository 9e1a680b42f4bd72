/** /proc/PID/coredump_filter and clear_refs (fs/proc/base.c, fs/proc/task_mmu.c clear_refs_write, core(5)). */

import { EINVAL, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { NUMBER_LIMIT, UINT_LIMIT, cString, kstrtoint, kstrtouint, strstrip } from '../numbers.ts';

export function coredumpFilter(out: TextWriter, task: TaskView): Errno | 0 {
  const filter = task.addressSpace.coredumpFilter();
  if (isErrno(filter)) return filter;
  if (filter !== undefined) out.hexZero(filter, 8).newline();
  return 0;
}

export function writeCoredumpFilter(value: Uint8Array, _at: number, task: TaskView): number | Errno {
  const filter = kstrtouint(cString(value, UINT_LIMIT), 0);
  if (isErrno(filter)) return filter;
  return task.addressSpace.setCoredumpFilter(filter) || value.length;
}

/** The first and the last thing that can be asked for. */
const [CLEAR_REFS_ALL, CLEAR_REFS_MM_HIWATER_RSS] = [1, 5];

export function writeClearRefs(value: Uint8Array, _at: number, task: TaskView): number | Errno {
  const parsed = kstrtoint(strstrip(cString(value, NUMBER_LIMIT)), 10);
  if (isErrno(parsed)) return parsed;
  if (parsed.value < CLEAR_REFS_ALL || parsed.value > CLEAR_REFS_MM_HIWATER_RSS) return EINVAL;
  return task.addressSpace.clearReferences(parsed.value) || Math.min(value.length, NUMBER_LIMIT);
}

/** Whoever may open the file for reading finds that it cannot be read. */
export function readClearRefs(): Errno {
  return EINVAL;
}
