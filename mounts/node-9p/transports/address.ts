/** Addresses as Plan 9 writes them: `tcp!HOST!PORT` and `unix!PATH`. */

import { isIP } from 'node:net';

export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** The port that is registered for 9P. */
export const DEFAULT_PORT = 564;
/** How long a peer may be silent before TCP asks whether it is still there, in milliseconds. */
export const KEEP_ALIVE_MS = 60_000;

/** Reads an address; `tcp!HOST` has the port 564. Returns what is wrong with one that is none. */
export function parseAddress(text: string): Address | string {
  const [kind = '', ...rest] = text.split('!');
  if (kind === 'unix') {
    const path = rest.join('!');
    return path === '' ? 'unix!PATH needs a path' : { kind, path };
  }
  if (kind !== 'tcp') return 'an address is tcp!HOST!PORT or unix!PATH';
  const [host = '', port = String(DEFAULT_PORT), ...more] = rest;
  if (host === '' || more.length > 0) return 'tcp!HOST!PORT needs a host and a port';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return `${port} is no port`;
  return { kind, host: host === '*' ? '::' : host, port: Number(port) };
}

/** Writes an address. */
export function formatAddress(address: Address): string {
  return address.kind === 'unix' ? `unix!${address.path}` : `tcp!${address.host}!${address.port}`;
}

/** Whether only this machine reaches an address. */
export function isLocal(address: Address): boolean {
  if (address.kind === 'unix') return true;
  const { host } = address;
  if (host === 'localhost') return true;
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1';
}
