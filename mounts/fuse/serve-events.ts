/**
 * Serving a connection from the event loop, for a thread that has other things to do as well: other connections, 9P
 * sockets, timers, messages. It costs some microseconds more for each request than the blocking loop.
 *
 * Node polls no character device by its public functions, but libuv does if it is told that the descriptor is a pipe.
 * The binding for that is not documented; where it is missing `canServeEvents` says so, and the blocking loop in a
 * thread of its own has to do.
 */

import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { FileSystem } from '../../fs/vnode.ts';
import { Connection, type ServeOptions } from './connection.ts';
import type { Doorbell } from './doorbell.ts';
import { REQUEST_CAPACITY } from './init.ts';

/** How long to wait between two looks at whether the descriptor has been mounted, in milliseconds. */
const MOUNTING_MS = 1;

/** libuv's pipe, as far as we use it. */
interface PipeHandle {
  /** Returns 0, or a negative error number. */
  open(descriptor: number): number;
}

interface PipeBinding {
  readonly Pipe: new (type: number) => PipeHandle;
  readonly constants: { readonly SOCKET: number };
}

function pipeBinding(): PipeBinding | undefined {
  try {
    const { binding } = process as unknown as { binding?: (name: string) => unknown };
    const found = binding?.('pipe_wrap') as PipeBinding | undefined;
    return typeof found?.Pipe === 'function' ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this Node can poll /dev/fuse. */
export function canServeEvents(): boolean {
  return pipeBinding() !== undefined;
}

/** Who answers the requests of a connection. */
export interface RequestHandler {
  /** Answers a request, now or later; what it is given is borrowed until it returns. */
  answer(request: Buffer, words: Uint32Array, length: number): void;
  /** The connection has ended. `close` tells whether the descriptor is the handler's to close. */
  end(close: boolean): void;
}

/** Serves a file system until the connection ends, as `serveRequests` does. */
export function serveEvents(fuseDescriptor: number, fileSystem: FileSystem, options: ServeOptions): Promise<void> {
  return serveRequests(fuseDescriptor, new Connection(fuseDescriptor, fileSystem, options), options.doorbell);
}

/**
 * Serves a connection until it ends or the doorbell says stop, and closes the descriptor. It may be called before the
 * descriptor is mounted. The thread must never wait for anything in a mount that it serves.
 */
export async function serveRequests(fuseDescriptor: number, handler: RequestHandler, doorbell: Doorbell): Promise<void> {
  const binding = pipeBinding();
  if (!binding) throw new Error('this Node cannot poll /dev/fuse');
  let closesIt = true;
  try {
    if (!(await mounted(fuseDescriptor, doorbell))) return;
    const pipe = new binding.Pipe(binding.constants.SOCKET);
    const failure = pipe.open(fuseDescriptor);
    if (failure !== 0) throw new Error(`/dev/fuse cannot be polled (${failure})`);
    // From here on the socket closes the descriptor.
    closesIt = false;
    await poll(pipe, handler, doorbell);
  } finally {
    handler.end(closesIt);
  }
}

/** Waits until the descriptor is mounted. Returns false if the doorbell said stop before. */
async function mounted(fuseDescriptor: number, doorbell: Doorbell): Promise<boolean> {
  const nothing = Buffer.alloc(1);
  while (!doorbell.stopped) {
    try {
      readSync(fuseDescriptor, nothing, 0, 1, null);
    } catch (error) {
      // A mounted descriptor refuses a buffer that is so small.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') return true;
    }
    await new Promise((resolve) => setTimeout(resolve, MOUNTING_MS));
  }
  return false;
}

/** Answers the requests that come until there are no more. */
function poll(pipe: PipeHandle, handler: RequestHandler, doorbell: Doorbell): Promise<void> {
  const request = Buffer.allocUnsafeSlow(REQUEST_CAPACITY);
  const words = new Uint32Array(request.buffer, request.byteOffset, REQUEST_CAPACITY >> 2);
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    // Every read of /dev/fuse gives one whole request.
    const onread = {
      buffer: request,
      callback(length: number): boolean {
        try {
          handler.answer(request, words, length);
          if (doorbell.stopped) socket.destroy();
        } catch (error) {
          socket.destroy(error as Error);
        }
        return true;
      },
    };
    const socket = new Socket({ handle: pipe, onread, readable: true, writable: false, allowHalfOpen: true } as object);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The mount is gone, or the connection was aborted.
      if (error.code !== 'ENODEV' && error.code !== 'ECONNABORTED' && error.code !== 'ENOENT') failure = error;
    });
    socket.on('close', () => (failure ? reject(failure) : resolve()));
  });
}
