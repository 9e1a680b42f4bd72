/** Whether a descriptor of the host is a terminal. */

import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { S_IFCHR, fileType } from '../../fs/stat.ts';

/** Memory devices on Linux, as /dev/null. */
const MEM_MAJOR = 1;

/** Tells; what asks the terminal is loaded only for what may be one. */
export function isTerminal(descriptor: number): boolean {
  try {
    const { mode, rdev } = fstatSync(descriptor);
    if (fileType(mode) !== S_IFCHR || (process.platform === 'linux' && rdev >>> 8 === MEM_MAJOR)) return false;
  } catch {
    return false;
  }
  return isatty(descriptor);
}
