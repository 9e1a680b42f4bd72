/** The blocking serving loop: the fastest way to answer /dev/fuse, for a thread that does nothing else. */

import { closeSync, readSync, writeSync } from 'node:fs';
import { EIO } from '../../fs/errno.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import type { Counters } from './counters.ts';
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { Doorbell } from './doorbell.ts';
import { REQUEST_CAPACITY } from './init.ts';
import { FUSE_BATCH_FORGET, FUSE_FORGET, FUSE_INTERRUPT, OUT_HEADER_SIZE } from './protocol.ts';

/** One request in so many has its service time measured. A power of two. */
const TIMED_EVERY = 16;
/** How long to wait between two looks at whether the descriptor has been mounted, in milliseconds. */
const MOUNTING_MS = 1;

export interface ServeOptions extends Omit<DispatcherOptions, 'send'> {
  readonly counters: Counters;
  readonly doorbell: Doorbell;
  /** Called in the serving thread after somebody rang: it looks at what made them. */
  readonly rung: () => void;
  /** Hears of requests that failed by a mistake of ours; they are answered with EIO. */
  readonly failed: (error: unknown) => void;
}

/**
 * Serves a connection until it ends or the doorbell says stop, closes the descriptor, and returns. The thread must have
 * nothing else to do: no timer or message of it runs meanwhile, which is what the doorbell is for.
 *
 * It may be called before the descriptor is mounted. Then the first request is answered by a thread that was ready for
 * it, so that nobody has to get along without the place that the mount covers, be it /proc itself.
 */
export function serveBlocking(fuseDescriptor: number, fileSystem: FileSystem, options: ServeOptions): void {
  try {
    loop(fuseDescriptor, fileSystem, options);
  } finally {
    if (options.doorbell.close()) closeSync(fuseDescriptor);
    fileSystem.dispose?.();
  }
}

function loop(fuseDescriptor: number, fileSystem: FileSystem, options: ServeOptions): void {
  const { counters, doorbell } = options;
  const request = Buffer.allocUnsafeSlow(REQUEST_CAPACITY);
  const words = new Uint32Array(request.buffer, request.byteOffset, REQUEST_CAPACITY >> 2);
  const send = (bytes: Buffer, length: number): void => write(fuseDescriptor, bytes, length);
  const dispatcher = new Dispatcher(fileSystem, { ...options, send });
  const reply = dispatcher.reply.bytes;
  let untimed = 0;
  while (!doorbell.stopped) {
    let length: number;
    try {
      length = readSync(fuseDescriptor, request, 0, REQUEST_CAPACITY, null);
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
    const timed = ++untimed === TIMED_EVERY;
    const started = timed ? performance.now() : 0;
    try {
      const size = dispatcher.handle(request, words, length);
      if (size > 0) write(fuseDescriptor, reply, size);
      dispatcher.sent();
    } catch (error) {
      counters.fault();
      options.failed(error);
      const size = refuse(dispatcher, words);
      if (size > 0) write(fuseDescriptor, reply, size);
      dispatcher.sent();
    }
    if (timed) {
      untimed = 0;
      counters.time(performance.now() - started);
    }
    counters.count(words[1] as number, dispatcher);
    if (doorbell.rung()) {
      fileSystem.changed?.wakeAll();
      options.rung();
    }
  }
  dispatcher.end();
}

/** Makes the reply to a request that we failed at. Returns its length; 0 for requests that get none. */
function refuse(dispatcher: Dispatcher, words: Uint32Array): number {
  const opcode = words[1];
  if (opcode === FUSE_FORGET || opcode === FUSE_BATCH_FORGET || opcode === FUSE_INTERRUPT) return 0;
  return dispatcher.reply.header(OUT_HEADER_SIZE, EIO, words[2] as number, words[3] as number);
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
