/** compatfs down */

import { type HostMount, hostMounts, mountAt } from '../../fuse/host-mounts.ts';
import type { Command, Words } from '../command.ts';
import { ROOT_HELP, compatRoot, placeNames, recoverTree, treePlaces } from '../compat-tree.ts';
import { badUsage } from '../failure.ts';
import { hideProcfs, hideTerminals } from '../kernel-parts.ts';
import { print } from '../output.ts';
import { OWN_TYPE, mountPoint } from '../targets.ts';
import { takeAway } from './umount.ts';

export const down: Command = {
  name: 'down',
  forms: ['[-l] [ROOT]'],
  summary: 'Takes away what `up` mounted, the last first',
  options: {
    lazy: { short: 'l', help: 'even if files in it are in use; they fail from then on' },
    help: { short: 'h', help: 'print this' },
  },
  notes: ROOT_HELP,
  run,
};

async function run(words: Words): Promise<number> {
  if (words.operands.length > 1) throw badUsage('down', 'only one ROOT can be given');
  const root = compatRoot(words.operands[0]);
  const taken: { target: string }[] = [];
  await recoverTree(root);
  await hideTerminals(root);
  const hidden: string[] = [];
  const take = async (target: string, defer: boolean): Promise<void> => {
    const mounts = hostMounts();
    const there = mountAt(await mountPoint(target), mounts);
    if (!there || !OWN_TYPE.test(there.type)) return;
    if (defer && isHidden(there, mounts)) return void hidden.push(target);
    await takeAway(target, words.has('lazy'));
    taken.push({ target });
  };
  for (const target of treePlaces(root)) await take(target, true);
  for (const target of hidden) await take(target, false);
  // A server that was killed could not do so itself.
  await hideProcfs(root);
  print(taken.length === 0 ? `${root}: nothing is mounted` : `${root}: ${placeNames(root, taken)} unmounted`);
  return 0;
}

/** Whether a mount is beneath another one, as dev/fd is where a table lists it before dev: it is reached once that one is gone. */
function isHidden(there: HostMount, mounts: readonly HostMount[]): boolean {
  return mounts.some(({ parent, mountPoint: place }) => parent === there.parent && there.mountPoint.startsWith(`${place}/`));
}
