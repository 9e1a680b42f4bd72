/** Looks at a place before something is mounted there. */

import { access, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DOORBELL_NAME } from '../fuse/doorbell.ts';
import { type HostMount, hostMounts, mountAt } from '../fuse/host-mounts.ts';
import { Failure } from './failure.ts';
import { findOwner } from './owners.ts';

/** The types of our own mounts as mount tables show them. */
export const OWN_TYPE: RegExp = /^fuse\.(linprocfs|linsysfs|tmpfs|nullfs|9p)$/;

/** A place that can be mounted on. */
export interface Target {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** A mount of ours whose server is dead is there, and has to go first. */
  readonly stale: boolean;
}

/** Looks at a mount point; `cover` allows one where something is mounted. Throws a Failure that says what is wrong. */
export async function examineTarget(operand: string, cover: boolean): Promise<Target> {
  const path = await canonical(operand);
  const dead = await isDead(path);
  const there = mountAt(path, hostMounts());
  if (dead) {
    if (there && OWN_TYPE.test(there.type)) return { path, stale: true };
    throw new Failure(operand, `busy: a dead mount (${describe(there)}) is there; umount it first`);
  }
  if (there && !cover) {
    if (OWN_TYPE.test(there.type)) {
      const owner = await findOwner(path);
      throw new Failure(
        operand,
        `already mounted by ${owner ? `process ${owner.pid}` : 'another process'}; compatfs umount takes it away`,
      );
    }
    throw new Failure(operand, `busy: ${describe(there)} is mounted there; -o cover mounts over it`);
  }
  return { path, stale: false };
}

function describe(mount: HostMount | undefined): string {
  return mount ? `${mount.type} of ${mount.source}` : 'of an unknown kind';
}

/** The path of a mount point without symbolic links, dead or not; as it stands where it leads nowhere. */
export async function mountPoint(operand: string): Promise<string> {
  return canonical(operand).catch(() => resolve(operand));
}

/** A directory's path without symbolic links, even if it is a dead mount. Throws a Failure. */
async function canonical(operand: string): Promise<string> {
  const absolute = resolve(operand);
  try {
    const path = await realpath(absolute);
    if (!(await stat(path)).isDirectory()) throw new Failure(operand, 'not a directory');
    return path;
  } catch (error) {
    if (error instanceof Failure) throw error;
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOTCONN':
        return join(await realpath(dirname(absolute)), basename(absolute));
      case 'ENOENT':
        throw new Failure(operand, 'no such directory');
      case 'ENOTDIR':
        throw new Failure(operand, 'not a directory');
      case 'EACCES':
        throw new Failure(operand, 'permission denied');
      case 'ELOOP':
        throw new Failure(operand, 'too many symbolic links');
      default:
        throw error;
    }
  }
}

/** Whether a path is a mount whose server has gone. */
export async function isDead(path: string): Promise<boolean> {
  // Attributes may come from the kernel's memory; a name that nobody has looked up cannot.
  return access(join(path, DOORBELL_NAME)).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOTCONN',
  );
}
