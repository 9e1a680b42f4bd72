/** Finds the server of a mount. */

import { readlink } from 'node:fs/promises';
import { type MountStatus, findServers } from './control.ts';

/** A mount, and how to reach its server. */
export interface Owner {
  readonly socketPath: string;
  readonly pid: number;
  readonly mount: MountStatus;
}

/** The server of the mount at a place in our mount namespace. */
export async function findOwner(target: string): Promise<Owner | undefined> {
  const namespace = await mountNamespace();
  for (const { socketPath, status } of await findServers()) {
    if (!status || status.namespace !== namespace) continue;
    const mount = status.mounts.find((candidate) => candidate.target === target);
    if (mount) return { socketPath, pid: status.pid, mount };
  }
  return undefined;
}

/** The mount namespace of this process, as its link says. */
export async function mountNamespace(): Promise<string> {
  return readlink('/proc/self/ns/mnt').catch(() => '');
}
