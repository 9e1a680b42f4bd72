/** What every command that serves does at its start and at its end. */

import { setTimeout as sleep } from 'node:timers/promises';
import { explain } from './explain.ts';
import { EXIT_FAILED } from './failure.ts';
import { type Order, report } from './order.ts';
import { complain } from './output.ts';

/** How often to look whether our parent is still there, in milliseconds. */
const PARENT_MS = 500;

/** How long a start that is not wanted any more may take to end by itself, in milliseconds. */
const START_MS = 1000;

/**
 * Resolves with the first signal that asks for the end. Later ones find the end on its way. The death of the process that we serve
 * for in the foreground is one: it hands on signals, but not SIGKILL.
 */
export function stopSignal({ starter }: Order): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
    // npm hands on two of them only. Nobody can end us from the terminal any more once it has gone.
    const parent = starter ?? (process.env['npm_lifecycle_event'] === 'start' ? process.ppid : undefined);
    if (parent !== undefined) {
      const look = (): void => void (process.ppid !== parent && resolve('SIGHUP'));
      setInterval(look, PARENT_MS).unref();
    }
  });
}

/**
 * Waits for a start. It may wait for another machine, for ever; whoever asks for the end meanwhile ends the process, and with
 * it goes what was begun.
 */
export async function unlessStopped<T>(starting: Promise<T>, stop: Promise<unknown> | undefined): Promise<T> {
  let over = false;
  void stop
    ?.then(() => sleep(START_MS, undefined, { ref: false }))
    .then(() => {
      if (!over) process.exit(EXIT_FAILED);
    });
  try {
    return await starting;
  } finally {
    over = true;
  }
}

/** Tells who gave the order that nothing is served; returns the exit status. In the foreground that is for the caller to say. */
export function failedToStart(order: Order, error: unknown): number {
  const { line, status } = explain(error);
  report(order, line);
  if (order.notify === undefined) throw error;
  complain(line);
  return status;
}
