/** Who a guest's thread is: there is one user namespace, and no security module. */

import type { Errno } from '../../../fs/errno.ts';
import { PlainSecurity } from '../../../providers/sources/plain/plain-security.ts';
import type { GuestTask } from './guest-task.ts';

export class GuestSecurity extends PlainSecurity {
  readonly #task: GuestTask;

  constructor(task: GuestTask) {
    super(task);
    this.#task = task;
  }

  override personality(): number | Errno {
    return this.of.check() || this.#task.task.personality;
  }
}
