/** Reads a rule as it is written behind `devfs rule add`: `[NUMBER] [path PATTERN] [type TYPE] ACTION..` (devfs(8)). */

import { compileGlob } from './glob.ts';
import { DEVICE_TYPES, type Rule } from './rule.ts';
import { RuleError, type Word } from './words.ts';

/** Numbers of rules and rule sets are of 16 bits, and 0 is none. */
export const MOST = 0xffff;

/** Finds ids by the names of users and groups. */
export interface Names {
  user(name: string): number | undefined;
  group(name: string): number | undefined;
}

/** Where there are no names: ids have to be given as numbers. */
export const NO_NAMES: Names = { user: () => undefined, group: () => undefined };

/** A rule, and its number where one is given. */
export interface ParsedRule {
  readonly number: number | undefined;
  readonly rule: Rule;
}

type Draft = { -readonly [Key in keyof Rule]: Rule[Key] };

/** A number of decimal digits within bounds. */
export function parseNumber(text: string, most: number = MOST): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

/** Reads words; `end` is the column behind the last one. Where there is no action, it says so. */
export function parseRule(words: readonly Word[], end: number, names: Names): ParsedRule | RuleError {
  let at = 0;
  let number: number | undefined;
  const first = words[0];
  if (first && /^\d+$/.test(first.text)) {
    number = parseNumber(first.text);
    if (number === undefined || number === 0) return new RuleError(`a rule's number is 1 to ${MOST}`, first.column);
    at++;
  }
  const draft: Draft = {};
  let acts = false;
  while (at < words.length) {
    const keyword = words[at++] as Word;
    if (keyword.text === 'hide' || keyword.text === 'unhide') {
      draft.hidden = keyword.text === 'hide';
      acts = true;
      continue;
    }
    const take = VALUES[keyword.text];
    if (!take) return new RuleError(`unknown word ${keyword.text}`, keyword.column);
    const value = words[at++];
    if (!value) return new RuleError(`${keyword.text} needs a value`, end);
    const wrong = take(draft, value.text, names);
    if (wrong !== undefined) return new RuleError(wrong, value.column);
    acts ||= keyword.text !== 'path' && keyword.text !== 'type';
  }
  if (!acts) return new RuleError('the rule does nothing: hide, unhide, include, mode, user or group is missing', end);
  return { number, rule: draft };
}

/** What takes a value; each returns what is wrong with it. */
const VALUES: Readonly<Record<string, (draft: Draft, value: string, names: Names) => string | undefined>> = {
  path(draft, value) {
    if (value === '' || !compileGlob(value)) return `${value || 'an empty word'} is no pattern`;
    draft.path = value;
    return undefined;
  },
  type(draft, value) {
    const type = DEVICE_TYPES.find((known) => known === value);
    if (!type) return `unknown type ${value}; the types are ${DEVICE_TYPES.join(', ')}`;
    draft.type = type;
    return undefined;
  },
  include(draft, value) {
    const include = parseNumber(value);
    if (include === undefined || include === 0) return `a rule set's number is 1 to ${MOST}`;
    draft.include = include;
    return undefined;
  },
  mode(draft, value) {
    const mode = parseMode(value);
    if (mode === undefined) return `${value} is no mode`;
    draft.mode = mode;
    return undefined;
  },
  user(draft, value, names) {
    const user = parseNumber(value, 0xffff_fffe) ?? names.user(value);
    if (user === undefined) return `unknown user ${value}`;
    draft.user = user;
    return undefined;
  },
  group(draft, value, names) {
    const group = parseNumber(value, 0xffff_fffe) ?? names.group(value);
    if (group === undefined) return `unknown group ${value}`;
    draft.group = group;
    return undefined;
  },
};

const WHO: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };
const RIGHTS: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111, s: 0o6000, t: 0o1000 };

/** An octal mode, or a symbolic one (chmod(1)) that begins with no permissions at all. */
function parseMode(text: string): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) return Number.parseInt(text, 8) <= 0o7777 ? Number.parseInt(text, 8) : undefined;
  let mode = 0;
  for (const clause of text.split(',')) {
    const parts = /^([ugoa]*)((?:[+=-][rwxst]*)+)$/.exec(clause);
    if (!parts) return undefined;
    const who = [...(parts[1] || 'a')].reduce((mask, letter) => mask | (WHO[letter] ?? 0), 0);
    for (const [, operator, letters = ''] of (parts[2] ?? '').matchAll(/([+=-])([rwxst]*)/g)) {
      const rights = [...letters].reduce((mask, letter) => mask | (RIGHTS[letter] ?? 0), 0) & who;
      if (operator === '-') mode &= ~rights;
      else mode = operator === '=' ? (mode & ~who) | rights : mode | rights;
    }
  }
  return mode;
}
