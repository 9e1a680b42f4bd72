/** A lock's line without its end, in /proc/locks and PID/fdinfo/N (fs/locks.c lock_get_status). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { FileLock } from '../model/file-lock.ts';

const COLON = 0x3a;

export function fileLock(out: TextWriter, lock: FileLock): void {
  out.decimal(lock.number).text(': ');
  if (lock.depth > 0) out.textRight('-> ', lock.depth + 2);
  out.textLeft(lock.kind, 6).space();
  // The column is ten wide but for the kind that the kernel does not know.
  if (lock.kind === 'UNKNOWN') out.text('UNKNOWN  ');
  else out.textLeft(lock.state, 9).space();
  out.text(lock.type).space();
  out.signed(lock.pid).space();
  if (lock.file) {
    out.hexZero(lock.file.major, 2).byte(COLON).hexZero(lock.file.minor, 2).byte(COLON).decimal(lock.file.inode);
  } else {
    out.text('<none>:0');
  }
  out.space().signed64(lock.start).space();
  if (lock.end === undefined) out.text('EOF');
  else out.signed64(lock.end);
}
