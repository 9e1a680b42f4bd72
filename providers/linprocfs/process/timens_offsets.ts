/** /proc/PID/timens_offsets (kernel/time/namespace.c proc_timens_set_offset, time_namespaces(7)). */

import { CAP_SYS_TIME, type Caller } from '../../../fs/caller.ts';
import { EINVAL, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TimeOffset } from '../../model/task-security.ts';
import type { TaskView } from '../../model/task.ts';
import { cString } from '../numbers.ts';

const PAGE_SIZE = 4096;
const NANOSECONDS = 1_000_000_000;

export function timensOffsets(out: TextWriter, task: TaskView): Errno | 0 {
  const offsets = task.security.timeOffsets();
  if (offsets === undefined) return 0;
  if (isErrno(offsets)) return offsets;
  offset(out, 'monotonic', offsets.monotonic);
  offset(out, 'boottime', offsets.boottime);
  return 0;
}

function offset(out: TextWriter, clock: string, { seconds, nanoseconds }: TimeOffset): void {
  out.textLeft(clock, 10).space().signedPadded(seconds, 10).space().signedPadded(nanoseconds, 9).newline();
}

/** Clocks by name and by number (clock_gettime(2)). */
const CLOCKS: ReadonlyMap<string, 'monotonic' | 'boottime'> = new Map([
  ['monotonic', 'monotonic'],
  ['1', 'monotonic'],
  ['boottime', 'boottime'],
  ['7', 'boottime'],
]);

/** Whether who opens the file has the right over the clocks; it has to have it, whoever writes. */
export function timensOpener(_task: TaskView, caller: Caller): boolean {
  return caller.capable(CAP_SYS_TIME);
}

/** Differs: the right over the clocks counts only where the caller has it here, not in its own user namespace alone. */
export function writeTimensOffsets(value: Uint8Array, _at: number, task: TaskView, _caller: Caller, opener: unknown): number | Errno {
  if (value.length >= PAGE_SIZE) return EINVAL;
  const offsets: { monotonic?: TimeOffset; boottime?: TimeOffset } = {};
  let taken = 0;
  const text = cString(value);
  // At most two lines count, and what follows them is left to the next write.
  for (let line = 0; line < 2 && (line === 0 || taken < text.length); line++) {
    const end = text.indexOf('\n', taken);
    const parsed = parseLine(end < 0 ? text.slice(taken) : text.slice(taken, end));
    if (!parsed) return EINVAL;
    offsets[parsed.clock] = parsed.offset;
    taken = end < 0 ? text.length : end + 1;
  }
  if (opener !== true) return EPERM;
  return task.security.setTimeOffsets(offsets) || (taken < text.length ? taken : value.length);
}

function parseLine(line: string): { clock: 'monotonic' | 'boottime'; offset: TimeOffset } | undefined {
  const match = /^\s*(\S{1,9})\s+([+-]?[0-9]+)\s+([0-9]+)/.exec(line);
  const clock = match && CLOCKS.get(match[1] as string);
  if (!match || !clock) return undefined;
  const seconds = BigInt.asIntN(64, BigInt(match[2] as string));
  const nanoseconds = Number(match[3]);
  return nanoseconds >= NANOSECONDS ? undefined : { clock, offset: { seconds, nanoseconds } };
}
