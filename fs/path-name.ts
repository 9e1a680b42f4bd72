/** From a place to its path: what getcwd(2) and the links in /proc/PID/fd tell. */

import { ENOENT, type Errno } from './errno.ts';
import type { Entry } from './entry.ts';
import type { MountTable } from './mount-table.ts';
import type { Place } from './place.ts';

/** A place's path as seen from a root. */
export interface PathName {
  readonly path: string;
  /** The place, or a directory above it, was removed. */
  readonly removed: boolean;
  /** The root is not above the place: the path is from where the way up ended. */
  readonly unreachable: boolean;
}

/** Finds the path of a place as a caller with this root sees it. */
export function pathName(mounts: MountTable, place: Place, root: Place = mounts.root): PathName {
  let path = '';
  let { mount } = place;
  let entry: Entry | undefined = place.entry;
  let removed = false;
  let unreachable = false;
  for (;;) {
    if (mount === root.mount && entry === root.entry) break;
    if (entry === mount.root) {
      if (!mount.parent || !mount.at) {
        unreachable = true;
        break;
      }
      entry = mount.at;
      mount = mount.parent;
      continue;
    }
    removed ||= entry.removed;
    path = `/${entry.name}${path}`;
    if (!entry.parent) {
      unreachable = true;
      break;
    }
    entry = entry.parent;
  }
  return { path: path === '' ? '/' : path, removed, unreachable };
}

/** Whether a place is another or lies below it, mounts included. */
export function isWithin(mounts: MountTable, place: Place, other: Place): boolean {
  const { unreachable } = pathName(mounts, place, other);
  return !unreachable;
}

/** getcwd(2): the path of a directory. Errors: ENOENT when it was removed. */
export function workingDirectory(mounts: MountTable, place: Place, root?: Place): string | Errno {
  const name = pathName(mounts, place, root);
  if (name.removed) return ENOENT;
  return name.unreachable ? `(unreachable)${name.path}` : name.path;
}

/** What readlink(2) of /proc/PID/fd/N tells of an open file. */
export function linkText(mounts: MountTable, place: Place, root?: Place): string {
  const name = pathName(mounts, place, root);
  return name.removed ? `${name.path} (deleted)` : name.path;
}
