/** What a command of the command line is, and how its options are read. */

import { parseArgs } from 'node:util';
import { badUsage } from './failure.ts';

/** An option: `-o OPTIONS` has the short name o and the value OPTIONS. */
export interface CommandOption {
  readonly short?: string;
  /** What the value is called in the help; absent for an option without one. */
  readonly value?: string;
  /** The value may be left out: it is given behind a `=` only. */
  readonly optional?: true;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  /** The forms of the command line, after `compatfs NAME`. */
  readonly forms: readonly string[];
  /** For the list of commands. */
  readonly summary: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Further paragraphs of the help. */
  readonly notes?: string;
  /** Operands end the options: what follows the first belongs to another program. */
  readonly runsProgram?: boolean;
  /** Does it; returns the exit status. */
  run(words: Words): Promise<number>;
}

/** A command line, read. */
export interface Words {
  readonly operands: readonly string[];
  /** Whether an option was given. */
  has(option: string): boolean;
  /** The value that an option was given last. */
  value(option: string): string | undefined;
  /** Every value that an option was given, in order. */
  values(option: string): readonly string[];
}

/** Reads what follows the command's name. Throws a Failure for options that the command does not have. */
export function readWords(command: Command, args: readonly string[]): Words {
  const options: Record<string, { type: 'string' | 'boolean'; multiple: true; short?: string }> = {};
  for (const [name, { short, value }] of Object.entries(command.options)) {
    options[name] = { type: value === undefined ? 'boolean' : 'string', multiple: true, ...(short && { short }) };
  }
  const own = command.runsProgram ? args.slice(0, programStart(command, args)) : args;
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: own.map((word) => (isBare(command, word) ? `${word}=` : word)), options, allowPositionals: true, strict: true });
  } catch (error) {
    throw badUsage(command.name, plain(error as Error));
  }
  const { values, positionals } = parsed;
  const all = (option: string): readonly string[] => (values[option] as string[] | undefined) ?? [];
  return {
    operands: command.runsProgram ? args.slice(own.length).filter((word, at) => at > 0 || word !== '--') : positionals,
    has: (option) => values[option] !== undefined,
    value: (option) => all(option).at(-1),
    values: all,
  };
}

/** Whether a word is an option whose value was left out. */
function isBare(command: Command, word: string): boolean {
  return word.startsWith('--') && command.options[word.slice(2)]?.optional === true;
}

/** Where a program's own command line begins: at `--` or at the first word that is no option. */
function programStart(command: Command, args: readonly string[]): number {
  const takesValue = (word: string): boolean =>
    Object.entries(command.options).some(
      ([name, { short, value, optional }]) => value !== undefined && !optional && (word === `--${name}` || word === `-${short}`),
    );
  let at = 0;
  while (at < args.length) {
    const word = args[at] as string;
    if (word === '--' || !word.startsWith('-') || word === '-') return at;
    at += takesValue(word) ? 2 : 1;
  }
  return args.length;
}

/** The parser's message as one short phrase. */
function plain(error: Error): string {
  const unknown = /^Unknown option '(.+?)'/.exec(error.message)?.[1];
  if (unknown !== undefined) return `unknown option ${unknown}`;
  const missing = /^Option '(?:-\w, )?(.+?)(?: <value>)?' argument missing/.exec(error.message)?.[1];
  if (missing !== undefined) return `${missing} needs a value`;
  const dash = /^Option '(.+?)' argument is ambiguous/.exec(error.message)?.[1];
  if (dash !== undefined) return `${dash} needs a value, and one that begins with - is written ${dash}${dash.startsWith('--') ? '=' : ''}VALUE`;
  return (error.message.split(/[.\n]/)[0] ?? '').replace(/^O/, 'o');
}

/** The help of a command. */
export function helpOf(command: Command): string {
  const forms = command.forms.map((form, index) =>
    `${index === 0 ? 'usage:' : '      '} compatfs ${command.name} ${form}`.trimEnd(),
  );
  const rows = Object.entries(command.options).map(([name, { short, value, optional, help }]) => {
    const long = value === undefined ? `--${name}` : optional ? `--${name}[=${value}]` : `--${name} ${value}`;
    return [`  ${short === undefined ? '    ' : `-${short}, `}${long}`, help];
  });
  const width = Math.max(0, ...rows.map(([option = '']) => option.length));
  const options = rows.map(([option = '', help]) => `${option.padEnd(width)}  ${help}`);
  const parts = [forms.join('\n'), `${command.summary}.`, options.join('\n'), command.notes ?? ''];
  return parts.filter((part) => part !== '').join('\n\n');
}
