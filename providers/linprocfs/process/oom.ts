/** /proc/PID/oom_score, oom_score_adj and oom_adj (fs/proc/base.c __set_oom_adj, proc_pid_oom_score_adj(5)). */

import { CAP_SYS_RESOURCE, type Caller } from '../../../fs/caller.ts';
import { EACCES, EINVAL, type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { NUMBER_LIMIT, cString, kstrtoint, strstrip } from '../numbers.ts';

const [SCORE_MINIMUM, SCORE_MAXIMUM] = [-1000, 1000];
const [LEGACY_DISABLE, LEGACY_MAXIMUM] = [-17, 15];

export function oomScore(out: TextWriter, task: TaskView): Errno | 0 {
  const score = task.accounting.killScore();
  if (isErrno(score)) return score;
  out.decimal(score).newline();
  return 0;
}

export function oomScoreAdj(out: TextWriter, task: TaskView): Errno | 0 {
  const kill = task.accounting.killAdjustment();
  if (isErrno(kill)) return kill;
  out.signed(kill.adjustment).newline();
  return 0;
}

export function oomAdj(out: TextWriter, task: TaskView): Errno | 0 {
  const kill = task.accounting.killAdjustment();
  if (isErrno(kill)) return kill;
  out.signed(toLegacy(kill.adjustment)).newline();
  return 0;
}

function toLegacy(adjustment: number): number {
  if (adjustment === SCORE_MAXIMUM) return LEGACY_MAXIMUM;
  // Adding 0 makes a plain zero of a negative one.
  return Math.min(LEGACY_MAXIMUM, Math.trunc((adjustment * -LEGACY_DISABLE) / SCORE_MAXIMUM) + 0);
}

function fromLegacy(legacy: number): number {
  return legacy === LEGACY_MAXIMUM ? SCORE_MAXIMUM : Math.trunc((legacy * SCORE_MAXIMUM) / -LEGACY_DISABLE);
}

/**
 * Differs: without CAP_SYS_RESOURCE Linux lets one go down to the value that a privileged process has set last, which
 * cannot be read; here one cannot go down at all. And where we are privileged, what anyone sets through us is such a value.
 */
export function writeOomScoreAdj(value: Uint8Array, _at: number, task: TaskView, caller: Caller): number | Errno {
  const parsed = kstrtoint(strstrip(cString(value, NUMBER_LIMIT)), 0);
  if (isErrno(parsed)) return parsed;
  if (parsed.value < SCORE_MINIMUM || parsed.value > SCORE_MAXIMUM) return EINVAL;
  return lowers(task, parsed.value, caller) || task.accounting.setKillAdjustment(parsed.value) || taken(value);
}

export function writeOomAdj(value: Uint8Array, _at: number, task: TaskView, caller: Caller): number | Errno {
  const parsed = kstrtoint(strstrip(cString(value, NUMBER_LIMIT)), 0);
  if (isErrno(parsed)) return parsed;
  const legacy = parsed.value;
  if (legacy < LEGACY_DISABLE || legacy > LEGACY_MAXIMUM) return EINVAL;
  return lowers(task, fromLegacy(legacy), caller) || task.accounting.setLegacyKillAdjustment(legacy) || taken(value);
}

/** EACCES where the caller would protect the process more than it may. */
function lowers(task: TaskView, adjustment: number, caller: Caller): Errno | 0 {
  const kill = task.accounting.killAdjustment();
  if (isErrno(kill)) return kill;
  return adjustment < kill.adjustment && !caller.capable(CAP_SYS_RESOURCE) ? EACCES : 0;
}

function taken(value: Uint8Array): number {
  return Math.min(value.length, NUMBER_LIMIT);
}
