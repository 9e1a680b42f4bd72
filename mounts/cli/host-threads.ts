/** The threads of this Linux machine, as callers of a mount. */

import type { Caller } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import type { UserNamespace } from '../../fs/user-namespace.ts';
import type { IdMapKind, IdRange } from '../../providers/model/task-security.ts';
import type { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { KeptFile } from '../../providers/sources/linux-host/kept-file.ts';
import { type TaskIdentity, amendIdentity, parseIdentity } from '../../providers/sources/linux-host/parse-task.ts';
import { isReadingLink } from '../../providers/sources/linux-host/system-call.ts';
import type { ThreadDirectory, ThreadIdentity } from '../fuse/fuse-caller.ts';

/** How many callers' files are kept open. */
const KEPT = 32;

/** A caller, and what was found of it for which view. */
interface Known {
  /** The descriptor stays with the thread that it was opened for, so it tells when that one has ended. */
  readonly status: KeptFile<TaskIdentity>;
  epoch: number;
  identity: ThreadIdentity | undefined;
}

export class HostThreads implements ThreadDirectory {
  readonly strangers: boolean;
  readonly #host: HostSource;
  readonly #userNamespace: string;
  readonly #exact: boolean;
  readonly #known = new Map<number, Known>();

  /**
   * With `exact`, a thread that changed its ids or groups just now is never taken for what it was. With `strangers`, what
   * they are shown is another machine's.
   */
  constructor(host: HostSource, { exact = false, strangers = false }: { exact?: boolean; strangers?: boolean } = {}) {
    this.strangers = strangers;
    this.#host = host;
    this.#exact = exact;
    const own = host.files.readlink('self/ns/user');
    this.#userNamespace = isErrno(own) ? '' : own;
  }

  find(threadId: number, asking?: Caller): ThreadIdentity | undefined {
    if (this.#exact) this.#host.invalidate();
    this.#host.view(asking);
    // A program asks many times in a row: what was found for it holds as long as the view does.
    const { epoch } = this.#host;
    const known = this.#known.get(threadId);
    if (known && known.epoch === epoch) return known.identity;
    const status = known?.status.value();
    if (known && status !== undefined && !isErrno(status)) {
      known.epoch = epoch;
      known.identity = this.#identity(threadId, status);
      return known.identity;
    }
    if (known) this.#forget(threadId, known);
    return this.#meet(threadId);
  }

  /** A thread that is not known yet. */
  #meet(threadId: number): ThreadIdentity | undefined {
    const kept = new KeptFile(this.#host, `${threadId}/status`, parseIdentity, amendIdentity);
    const status = kept.value();
    if (status === undefined || isErrno(status)) {
      kept.close();
      return undefined;
    }
    if (this.#known.size >= KEPT) this.#forgetOldest();
    const identity = this.#identity(threadId, status);
    this.#known.set(threadId, { status: kept, epoch: this.#host.epoch, identity });
    return identity;
  }

  #forget(threadId: number, known: Known): void {
    known.status.close();
    this.#known.delete(threadId);
  }

  #forgetOldest(): void {
    for (const [threadId, known] of this.#known) {
      this.#forget(threadId, known);
      return;
    }
  }

  #identity(threadId: number, status: TaskIdentity): ThreadIdentity {
    return this.#sharesNamespace(threadId) ? status : this.#foreigner(threadId, status);
  }

  /** Capabilities count only in the user namespace that they were given in. */
  #foreigner(threadId: number, { processId, groups, capabilities }: TaskIdentity): ThreadIdentity {
    const security = this.#host.view().task(threadId)?.security;
    const mappings = (kind: IdMapKind): readonly IdRange[] => {
      const ranges = security?.idMap(kind);
      return ranges === undefined || isErrno(ranges) ? [] : ranges;
    };
    const foreign: UserNamespace = {
      users: mappings('uid'),
      groups: mappings('gid'),
      projects: mappings('projid'),
      capabilities,
    };
    return { processId, groups, capabilities: 0, foreign };
  }

  isReadingLink(threadId: number): boolean | undefined {
    return isReadingLink(this.#host.files, threadId);
  }

  #sharesNamespace(threadId: number): boolean {
    const theirs = this.#host.files.readlink(`${threadId}/ns/user`);
    return isErrno(theirs) || theirs === this.#userNamespace;
  }
}
