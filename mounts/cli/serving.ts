/** What every command that serves does at its start and at its end. */

import { explain } from './failure.ts';
import { type Order, report } from './order.ts';
import { complain } from './output.ts';

/** How often to look whether npm is still there, in milliseconds. */
const PARENT_MS = 500;

/** Resolves with the first signal that asks for the end. Later ones find the end on its way. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
    // npm hands on two of them only. Nobody can end us from the terminal any more once it has gone.
    if (process.env['npm_lifecycle_event'] === 'start') {
      const parent = process.ppid;
      const look = (): void => void (process.ppid !== parent && resolve('SIGHUP'));
      setInterval(look, PARENT_MS).unref();
    }
  });
}

/** Tells who gave the order that nothing is served; returns the exit status. In the foreground that is for the caller to say. */
export function failedToStart(order: Order, error: unknown): number {
  const { line, status } = explain(error);
  report(order, line);
  if (order.notify === undefined) throw error;
  complain(line);
  return status;
}
