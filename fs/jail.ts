/**
 * Jails: what those may mount, and see of the mounts, who are confined to a part of the tree. The parameters are those of
 * FreeBSD's jail(8), and so are the rules (kern_jail.c, vfs_mount.c); errors are Linux's.
 */

import { CAP_SYS_ADMIN, type Caller } from './caller.ts';
import { EINVAL, ENOENT, EPERM, type Errno } from './errno.ts';
import type { Mount, MountTable } from './mount-table.ts';
import { pathName } from './path-name.ts';
import { Place } from './place.ts';

/** The types of file system that a jail may be allowed to mount (allow.mount.TYPE). Others never. */
export const JAIL_MOUNT_TYPES = ['linprocfs', 'linsysfs', 'devfs', 'fdescfs', 'nullfs', 'tmpfs'] as const;
export type JailMountType = (typeof JAIL_MOUNT_TYPES)[number];

/** The parameter that is for a file system, by the type that mount tables show where it is another. */
const PARAMETER: Readonly<Record<string, JailMountType>> = { proc: 'linprocfs', sysfs: 'linsysfs', devtmpfs: 'devfs', passthrough: 'nullfs' };

/** What its mount table tells a jail: 0 all, 1 what is below its root, 2 the mount that its root is in (enforce_statfs). */
export type EnforceStatfs = 0 | 1 | 2;

/** jail(8)'s parameters, as far as they concern file systems; an absent one is inherited, or the default. */
export interface JailParameters {
  readonly name: string;
  /** allow.mount: whether root in the jail may mount at all. */
  readonly allowMount?: boolean;
  /** Which types it may mount then. */
  readonly allowMountTypes?: Iterable<JailMountType>;
  readonly enforceStatfs?: EnforceStatfs;
  /** devfs_ruleset: the rules of every devfs that is mounted in it, 1..65535; 0 for none. */
  readonly devfsRuleset?: number;
  /** linux.osrelease: what uname(2) tells. */
  readonly osrelease?: string;
}

export const RULESET_MAX = 65535;

export class Jail {
  readonly name: string;
  readonly parent: Jail | undefined;
  /** Its root directory; paths of those in it begin there. */
  readonly root: Place;
  readonly allowMount: boolean;
  readonly allowMountTypes: ReadonlySet<JailMountType>;
  readonly enforceStatfs: EnforceStatfs;
  readonly devfsRuleset: number;
  readonly osrelease: string | undefined;

  private constructor(root: Place, parameters: JailParameters, parent: Jail | undefined) {
    this.name = parameters.name;
    this.parent = parent;
    this.root = root;
    this.allowMount = parameters.allowMount ?? false;
    this.allowMountTypes = new Set(parameters.allowMountTypes);
    this.enforceStatfs = parameters.enforceStatfs ?? 2;
    this.devfsRuleset = parent ? parent.devfsRuleset : (parameters.devfsRuleset ?? 0);
    this.osrelease = parameters.osrelease ?? parent?.osrelease;
  }

  /**
   * A jail at a place, or in another jail. Errors: EINVAL for a ruleset that cannot be, EPERM for what the jail around it
   * does not have itself: a permission, more to see, another ruleset.
   */
  static create(root: Place, parameters: JailParameters, parent?: Jail): Jail | Errno {
    const { devfsRuleset = 0 } = parameters;
    if (!Number.isInteger(devfsRuleset) || devfsRuleset < 0 || devfsRuleset > RULESET_MAX) return EINVAL;
    const jail = new Jail(root, parameters, parent);
    if (!parent) return jail;
    if (jail.enforceStatfs < parent.enforceStatfs) return EPERM;
    if (jail.allowMount && !parent.allowMount) return EPERM;
    for (const type of jail.allowMountTypes) if (!parent.allowMountTypes.has(type)) return EPERM;
    return devfsRuleset > 0 && devfsRuleset !== parent.devfsRuleset ? EPERM : jail;
  }

  /** Whether it is that jail, or in it. */
  isWithin(jail: Jail | undefined): boolean {
    if (!jail) return true;
    for (let at: Jail | undefined = this; at; at = at.parent) if (at === jail) return true;
    return false;
  }
}

/** Whether a caller may mount anything. Errors: EPERM. */
export function mayMount(caller: Caller): Errno | 0 {
  if (!caller.capable(CAP_SYS_ADMIN)) return EPERM;
  const { jail } = caller;
  return !jail || (jail.allowMount && jail.enforceStatfs < 2) ? 0 : EPERM;
}

function allowsType(jail: Jail, type: string): boolean {
  const parameter = PARAMETER[type] ?? JAIL_MOUNT_TYPES.find((known) => known === type);
  return parameter !== undefined && jail.allowMountTypes.has(parameter);
}

/** Whether a caller who may mount may mount this there. Errors: EPERM for the type, and over the jail's own root. */
export function mayMountAt(caller: Caller, type: string, at: Place): Errno | 0 {
  const { jail } = caller;
  if (!jail) return 0;
  return allowsType(jail, type) && !at.is(jail.root) ? 0 : EPERM;
}

/** Whether a caller who may mount may take this away. Errors: EPERM for the type, and for what was mounted from outside. */
export function mayUnmount(caller: Caller, mount: Mount): Errno | 0 {
  const { jail } = caller;
  if (!jail) return 0;
  return allowsType(jail, mount.fileSystem.type) && mount.jail?.isWithin(jail) ? 0 : EPERM;
}

/** The rules of a devfs that a caller mounts with those; 0 stands for none. Errors: EPERM for others than the jail's. */
export function devfsRulesetFor(caller: Caller, ruleset: number): number | Errno {
  const { jail } = caller;
  if (!jail) return ruleset;
  return ruleset === 0 || ruleset === jail.devfsRuleset ? jail.devfsRuleset : EPERM;
}

/** A mount as a caller sees it. */
export interface VisibleMount {
  readonly mount: Mount;
  /** Where it is, from the caller's root. */
  readonly path: string;
}

/**
 * Where a mount is as a caller sees it, in statfs(2) and mount tables. Errors: ENOENT for one that it does not see: outside
 * its root, or as enforce_statfs says.
 */
export function visiblePath(mounts: MountTable, mount: Mount, caller: Caller): string | Errno {
  const { jail } = caller;
  const place = new Place(mount, mount.root);
  if (jail?.enforceStatfs === 0) return pathName(mounts, place).path;
  if (jail?.root.mount === mount) return '/';
  if (jail?.enforceStatfs === 2) return ENOENT;
  const { path, unreachable } = pathName(mounts, place, jail?.root ?? caller.root);
  return unreachable ? ENOENT : path;
}

/** The mounts that a caller sees, in the order in which they were made. */
export function visibleMounts(mounts: MountTable, caller: Caller): VisibleMount[] {
  return mounts.list().flatMap((mount) => {
    const path = visiblePath(mounts, mount, caller);
    return typeof path === 'string' ? [{ mount, path }] : [];
  });
}
