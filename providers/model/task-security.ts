/** Who a task is: audit ids, namespaces of ids, security labels, and how it was set up to run. */

import type { Errno } from '../../fs/errno.ts';
import type { BitMask } from './bit-mask.ts';

export interface TaskSecurity {
  /** PID/personality */
  personality(): number | Errno;
  /** PID/loginuid and PID/sessionid; 2^32-1 where none was set. */
  loginUser(): number | Errno;
  /** Errors: EPERM where it cannot be set for another. */
  setLoginUser(user: number): Errno | 0;
  loginSession(): number | Errno;
  /** PID/uid_map, PID/gid_map, PID/projid_map of its user namespace, as seen from the source's own. */
  idMap(kind: IdMapKind): readonly IdRange[] | Errno;
  /** Writes it, which can be done once. Errors: EPERM, EINVAL. */
  setIdMap(kind: IdMapKind, ranges: readonly IdRange[]): Errno | 0;
  /** PID/setgroups: whether setgroups(2) is allowed in its user namespace. */
  groupsSettable(): boolean | Errno;
  setGroupsSettable(settable: boolean): Errno | 0;
  /** PID/timens_offsets of the time namespace of its children; undefined for one that has none any more. */
  timeOffsets(): TimeOffsets | undefined | Errno;
  setTimeOffsets(offsets: Partial<TimeOffsets>): Errno | 0;
  /** PID/attr/NAME, NAME being as `current` or `apparmor/exec`. Errors: EINVAL where no security module answers. */
  label(name: string): SecurityLabel | Errno;
  /** PID/seccomp_cache: empty for a task without filter. */
  filterCache(): readonly FilterCache[] | Errno;
  /** PID/make-it-fail and PID/fail-nth (fault injection). */
  makeItFail(): { readonly enabled: number } | Errno;
  setMakeItFail(enabled: number): Errno | 0;
  failNth(): number | Errno;
  setFailNth(nth: number): Errno | 0;
}

export type IdMapKind = 'uid' | 'gid' | 'projid';

/** A range of ids inside a namespace and what they are outside. */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

export interface TimeOffset {
  readonly seconds: number | bigint;
  readonly nanoseconds: number;
}

/** What a time namespace adds to the clocks. */
export interface TimeOffsets {
  readonly monotonic: TimeOffset;
  readonly boottime: TimeOffset;
}

/** A security module's word about a task. */
export interface SecurityLabel {
  readonly text: string;
  /** The byte that the module puts behind it: SELinux a NUL, AppArmor a newline, Smack none. */
  readonly terminator: number | undefined;
}

/** Which system calls a filter is known to allow without being run. */
export interface FilterCache {
  /** `x86_64`, `ia32`. */
  readonly architecture: string;
  /** A bit for each system call number. */
  readonly allowed: BitMask;
}
