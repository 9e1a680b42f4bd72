/** /proc/keys and /proc/key-users (security/keys/proc.c, keyrings(7)). */

import type { Caller } from '../../fs/caller.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import { groupSeenBy, idInside, userSeenBy } from '../../fs/user-namespace.ts';
import type { KernelView } from '../kernel-view.ts';
import type { Key } from '../model/code.ts';

const MINUS = 0x2d;

/** The permission to view, in the byte of the user, the group and the others. */
const USER_VIEW = 0x01_0000;
const GROUP_VIEW = 0x0100;
const OTHER_VIEW = 0x01;
const GROUP_ALL = 0x3f00;

/**
 * Whether the permissions let the caller see a key (key_task_permission).
 *
 * Differs: keys that only their possessor may see are not shown, for whose keyrings hold a key is not known.
 */
function mayView({ permissions, uid, gid }: Key, caller: Caller): boolean {
  if (uid === caller.uid) return (permissions & USER_VIEW) !== 0;
  if ((permissions & GROUP_ALL) !== 0 && caller.inGroup(gid)) return (permissions & GROUP_VIEW) !== 0;
  return (permissions & OTHER_VIEW) !== 0;
}

/** Whether the caller's user namespace has a user. */
function isSeenBy(caller: Caller, uid: number): boolean {
  const namespace = caller.foreignNamespace?.();
  return !namespace || idInside(namespace.users, uid) !== undefined;
}

/** /proc/keys: to each caller those that it may view. */
export function keys(out: TextWriter, kernel: KernelView, caller: Caller): void {
  for (const key of kernel.keys(caller.uid, caller.gid)) {
    // Who has no such user has no such keys.
    if (!isSeenBy(caller, key.uid) || !mayView(key, caller)) continue;
    const { flags, timeout } = key;
    out.hexZero(key.serial, 8).space();
    out.byte(flags.instantiated ? 0x49 : MINUS);
    out.byte(flags.revoked ? 0x52 : MINUS);
    out.byte(flags.dead ? 0x44 : MINUS);
    out.byte(flags.inQuota ? 0x51 : MINUS);
    out.byte(flags.underConstruction ? 0x55 : MINUS);
    out.byte(flags.negative ? 0x4e : MINUS);
    out.byte(flags.invalidated ? 0x69 : MINUS);
    out.space().signedPadded(key.usage, 5).space();
    if (typeof timeout === 'string') out.text(timeout);
    else out.decimalPadded(timeout.amount, 3).text(timeout.unit);
    out.space().hexZero(key.permissions, 8).space().signedPadded(userSeenBy(caller, key.uid), 5).space().signedPadded(groupSeenBy(caller, key.gid), 5);
    out.space().textLeft(key.type.slice(0, 9), 9).space().text(key.description).newline();
  }
}

/** /proc/key-users */
export function keyUsers(out: TextWriter, kernel: KernelView, caller: Caller): void {
  for (const user of kernel.keyUsers()) {
    if (!isSeenBy(caller, user.uid)) continue;
    out.decimalPadded(userSeenBy(caller, user.uid), 5).text(': ').signedPadded(user.references, 5);
    pair(out, user.keys, user.instantiatedKeys);
    pair(out, user.quotaKeys, user.maxKeys);
    pair(out, user.quotaBytes, user.maxBytes);
    out.newline();
  }
}

function pair(out: TextWriter, first: number, second: number): void {
  out.space().signed(first).byte(0x2f).signed(second);
}
