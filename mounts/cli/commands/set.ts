/** compatfs set */

import { askTree } from '../ask-tree.ts';
import type { Command, Words } from '../command.ts';
import { Failure, badUsage } from '../failure.ts';
import { parseChanges } from '../mount-options.ts';
import { MOUNT_TYPES } from '../types/all.ts';

export const set: Command = {
  name: 'set',
  forms: ['TARGET KEY=VALUE..'],
  summary: 'Changes options of a live mount',
  options: { help: { short: 'h', help: 'print this' } },
  notes: [
    'KEY is an option of the mount, as in compatfs mount --help:',
    'KEY= has the machine\'s own value again, where KEY says what to show instead of it.',
    ...MOUNT_TYPES.flatMap(({ name, changeable }) => (changeable ? [`  of ${name}: ${changeable.join(', ')}`] : [])),
  ].join('\n'),
  run,
};

async function run({ operands }: Words): Promise<number> {
  const [operand, ...settings] = operands;
  if (operand === undefined || settings.length === 0)
    throw badUsage('set', 'TARGET and KEY=VALUE are needed; see compatfs set --help');
  await change('set', operand, settings);
  return 0;
}

/** Changes options of a live mount for a command. Throws a Failure. */
export async function change(command: string, target: string, settings: readonly string[]): Promise<void> {
  const refusal = await askTree(target, (type) => parseChanges(command, settings, type));
  if (typeof refusal === 'string') throw new Failure(target, refusal);
}
