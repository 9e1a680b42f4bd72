/** The kernel's values as the model has them. */

import { type U64, U64_MAX, u64FromHalves } from '../../../fs/u64.ts';
import type { Kernel } from '../kernel.ts';
import { SIGNAL_MAX, SIG_DFL, SIG_IGN, type SignalActions, SignalSet } from '../signals.ts';
import type { Task } from '../task.ts';

/** A resource limit. */
export function limitValue(limit: number | undefined): U64 {
  return limit === undefined || limit === Number.POSITIVE_INFINITY ? U64_MAX : limit;
}

/** Two halves of a mask. */
export function maskValue(low: number, high: number): U64 {
  return u64FromHalves(high >>> 0, low >>> 0);
}

/** The signals that are ignored or that have a handler, as halves of a mask. */
export function signalValue(actions: SignalActions, which: 'ignored' | 'caught'): [low: number, high: number] {
  const set = new SignalSet();
  for (let signal = 1; signal <= SIGNAL_MAX; signal++) {
    const { handler } = actions.of(signal);
    if (which === 'ignored' ? handler === SIG_IGN : handler !== SIG_IGN && handler !== SIG_DFL) set.add(signal);
  }
  return [set.low, set.high];
}

/** The letter of a task's state. */
export function stateOf(kernel: Kernel, task: Task): string {
  if (!task.process.alive) return 'Z';
  switch (task.state) {
    case 'runnable':
      return 'R';
    case 'waiting':
      return 'S';
    case 'stopped':
      return 'T';
    default:
      return kernel.tasks.get(task.tid) === task ? 'Z' : 'X';
  }
}
