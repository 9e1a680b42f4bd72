/** The command of devfs(8), for a live devfs: `ruleset SET` and `rule [-s SET] VERB ..`. */

import { EEXIST, ENOENT, EPERM, ERANGE, type Errno, isErrno } from '../../fs/errno.ts';
import type { Devfs } from './devfs.ts';
import { type Names, MOST, parseNumber, parseRule } from './rules/parse-rule.ts';
import { formatRule } from './rules/rule.ts';
import { RuleError, type Word } from './rules/words.ts';

/** What a command prints, or what was wrong with it. */
export type DevfsAnswer = { readonly lines: readonly string[] } | { readonly error: string };

const NOTHING: DevfsAnswer = { lines: [] };

/** Does what a command line says, from behind `devfs`. */
export function runDevfsCommand(devfs: Devfs, line: readonly string[], names: Names): DevfsAnswer {
  const [verb, ...rest] = positioned(line);
  if (verb?.text === 'ruleset') return chooseRuleset(devfs, rest);
  if (verb?.text === 'rule') return rule(devfs, rest, names);
  return { error: verb ? `unknown command ${verb.text}; the commands are rule and ruleset` : 'rule or ruleset is missing' };
}

/** Words with the columns that they have when they are printed with a blank between each. */
function positioned(line: readonly string[]): Word[] {
  let column = 1;
  return line.map((text) => {
    const word = { text, column };
    column += text.length + 1;
    return word;
  });
}

/** A rule set by its number or its name. */
function setNumber(devfs: Devfs, text: string): number | undefined {
  return parseNumber(text) ?? devfs.rulesets.names.get(text);
}

function chooseRuleset(devfs: Devfs, words: readonly Word[]): DevfsAnswer {
  const [set, ...more] = words;
  if (!set || more.length > 0) return { error: 'ruleset needs one rule set' };
  const number = setNumber(devfs, set.text);
  if (number === undefined) return { error: `unknown rule set ${set.text}` };
  devfs.ruleset = number;
  return NOTHING;
}

/** A verb with the set that it is about: what `-s` says, or else the mount's own. */
function rule(devfs: Devfs, words: readonly Word[], names: Names): DevfsAnswer {
  let rest = words;
  let set = devfs.ruleset;
  if (rest[0]?.text === '-s') {
    const given = rest[1] && setNumber(devfs, rest[1].text);
    if (given === undefined) return { error: `-s needs a rule set${rest[1] ? `, which ${rest[1].text} is not` : ''}` };
    set = given;
    rest = rest.slice(2);
  }
  const [verb, ...operands] = rest;
  const act = verb && VERBS[verb.text];
  if (!act) {
    const known = Object.keys(VERBS).join(', ');
    return { error: verb ? `unknown word ${verb.text}; the words are ${known}` : `one of ${known} is missing` };
  }
  return act(devfs, set, operands, names);
}

type Verb = (devfs: Devfs, set: number, words: readonly Word[], names: Names) => DevfsAnswer;

const VERBS: Readonly<Record<string, Verb>> = {
  add(devfs, set, words, names) {
    const parsed = parseRule(words, endOf(words), names);
    if (parsed instanceof RuleError) return mistake(parsed, words);
    const added = devfs.rulesets.add(set, parsed.rule, parsed.number);
    return isErrno(added) ? failed(added, set, parsed.number) : NOTHING;
  },

  /** One rule of the set by its number, or a rule of no set. */
  apply(devfs, set, words, names) {
    const [first, ...more] = words;
    if (first && more.length === 0 && /^\d+$/.test(first.text)) {
      const number = parseNumber(first.text);
      if (!devfs.rulesets.rules(set).some((known) => known.number === number)) return failed(ENOENT, set, number);
      devfs.applyRules(set, number);
      return NOTHING;
    }
    const parsed = parseRule(words, endOf(words), names);
    if (parsed instanceof RuleError) return mistake(parsed, words);
    devfs.applyEach((subject) => devfs.rulesets.applyRule(parsed.rule, subject));
    return NOTHING;
  },

  applyset(devfs, set, words) {
    if (words.length > 0) return { error: 'applyset takes no words' };
    devfs.applyRules(set);
    return NOTHING;
  },

  del(devfs, set, words) {
    const number = words.length === 1 ? parseNumber(words[0]?.text ?? '') : undefined;
    if (number === undefined) return { error: 'del needs the number of a rule' };
    const removed = devfs.rulesets.remove(set, number);
    return removed === 0 ? NOTHING : failed(removed, set, number);
  },

  delset(devfs, set, words) {
    if (words.length > 0) return { error: 'delset takes no words' };
    const removed = devfs.rulesets.clear(set);
    return removed === 0 ? NOTHING : failed(removed, set, undefined);
  },

  show(devfs, set, words) {
    const number = words[0] && parseNumber(words[0].text);
    if (words.length > 1 || (words[0] && number === undefined)) return { error: 'show takes the number of a rule' };
    const rules = devfs.rulesets.rules(set).filter((known) => number === undefined || known.number === number);
    return number !== undefined && rules.length === 0 ? failed(ENOENT, set, number) : { lines: rules.map(formatRule) };
  },

  showsets(devfs, _set, words) {
    return words.length > 0 ? { error: 'showsets takes no words' } : { lines: devfs.rulesets.numbers().map(String) };
  },
};

function endOf(words: readonly Word[]): number {
  const last = words.at(-1);
  return last ? last.column + last.text.length : 1;
}

/** Tells where in the rule the mistake is. */
function mistake({ message, column }: RuleError, words: readonly Word[]): DevfsAnswer {
  return { error: `${message} (column ${column - (words[0]?.column ?? 1) + 1} of the rule)` };
}

function failed(error: Errno, set: number, number: number | undefined): DevfsAnswer {
  if (error === EPERM) return { error: 'rule set 0 is empty and stays so' };
  if (error === EEXIST) return { error: `rule set ${set} has a rule ${number}` };
  if (error === ERANGE) return { error: `no number up to ${MOST} is left in rule set ${set}` };
  if (error === ENOENT) return { error: number === undefined ? `there is no rule set ${set}` : `rule set ${set} has no rule ${number}` };
  return { error: 'a rule set cannot include itself' };
}
