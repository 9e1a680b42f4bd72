/** How programs end that were run in our place, and how we end like them. */

import { constants as system } from 'node:os';

/** How a program ended. */
export interface Ending {
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** Why it could not be started. */
  readonly error: NodeJS.ErrnoException | undefined;
}

/** Signals that end a process without a core dump: these we can die of as well as our child did. */
const HARMLESS: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGKILL',
  'SIGPIPE',
  'SIGALRM',
  'SIGUSR1',
  'SIGUSR2',
];

/**
 * Ends as a program ended: with its status, or of its signal where that leaves no core dump of ours. Returns the status
 * for when we live on.
 */
export function endLike({ status, signal }: Ending): number {
  if (signal === undefined) return status ?? 1;
  if (HARMLESS.includes(signal)) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  return 128 + (system.signals[signal] ?? 0);
}
