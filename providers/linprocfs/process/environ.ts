/** /proc/PID/environ and /proc/PID/auxv (fs/proc/base.c environ_read, auxv_read). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';

export function environ(out: TextWriter, task: TaskView): Errno | 0 {
  return bytes(out, task.addressSpace.environment());
}

export function auxv(out: TextWriter, task: TaskView): Errno | 0 {
  return bytes(out, task.addressSpace.auxiliaryVector());
}

function bytes(out: TextWriter, value: Uint8Array | Errno): Errno | 0 {
  if (isErrno(value)) return value;
  out.raw(value);
  return 0;
}
