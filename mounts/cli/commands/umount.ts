/** compatfs umount */

import { hostMounts, mountAt } from '../../fuse/host-mounts.ts';
import { detach, unmountUnused } from '../../fuse/kernel-mount.ts';
import type { Command, Words } from '../command.ts';
import { askServer, findServers } from '../control.ts';
import { Failure, badUsage } from '../failure.ts';
import { findOwner, refuseSilent } from '../owners.ts';
import { OWN_TYPE, mountPoint } from '../targets.ts';

export const umount: Command = {
  name: 'umount',
  forms: ['[-l] TARGET..'],
  summary: 'Takes mounts of compatfs away; their server ends with the last of them',
  notes: 'TARGET is a mount point, or the ADDRESS of an export, which ends with all that its server exports.',
  options: {
    lazy: { short: 'l', help: 'even if files in it are in use; they fail from then on' },
    help: { short: 'h', help: 'print this' },
  },
  run,
};

async function run(words: Words): Promise<number> {
  if (words.operands.length === 0) throw badUsage('umount', 'TARGET is missing; see compatfs umount --help');
  for (const operand of words.operands) await takeAway(operand, words.has('lazy'));
  return 0;
}

/** Takes one mount or export away. Throws a Failure. */
export async function takeAway(operand: string, lazy: boolean): Promise<void> {
  if (operand === '') throw new Failure("''", 'not mounted by compatfs');
  if (/^(tcp|unix)!/.test(operand)) return endExport(operand, lazy);
  const target = await mountPoint(operand);
  const owner = await findOwner(target);
  if (owner) {
    const top = mountAt(target, hostMounts());
    if (top && !OWN_TYPE.test(top.type)) throw new Failure(operand, `busy: ${top.type} of ${top.source} is mounted over it`);
    const answer = await askServer(owner.socketPath, { command: 'umount', target, lazy });
    if (!answer) throw new Failure(operand, `its server, process ${owner.pid}, does not answer`);
    if (!answer.ok) throw new Failure(operand, answer.why);
    return;
  }
  const there = mountAt(target, hostMounts());
  if (!there || !OWN_TYPE.test(there.type)) throw new Failure(operand, 'not mounted by compatfs');
  // umount(8) looks at it.
  await refuseSilent(operand, target);
  // Its server is dead, or is another user's.
  const problem = lazy ? ((await detach(target)) ? undefined : 'no permission') : await unmountUnused(target);
  if (problem !== undefined) throw new Failure(operand, problem);
}

/** Ends the server that exports at an address. */
async function endExport(address: string, lazy: boolean): Promise<void> {
  const servers = await findServers();
  const owner = servers.find(({ status }) => status?.exports?.some((one) => one.address === address));
  if (!owner) throw new Failure(address, 'not exported by a process of this user');
  const answer = await askServer(owner.socketPath, { command: 'umount', target: address, lazy });
  if (!answer?.ok) throw new Failure(address, answer?.why ?? 'its server does not answer');
}
