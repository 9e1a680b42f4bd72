/** Parses a lock's line, in /proc/locks and PID/fdinfo/N: the inverse of linprocfs/file-lock.ts. */

import type { FileLock, FileLockKind, FileLockState } from '../../model/file-lock.ts';
import type { Scanner } from './scanner.ts';

const COLON = 0x3a;

/** Takes the line and its end. */
export function parseFileLock(scanner: Scanner): FileLock {
  const number = scanner.decimal();
  scanner.take(COLON);
  const start = scanner.at;
  let depth = 0;
  scanner.blanks();
  if (scanner.takeText('-> ')) depth = scanner.at - start - 3;
  const kind = scanner.word() as FileLockKind;
  const state = scanner.word() as FileLockState;
  const type = scanner.word() as FileLock['type'];
  const pid = scanner.signed();
  const file = parseFile(scanner);
  const first = scanner.signed64();
  scanner.blanks();
  const end = scanner.takeText('EOF') ? undefined : scanner.signed64();
  scanner.nextLine();
  return { number, depth, kind, state, type, pid, file, start: first, end };
}

function parseFile(scanner: Scanner): FileLock['file'] {
  scanner.blanks();
  if (scanner.takeText('<none>:0')) return undefined;
  const major = Number(scanner.hex());
  const minor = Number(scanner.skip(1).hex());
  return { major, minor, inode: scanner.skip(1).decimal() };
}
