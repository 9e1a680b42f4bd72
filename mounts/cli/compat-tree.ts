/**
 * What a Linux userland under a directory needs mounted: the tree that FreeBSD's `service linux start` makes (rc.d/linux),
 * with the same types, options and order.
 */

import { realpathSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { hostMounts, mountAt } from '../fuse/host-mounts.ts';
import { makeDirectories } from './directories.ts';
import { Failure } from './failure.ts';
import { parseMountOptions, shareOptions } from './mount-options.ts';
import type { MountPlan } from './mount-server.ts';
import { hasSysfs } from './below-mounts.ts';
import { findServers } from './control.ts';
import { claimedPlaces } from './owners.ts';
import { examineTarget, mountPoint, refuseSilentMount, removeDead } from './targets.ts';
import { findType } from './types/all.ts';
import type { MountType } from './types/type.ts';

/** FreeBSD's usual place, for those who may write there, and that of others. */
const ROOT = '/compat/linux';
const USER_ROOT = 'compat/linux';

/** For the help. */
export const ROOT_HELP: string = `ROOT is ${ROOT} for root and ./${USER_ROOT} for others, where nothing else is said.`;

/** The root that an operand names, absolute and without symbolic links (FreeBSD's /compat often is one); it need not be there. */
export function compatRoot(operand: string | undefined): string {
  // A variable of a script that is not set; the working directory was not meant.
  if (operand === '') throw new Failure("''", 'no such directory');
  return withoutLinks(resolve(operand ?? (process.getuid?.() === 0 ? ROOT : USER_ROOT)));
}

function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(withoutLinks(above), basename(path));
  }
}

/** A mount of the tree. */
interface Member {
  readonly type: MountType;
  /** Below the root. */
  readonly at: string;
  /** The options that it has in any case. */
  readonly options: string;
}

const TREE: readonly Member[] = [
  { type: 'linprocfs', at: 'proc', options: '' },
  { type: 'linsysfs', at: 'sys', options: '' },
  { type: 'devfs', at: 'dev', options: '' },
  { type: 'fdescfs', at: 'dev/fd', options: 'linrdlnk' },
  { type: 'tmpfs', at: 'dev/shm', options: 'mode=1777' },
].flatMap(({ type, ...rest }) => {
  const found = findType(type);
  return found ? [{ type: found, ...rest }] : [];
});

/** The places of the tree, from the last one mounted to the first. */
export function treePlaces(root: string): string[] {
  return TREE.map(({ at }) => join(root, at)).reverse();
}

/** Takes away what servers that were killed have left of a tree. Throws a Failure. */
export async function recoverTree(root: string): Promise<void> {
  // One that is silent is waited for a while; once is enough.
  if ((await findServers()).some(({ status }) => !status)) return;
  for (const { at } of TREE) await removeDead(join(root, at));
}

/** What is to be mounted of a tree, and what is there already. */
export interface PlannedTree {
  readonly plans: readonly MountPlan[];
  /** Places at which the tree's file system is mounted. */
  readonly present: readonly string[];
}

/** Plans what is not yet mounted. Throws a Failure. */
export async function planTree(command: string, root: string, lists: readonly string[]): Promise<PlannedTree> {
  const share = shareOptions(command, lists, TREE.map(({ type }) => type));
  await recoverTree(root);
  const claims = await claimedPlaces();
  const plans: MountPlan[] = [];
  const present: string[] = [];
  for (const member of TREE) {
    const { type } = member;
    const place = join(root, member.at);
    const options = parseMountOptions(command, [member.options, ...share(type)], type);
    if (type.name === 'linsysfs' && type.needsHost?.(options.own) !== false && !hasSysfs()) continue;
    const plan = { type: type.name, label: type.label, driver: 'fuse', options } as const;
    const around = plans.find(({ target }) => place.startsWith(`${target}/`));
    if (around) {
      plans.push({ ...plan, target: place, within: around.target });
      continue;
    }
    await refuseSilentMount(place);
    await refuseLinks(root, member.at);
    const there = mountAt(await mountPoint(place), hostMounts());
    if (there && [type.name, `fuse.${type.name}`].includes(there.type) && !options.cover) {
      present.push(place);
      continue;
    }
    makeMountPoint(place);
    const target = await examineTarget(place, options.cover);
    const claimant = claims.get(target);
    if (claimant !== undefined) throw new Failure(place, `process ${claimant} is about to mount it`);
    plans.push({ ...plan, target });
  }
  return { plans, present };
}

/**
 * The plans of mounts that are in no other one of them. fusermount3 mounts all before anything is served, and waits for
 * ever for what is not: who mounts through it has no others.
 */
export function outermost(plans: readonly MountPlan[]): MountPlan[] {
  return plans.filter(({ within }) => within === undefined);
}

/** A link of the userland below the root would lead out of it. Throws a Failure. */
async function refuseLinks(root: string, at: string): Promise<void> {
  const link = await linkOnTheWay(root, at);
  if (link !== undefined) throw new Failure(link, 'a symbolic link, which would lead out of the tree');
}

/** The first symbolic link on the way from a root to a place below it. */
export async function linkOnTheWay(root: string, at: string): Promise<string | undefined> {
  let path = root;
  for (const name of at.split('/')) {
    path = join(path, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isSymbolicLink()) return path;
  }
  return undefined;
}

/** Makes the mount point; a directory or mount that is there already is examined later. Throws a Failure. */
function makeMountPoint(place: string): void {
  try {
    makeDirectories(place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTCONN') return;
    const why =
      code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code === 'ENOTDIR' ? 'not a directory' : `${code}`;
    throw new Failure(place, `cannot be made: ${why}`);
  }
}

/** The places of plans in a few words: those below a root by their names in it. */
export function placeNames(root: string, plans: readonly { readonly target: string }[]): string {
  return plans.map(({ target }) => (target.startsWith(root + sep) ? relative(root, target) : target)).join(', ');
}
