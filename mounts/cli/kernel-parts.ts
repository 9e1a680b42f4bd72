/**
 * What of the kernel's own the users of our trees get too. /proc, where they can reach it: only the kernel can follow links to
 * pipes, deleted files and the like (`cat /dev/stdin`, `<(...)` in a shell), so linprocfs sends those who follow them there.
 * And /dev/pts, for a terminal that a kernel has made is found in its devpts alone.
 */

import { existsSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostMounts, mountAt } from '../fuse/host-mounts.ts';
import { bind, detach } from '../fuse/kernel-mount.ts';
import { linkOnTheWay } from './compat-tree.ts';
import { makeDirectories } from './directories.ts';
import type { MountPlan } from './mount-server.ts';
import type { Order } from './order.ts';
import { nodesCanBeOpened } from './device-nodes.ts';
import { devfs } from './types/devfs.ts';
import { fdescfs } from './types/fdescfs.ts';
import { type LinprocfsOwn, linprocfs } from './types/linprocfs.ts';
import type { MountOptions } from './types/type.ts';

/** Where a userland has it, below its root. */
const PLACE = 'run/compatfs/proc';
/** What is beside it where there was no /run before: an empty directory, for whoever tidies up is another process. */
const RUN_IS_OURS = 'run-is-ours';

/** Whether it may be shown: the options neither name a place nor hide a part of it. */
export function mayShowProcfs({ own }: MountOptions<LinprocfsOwn>): boolean {
  return !own.magicGiven && own.hidePid === 0 && !own.processesOnly && own.pids === undefined;
}

/** Where /proc is shown in a userland. */
export function procfsPlace(root: string): string {
  return join(root, PLACE);
}

/**
 * Shows it where an order says so: at a place, which everybody uses, or in a userland, for those whose root that is. Returns
 * the order's plans, the linprocfs among which knows it.
 */
export async function showProcfs({ plans, procfsAt, userland }: Order): Promise<readonly MountPlan[]> {
  if (procfsAt !== undefined && (await bind('/proc', procfsAt))) return plans.map((plan) => withMagic(plan, [procfsAt]));
  const procfs = plans.find(({ type }) => type === linprocfs.name);
  if (userland === undefined || !procfs || !mayShowProcfs(procfs.options as MountOptions<LinprocfsOwn>)) return plans;
  // As for the mounts of the tree, but nothing depends on this one.
  if ((await linkOnTheWay(userland, PLACE)) !== undefined) return plans;
  const place = procfsPlace(userland);
  if (!isShown(place)) {
    try {
      const hadRun = existsSync(runOf(userland));
      makeDirectories(place);
      if (!hadRun) makeDirectories(join(dirname(place), RUN_IS_OURS));
    } catch {
      return plans;
    }
    if (!(await bind('/proc', place))) return plans;
  }
  const { magic } = linprocfs.defaults();
  return plans.map((plan) => withMagic(plan, [...magic, `/${PLACE}`], place));
}

/** The plan of a linprocfs that knows where it is, and with which it goes away; or of an fdescfs that knows it. Others as they are. */
function withMagic(plan: MountPlan, magic: readonly string[], companion?: string): MountPlan {
  if (plan.type === fdescfs.name) return { ...plan, options: { ...plan.options, own: { ...plan.options.own, procfs: magic } } };
  if (plan.type !== linprocfs.name) return plan;
  return { ...plan, ...(companion !== undefined && { companion }), options: { ...plan.options, own: { ...plan.options.own, magic, magicGiven: true } } };
}

function isShown(place: string): boolean {
  return mountAt(place, hostMounts())?.type === 'proc';
}

/** Shows the kernel's terminals in a userland's devfs, whose nodes the kernel serves. */
export async function showTerminals({ plans, userland }: Order): Promise<void> {
  const dev = plans.find(({ type, target }) => type === devfs.name && userland !== undefined && target.startsWith(`${userland}/`));
  if (dev && nodesCanBeOpened()) await bind('/dev/pts', join(dev.target, 'pts'));
}

/** Takes them away, so that the devfs is not in use for them. */
export async function hideTerminals(root: string): Promise<void> {
  const place = join(root, 'dev/pts');
  if (mountAt(place, hostMounts())?.type === 'devpts') await detach(place);
}

/** Takes /proc out of a userland again that has no linprocfs any more, with the directories that were made for it. */
export async function hideProcfs(root: string): Promise<void> {
  if (mountAt(join(root, 'proc'), hostMounts())?.type === `fuse.${linprocfs.name}`) return;
  if ((await linkOnTheWay(root, PLACE)) !== undefined) return;
  const place = procfsPlace(root);
  if (isShown(place)) await detach(place);
  try {
    rmdirSync(place);
    const mark = join(dirname(place), RUN_IS_OURS);
    const ours = existsSync(mark);
    if (ours) rmdirSync(mark);
    rmdirSync(dirname(place));
    if (ours) rmdirSync(runOf(root));
  } catch {
    // They are not there, or somebody else uses them.
  }
}

function runOf(root: string): string {
  return join(root, 'run');
}
