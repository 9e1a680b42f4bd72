/** Who the requests of an attach come from. */

import { CAP_SETGID, type Caller } from '../../fs/caller.ts';

/** The group of a new file where the client names none. */
const NO_GROUP = 0xffff_ffff;

/** What a user may be besides the user id. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** A process that an attach speaks for (`proc:pid=N`). */
export interface AttachedProcess {
  readonly threadId: number;
  readonly processId: number;
}

/**
 * A user who attached. Clients apply the umask themselves, and tell of no process; root has every capability, and others
 * have none.
 */
export class AttachedCaller implements Caller {
  readonly uid: number;
  readonly gid: number;
  readonly threadId: number | undefined;
  readonly umask = 0;
  readonly #groups: readonly number[];
  readonly #processId: number | undefined;

  constructor({ uid, gid, groups }: Identity, process?: AttachedProcess) {
    this.uid = uid;
    this.gid = gid;
    this.#groups = groups;
    this.threadId = process?.threadId;
    this.#processId = process?.processId;
  }

  processId(): number | undefined {
    return this.#processId;
  }

  inGroup(gid: number): boolean {
    return gid === this.gid || this.#groups.includes(gid);
  }

  capable(): boolean {
    return this.uid === 0;
  }
}

/** Another caller with a file system group of its own choice: what it makes belongs to that group. */
class InGroup implements Caller {
  readonly uid: number;
  readonly gid: number;
  readonly threadId: number | undefined;
  readonly umask: number;
  readonly #caller: Caller;

  constructor(caller: Caller, gid: number) {
    this.#caller = caller;
    this.uid = caller.uid;
    this.gid = gid;
    this.threadId = caller.threadId;
    this.umask = caller.umask;
  }

  processId(): number | undefined {
    return this.#caller.processId();
  }

  inGroup(gid: number): boolean {
    return gid === this.gid || this.#caller.inGroup(gid);
  }

  capable(capability: number): boolean {
    return this.#caller.capable(capability);
  }
}

/** The caller as whom a file is made for which the client names a group: one of the caller's own, or else it is passed over. */
export function makerOf(caller: Caller, gid: number): Caller {
  if (gid === NO_GROUP || gid === caller.gid) return caller;
  return caller.inGroup(gid) || caller.capable(CAP_SETGID) ? new InGroup(caller, gid) : caller;
}
