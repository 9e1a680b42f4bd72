/** What file systems on host directories can do on this machine. */

import { SystemCalls } from '../../fs/passthrough/system-calls.ts';
import type { Feature } from '../../fs/testing/trial.ts';

/** What Node's calls do not suffice for, as far as something else makes the others here, in the file system of a directory. */
export function hostFeatures(directory: string): readonly Feature[] {
  const calls = SystemCalls.start('/proc/self/fd/');
  if (!calls) {
    console.log('skipped: extended attributes, special files and exact times of host directories: no perl');
    return [];
  }
  // Before Linux 6.6 what is in memory has attributes of some spaces only.
  const attributes = calls.setAttribute(directory, 'user.probe', new Uint8Array(1), 0) === 0;
  calls.close();
  return ['special', 'exchange', 'nanoseconds', ...(attributes ? (['xattr'] as const) : [])];
}
