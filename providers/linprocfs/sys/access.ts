/** Who may read, write and search in /proc/sys: sysctl_perm (fs/proc/proc_sysctl.c) and what subsystems put before it. */

import {
  CAP_CHECKPOINT_RESTORE,
  CAP_NET_ADMIN,
  CAP_SYS_ADMIN,
  CAP_SYS_RESOURCE,
  type Caller,
} from '../../../fs/caller.ts';
import { EACCES, EPERM, type Errno } from '../../../fs/errno.ts';
import { MAY_EXEC } from '../../../fs/flags.ts';
import type { SysctlEntry } from '../../model/sysctl.ts';
import type { SysctlMeaning } from '../../model/sysctl/schema.ts';

/**
 * Decides by the mode of an entry; the superuser's capabilities do not help here, so what has no write bit is written
 * by nobody.
 *
 * Differs: the kernel asks for the effective user id; doors know the file system user id, which is the same but for
 * callers of setfsuid(2). Capabilities count in the user namespace of the mount, so the root user of a nested one is
 * refused what its own parameters would allow it.
 *
 * Errors: EACCES.
 */
export function entryPermission(mask: number, meaning: SysctlMeaning, entry: SysctlEntry, caller: Caller): Errno | 0 {
  if (entry.directory) return byMode(entry.mode, mask, caller);
  if (mask & MAY_EXEC) return EACCES;
  const { mode } = entry;
  // A right that everyone has needs no question about groups or capabilities.
  if ((mode & (mode >> 3) & (mode >> 6) & mask) === mask) return 0;
  switch (meaning.rights) {
    case 'plain':
      return byMode(mode, mask, caller);
    case 'network':
      // Who administers the network counts as root.
      return byMode(mode, mask, caller) && allow(caller.capable(CAP_NET_ADMIN) ? mode >> 6 : 0, mask);
    case 'user':
      return allow(caller.capable(CAP_SYS_RESOURCE) ? mode >> 6 : mode & 4, mask);
    case 'nextId':
      if (capable(caller, CAP_CHECKPOINT_RESTORE)) return allow(0o6, mask);
      return byOwner(mode, mask, entry, caller);
    case 'ipc':
      return byOwner(mode, mask, entry, caller);
    case 'process':
      return caller.capable(CAP_SYS_ADMIN) ? allow(mode >> 6, mask) : byOwner(mode, mask, entry, caller);
  }
}

/** Whether a capability is held, or the one that includes it. */
function capable(caller: Caller, capability: number): boolean {
  return caller.capable(capability) || (capability === CAP_CHECKPOINT_RESTORE && caller.capable(CAP_SYS_ADMIN));
}

/** The capabilities that the handler of a parameter asks for at each access. Errors: EPERM. */
export function handlerPermission(write: boolean, meaning: SysctlMeaning, caller: Caller): Errno | 0 {
  const needed = write ? meaning.needs?.write : meaning.needs?.read;
  return needed === undefined || capable(caller, needed) ? 0 : EPERM;
}

/** test_perm: user 0 has the owner's bits, group 0 the group's. */
function byMode(mode: number, mask: number, caller: Caller): Errno | 0 {
  if ((mode & (mode >> 3) & (mode >> 6) & mask) === mask) return 0;
  return allow(caller.uid === 0 ? mode >> 6 : caller.inGroup(0) ? mode >> 3 : mode, mask);
}

/** The same for the root user of a namespace. */
function byOwner(mode: number, mask: number, entry: SysctlEntry, caller: Caller): Errno | 0 {
  return allow(caller.uid === entry.uid ? mode >> 6 : caller.inGroup(entry.gid) ? mode >> 3 : mode, mask);
}

function allow(bits: number, mask: number): Errno | 0 {
  return (bits & mask) === mask ? 0 : EACCES;
}
