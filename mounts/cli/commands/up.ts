/** compatfs up */

import type { Command, Words } from '../command.ts';
import { ROOT_HELP, compatRoot, outermost, placeNames, planTree } from '../compat-tree.ts';
import { badUsage } from '../failure.ts';
import { print } from '../output.ts';
import { requireFusermount } from '../unprivileged.ts';
import { carryOut } from './mount.ts';

export const up: Command = {
  name: 'up',
  forms: ['[-o OPTIONS] [ROOT]'],
  summary: 'Mounts what a Linux userland in ROOT needs and is not mounted yet, and serves it in the background',
  options: {
    options: { short: 'o', value: 'OPTIONS', help: 'options for the mounts that have them; see compatfs mount --help' },
    help: { short: 'h', help: 'print this' },
  },
  notes: [
    'What is mounted is what `service linux start` mounts on FreeBSD: linprocfs at proc, linsysfs at sys, devfs at dev,',
    'fdescfs -o linrdlnk at dev/fd and tmpfs -o mode=1777 at dev/shm, all served by one process.',
    '',
    ROOT_HELP,
  ].join('\n'),
  run,
};

async function run(words: Words): Promise<number> {
  if (words.operands.length > 1) throw badUsage('up', 'only one ROOT can be given');
  const root = compatRoot(words.operands[0]);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) requireFusermount(root);
  const { plans, present } = await planTree('up', root, words.values('options'));
  const possible = isRoot ? plans : outermost(plans);
  if (possible.length > 0)
    await carryOut({ plans: possible, welcome: [], statusLine: false, ...(isRoot && { userland: root }) }, isRoot ? 'directly' : 'fusermount', true);
  const there = placeNames(root, present.map((target) => ({ target })));
  const before = there === '' ? '' : `${there} mounted before`;
  const now = possible.length === 0 ? '' : `${placeNames(root, possible)} mounted`;
  print(`${root}: ${[now, before].filter((part) => part !== '').join('; ')}`);
  return 0;
}
