/** The threads of this Linux machine, as callers of a mount. */

import { isErrno } from '../../fs/errno.ts';
import type { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import type { ThreadDirectory, ThreadIdentity } from '../fuse/fuse-caller.ts';

export class HostThreads implements ThreadDirectory {
  readonly #host: HostSource;
  readonly #userNamespace: string;

  constructor(host: HostSource) {
    this.#host = host;
    const own = host.files.readlink('self/ns/user');
    this.#userNamespace = isErrno(own) ? '' : own;
  }

  find(threadId: number): ThreadIdentity | undefined {
    const status = this.#host.view().task(threadId)?.status();
    if (status === undefined || isErrno(status)) return undefined;
    return {
      processId: status.processId,
      groups: status.groups,
      capabilities: this.#sharesNamespace(threadId) ? BigInt(status.capabilities.effective) : 0n,
    };
  }

  /** Capabilities count only in the user namespace that they were given in. */
  #sharesNamespace(threadId: number): boolean {
    const theirs = this.#host.files.readlink(`${threadId}/ns/user`);
    return isErrno(theirs) || theirs === this.#userNamespace;
  }
}
