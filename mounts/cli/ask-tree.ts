/** Questions of a command to the tree of a live mount. */

import { askServer } from './control.ts';
import { Failure } from './failure.ts';
import { findOwner } from './owners.ts';
import { mountPoint } from './targets.ts';
import { findType } from './types/all.ts';
import type { MountType } from './types/type.ts';

/** Asks what `question` makes of the mount's type; returns the tree's answer. Throws a Failure. */
export async function askTree(operand: string, question: (type: MountType) => unknown): Promise<unknown> {
  const target = await mountPoint(operand);
  const owner = await findOwner(target);
  if (!owner) throw new Failure(operand, 'not mounted by a process of this user');
  const type = findType(owner.mount.type);
  if (!type) throw new Failure(operand, `its server, process ${owner.pid}, is another version`);
  const answer = await askServer(owner.socketPath, { command: 'ask', target, question: question(type) });
  if (!answer) throw new Failure(operand, `its server, process ${owner.pid}, does not answer`);
  if (!answer.ok) throw new Failure(operand, answer.why);
  return answer.answer;
}
