/** /proc/PID/uid_map, gid_map, projid_map and setgroups (kernel/user_namespace.c, user_namespaces(7)). */

import { CAP_SETFCAP, CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN, type Caller } from '../../../fs/caller.ts';
import { EACCES, EINVAL, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import { canWrite } from '../../../fs/flags.ts';
import type { Fill, TakeWrite } from '../../../fs/generated/spec.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { NO_ID, idInside } from '../../../fs/user-namespace.ts';
import type { IdMapKind, IdRange } from '../../model/task-security.ts';
import type { TaskView } from '../../model/task.ts';
import { cString } from '../numbers.ts';
import { capableOver } from './access.ts';
import { askingTask } from './callers.ts';

const PAGE_SIZE = 4096;
/** UID_GID_MAP_MAX_EXTENTS */
const MAXIMUM_RANGES = 340;
const ID_MAXIMUM = 0xffff_ffff;

/**
 * What ids are outside is told as they are in the reader's namespace, or for one who reads of its own namespace in the
 * one above. Differs: that is always taken to be ours.
 */
export function idMap(kind: IdMapKind): Fill<TaskView> {
  return (out, task, caller) => {
    const ranges = task.security.idMap(kind);
    if (isErrno(ranges)) return ranges;
    const namespace = sharesNamespace(task, caller) ? undefined : caller.foreignNamespace?.();
    for (const { inside, outside, count } of ranges) {
      const seen = namespace ? (idInside(namespace[MAPPINGS[kind]], outside) ?? NO_ID) : outside;
      out.decimalPadded(inside, 10).space().decimalPadded(seen, 10).space().decimalPadded(count, 10).newline();
    }
    return 0;
  };
}

const MAPPINGS = { uid: 'users', gid: 'groups', projid: 'projects' } as const;

/** Whether the caller is in the user namespace that the task is in. */
function sharesNamespace(task: TaskView, caller: Caller): boolean {
  const own = askingTask(task.kernel, caller);
  return own !== undefined && own.files.namespace('user') === task.files.namespace('user');
}

/** What counts of who opened a map: not the writer, who may be a program with more rights that was handed the open file. */
interface MapOpener {
  /** CAP_SYS_ADMIN over the namespace. */
  readonly administers: boolean;
  /** The capability to take on ids of the kind, and CAP_SETFCAP. */
  readonly setsIds: boolean;
  readonly setsFileCapabilities: boolean;
  /** Its one id of the kind, if it is in the namespace itself. */
  readonly id: number | undefined;
}

const SET_ID: Readonly<Record<IdMapKind, number>> = { uid: CAP_SETUID, gid: CAP_SETGID, projid: CAP_SYS_ADMIN };

export function mapOpener(kind: IdMapKind): (task: TaskView, caller: Caller) => MapOpener {
  return (task, caller) => ({
    administers: capableOver(task, caller, CAP_SYS_ADMIN),
    setsIds: caller.capable(SET_ID[kind]),
    setsFileCapabilities: caller.capable(CAP_SETFCAP),
    id: ownId(kind, task, caller),
  });
}

function ownId(kind: IdMapKind, task: TaskView, caller: Caller): number | undefined {
  const own = askingTask(task.kernel, caller);
  if (!own || !sharesNamespace(task, caller)) return undefined;
  const status = own.status();
  if (isErrno(status)) return undefined;
  const [ids, acting] = kind === 'uid' ? [status.uids, caller.uid] : [status.gids, caller.gid];
  return ids.every((id) => id === acting) ? acting : undefined;
}

/** Writes a map, which every user namespace allows once. */
export function writeIdMap(kind: IdMapKind): TakeWrite<TaskView> {
  return (value, at, task, caller, opened) => {
    const opener = opened as MapOpener;
    if (at !== 0 || value.length >= PAGE_SIZE) return EINVAL;
    const present = task.security.idMap(kind);
    if (isErrno(present)) return present;
    if (present.length > 0 || !opener.administers) return EPERM;
    const ranges = parseRanges(cString(value));
    if (isErrno(ranges)) return ranges;
    if (!mayMap(kind, ranges, task, caller, opener)) return EPERM;
    return task.security.setIdMap(kind, ranges) || value.length;
  };
}

/** Lines of three numbers. Errors: EINVAL for another form, for ranges that are empty, overflow or overlap. */
function parseRanges(text: string): IdRange[] | Errno {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0 || lines.length > MAXIMUM_RANGES) return EINVAL;
  const ranges: IdRange[] = [];
  for (const line of lines) {
    const match = /^\s*([0-9]{1,10})\s+([0-9]{1,10})\s+([0-9]{1,10})\s*$/.exec(line);
    if (!match) return EINVAL;
    const [inside, outside, count] = [Number(match[1]), Number(match[2]), Number(match[3])];
    if (count === 0 || inside + count > ID_MAXIMUM || outside + count > ID_MAXIMUM) return EINVAL;
    for (const range of ranges) {
      const insideOverlaps = inside < range.inside + range.count && range.inside < inside + count;
      const outsideOverlaps = outside < range.outside + range.count && range.outside < outside + count;
      if (insideOverlaps || outsideOverlaps) return EINVAL;
    }
    ranges.push({ inside, outside, count });
  }
  return ranges;
}

/**
 * Whether these ids may be mapped: by who has the capability to take them on, or else its own one alone.
 *
 * Differs: Linux lets one map one's own id only into a namespace that one has made, which cannot be known; here it has
 * to be one's own namespace, and the superuser's id is never its own in this sense. And Linux asks for no right at all
 * to map project ids; here it has to be that over the namespace, as for the others.
 */
function mayMap(kind: IdMapKind, ranges: readonly IdRange[], task: TaskView, caller: Caller, opener: MapOpener): boolean {
  if (kind === 'projid') return true;
  const wantsRoot = kind === 'uid' && ranges.some((range) => range.outside === 0);
  if (opener.setsIds && caller.capable(SET_ID[kind])) return !wantsRoot || opener.setsFileCapabilities;
  const [range] = ranges;
  if (ranges.length !== 1 || !range || range.count !== 1 || range.outside === 0) return false;
  if (kind === 'gid' && task.security.groupsSettable() !== false) return false;
  return range.outside === opener.id;
}

export function setgroups(out: TextWriter, task: TaskView): Errno | 0 {
  const settable = task.security.groupsSettable();
  if (isErrno(settable)) return settable;
  out.text(settable ? 'allow\n' : 'deny\n');
  return 0;
}

export function openSetgroups(flags: number, task: TaskView, caller: Caller): Errno | 0 {
  return canWrite(flags) && !capableOver(task, caller, CAP_SYS_ADMIN) ? EACCES : 0;
}

export function writeSetgroups(value: Uint8Array, at: number, task: TaskView): number | Errno {
  // Eight bytes are read with the NUL behind them.
  if (at !== 0 || value.length >= 8) return EINVAL;
  const match = /^(allow|deny)\s*$/.exec(cString(value));
  if (!match) return EINVAL;
  return task.security.setGroupsSettable(match[1] === 'allow') || value.length;
}
