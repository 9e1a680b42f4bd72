/** What a server reports. */

import type { Peer } from './operations.ts';

/** Something that whoever runs a server may want to know. */
export interface LogEvent {
  /**
   * `limit`: a limit was reached, which is said once until it is no more; `protocol`: a client broke the protocol, and
   * its connection was closed; `fault`: an operation failed by a mistake of the file server's; `connection`: one began or
   * ended.
   */
  readonly kind: 'limit' | 'protocol' | 'fault' | 'connection';
  /** A line for people. */
  readonly text: string;
  readonly peer?: Pick<Peer, 'id' | 'address'>;
  /** What was thrown. */
  readonly error?: unknown;
}

export type Log = (event: LogEvent) => void;
