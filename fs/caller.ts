/** Who asks. Every operation takes a caller; nothing reads credentials from a global. */

import type { Jail } from './jail.ts';
import type { Place } from './place.ts';
import type { UserNamespace } from './user-namespace.ts';

/** Capability numbers that file systems test (linux/capability.h). */
export const CAP_CHOWN = 0;
export const CAP_DAC_OVERRIDE = 1;
export const CAP_DAC_READ_SEARCH = 2;
export const CAP_FOWNER = 3;
export const CAP_FSETID = 4;
export const CAP_SETGID = 6;
export const CAP_SETUID = 7;
export const CAP_NET_ADMIN = 12;
export const CAP_SYS_MODULE = 16;
export const CAP_SYS_RAWIO = 17;
export const CAP_SYS_CHROOT = 18;
export const CAP_SYS_PTRACE = 19;
export const CAP_SYS_ADMIN = 21;
export const CAP_SYS_NICE = 23;
export const CAP_SYS_RESOURCE = 24;
export const CAP_SYS_TIME = 25;
export const CAP_MKNOD = 27;
export const CAP_AUDIT_CONTROL = 30;
export const CAP_SETFCAP = 31;
export const CAP_MAC_ADMIN = 33;
export const CAP_SYSLOG = 34;
export const CAP_CHECKPOINT_RESTORE = 40;

/**
 * The identity behind one operation. A server may reuse one object for request after request, so a callee keeps
 * what it needs and never the caller itself.
 */
export interface Caller {
  /** The file system user and group id (fsuid, fsgid). */
  readonly uid: number;
  readonly gid: number;
  /**
   * Which operation this is about, for a caller object that is used for one after another: a positive number that is
   * another for the next. What was found out for an operation need not be asked for again in it. Absent: not known.
   */
  readonly operation?: number;
  /** The calling thread, where the door knows it: FUSE and the emulator do, 9P does not. */
  readonly threadId: number | undefined;
  /** File mode creation mask, 0..0o777. */
  readonly umask: number;
  /** Where the caller's paths begin. Absent: at the root of the tree; a door that resolves names itself has neither. */
  readonly root?: Place;
  readonly cwd?: Place;
  /** Where the caller's paths are looked up first (see reroot.ts). Absent: in the one root alone. */
  readonly alternateRoot?: AlternateRoot;
  /** What confines the caller. Absent: nothing does. */
  readonly jail?: Jail;
  /** Whether somebody in front of us has checked the mode bits already, and knows the caller better than we do. */
  readonly permitted?: boolean;
  /** The calling process (thread group). May cost a look-up: never on the hot path. */
  processId(): number | undefined;
  /** The id of the calling process on its own machine, for one that has none on the machine that it is shown. May cost a look-up. */
  processIdElsewhere?(): number | undefined;
  /** Whether `gid` is the file system group or one of the supplementary groups. May cost a look-up. */
  inGroup(gid: number): boolean;
  /** Whether the capability is effective. May cost a look-up. */
  capable(capability: number): boolean;
  /**
   * The caller's user namespace where it is not the one that the tree's ids belong to; capabilities that it has there
   * are not `capable` here. Absent: it always is that one. May cost a look-up.
   */
  foreignNamespace?(): UserNamespace | undefined;
  /**
   * Whether a link whose text is asked for is followed rather than read: for doors whose kernel asks the same question
   * for both. False too where the door cannot tell, absent where it never can. May cost a look-up.
   */
  follows?(): boolean;
}

/** A second root: that of the system which a program was made for. */
export interface AlternateRoot {
  readonly place: Place;
  /** FreeBSD's own rules, whatever they do. Absent: ours. */
  readonly freebsd?: boolean;
  /** Whether ENOTDIR too leads on to the other root. */
  readonly fallsBackOnFile?: boolean;
}

/** A caller whose identity is known beforehand: for 9P attaches, tests and our own work. */
export class FixedCaller implements Caller {
  readonly uid: number;
  readonly gid: number;
  readonly threadId: number | undefined;
  readonly umask: number;
  readonly root?: Place;
  readonly cwd?: Place;
  readonly alternateRoot?: AlternateRoot;
  readonly jail?: Jail;
  readonly #processId: number | undefined;
  readonly #groups: readonly number[];
  readonly #capabilities: ReadonlySet<number> | 'all';

  constructor(identity: {
    uid: number;
    gid: number;
    groups?: readonly number[];
    threadId?: number;
    processId?: number;
    umask?: number;
    root?: Place;
    cwd?: Place;
    alternateRoot?: AlternateRoot;
    /** Its root is the caller's, unless `root` is below it. */
    jail?: Jail;
    /** Effective capabilities; the default is all for uid 0 and none for others. */
    capabilities?: readonly number[];
  }) {
    this.uid = identity.uid;
    this.gid = identity.gid;
    this.threadId = identity.threadId;
    this.umask = identity.umask ?? 0o022;
    const root = identity.root ?? identity.jail?.root;
    if (root) this.root = root;
    if (identity.cwd) this.cwd = identity.cwd;
    if (identity.alternateRoot) this.alternateRoot = identity.alternateRoot;
    if (identity.jail) this.jail = identity.jail;
    this.#processId = identity.processId ?? identity.threadId;
    this.#groups = identity.groups ?? [];
    this.#capabilities = identity.capabilities ? new Set(identity.capabilities) : identity.uid === 0 ? 'all' : new Set();
  }

  processId(): number | undefined {
    return this.#processId;
  }

  inGroup(gid: number): boolean {
    return gid === this.gid || this.#groups.includes(gid);
  }

  capable(capability: number): boolean {
    return this.#capabilities === 'all' || this.#capabilities.has(capability);
  }
}

/** The superuser without a process, for work that is our own. */
export const SUPERUSER: Caller = new FixedCaller({ uid: 0, gid: 0, umask: 0 });
