/** Takes connections for a server: over TCP, with or without TLS, and over unix sockets. */

import { type Server as NetServer, type Socket, createServer } from 'node:net';
import { type TLSSocket, type TlsOptions, createServer as createTlsServer } from 'node:tls';
import type { Server } from '../server.ts';
import { type Address, KEEP_ALIVE_MS, formatAddress, parseAddress } from './address.ts';

export interface ListenOptions {
  /** Speaks TLS; with `requestCert` and `ca`, clients must have a certificate. */
  readonly tls?: TlsOptions;
  /** Permission bits of a unix socket; only its owner may connect by default. */
  readonly mode?: number;
}

/** An address at which a server takes connections. */
export interface Listener {
  /** With the port that was chosen, where the one asked for was 0. */
  readonly address: string;
  /** Takes no more connections. */
  close(): Promise<void>;
}

/** How many connections may wait to be taken. */
const BACKLOG = 511;

/**
 * Has a server take connections at an address (`tcp!HOST!PORT`, `unix!PATH`). Rejects with the system's error, or an
 * Error that says what is wrong with the address.
 */
export async function listen(server: Server, address: string, options: ListenOptions = {}): Promise<Listener> {
  const parsed = parseAddress(address);
  if (typeof parsed === 'string') throw new Error(`${address}: ${parsed}`);
  const take = (socket: Socket): void => {
    socket.setNoDelay(true);
    if (parsed.kind === 'tcp') socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const from =
      parsed.kind === 'tcp' ? `tcp!${socket.remoteAddress}!${socket.remotePort}` : `${formatAddress(parsed)}`;
    server.serve({ readable: socket, writable: socket, destroy: () => socket.destroy() }, from, certifiedName(socket));
  };
  const { tls } = options;
  // A client may say that it has no more requests, and still take its replies.
  const listener = tls
    ? createTlsServer({ allowHalfOpen: true, ...tls }, take)
    : createServer({ allowHalfOpen: true, noDelay: true }, take);
  // A handshake that fails concerns nobody else.
  listener.on('tlsClientError', (_error, socket: TLSSocket) => socket.destroy());
  await bound(listener, parsed, options.mode ?? 0o600);
  const actual = listener.address();
  const chosen: Address =
    parsed.kind === 'tcp' && typeof actual === 'object' && actual ? { ...parsed, port: actual.port } : parsed;
  return {
    address: formatAddress(chosen),
    close: () => new Promise((resolve) => listener.close(() => resolve())),
  };
}

function bound(listener: NetServer, address: Address, mode: number): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    const ready = (): void => {
      listener.off('error', reject);
      listener.on('error', () => {});
      resolve();
    };
    if (address.kind === 'tcp') {
      listener.listen({ host: address.host, port: address.port, backlog: BACKLOG }, ready);
      return;
    }
    // The socket is made by this call: with this mask nobody else can ever connect too early.
    const mask = process.umask(0o777 & ~mode);
    listener.listen({ path: address.path, backlog: BACKLOG }, ready);
    process.umask(mask);
  });
}

/** The common name of a client's certificate, if it was asked for one and has a good one. */
function certifiedName(socket: Socket): string | undefined {
  const secure = socket as Partial<TLSSocket>;
  if (!secure.authorized || !secure.getPeerCertificate) return undefined;
  const name = secure.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : name?.[0];
}
