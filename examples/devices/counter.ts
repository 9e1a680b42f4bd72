/** A counter: each opening reads a number, one higher than the one before; writing a number sets it. */

import { EINVAL } from '../../fs/errno.ts';
import type { Driver } from '../../fs/devices/driver.ts';

/** Makes a counter. */
export function counter(): Driver<string> {
  let count = 0;
  return {
    open: () => `${count++}\n`,
    read: ({ state }, into, at) => Buffer.from(state).copy(into, 0, at),
    write(_file, from) {
      const value = Number(Buffer.from(from).toString());
      return Number.isSafeInteger(value) ? ((count = value), from.length) : EINVAL;
    },
  };
}
