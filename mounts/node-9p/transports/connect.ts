/** Streams to servers: TCP, TLS, unix sockets. */

import { type Socket, connect as connectSocket, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { ByteStream } from '../connection.ts';
import { ETIMEDOUT, RemoteError } from '../errors.ts';
import { KEEP_ALIVE_MS, parseAddress } from './address.ts';

export interface ConnectOptions {
  /** Speaks TLS over TCP; `cert` and `key` prove who the client is. */
  readonly tls?: ConnectionOptions;
  /** How long connecting may take, in milliseconds. As long as the system likes by default. */
  readonly connectMilliseconds?: number;
}

/** Connects to an address (`tcp!HOST!PORT`, `unix!PATH`). Rejects with the system's error. */
export function openStream(address: string, options: ConnectOptions = {}): Promise<ByteStream> {
  const parsed = parseAddress(address);
  if (typeof parsed === 'string') return Promise.reject(new Error(`${address}: ${parsed}`));
  return new Promise((resolve, reject) => {
    const { tls, connectMilliseconds } = options;
    const where = parsed.kind === 'tcp' ? { host: parsed.host, port: parsed.port } : { path: parsed.path };
    // An address has no name to ask for.
    const name = parsed.kind === 'tcp' && !isIP(parsed.host) ? { servername: parsed.host } : {};
    const socket: Socket = tls ? connectTls({ ...where, ...name, ...tls }) : connectSocket(where);
    const timer =
      connectMilliseconds === undefined
        ? undefined
        : setTimeout(() => socket.destroy(new RemoteError(ETIMEDOUT)), connectMilliseconds);
    const failed = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once('error', failed);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      socket.setNoDelay(true);
      if (parsed.kind === 'tcp') socket.setKeepAlive(true, KEEP_ALIVE_MS);
      resolve({ readable: socket, writable: socket, destroy: () => socket.destroy() });
    });
  });
}
