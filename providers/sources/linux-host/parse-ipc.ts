/** Parsers of the files about System V objects and file locks: the inverse of linprocfs. */

import type { U64 } from '../../../fs/u64.ts';
import type { FileLock, IpcObject, MessageQueue, SemaphoreSet, SharedMemory } from '../../model/ipc.ts';
import { numberedRows } from './parse-rows.ts';
import type { Scanner } from './scanner.ts';

function identity(scanner: Scanner): Pick<IpcObject, 'key' | 'id' | 'mode'> {
  return { key: scanner.signed(), id: scanner.signed(), mode: scanner.octal() };
}

function owners(scanner: Scanner): Pick<IpcObject, 'uid' | 'gid' | 'creatorUid' | 'creatorGid'> {
  return { uid: scanner.number(), gid: scanner.number(), creatorUid: scanner.number(), creatorGid: scanner.number() };
}

/** /proc/sysvipc/msg */
export function parseMessageQueues(scanner: Scanner): MessageQueue[] {
  return numberedRows(scanner, () => ({
    ...identity(scanner),
    bytes: scanner.decimal(),
    messages: scanner.decimal(),
    lastSender: scanner.number(),
    lastReceiver: scanner.number(),
    ...owners(scanner),
    sent: scanner.decimal(),
    received: scanner.decimal(),
    changed: scanner.decimal(),
  }));
}

/** /proc/sysvipc/sem */
export function parseSemaphoreSets(scanner: Scanner): SemaphoreSet[] {
  return numberedRows(scanner, () => ({
    ...identity(scanner),
    count: scanner.decimal(),
    ...owners(scanner),
    operated: scanner.decimal(),
    changed: scanner.decimal(),
  }));
}

/** /proc/sysvipc/shm */
export function parseSharedMemory(scanner: Scanner): SharedMemory[] {
  return numberedRows(scanner, () => ({
    ...identity(scanner),
    size: scanner.decimal(),
    creator: scanner.number(),
    lastUser: scanner.number(),
    attachments: scanner.decimal(),
    ...owners(scanner),
    attached: scanner.decimal(),
    detached: scanner.decimal(),
    changed: scanner.decimal(),
    resident: scanner.decimal(),
    swapped: scanner.decimal(),
  }));
}

const COLON = 0x3a;
const SPACE = 0x20;

/** /proc/locks */
export function parseFileLocks(scanner: Scanner): FileLock[] {
  return numberedRows(scanner, () => {
    const id = scanner.decimal();
    scanner.take(COLON);
    scanner.take(SPACE);
    const start = scanner.at;
    scanner.blanks();
    const depth = scanner.takeText('->') ? scanner.at - start - 1 : 0;
    const kind = scanner.word() as FileLock['kind'];
    const state = scanner.word();
    const mode = scanner.word() as FileLock['mode'];
    const processId = scanner.signed();
    scanner.blanks();
    const file = scanner.takeText('<none>:0') ? undefined : place(scanner);
    const first = scanner.decimal();
    scanner.blanks();
    return { id, depth, kind, state, mode, processId, file, start: first, end: end(scanner) };
  });
}

function place(scanner: Scanner): NonNullable<FileLock['file']> {
  const major = Number(scanner.hex());
  scanner.take(COLON);
  const minor = Number(scanner.hex());
  scanner.take(COLON);
  return { major, minor, inode: scanner.decimal() };
}

function end(scanner: Scanner): U64 | undefined {
  return scanner.takeText('EOF') ? undefined : scanner.decimal();
}
