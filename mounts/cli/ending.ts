/** How programs end that were run in our place, and how we end like them. */

import { constants as system } from 'node:os';

/** How a program ended. */
export interface Ending {
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** The signal's number, where Node may have no name for it. */
  readonly signalNumber?: number;
  /** Why it could not be started. */
  readonly error: NodeJS.ErrnoException | undefined;
}

/**
 * Signals that end a process without a core dump: these we can die of as well as our child did. Node ignores SIGPIPE, and would open its debugger's port at
 * SIGUSR1.
 */
const HARMLESS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'SIGALRM', 'SIGUSR2', 'SIGVTALRM', 'SIGIO', 'SIGPWR', 'SIGSTKFLT'];

/**
 * Ends as a program ended: with its status, or of its signal where that leaves no core dump of ours. Returns the status
 * for when we live on.
 */
export function endLike({ status, signal, signalNumber = 0 }: Ending): number {
  if (signal === undefined) return status ?? 1;
  if (HARMLESS.includes(signal)) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  return 128 + (system.signals[signal] ?? signalNumber);
}
