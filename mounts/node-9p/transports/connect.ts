/** Streams to servers: TCP, TLS, unix sockets. */

import { type Socket, connect as connectSocket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { ByteStream } from '../connection.ts';
import { parseAddress } from './address.ts';

export interface ConnectOptions {
  /** Speaks TLS over TCP; `cert` and `key` prove who the client is. */
  readonly tls?: ConnectionOptions;
}

/** Connects to an address (`tcp!HOST!PORT`, `unix!PATH`). Rejects with the system's error. */
export function openStream(address: string, options: ConnectOptions = {}): Promise<ByteStream> {
  const parsed = parseAddress(address);
  if (typeof parsed === 'string') return Promise.reject(new Error(`${address}: ${parsed}`));
  return new Promise((resolve, reject) => {
    const { tls } = options;
    const where = parsed.kind === 'tcp' ? { host: parsed.host, port: parsed.port } : { path: parsed.path };
    const socket: Socket = tls ? connectTls({ ...where, ...tls }) : connectSocket(where);
    socket.once('error', reject);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      socket.setNoDelay(true);
      resolve({ readable: socket, writable: socket, destroy: () => socket.destroy() });
    });
  });
}
