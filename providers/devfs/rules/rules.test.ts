/** The rules of devfs(8): how they are read, in which order they count, and what is said of mistakes. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EEXIST, EINVAL, ENOENT, EPERM, ERANGE } from '../../../fs/errno.ts';
import { compileGlob } from './glob.ts';
import { NO_NAMES, parseRule } from './parse-rule.ts';
import { parseRulesFile } from './parse-rules-file.ts';
import { formatRule } from './rule.ts';
import { Rulesets } from './rulesets.ts';
import { SHIPPED_RULES } from './shipped.ts';
import { RuleError, splitWords } from './words.ts';

const NAMES = {
  user: (name: string) => (name === 'root' ? 0 : undefined),
  group: (name: string) => (name === 'tty' ? 5 : undefined),
};

function rule(line: string): string {
  const words = splitWords(line, () => undefined);
  if (words instanceof RuleError) return `${words.column}: ${words.message}`;
  const parsed = parseRule(words, line.length + 1, NAMES);
  return parsed instanceof RuleError ? `${parsed.column}: ${parsed.message}` : formatRule({ ...parsed.rule, number: parsed.number ?? 0 });
}

test('rules are read and printed', () => {
  assert.is(rule('hide'), '0 hide');
  assert.is(rule('7 path null unhide'), '7 path null unhide');
  assert.is(rule("path 'pts/*' mode 620 group tty user root"), '0 path pts/* group 5 user 0 mode 0620');
  assert.is(rule('type disk path "a b" hide'), "0 path 'a b' type disk hide");
  assert.is(rule('include 3 # more'), '0 include 3');
  assert.is(rule('mode u=rw,g=r,o='), '0 mode 0640');
  assert.is(rule('mode a+rwx,go-w'), '0 mode 0755');
  assert.is(rule('mode +t'), '0 mode 1000');
  assert.is(rule('user 4294967294 hide unhide'), '0 user 4294967294 unhide');
  assert.is(rule("path 'it'\\''s' hide"), "0 path 'it'\\''s' hide");
});

test('mistakes are told with their columns', () => {
  assert.is(rule(''), '1: the rule does nothing: hide, unhide, include, mode, user or group is missing');
  assert.is(rule('path null'), '10: the rule does nothing: hide, unhide, include, mode, user or group is missing');
  assert.is(rule('path'), '5: path needs a value');
  assert.is(rule('path x hidden'), '8: unknown word hidden');
  assert.is(rule('path [ hide'), '6: [ is no pattern');
  assert.is(rule('path [z-a] hide'), '6: [z-a] is no pattern');
  assert.is(rule('type cdrom hide'), '6: unknown type cdrom; the types are disk, mem, tape, tty');
  assert.is(rule('mode 8 hide'), '6: 8 is no mode');
  assert.is(rule('mode 17777'), '6: 17777 is no mode');
  assert.is(rule('user nobody'), '6: unknown user nobody');
  assert.is(rule('0 hide'), "1: a rule's number is 1 to 65535");
  assert.is(rule('65536 hide'), "1: a rule's number is 1 to 65535");
  assert.is(rule('include 0'), "9: a rule set's number is 1 to 65535");
  assert.is(rule("path 'x hide"), '6: the quotation does not end');
});

test('patterns', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*', 'null', true],
    ['*', 'pts/0', false],
    ['pts/*', 'pts/0', true],
    ['pts/*', 'pts/0/x', false],
    ['tty[pqrs]*', 'ttyp0', true],
    ['tty[pqrs]*', 'ttyS0', false],
    ['tty[!p-s]?', 'ttyS0', true],
    ['tty[^p-s]?', 'ttyp0', false],
    ['a[]b]c', 'a]c', true],
    ['a[!]]c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a[!x]c', 'a/c', false],
    ['a[/]c', 'a/c', false],
    ['a.c', 'abc', false],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['(a|b)+{2}^$', '(a|b)+{2}^$', true],
    ['[a-]', '-', true],
    ['', '', true],
  ];
  for (const [pattern, path, expected] of cases) assert.is(compileGlob(pattern)?.(path), expected, `${pattern} ${path}`);
  for (const pattern of ['[', '[a', '[]', '\\', '[z-a]', '[\\']) assert.is(compileGlob(pattern), undefined, pattern);
});

function shipped(): Rulesets {
  const rulesets = new Rulesets();
  assert.is(parseRulesFile(SHIPPED_RULES, rulesets, NO_NAMES), undefined);
  return rulesets;
}

test('the shipped sets', () => {
  const rulesets = shipped();
  assert.equal(rulesets.numbers(), [1, 2, 3, 4, 5]);
  assert.equal([...rulesets.names.keys()], [
    'devfsrules_hide_all',
    'devfsrules_unhide_basic',
    'devfsrules_unhide_login',
    'devfsrules_jail',
    'devfsrules_jail_vnet',
  ]);
  const shown = (set: number): string[] =>
    ['null', 'full', 'tty', 'ttyp3', 'pts', 'pts/4', 'fd/0', 'fuse', 'pf', 'sda'].filter((path) => rulesets.apply(set, { path }).hidden === false);
  assert.equal(shown(1), []);
  assert.equal(shown(2), ['null']);
  assert.equal(shown(4), ['null', 'ttyp3', 'pts', 'pts/4', 'fd/0', 'fuse']);
  assert.equal(shown(5), ['null', 'ttyp3', 'pts', 'pts/4', 'fd/0', 'fuse', 'pf']);
  assert.is(rulesets.apply(4, { path: 'sda' }).hidden, true);
  assert.is(rulesets.rules(4)[0]?.number, 100);
  assert.is(rulesets.rules(4).at(-1)?.number, 500);
});

test('numbers', () => {
  const rulesets = new Rulesets();
  assert.is(rulesets.add(0, { hidden: true }), EPERM);
  assert.is(rulesets.add(9, { hidden: true }), 100);
  assert.is(rulesets.add(9, { hidden: false }, 7), 7);
  assert.is(rulesets.add(9, { hidden: false }), 200);
  assert.is(rulesets.add(9, { mode: 0 }, 250), 250);
  assert.is(rulesets.add(9, { mode: 0 }), 350);
  assert.is(rulesets.add(9, { mode: 0 }, 250), EEXIST);
  assert.is(rulesets.add(9, { mode: 0 }, 65_500), 65_500);
  assert.is(rulesets.add(9, { mode: 0 }), ERANGE);
  assert.is(rulesets.add(9, { include: 9 }), EINVAL);
  assert.equal(rulesets.rules(9).map(({ number }) => number), [7, 100, 200, 250, 350, 65_500]);
  assert.is(rulesets.remove(9, 8), ENOENT);
  assert.is(rulesets.remove(9, 7), 0);
  assert.is(rulesets.clear(8), ENOENT);
  assert.is(rulesets.clear(9), 0);
  assert.equal(rulesets.numbers(), []);
});

test('the last rule that says something counts, in the order of the numbers', () => {
  const rulesets = new Rulesets();
  rulesets.add(1, { path: 'a*', hidden: false, mode: 0o600 }, 20);
  rulesets.add(1, { hidden: true, mode: 0o444, user: 5 }, 10);
  rulesets.add(1, { type: 'tty', group: 7 }, 30);
  assert.equal(rulesets.apply(1, { path: 'ab' }), { hidden: false, mode: 0o600, user: 5 });
  assert.equal(rulesets.apply(1, { path: 'b', type: 'tty' }), { hidden: true, mode: 0o444, user: 5, group: 7 });
  assert.equal(rulesets.apply(1, { path: 'ab' }, 30), {});
  assert.equal(rulesets.apply(77, { path: 'ab' }), {});
});

test('an included set includes none', () => {
  const rulesets = new Rulesets();
  rulesets.add(3, { mode: 0o333 });
  rulesets.add(2, { include: 3 });
  rulesets.add(2, { user: 2 });
  rulesets.add(1, { include: 2 });
  assert.equal(rulesets.apply(2, { path: 'x' }), { mode: 0o333, user: 2 });
  assert.equal(rulesets.apply(1, { path: 'x' }), { user: 2 });
  rulesets.add(4, { include: 5 });
  rulesets.add(5, { include: 4 });
  assert.equal(rulesets.apply(4, { path: 'x' }), {});
});

test('a file of rules', () => {
  const rulesets = shipped();
  const text = [
    '# ours',
    '',
    '[mine=10]\t# a section',
    'add include $devfsrules_jail',
    "add path full unhide # Linux's",
    'add 50 path tty \\',
    '  unhide mode 666',
    'add path ${mine} hide',
  ].join('\r\n');
  assert.is(parseRulesFile(text, rulesets, NAMES), undefined);
  assert.equal(rulesets.rules(10).map(formatRule), [
    '50 path tty unhide mode 0666',
    '100 include 4',
    '200 path full unhide',
    '300 path 10 hide',
  ]);
  assert.is(parseRulesFile('[mine=10]\nadd hide\n', rulesets, NAMES), undefined);
  assert.equal(rulesets.rules(10).map(formatRule), ['100 hide']);
});

test('mistakes in a file are told with line and column', () => {
  const mistake = (text: string): string => {
    const error = parseRulesFile(text, shipped(), NAMES);
    return error ? `${error.line}:${error.column}: ${error.message}` : '';
  };
  assert.is(mistake('\nadd hide'), '2:1: a rule stands before the first section');
  assert.is(mistake('[a=1]\n\n  del 5'), '3:3: unknown word del; a rule begins with add');
  assert.is(mistake('[a=1]\nadd path x hidden'), '2:12: unknown word hidden');
  assert.is(mistake('[a=1]\nadd include $b'), '2:13: unknown rule set b');
  assert.is(mistake('[a=1]\nadd include $'), '2:13: unknown rule set');
  assert.is(mistake('[a]'), '1:1: a section is written [NAME=NUMBER]');
  assert.is(mistake(' [a=0]'), "1:5: a rule set's number is 1 to 65535");
  assert.is(mistake('[a=9]\nadd 5 hide\nadd 5 unhide'), '3:5: there is a rule with that number');
  assert.is(mistake('[a=9]\nadd path \\\n  x'), '2:14: the rule does nothing: hide, unhide, include, mode, user or group is missing');
  assert.is(mistake('[a=9]\nadd include 9'), '2:5: a rule set cannot include itself');
});

test('whatever is written, reading it ends with rules or with a mistake that it has a place for', () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 0x1_0000_0000) * below);
  };
  const pieces = ['add', ' ', '\n', 'path', 'hide', 'unhide', '[', ']', '=', '9', '$', 'devfsrules_jail', "'", '"', '\\', '#', 'mode', '0666', 'u=rw', 'user',
    'root', 'include', '*', '?', 'type', 'disk', '\t', '\0', '\xff', '!', '-', 'a', '[x=7]\n', '\nadd ', '\r\n', '{', '}', '70000', 'ä'];
  for (let round = 0; round < 3000; round++) {
    let text = random(3) === 0 ? '[x=7]\nadd ' : '';
    for (let count = random(12); count > 0; count--) text += pieces[random(pieces.length)];
    const rulesets = shipped();
    const error = parseRulesFile(text, rulesets, NAMES);
    const lines = text.split('\n');
    if (error) assert.ok(error.line >= 1 && error.line <= lines.length && error.column >= 1 && error.message !== '', JSON.stringify(text));
    for (const set of rulesets.numbers()) {
      for (const known of rulesets.rules(set)) {
        // What is printed is read as the same rule.
        const words = splitWords(formatRule(known), () => undefined);
        const again = words instanceof RuleError ? words : parseRule(words, 1, NO_NAMES);
        assert.ok(!(again instanceof RuleError), JSON.stringify([text, formatRule(known)]));
        if (!(again instanceof RuleError) && set === 7) assert.equal({ ...again.rule, number: again.number }, known);
      }
    }
  }
});

test.run();
