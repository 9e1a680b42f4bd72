/** compatfs set */

import type { Command, Words } from '../command.ts';
import { askServer } from '../control.ts';
import { Failure, badUsage } from '../failure.ts';
import { parseChanges } from '../mount-options.ts';
import { findOwner } from '../owners.ts';
import { mountPoint } from '../targets.ts';

export const set: Command = {
  name: 'set',
  forms: ['TARGET KEY=VALUE..'],
  summary: 'Changes options of a live mount',
  options: { help: { short: 'h', help: 'print this' } },
  notes: 'KEY is one of hidepid, gid, subset, osrelease, hostname, as in compatfs mount --help.',
  run,
};

async function run({ operands }: Words): Promise<number> {
  const [operand, ...settings] = operands;
  if (operand === undefined || settings.length === 0)
    throw badUsage('set', 'TARGET and KEY=VALUE are needed; see compatfs set --help');
  const changes = parseChanges(settings);
  const target = await mountPoint(operand);
  const owner = await findOwner(target);
  if (!owner) throw new Failure(operand, 'not mounted by a process of this user');
  const answer = await askServer(owner.socketPath, { command: 'set', target, changes });
  if (!answer) throw new Failure(operand, `its server, process ${owner.pid}, does not answer`);
  if (!answer.ok) throw new Failure(operand, answer.why);
  return 0;
}
