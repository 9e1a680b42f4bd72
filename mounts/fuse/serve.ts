/** The blocking serving loop: the fastest way to answer /dev/fuse, for a thread that does nothing else. */

import { readSync, writeSync } from 'node:fs';
import type { FileSystem } from '../../fs/vnode.ts';
import type { Counters } from './counters.ts';
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { Doorbell } from './doorbell.ts';
import { REQUEST_CAPACITY } from './init.ts';

export interface ServeOptions extends Omit<DispatcherOptions, 'send'> {
  readonly counters: Counters;
  readonly doorbell: Doorbell;
  /** Called in the serving thread after somebody rang: it looks at what made them. */
  readonly rung: () => void;
}

/**
 * Serves a connection until it ends; returns then. The thread must have nothing else to do: no timer or message of it
 * runs meanwhile, which is what the doorbell is for.
 */
export function serveBlocking(fuseDescriptor: number, fileSystem: FileSystem, options: ServeOptions): void {
  const { counters, doorbell } = options;
  const request = Buffer.allocUnsafeSlow(REQUEST_CAPACITY);
  const words = new Uint32Array(request.buffer, request.byteOffset, REQUEST_CAPACITY >> 2);
  const send = (bytes: Buffer, length: number): void => write(fuseDescriptor, bytes, length);
  const dispatcher = new Dispatcher(fileSystem, { ...options, send });
  const reply = dispatcher.reply.bytes;
  for (;;) {
    let length: number;
    try {
      length = readSync(fuseDescriptor, request, 0, REQUEST_CAPACITY, null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // ENOENT: the request was interrupted before we got it.
      if (code === 'EINTR' || code === 'EAGAIN' || code === 'ENOENT') continue;
      if (code === 'ENODEV' || code === 'ECONNABORTED' || code === 'EBADF') break;
      throw error;
    }
    const size = dispatcher.handle(request, words, length);
    if (size > 0) write(fuseDescriptor, reply, size);
    counters.count(words[1] as number, dispatcher);
    if (doorbell.rung()) options.rung();
  }
  dispatcher.handles.releaseAll();
  fileSystem.dispose?.();
}

/** Writes one message. ENOENT means that its request was aborted meanwhile, and an ended connection shows at the next read. */
function write(fuseDescriptor: number, bytes: Buffer, length: number): void {
  try {
    writeSync(fuseDescriptor, bytes, 0, length);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENODEV' && code !== 'ECONNABORTED') throw error;
  }
}
