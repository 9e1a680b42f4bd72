/** What a process takes of the processor, as the kernel accounts for it. */

import { spawnSync } from 'node:child_process';

/** Where all are run: what is shared with other work disturbs one as much as the other. */
const CPU = '1';

/** What running a command once took. */
export interface Usage {
  /** CPU time of all its threads, user's and system's, in milliseconds. */
  readonly milliseconds: number;
  /** The most memory that was resident. */
  readonly mebibytes: number;
}

/** Runs a command by way of native/cpu-time.c. Throws where it fails: a program that did not run took no time. */
export function usageOf(runner: string, command: readonly string[]): Usage {
  const { status, stdout, stderr } = spawnSync('taskset', ['-c', CPU, runner, ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: status ${status}: ${stderr}`);
  const [microseconds = Number.NaN, kibibytes = Number.NaN] = stdout.split(' ').map(Number);
  return { milliseconds: microseconds / 1000, mebibytes: kibibytes / 1024 };
}
