/** Who a guest's thread is: there is one user namespace, and no security module. */

import { EINVAL, EPERM, type Errno } from '../../../fs/errno.ts';
import type { FilterCache, IdRange, SecurityLabel, TaskSecurity, TimeOffsets } from '../../../providers/model/task-security.ts';
import type { GuestTask } from './guest-task.ts';

const ALL_IDS: readonly IdRange[] = [{ inside: 0, outside: 0, count: 0xffff_ffff }];
/** What loginuid and sessionid are where nobody logged in. */
const UNSET = 0xffff_ffff;

export class GuestSecurity implements TaskSecurity {
  readonly #of: GuestTask;

  constructor(task: GuestTask) {
    this.#of = task;
  }

  personality(): number | Errno {
    return this.#of.check() || this.#of.task.personality;
  }

  loginUser(): number | Errno {
    return this.#of.check() || UNSET;
  }

  loginSession(): number | Errno {
    return this.#of.check() || UNSET;
  }

  idMap(): readonly IdRange[] | Errno {
    return this.#of.check() || ALL_IDS;
  }

  setIdMap(): Errno {
    return EPERM;
  }

  groupsSettable(): boolean | Errno {
    return this.#of.check() || true;
  }

  setGroupsSettable(settable: boolean): Errno | 0 {
    return settable ? 0 : EPERM;
  }

  timeOffsets(): TimeOffsets | undefined | Errno {
    return this.#of.check() || undefined;
  }

  setTimeOffsets(): Errno {
    return EPERM;
  }

  label(): SecurityLabel | Errno {
    return EINVAL;
  }

  filterCache(): readonly FilterCache[] | Errno {
    return this.#of.check() || [];
  }

  makeItFail(): { readonly enabled: number } | Errno {
    return this.#of.check() || { enabled: 0 };
  }

  setMakeItFail(): Errno {
    return EINVAL;
  }

  failNth(): number | Errno {
    return this.#of.check() || 0;
  }

  setFailNth(): Errno {
    return EINVAL;
  }
}
