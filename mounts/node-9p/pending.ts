/** Requests at work: what their operations see of them, and what is kept while their answers are not there. */

import type { Fid } from './fids.ts';
import type { Peer, Request } from './operations.ts';

/** One per connection is used again and again; one that an operation answers later becomes that operation's own. */
export class RequestState implements Request {
  readonly peer: Peer;
  aborted = false;
  #aborts: (() => void)[] | undefined;

  constructor(peer: Peer) {
    this.peer = peer;
  }

  onAbort(abort: () => void): void {
    if (this.aborted) queueMicrotask(abort);
    else (this.#aborts ??= []).push(abort);
  }

  /** The request is over: what listened to it is forgotten. */
  end(): void {
    this.#aborts = undefined;
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    const aborts = this.#aborts ?? [];
    this.#aborts = undefined;
    for (const abort of aborts) abort();
  }
}

/** A request whose answer comes later. */
export interface Pending {
  readonly type: number;
  readonly tag: number;
  readonly request: RequestState;
  /** The fid that it is about; it is kept until the answer is there. */
  readonly fid: Fid | undefined;
  /** The tags of the flushes that wait for it. */
  readonly flushes: number[];
  /** The session was ended: nobody is to hear of it. */
  dropped: boolean;
}
