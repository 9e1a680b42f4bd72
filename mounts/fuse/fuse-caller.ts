/** The caller behind a FUSE request. */

import { CAP_FSETID, type Caller } from '../../fs/caller.ts';
import { type U64, u64High, u64Low } from '../../fs/u64.ts';
import type { UserNamespace } from '../../fs/user-namespace.ts';

/** What a thread's identity holds beyond the request header: found only when somebody asks. */
export interface ThreadIdentity {
  readonly processId: number;
  readonly groups: readonly number[];
  /** Effective capabilities in the user namespace of the mount, a bit each. */
  readonly capabilities: U64;
  /** Its user namespace, if that is another than the mount's. */
  readonly foreign?: UserNamespace | undefined;
}

/** Finds threads of the machine that a mount serves. */
export interface ThreadDirectory {
  /** Whether the threads, and their processes, are of another machine than what they are shown: their ids mean nothing there. */
  readonly strangers?: boolean;
  /** `asking` is the caller that the thread is to be, for what was found out in an operation of its holds to its end. */
  find(threadId: number, asking?: Caller): ThreadIdentity | undefined;
  /** Whether the thread, which waits for our answer, reads a link rather than follows it; undefined if not known. */
  isReadingLink(threadId: number): boolean | undefined;
}

/** One object per dispatcher, set anew for each request. The header has the file system uid and gid and the thread id. */
export class FuseCaller implements Caller {
  uid = 0;
  gid = 0;
  threadId: number | undefined;
  /** The thread of this machine, whatever it is in what it is shown. */
  #thread: number | undefined;
  operation = 0;
  /** The kernel has applied the umask already. */
  readonly umask = 0;
  /** Whether the kernel checks permissions (the mount option default_permissions). */
  readonly permitted: boolean;
  readonly #threads: ThreadDirectory;
  #identity: ThreadIdentity | undefined;
  #asked = false;
  #dropsPrivileges = false;

  constructor(threads: ThreadDirectory, permitted = false) {
    this.#threads = threads;
    this.permitted = permitted;
  }

  /** Becomes the caller of a request; thread id 0 means one outside the mount's pid namespace. */
  become(uid: number, gid: number, threadId: number): void {
    this.uid = uid;
    this.gid = gid;
    this.#thread = threadId === 0 ? undefined : threadId;
    this.threadId = this.#threads.strangers ? undefined : this.#thread;
    this.operation++;
    this.#asked = false;
    this.#dropsPrivileges = false;
  }

  /** The kernel says that the caller may not keep set-id bits. */
  dropPrivileges(): void {
    this.#dropsPrivileges = true;
  }

  #find(): ThreadIdentity | undefined {
    if (!this.#asked) {
      this.#asked = true;
      this.#identity = this.#thread === undefined ? undefined : this.#threads.find(this.#thread, this);
    }
    return this.#identity;
  }

  processId(): number | undefined {
    return this.#threads.strangers ? undefined : this.#find()?.processId;
  }

  processIdElsewhere(): number | undefined {
    return this.#threads.strangers ? this.#find()?.processId : undefined;
  }

  inGroup(gid: number): boolean {
    return gid === this.gid || this.#find()?.groups.includes(gid) === true;
  }

  capable(capability: number): boolean {
    if (capability === CAP_FSETID && this.#dropsPrivileges) return false;
    const identity = this.#find();
    // Nobody that we know, in another process namespace: the kernel has asked what matters.
    if (!identity) return this.permitted;
    const { capabilities } = identity;
    const word = capability < 32 ? u64Low(capabilities) : u64High(capabilities);
    return ((word >>> (capability & 31)) & 1) === 1;
  }

  foreignNamespace(): UserNamespace | undefined {
    return this.#find()?.foreign;
  }

  /** The kernel asks for a link's text (FUSE_READLINK) for both. */
  follows(): boolean {
    return this.#thread !== undefined && this.#threads.isReadingLink(this.#thread) === false;
  }
}
