/** Sockets of servers that are gone: they stay in the file system, and keep others from listening there. */

import { linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';

/** What connecting fails with where somebody listens: one who is stopped or busy, or whom we may not ask. */
const STILL_THERE: ReadonlySet<string> = new Set(['EAGAIN', 'EACCES', 'EPERM']);

/** Whether somebody listens at a socket. */
export function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(STILL_THERE.has(error.code ?? '')));
  });
}

/** How many names were made to put a socket aside. */
let asides = 0;

/**
 * Removes a socket if nobody listens at it; tells what is there otherwise. Another server may find the same socket dead, and
 * listen in its place by the time that we remove it: so it is put aside first, and put back if it is not the one that was
 * looked at.
 */
export async function removeDeadSocket(path: string): Promise<'nothing' | 'living' | 'other'> {
  const dead = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  if (!dead) return 'nothing';
  if (!dead.isSocket()) return 'other';
  if (await isListening(path)) return 'living';
  const aside = `${path}.${process.pid}.${++asides}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'nothing';
    throw error;
  }
  const moved = lstatSync(aside, { bigint: true });
  // An inode number may be given out again, but not the moment at which it was made.
  const same = moved.ino === dead.ino && moved.mtimeNs === dead.mtimeNs;
  try {
    if (!same) linkSync(aside, path);
  } finally {
    unlinkSync(aside);
  }
  return same ? 'nothing' : 'living';
}
