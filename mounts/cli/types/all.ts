/** The types of file system that can be mounted. */

import { remote } from './9p.ts';
import { devfs } from './devfs.ts';
import { fdescfs } from './fdescfs.ts';
import { linprocfs } from './linprocfs.ts';
import { linsysfs } from './linsysfs.ts';
import { nullfs } from './nullfs.ts';
import { overlay } from './overlay.ts';
import { tmpfs } from './tmpfs.ts';
import { reroot } from './reroot.ts';
import type { MountType } from './type.ts';
import { unionfs } from './unionfs.ts';

/** In the order of the help. */
export const MOUNT_TYPES: readonly MountType[] = [linprocfs, linsysfs, devfs, fdescfs, tmpfs, nullfs, overlay, unionfs, reroot, remote];

/** Those whose trees are ours, and can be exported. */
export const TREE_TYPES: readonly MountType[] = MOUNT_TYPES.filter(({ proxy }) => !proxy);

/** The options of mount(8), besides those that the user gave, that mounts of a type need. */
export function kernelFlags(name: string): readonly string[] {
  return findType(name)?.kernelChecks ? ['default_permissions'] : [];
}

/** A type by its name. */
export function findType(name: string): MountType | undefined {
  return MOUNT_TYPES.find((type) => type.name === name);
}
