/**
 * Reads devfs.rules(5): sections `[NAME=NUMBER]` with a rule a line, as `add path 'pts/*' unhide`. `$NAME` stands for the
 * number of a section, `#` begins a comment, and a line that ends with a backslash goes on in the next.
 */

import { EEXIST, ERANGE, isErrno } from '../../../fs/errno.ts';
import { MOST, type Names, parseRule } from './parse-rule.ts';
import type { Rulesets } from './rulesets.ts';
import { RuleError, splitWords } from './words.ts';

/** Adds what a file says; stops at the first mistake, which it returns. A section of a number that is there replaces it. */
export function parseRulesFile(text: string, into: Rulesets, names: Names): RuleError | undefined {
  let set: number | undefined;
  const seen = new Set<number>();
  for (const { text: line, number } of logicalLines(text)) {
    const at = (error: RuleError): RuleError => new RuleError(error.message, error.column, number);
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (trimmed.startsWith('[')) {
      const section = /^\s*\[([A-Za-z_]\w*)=(\d+)\]\s*(?:#.*)?$/.exec(line);
      const column = line.indexOf('[') + 1;
      if (!section) return at(new RuleError('a section is written [NAME=NUMBER]', column));
      set = Number(section[2]);
      if (set < 1 || set > MOST) return at(new RuleError(`a rule set's number is 1 to ${MOST}`, line.indexOf('=') + 2));
      if (!seen.has(set)) into.clear(set);
      seen.add(set);
      into.names.set(section[1] as string, set);
      continue;
    }
    const words = splitWords(line, (name) => into.names.get(name)?.toString());
    if (words instanceof RuleError) return at(words);
    const [verb, ...rest] = words;
    if (!verb) continue;
    if (set === undefined) return at(new RuleError('a rule stands before the first section', verb.column));
    if (verb.text !== 'add') return at(new RuleError(`unknown word ${verb.text}; a rule begins with add`, verb.column));
    const parsed = parseRule(rest, line.trimEnd().length + 1, names);
    if (parsed instanceof RuleError) return at(parsed);
    const added = into.add(set, parsed.rule, parsed.number);
    if (isErrno(added)) {
      const why = added === EEXIST ? 'there is a rule with that number' : added === ERANGE ? 'no number is left' : 'a rule set cannot include itself';
      return at(new RuleError(why, rest[0]?.column ?? verb.column));
    }
  }
  return undefined;
}

/** Lines, with those that go on joined; each has the number of its first. */
function* logicalLines(text: string): Iterable<{ readonly text: string; readonly number: number }> {
  let joined = '';
  let first = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (joined === '') first = index + 1;
    const plain = line.endsWith('\r') ? line.slice(0, -1) : line;
    const goesOn = plain.endsWith('\\') && !plain.endsWith('\\\\');
    joined += goesOn ? `${plain.slice(0, -1)} ` : plain;
    if (goesOn) continue;
    yield { text: joined, number: first };
    joined = '';
  }
  if (joined !== '') yield { text: joined, number: first };
}
