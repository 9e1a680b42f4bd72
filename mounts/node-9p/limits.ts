/** How much a server gives to its clients. */

import { MAXIMUM_MSIZE } from './protocol.ts';

export interface Limits {
  /** Connections at once; further ones are closed at once. */
  readonly connections: number;
  /** Fids of one connection; a request for another one fails with EMFILE. */
  readonly fids: number;
  /** Bytes of one message. */
  readonly messageSize: number;
  /** Requests of one connection that are being worked at; further ones wait, and then their connection is not read. */
  readonly outstanding: number;
  /**
   * Bytes of replies that a client has yet to take, besides what its socket holds, before no more of its requests are
   * looked at. More is not faster: the next reply is then built in memory that is no longer at hand.
   */
  readonly unsent: number;
  /** Bytes of requests that wait for others to end. */
  readonly waiting: number;
  /** Bytes of extended attributes that are being written by one connection. */
  readonly attributes: number;
  /** How long a connection has to say Tversion, in milliseconds. */
  readonly handshakeMilliseconds: number;
  /** How long a message that has begun may take to come in. */
  readonly messageMilliseconds: number;
  /** How long a client may take nothing of what is being sent to it. */
  readonly stalledMilliseconds: number;
}

export const DEFAULT_LIMITS: Limits = {
  connections: 1024,
  fids: 262_144,
  messageSize: MAXIMUM_MSIZE,
  outstanding: 256,
  unsent: 256 << 10,
  waiting: 1 << 20,
  attributes: 1 << 20,
  handshakeMilliseconds: 10_000,
  messageMilliseconds: 60_000,
  stalledMilliseconds: 300_000,
};
