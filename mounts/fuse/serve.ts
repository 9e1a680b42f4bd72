/** The blocking serving loop: the fastest way to answer /dev/fuse, for a thread that does nothing else. */

import { readvSync } from 'node:fs';
import type { FileSystem } from '../../fs/vnode.ts';
import { Connection, type ServeOptions } from './connection.ts';
import { REQUEST_CAPACITY } from './init.ts';

/** How long to wait between two looks at whether the descriptor has been mounted, in milliseconds. */
const MOUNTING_MS = 1;

/**
 * Serves a connection until it ends or the doorbell says stop, closes the descriptor, and returns. The thread must have
 * nothing else to do: no timer or message of it runs meanwhile, which is what the doorbell is for.
 *
 * It may be called before the descriptor is mounted. Then the first request is answered by a thread that was ready for
 * it, so that nobody has to get along without the place that the mount covers, be it /proc itself.
 */
export function serveBlocking(fuseDescriptor: number, fileSystem: FileSystem, options: ServeOptions): void {
  const connection = new Connection(fuseDescriptor, fileSystem, options);
  try {
    loop(fuseDescriptor, connection, options);
  } finally {
    connection.end(true);
  }
}

function loop(fuseDescriptor: number, connection: Connection, { doorbell }: ServeOptions): void {
  const request = Buffer.allocUnsafeSlow(REQUEST_CAPACITY);
  // readv(2) has less on the way to the system call than read(2).
  const into = [request];
  const words = new Uint32Array(request.buffer, request.byteOffset, REQUEST_CAPACITY >> 2);
  while (!doorbell.stopped) {
    let length: number;
    try {
      length = readvSync(fuseDescriptor, into);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // ENOENT: the request was interrupted before we got it.
      if (code === 'EINTR' || code === 'EAGAIN' || code === 'ENOENT') continue;
      if (code === 'EPERM') {
        doorbell.sleep(MOUNTING_MS);
        continue;
      }
      if (code === 'ENODEV' || code === 'ECONNABORTED' || code === 'EBADF') break;
      throw error;
    }
    connection.answer(request, words, length);
  }
}
