/** compatfs devfs */

import { readFileSync } from 'node:fs';
import type { DevfsAnswer } from '../../../providers/devfs/command.ts';
import { RuleError, splitWords } from '../../../providers/devfs/rules/words.ts';
import { askTree } from '../ask-tree.ts';
import type { Command, Words } from '../command.ts';
import { findServers } from '../control.ts';
import { Failure, badUsage } from '../failure.ts';
import { print } from '../output.ts';

export const devfs: Command = {
  name: 'devfs',
  forms: [
    '[-m TARGET] ruleset SET',
    '[-m TARGET] rule [-s SET] add [NUMBER] RULE|-',
    '[-m TARGET] rule [-s SET] apply NUMBER|RULE|-',
    '[-m TARGET] rule [-s SET] del NUMBER',
    '[-m TARGET] rule [-s SET] show [NUMBER]',
    '[-m TARGET] rule [-s SET] applyset|delset|showsets',
  ],
  summary: 'Shows and changes the rules of a live devfs, as devfs(8)',
  options: {
    mount: { short: 'm', value: 'TARGET', help: 'the mount (default the only devfs that is mounted)' },
    help: { short: 'h', help: 'print this' },
  },
  notes: `RULE is [path PATTERN] [type disk|mem|tape|tty] and what is done to the nodes that are meant: hide, unhide, mode MODE,
user USER, group GROUP, include SET. SET is a number or a name; without -s it is the one that the mount applies to nodes
as they appear, which ruleset chooses. For - rules are read from standard input, one a line, until one is no good.`,
  runsProgram: true,
  run,
};

async function run(words: Words): Promise<number> {
  if (words.operands.length === 0) throw badUsage('devfs', 'rule or ruleset is missing; see compatfs devfs --help');
  const target = words.value('mount') ?? (await onlyTarget());
  if (!READING.test(words.operands.join(' '))) {
    await ask(target, words.operands, 'devfs');
    return 0;
  }
  const before = words.operands.slice(0, -1);
  for (const { at, rule } of rulesFromInput()) await ask(target, [...before, ...rule], at);
  return 0;
}

/** A command whose rules come from standard input. */
const READING = /^rule( -s \S+)? (add|apply) -$/;

/** Has the tree do what a command says, and prints its answer. Throws a Failure about `subject`. */
async function ask(target: string, command: readonly string[], subject: string): Promise<void> {
  const answer = (await askTree(target, (type) => {
    if (type.name !== 'devfs') throw new Failure(target, `a ${type.name}, no devfs`);
    return { words: command };
  })) as DevfsAnswer;
  if ('error' in answer) throw new Failure(subject, answer.error);
  for (const line of answer.lines) print(line);
}

/** The rules of standard input, and where they stand. Throws a Failure. */
function* rulesFromInput(): Generator<{ at: string; rule: readonly string[] }> {
  let number = 0;
  for (const line of readFileSync(0, 'latin1').split('\n')) {
    const at = `standard input:${++number}`;
    const divided = splitWords(line, () => undefined);
    if (divided instanceof RuleError) throw new Failure(`${at}:${divided.column}`, divided.message);
    if (divided.length > 0) yield { at, rule: divided.map(({ text }) => text) };
  }
}

/** The devfs that is meant where none is named. Throws a Failure. */
async function onlyTarget(): Promise<string> {
  const mounts = (await findServers()).flatMap(({ status }) => status?.mounts ?? []).filter(({ type }) => type === 'devfs');
  const [only, ...others] = mounts;
  if (!only) throw new Failure('devfs', 'none is mounted');
  if (others.length > 0) throw badUsage('devfs', `-m is needed, for there are several: ${mounts.map(({ target }) => target).join(', ')}`);
  return only.target;
}
