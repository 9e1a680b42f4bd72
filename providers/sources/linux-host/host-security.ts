/** Who a task of a Linux host is. */

import { EPERM, type Errno } from '../../../fs/errno.ts';
import type {
  FilterCache,
  IdMapKind,
  IdRange,
  SecurityLabel,
  TaskSecurity,
  TimeOffset,
  TimeOffsets,
} from '../../model/task-security.ts';
import type { HostTask } from './host-task.ts';
import { parseFilterCache, parseIdMap, parseLabel, parseTimeOffsets } from './parse-security.ts';

export class HostSecurity implements TaskSecurity {
  readonly #task: HostTask;

  constructor(task: HostTask) {
    this.#task = task;
  }

  personality(): number | Errno {
    return this.#task.read('personality', (scanner) => Number(scanner.hex()));
  }

  loginUser(): number | Errno {
    return this.#task.read('loginuid', (scanner) => scanner.number());
  }

  setLoginUser(user: number): Errno | 0 {
    return this.#task.isLive ? EPERM : this.#task.write('loginuid', String(user));
  }

  loginSession(): number | Errno {
    return this.#task.read('sessionid', (scanner) => scanner.number());
  }

  idMap(kind: IdMapKind): readonly IdRange[] | Errno {
    return this.#task.read(`${kind}_map`, parseIdMap);
  }

  setIdMap(kind: IdMapKind, ranges: readonly IdRange[]): Errno | 0 {
    const lines = ranges.map(({ inside, outside, count }) => `${inside} ${outside} ${count}\n`);
    return this.#task.write(`${kind}_map`, lines.join(''));
  }

  groupsSettable(): boolean | Errno {
    return this.#task.read('setgroups', (scanner) => scanner.line() === 'allow');
  }

  setGroupsSettable(settable: boolean): Errno | 0 {
    return this.#task.write('setgroups', settable ? 'allow' : 'deny');
  }

  timeOffsets(): TimeOffsets | undefined | Errno {
    return this.#task.read('timens_offsets', parseTimeOffsets);
  }

  setTimeOffsets(offsets: Partial<TimeOffsets>): Errno | 0 {
    const line = (clock: string, offset: TimeOffset | undefined): string =>
      offset ? `${clock} ${offset.seconds} ${offset.nanoseconds}\n` : '';
    return this.#task.write('timens_offsets', line('monotonic', offsets.monotonic) + line('boottime', offsets.boottime));
  }

  label(name: string): SecurityLabel | Errno {
    return this.#task.read(`attr/${name}`, parseLabel);
  }

  filterCache(): readonly FilterCache[] | Errno {
    return this.#task.read('seccomp_cache', parseFilterCache);
  }

  makeItFail(): { readonly enabled: number } | Errno {
    return this.#task.read('make-it-fail', (scanner) => ({ enabled: scanner.signed() }));
  }

  setMakeItFail(enabled: number): Errno | 0 {
    return this.#task.write('make-it-fail', String(enabled));
  }

  failNth(): number | Errno {
    return this.#task.read('fail-nth', (scanner) => scanner.number());
  }

  setFailNth(nth: number): Errno | 0 {
    return this.#task.write('fail-nth', String(nth));
  }
}
