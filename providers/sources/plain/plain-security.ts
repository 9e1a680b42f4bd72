/** Who a task is on a machine with one user namespace and without security modules. */

import { EINVAL, EPERM, type Errno } from '../../../fs/errno.ts';
import type { FilterCache, IdRange, SecurityLabel, TaskSecurity, TimeOffsets } from '../../model/task-security.ts';
import type { PlainTask } from './plain-task.ts';

const ALL_IDS: readonly IdRange[] = [{ inside: 0, outside: 0, count: 0xffff_ffff }];
/** What loginuid and sessionid are where nobody logged in. */
export const UNSET: number = 0xffff_ffff;

export class PlainSecurity implements TaskSecurity {
  protected readonly of: PlainTask;

  constructor(task: PlainTask) {
    this.of = task;
  }

  personality(): number | Errno {
    return this.of.check() || 0;
  }

  loginUser(): number | Errno {
    return this.of.check() || UNSET;
  }

  setLoginUser(_user: number): Errno | 0 {
    return EPERM;
  }

  loginSession(): number | Errno {
    return this.of.check() || UNSET;
  }

  idMap(): readonly IdRange[] | Errno {
    return this.of.check() || ALL_IDS;
  }

  setIdMap(): Errno {
    return EPERM;
  }

  groupsSettable(): boolean | Errno {
    return this.of.check() || true;
  }

  setGroupsSettable(settable: boolean): Errno | 0 {
    return settable ? 0 : EPERM;
  }

  timeOffsets(): TimeOffsets | undefined | Errno {
    return this.of.check() || undefined;
  }

  setTimeOffsets(): Errno {
    return EPERM;
  }

  label(): SecurityLabel | Errno {
    return EINVAL;
  }

  filterCache(): readonly FilterCache[] | Errno {
    return this.of.check() || [];
  }

  makeItFail(): { readonly enabled: number } | Errno {
    return this.of.check() || { enabled: 0 };
  }

  setMakeItFail(): Errno {
    return EINVAL;
  }

  failNth(): number | Errno {
    return this.of.check() || 0;
  }

  setFailNth(): Errno {
    return EINVAL;
  }
}
