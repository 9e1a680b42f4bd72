/** The threads of this Linux machine, as callers of a mount. */

import { isErrno } from '../../fs/errno.ts';
import type { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { isReadingLink } from '../../providers/sources/linux-host/system-call.ts';
import type { ThreadDirectory, ThreadIdentity } from '../fuse/fuse-caller.ts';

export class HostThreads implements ThreadDirectory {
  readonly #host: HostSource;
  readonly #userNamespace: string;
  readonly #exact: boolean;
  #lastId = 0;
  #lastEpoch = -1;
  #last: ThreadIdentity | undefined;

  /** With `exact`, a thread that changed its ids or groups just now is never taken for what it was. */
  constructor(host: HostSource, { exact = false }: { exact?: boolean } = {}) {
    this.#host = host;
    this.#exact = exact;
    const own = host.files.readlink('self/ns/user');
    this.#userNamespace = isErrno(own) ? '' : own;
  }

  find(threadId: number): ThreadIdentity | undefined {
    if (this.#exact) this.#host.invalidate();
    const view = this.#host.view();
    // One program asks many times in a row: what was found for it holds as long as the view does.
    if (threadId === this.#lastId && this.#host.epoch === this.#lastEpoch) return this.#last;
    const status = view.task(threadId)?.status();
    this.#lastId = threadId;
    this.#lastEpoch = this.#host.epoch;
    this.#last =
      status === undefined || isErrno(status)
        ? undefined
        : {
            processId: status.processId,
            groups: status.groups,
            capabilities: this.#sharesNamespace(threadId) ? status.capabilities.effective : 0,
          };
    return this.#last;
  }

  isReadingLink(threadId: number): boolean | undefined {
    return isReadingLink(this.#host.files, threadId);
  }

  /** Capabilities count only in the user namespace that they were given in. */
  #sharesNamespace(threadId: number): boolean {
    const theirs = this.#host.files.readlink(`${threadId}/ns/user`);
    return isErrno(theirs) || theirs === this.#userNamespace;
  }
}
