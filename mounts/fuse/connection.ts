/** One served connection: what both serving loops do with a request. */

import { closeSync, writeSync, writevSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { EIO } from '../../fs/errno.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import type { Counters } from './counters.ts';
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { Doorbell } from './doorbell.ts';
import { FUSE_BATCH_FORGET, FUSE_FORGET, FUSE_INTERRUPT, OUT_HEADER_SIZE } from './protocol.ts';

/** One request in so many has its service time measured. A power of two. */
const TIMED_EVERY = 16;
/** Replies shorter than this are sent from views that are kept, one for each length. */
const VIEWED = 4096;

export interface ServeOptions extends Omit<DispatcherOptions, 'send'> {
  readonly counters: Counters;
  readonly doorbell: Doorbell;
  /** Called in the serving thread after somebody rang: it looks at what made them. */
  readonly rung: () => void;
  /** Hears of requests that failed by a mistake of ours; they are answered with EIO. */
  readonly failed: (error: unknown) => void;
}

export class Connection {
  readonly #descriptor: number;
  readonly #fileSystem: FileSystem;
  readonly #options: ServeOptions;
  readonly #dispatcher: Dispatcher;
  /** The replies of each length, as writev(2) takes them: it has less on the way to the system call than write(2). */
  readonly #views: (readonly Uint8Array[] | undefined)[] = new Array<undefined>(VIEWED).fill(undefined);
  #untimed = 0;

  constructor(descriptor: number, fileSystem: FileSystem, options: ServeOptions) {
    this.#descriptor = descriptor;
    this.#fileSystem = fileSystem;
    this.#options = options;
    this.#dispatcher = new Dispatcher(fileSystem, {
      ...options,
      send: (bytes, length) => write(descriptor, bytes, length),
    });
  }

  /** Answers a request, which is borrowed as by `Dispatcher.handle`. */
  answer(request: Buffer, words: Uint32Array, length: number): void {
    const { counters, doorbell } = this.#options;
    const dispatcher = this.#dispatcher;
    const timed = ++this.#untimed === TIMED_EVERY;
    const started = timed ? performance.now() : 0;
    try {
      const size = dispatcher.handle(request, words, length);
      if (size > 0) this.#reply(size);
    } catch (error) {
      counters.fault();
      this.#options.failed(error);
      const size = refuse(dispatcher, words);
      if (size > 0) this.#reply(size);
    }
    dispatcher.sent();
    if (timed) {
      this.#untimed = 0;
      counters.time(performance.now() - started);
    }
    counters.count(words[1] as number, dispatcher);
    if (doorbell.rung()) {
      this.#fileSystem.changed?.wakeAll();
      this.#options.rung();
    }
  }

  /** Sends the reply that has been built, of so many bytes. */
  #reply(size: number): void {
    const { bytes } = this.#dispatcher.reply;
    if (size >= VIEWED) return write(this.#descriptor, bytes, size);
    const view = (this.#views[size] ??= [bytes.subarray(0, size)]);
    try {
      writevSync(this.#descriptor, view);
    } catch (error) {
      if (!isNoLongerAwaited(error)) throw error;
    }
  }

  /** Gives up what the connection held. `close` tells whether the descriptor is ours to close. */
  end(close: boolean): void {
    this.#dispatcher.end();
    if (this.#options.doorbell.close() && close) closeSync(this.#descriptor);
    this.#fileSystem.dispose?.();
  }
}

/** Makes the reply to a request that we failed at. Returns its length; 0 for requests that get none. */
function refuse(dispatcher: Dispatcher, words: Uint32Array): number {
  const opcode = words[1];
  if (opcode === FUSE_FORGET || opcode === FUSE_BATCH_FORGET || opcode === FUSE_INTERRUPT) return 0;
  return dispatcher.reply.header(OUT_HEADER_SIZE, EIO, words[2] as number, words[3] as number);
}

/** Writes one message. */
function write(fuseDescriptor: number, bytes: Buffer, length: number): void {
  try {
    writeSync(fuseDescriptor, bytes, 0, length);
  } catch (error) {
    if (!isNoLongerAwaited(error)) throw error;
  }
}

/** Whether a message failed since nobody waits for it: its request was aborted, or the connection, as the next read shows. */
function isNoLongerAwaited(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENODEV' || code === 'ECONNABORTED';
}
