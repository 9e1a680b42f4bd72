/** Looks at a place before something is mounted there. */

import { access, realpath, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DOORBELL_NAME } from '../fuse/doorbell.ts';
import { type HostMount, hostMounts, mountAt } from '../fuse/host-mounts.ts';
import { detach } from '../fuse/kernel-mount.ts';
import { Failure } from './failure.ts';
import { complain } from './output.ts';
import { findServers } from './control.ts';
import { findOwner, refuseSilent } from './owners.ts';
import { findProgram } from './programs.ts';
import { MOUNT_TYPES } from './types/all.ts';

/** The types of our own mounts as mount tables show them. */
export const OWN_TYPE: RegExp = new RegExp(`^fuse\\.(${MOUNT_TYPES.map(({ name }) => name).join('|')})$`);

/**
 * Looks at a place to be mounted on, and removes dead mounts of ours from it; `cover` allows one where something is
 * mounted. Returns its path, absolute and without symbolic links. Throws a Failure that says what is wrong.
 */
export async function examineTarget(operand: string, cover: boolean): Promise<string> {
  await refuseSilentMount(operand);
  const path = await canonical(operand);
  // umount(2) takes the way to the root that every program takes, and so finds the file system beneath.
  if (path === '/') throw new Failure(operand, 'the root cannot be covered: programs, umount(8) among them, look beneath it');
  while (await isDead(path)) await recover(operand, path);
  const there = mountAt(path, hostMounts());
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
  return path;
}

/** Refuses a place with a mount of ours that nobody may look at, because its server does not answer. Throws a Failure. */
export async function refuseSilentMount(operand: string): Promise<void> {
  const place = await mountPoint(operand);
  const there = mountAt(place, hostMounts());
  if (there && OWN_TYPE.test(there.type) && !(await findOwner(place))) await refuseSilent(operand, place);
}

/**
 * Refuses a place that holds what takes mounts away: a server that cannot run it cannot remove its mount. Throws a
 * Failure.
 */
export async function refuseToHideTools(operand: string, path: string): Promise<void> {
  for (const name of process.getuid?.() === 0 ? ['umount', 'sh'] : ['fusermount3', 'sh']) {
    const program = findProgram(name);
    if (program === undefined || !(await realpath(program)).startsWith(`${path}/`)) continue;
    throw new Failure(operand, `would hide ${program}, without which it could not be unmounted`);
  }
}

/** PROC_SUPER_MAGIC */
const PROC_MAGIC = 0x9fa0;

/**
 * Refuses a place from which a tree that shows this machine would read its own mount, and wait for itself for ever: below
 * the /proc or /sys that the data comes from, which is seen with all that is mounted in it; and /sys where /proc is not
 * the kernel's, for only that one's links lead beneath a mount. Throws a Failure.
 */
export async function refuseInsideSource(operand: string, path: string): Promise<void> {
  const source = ['/proc', '/sys'].find((place) => path.startsWith(`${place}/`));
  if (source) throw new Failure(operand, `below ${source}, where the data comes from: the server would read itself`);
  if (path === '/sys' && (await statfs('/proc')).type !== PROC_MAGIC)
    throw new Failure(operand, "the data comes from there, and only the kernel's own /proc leads beneath a mount; /proc is another");
}

/**
 * Removes a dead mount of ours from a place that one may be at. Nobody is asked while one of this user's servers is silent:
 * the mount may be that one's, and whoever looks at it waits. Throws a Failure.
 */
export async function removeDead(operand: string): Promise<void> {
  const path = await mountPoint(operand);
  const isOurs = (): boolean => OWN_TYPE.test(mountAt(path, hostMounts())?.type ?? '');
  if (!isOurs() || (await findServers()).some(({ status }) => !status)) return;
  while (isOurs() && (await isDead(path))) await recover(operand, path);
}

/** Where a place is that lies in a mount which is not there yet. */
export interface InnerPlace {
  readonly within: string;
  readonly target: string;
}

/** Finds the mount that a place will be in, among those that are to be made; beneath it there is nothing to look at. */
export async function findWithin(operand: string, planned: readonly string[]): Promise<InnerPlace | undefined> {
  const place = resolve(operand);
  for (let end = place.indexOf('/', 1); end > 0; end = place.indexOf('/', end + 1)) {
    const above = await realpath(place.slice(0, end)).catch(() => undefined);
    if (above === undefined) return undefined;
    if (planned.includes(above)) return { within: above, target: above + place.slice(end) };
  }
  return undefined;
}

/** Removes a dead mount. */
async function recover(operand: string, path: string): Promise<void> {
  const there = mountAt(path, hostMounts());
  if (!there || !OWN_TYPE.test(there.type))
    throw new Failure(operand, `busy: a dead mount (${describe(there)}) is there; umount it first`);
  if (!(await detach(path))) throw new Failure(operand, 'busy: a dead mount is there, and this user may not remove it');
  complain(`${operand}: a dead mount was there; recovered`);
}

function describe(mount: HostMount | undefined): string {
  return mount ? `${mount.type} of ${mount.source}` : 'of an unknown kind';
}

/**
 * The path of a mount point without symbolic links, dead or not; as it stands where it leads nowhere. What is mounted
 * there is not looked at: its server may be stopped, and whoever asks it anything then waits.
 */
export async function mountPoint(operand: string): Promise<string> {
  const absolute = resolve(operand);
  const above = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  const path = join(above, basename(absolute));
  if (mountAt(path, hostMounts())) return path;
  // A link is followed without a look at what it leads to.
  return realpath(absolute).catch(() => absolute);
}

/** A directory's path without symbolic links, even if it is a dead mount. Throws a Failure. */
async function canonical(operand: string): Promise<string> {
  if (operand === '') throw new Failure("''", 'no such directory');
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
        // What Node could not read as UTF-8 has come as U+FFFD.
        throw new Failure(
          operand,
          operand.includes('\ufffd') ? 'no such directory; its name must be UTF-8' : 'no such directory',
        );
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
async function isDead(path: string): Promise<boolean> {
  // Attributes may come from the kernel's memory; a name that nobody has looked up cannot.
  return access(join(path, DOORBELL_NAME)).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOTCONN',
  );
}
