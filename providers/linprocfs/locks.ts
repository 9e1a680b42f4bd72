/** /proc/locks (fs/locks.c lock_get_status, proc_locks(5)). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function locks(out: TextWriter, kernel: KernelView): void {
  for (const lock of kernel.fileLocks()) {
    out.decimal(lock.id).text(': ');
    // Each that waits is indented one column further than what it waits for.
    if (lock.depth > 0) out.repeat(0x20, lock.depth - 1).text('-> ');
    if (lock.kind === 'UNKNOWN') out.text('UNKNOWN ').text(lock.state).text('  ');
    else out.textLeft(lock.kind, 6).space().textLeft(lock.state, 9).space();
    out.text(lock.mode).space().signed(lock.processId);
    if (lock.file) {
      out.space().hexZero(lock.file.major, 2).byte(0x3a).hexZero(lock.file.minor, 2).byte(0x3a).decimal(lock.file.inode);
    } else {
      out.text(' <none>:0');
    }
    out.space().decimal(lock.start).space();
    if (lock.end === undefined) out.text('EOF\n');
    else out.decimal(lock.end).newline();
  }
}
