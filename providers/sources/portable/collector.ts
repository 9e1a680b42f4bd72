/**
 * The process that asks systeminformation: some of its calls wait for programs, and a program may hang. It answers whoever
 * started it, and ends with it.
 */

import { collect } from './collect.ts';
import type { Part } from './parts.ts';

const send = (message: object): void => void process.send?.(message, undefined, undefined, () => undefined);

process.on('message', (part: Part) => {
  void collect(part).then(send, () => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
// Programs ask whoever holds the terminal; a signal from there is for the one that started us.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
