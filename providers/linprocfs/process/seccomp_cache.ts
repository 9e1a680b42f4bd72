/** /proc/PID/seccomp_cache (kernel/seccomp.c proc_pid_seccomp_cache). */

import type { Caller } from '../../../fs/caller.ts';
import { EACCES, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';

export function seccompCache(out: TextWriter, task: TaskView, _caller: Caller, opener: unknown): Errno | 0 {
  if (opener !== true) return EACCES;
  const caches = task.security.filterCache();
  if (isErrno(caches)) return caches;
  for (const { architecture, allowed } of caches) {
    for (let call = 0; call < allowed.bits; call++) {
      const isAllowed = (((allowed.words[call >> 5] ?? 0) >>> (call & 31)) & 1) === 1;
      out.text(architecture).space().decimal(call).text(isAllowed ? ' ALLOW\n' : ' FILTER\n');
    }
  }
  return 0;
}
