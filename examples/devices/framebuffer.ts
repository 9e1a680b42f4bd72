/** A framebuffer of 32-bit pixels (red, green, blue and one unused), which can be read and written anywhere in it. */

import { ENOSPC } from '../../fs/errno.ts';
import type { Driver } from '../../fs/devices/driver.ts';

/** Makes one in some memory; `changed` is called after each write. */
export function framebuffer(memory: Buffer, changed: () => void): Driver {
  return {
    size: () => memory.length,
    read: (_file, into, at) => memory.copy(into, 0, at),
    write(_file, from, at) {
      const count = Buffer.from(from.buffer, from.byteOffset, from.length).copy(memory, at);
      changed();
      return count === 0 && from.length > 0 ? ENOSPC : count;
    },
  };
}
