/** User namespaces other than the one whose ids a tree speaks of (user_namespaces(7)). */

import type { Caller } from './caller.ts';
import { type U64, u64High, u64Low } from './u64.ts';

/** The user namespace of a caller: what its ids are here, and what it may do in it. */
export interface UserNamespace {
  readonly users: readonly IdMapping[];
  readonly groups: readonly IdMapping[];
  readonly projects: readonly IdMapping[];
  /** The caller's effective capabilities, a bit each; they count in this namespace alone. */
  readonly capabilities: U64;
}

/** `count` ids from `inside` on are those from `outside` on here. */
export interface IdMapping {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** What the kernel shows for a user or group that a namespace does not have (sys/kernel/overflowuid). */
const OVERFLOW_ID = 65534;
/** The same where an id has to be exact. */
export const NO_ID = 0xffff_ffff;

/** An id of here as it is in a namespace; undefined for one that it does not have (from_kuid). */
export function idInside(mappings: readonly IdMapping[], id: number): number | undefined {
  for (const { inside, outside, count } of mappings) {
    if (id >= outside && id - outside < count) return inside + (id - outside);
  }
  return undefined;
}

/** What an id of a namespace is here; undefined for one that it does not have (make_kuid). */
export function idOutside(mappings: readonly IdMapping[], id: number): number | undefined {
  for (const { inside, outside, count } of mappings) {
    if (id >= inside && id - inside < count) return outside + (id - inside);
  }
  return undefined;
}

/** A user as the caller sees it (from_kuid_munged). */
export function userSeenBy(caller: Caller, uid: number): number {
  const namespace = caller.foreignNamespace?.();
  return namespace ? (idInside(namespace.users, uid) ?? OVERFLOW_ID) : uid;
}

/** A group as the caller sees it. */
export function groupSeenBy(caller: Caller, gid: number): number {
  const namespace = caller.foreignNamespace?.();
  return namespace ? (idInside(namespace.groups, gid) ?? OVERFLOW_ID) : gid;
}

/**
 * Whether a capability of the caller counts for a file: it has it here, or has it in a namespace of its own to which both
 * of the file's owners belong (capable_wrt_inode_uidgid).
 */
export function capableOverFile(caller: Caller, capability: number, uid: number, gid: number): boolean {
  if (caller.capable(capability)) return true;
  const namespace = caller.foreignNamespace?.();
  if (!namespace) return false;
  const word = capability < 32 ? u64Low(namespace.capabilities) : u64High(namespace.capabilities);
  if (((word >>> (capability & 31)) & 1) === 0) return false;
  return idInside(namespace.users, uid) !== undefined && idInside(namespace.groups, gid) !== undefined;
}
