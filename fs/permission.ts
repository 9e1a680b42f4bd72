/** Permission checks by mode bits, as Linux's generic_permission and setattr_prepare make them. */

import { CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID, type Caller } from './caller.ts';
import { EACCES, EPERM, type Errno, isErrno } from './errno.ts';
import { MAY_EXEC, MAY_READ, MAY_WRITE } from './flags.ts';
import { S_IFDIR, S_IFMT, S_ISGID, S_ISUID, S_ISVTX, S_IXGRP, Stat } from './stat.ts';
import { capableOverFile } from './user-namespace.ts';
import type { AttributeChange, Vnode } from './vnode.ts';

const scratch = new Stat();

/** Decides from an owner, a group and mode bits. Errors: EACCES. */
export function modePermission(mode: number, uid: number, gid: number, mask: number, caller: Caller): Errno | 0 {
  // A right that everyone has needs no question about groups or capabilities.
  const forEveryone = mode & (mode >> 3) & (mode >> 6) & 7;
  if ((forEveryone & mask) === mask) return 0;
  const granted = caller.uid === uid ? mode >> 6 : ((mode >> 3) ^ mode) & 7 && caller.inGroup(gid) ? mode >> 3 : mode;
  if ((granted & mask) === mask) return 0;
  if ((mode & S_IFMT) === S_IFDIR) {
    if (!(mask & MAY_WRITE) && capableOverFile(caller, CAP_DAC_READ_SEARCH, uid, gid)) return 0;
    return capableOverFile(caller, CAP_DAC_OVERRIDE, uid, gid) ? 0 : EACCES;
  }
  if (mask === MAY_READ && capableOverFile(caller, CAP_DAC_READ_SEARCH, uid, gid)) return 0;
  // Not even root executes what nobody may execute.
  if ((!(mask & MAY_EXEC) || mode & 0o111) && capableOverFile(caller, CAP_DAC_OVERRIDE, uid, gid)) return 0;
  return EACCES;
}

/** Asks a vnode for permission: its own rule if it has one, or else its mode bits. */
export function permission(vnode: Vnode, mask: number, caller: Caller): Errno | 0 {
  if (mask & MAY_WRITE && vnode.immutable) return EPERM;
  if (vnode.permission) return vnode.permission(mask, caller);
  if (mask === 0 || caller.permitted) return 0;
  const error = vnode.stat(scratch, caller);
  if (isErrno(error)) return error;
  return modePermission(scratch.mode, scratch.uid, scratch.gid, mask, caller);
}

/**
 * Whether the caller may remove or replace `victim` in `directory` (may_delete): write and search permission, and the
 * sticky bit's rule. Errors: EACCES, EPERM.
 */
export function deletePermission(directory: Vnode, victim: Vnode, caller: Caller): Errno | 0 {
  const allowed = permission(directory, MAY_WRITE | MAY_EXEC, caller);
  if (isErrno(allowed) || caller.permitted) return allowed;
  let error = directory.stat(scratch, caller);
  if (isErrno(error)) return error;
  if (!(scratch.mode & S_ISVTX) || scratch.uid === caller.uid) return 0;
  error = victim.stat(scratch, caller);
  if (isErrno(error)) return error;
  return scratch.uid === caller.uid || caller.capable(CAP_FOWNER) ? 0 : EPERM;
}

/**
 * A mode without the set-id bits that a change of the content or the owner takes away (setattr_should_drop_suidgid).
 * Set-group-id without group execution once marked mandatory locking, and stays for the group's own.
 */
export function withoutSetId(mode: number, gid: number, caller: Caller): number {
  if (!(mode & (S_ISUID | S_ISGID))) return mode;
  const plain = mode & ~S_ISUID;
  if (!(mode & S_ISGID)) return plain;
  const keeps = !(mode & S_IXGRP) && (caller.inGroup(gid) || caller.capable(CAP_FSETID));
  return keeps ? plain : plain & ~S_ISGID;
}

/**
 * Whether the caller may make the change (setattr_prepare), and the change that results: chmod drops set-group-id
 * for one outside the group, and chown the set-id bits. Errors: EPERM, EACCES.
 */
export function changePermission(vnode: Vnode, change: AttributeChange, caller: Caller): AttributeChange | Errno {
  const { mode: newMode, uid: newUid, gid: newGid, atime, mtime } = change;
  if (vnode.immutable && (newMode ?? newUid ?? newGid ?? atime ?? mtime) !== undefined) return EPERM;
  const error = vnode.stat(scratch, caller);
  if (isErrno(error)) return error;
  const { uid, gid, mode } = scratch;
  if (!caller.permitted) {
    const allowed = mayChange(vnode, change, uid, gid, caller);
    if (isErrno(allowed)) return allowed;
  }
  if (newMode !== undefined) {
    const keepsGroupId = caller.permitted || !(newMode & S_ISGID) || caller.inGroup(newGid ?? gid) || caller.capable(CAP_FSETID);
    return keepsGroupId ? change : { ...change, mode: newMode & ~S_ISGID };
  }
  if ((newUid ?? newGid) === undefined || (mode & S_IFMT) === S_IFDIR) return change;
  // Whoever gives a file away, root included, takes the set-id bits off it.
  const plain = withoutSetId(mode, gid, caller);
  return plain === mode ? change : { ...change, mode: plain & 0o7777 };
}

/** Whether the caller may change a file of this owner and group. Errors: EPERM, EACCES. */
function mayChange(vnode: Vnode, change: AttributeChange, uid: number, gid: number, caller: Caller): Errno | 0 {
  const owner = caller.uid === uid;
  if (change.uid !== undefined && !(owner && change.uid === uid) && !caller.capable(CAP_CHOWN)) return EPERM;
  if (change.gid !== undefined) {
    const own = owner && (change.gid === gid || caller.inGroup(change.gid));
    if (!own && !caller.capable(CAP_CHOWN)) return EPERM;
  }
  if (change.mode !== undefined && !owner && !caller.capable(CAP_FOWNER)) return EPERM;
  if ((change.atime !== undefined || change.mtime !== undefined) && !owner && !caller.capable(CAP_FOWNER)) {
    // Who may write may set both times to the present (touch), and nothing else.
    if (change.atime !== 'now' || change.mtime !== 'now') return EPERM;
    const writable = permission(vnode, MAY_WRITE, caller);
    if (isErrno(writable)) return writable;
  }
  return change.size !== undefined && !change.through ? permission(vnode, MAY_WRITE, caller) : 0;
}
