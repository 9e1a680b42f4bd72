/** What a mount of a 9P server is told, as plain data. */

import type { Dialect } from '../node-9p/protocol.ts';

/** TLS to a server, by absolute paths of PEM files. */
export interface TlsFiles {
  /** Whose certificates are trusted; absent: those that Node.js trusts. */
  readonly authority?: string;
  /** What proves who the client is. */
  readonly certificate?: string;
  readonly key?: string;
  /** The name that the server's certificate has to have, if it is not the host's. */
  readonly name?: string;
}

export interface ProxyOptions {
  /** `tcp!HOST!PORT` or `unix!PATH`. */
  readonly address: string;
  /** Which of the server's trees; empty for its own choice. */
  readonly tree: string;
  /** Who attaches where all users are one; empty for the user that mounts. */
  readonly userName: string;
  /** The largest message to ask for; undefined for as large as it can be. */
  readonly messageSize: number | undefined;
  /** The versions of the protocol to ask for, in this order. */
  readonly dialects: readonly Dialect[];
  /**
   * Who the server sees: each user as themselves (`user`; in 9P2000, which has no numbers of users, as `any`), the
   * mounting user for everybody (`any`), or for one user with everybody else being refused (a number).
   */
  readonly access: 'user' | 'any' | number;
  /** What the kernel may remember: nothing, or all for as long as it likes (`loose`), for trees that nobody else changes. */
  readonly cache: 'none' | 'loose';
  /** Present where the server is spoken to by TLS. */
  readonly tls: TlsFiles | undefined;
  /** After so many seconds of silence a server that owes an answer is taken for dead; 0: never. */
  readonly timeout: number;
}

/** What holds where nothing is said. */
export const DEFAULT_PROXY_OPTIONS: Omit<ProxyOptions, 'address'> = {
  tree: '',
  userName: '',
  messageSize: undefined,
  dialects: ['9P2000.L', '9P2000.u', '9P2000'],
  access: 'user',
  cache: 'none',
  tls: undefined,
  timeout: 0,
};
