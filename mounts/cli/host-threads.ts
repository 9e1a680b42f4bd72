/** The threads of this Linux machine, as callers of a mount. */

import { isErrno } from '../../fs/errno.ts';
import type { UserNamespace } from '../../fs/user-namespace.ts';
import type { IdMapKind, IdRange } from '../../providers/model/task-security.ts';
import type { TaskStatus, TaskView } from '../../providers/model/task.ts';
import type { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { isReadingLink } from '../../providers/sources/linux-host/system-call.ts';
import type { ThreadDirectory, ThreadIdentity } from '../fuse/fuse-caller.ts';

/** Capabilities count only in the user namespace that they were given in. */
function identity(task: TaskView, status: TaskStatus, sharesNamespace: boolean): ThreadIdentity {
  const { processId, groups, capabilities } = status;
  if (sharesNamespace) return { processId, groups, capabilities: capabilities.effective, foreign: undefined };
  const mappings = (kind: IdMapKind): readonly IdRange[] => {
    const ranges = task.security.idMap(kind);
    return isErrno(ranges) ? [] : ranges;
  };
  const foreign: UserNamespace = {
    users: mappings('uid'),
    groups: mappings('gid'),
    projects: mappings('projid'),
    capabilities: capabilities.effective,
  };
  return { processId, groups, capabilities: 0, foreign };
}

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
    const task = view.task(threadId);
    const status = task?.status();
    this.#lastId = threadId;
    this.#lastEpoch = this.#host.epoch;
    this.#last =
      !task || status === undefined || isErrno(status) ? undefined : identity(task, status, this.#sharesNamespace(threadId));
    return this.#last;
  }

  isReadingLink(threadId: number): boolean | undefined {
    return isReadingLink(this.#host.files, threadId);
  }

  #sharesNamespace(threadId: number): boolean {
    const theirs = this.#host.files.readlink(`${threadId}/ns/user`);
    return isErrno(theirs) || theirs === this.#userNamespace;
  }
}
