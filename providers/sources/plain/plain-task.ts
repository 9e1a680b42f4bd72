/** What the parts of a task's view ask of the task. */

import type { Errno } from '../../../fs/errno.ts';

export interface PlainTask {
  /** Errors: ESRCH once it is no more. */
  check(): Errno | 0;
}
