/** Finds the server of a mount. */

import { readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { hostMounts, mountAt } from '../fuse/host-mounts.ts';
import { type MountStatus, findServers } from './control.ts';
import { Failure } from './failure.ts';
import { serverName } from './runtime-directory.ts';

/** A mount, and how to reach its server. */
export interface Owner {
  readonly socketPath: string;
  readonly pid: number;
  readonly mount: MountStatus;
}

/** The server of the mount at a place in our mount namespace: of several, which cover one another, of the topmost one. */
export async function findOwner(target: string): Promise<Owner | undefined> {
  const namespace = await mountNamespace();
  const owners: Owner[] = [];
  for (const { socketPath, status } of await findServers()) {
    if (!status || status.namespace !== namespace) continue;
    for (const mount of status.mounts) if (mount.target === target) owners.push({ socketPath, pid: status.pid, mount });
  }
  if (owners.length < 2) return owners[0];
  const top = mountAt(target, hostMounts());
  const isTop = ({ mount: { type, label } }: Owner): boolean => `fuse.${type}` === top?.type && label === top.source;
  owners.sort((a, b) => Number(isTop(b)) - Number(isTop(a)) || b.mount.since.localeCompare(a.mount.since));
  return owners[0];
}

/** The mount points that servers of this user have or are about to have in this mount namespace, with their process ids. */
export async function claimedPlaces(): Promise<Map<string, number>> {
  const namespace = await mountNamespace();
  const here = (await findServers()).flatMap(({ status }) => (status?.namespace === namespace ? [status] : []));
  return new Map(here.flatMap(({ claims, pid }) => claims.map((claim) => [claim, pid] as const)));
}

/**
 * Refuses a mount of ours while its server does not answer: whoever looks at it would wait for that too. A server that is silent does not
 * say what else it has mounted than what its name tells. Throws a Failure.
 */
export async function refuseSilent(operand: string, target: string): Promise<void> {
  const name = serverName(target);
  let others = false;
  for (const { socketPath, status } of await findServers()) {
    if (status) continue;
    others = true;
    // A namesake in another mount namespace has a number behind its name.
    if (basename(socketPath, '.sock').replace(/\.\d+$/, '') !== name.replace(/\.\d+$/, '')) continue;
    const id = (await readFile(socketPath.replace(/\.sock$/, '.pid'), 'latin1').catch(() => '')).trim();
    throw new Failure(operand, `its server, process ${id}, does not answer; kill -9 ${id} takes the mount away`);
  }
  if (others) throw new Failure(operand, 'a server that may be its own does not answer; compatfs status names it');
}

/** The mount namespace of this process, as its link says. */
export async function mountNamespace(): Promise<string> {
  return readlink('/proc/self/ns/mnt').catch(() => '');
}
