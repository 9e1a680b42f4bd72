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
process.on('disconnect', () => {
  // What hangs goes too: the group is ours.
  if (process.platform !== 'win32') process.kill(0, 'SIGKILL');
  process.exit(0);
});
