/**
 * Writes many texts to kernel parameters, through our /proc and the kernel's, and compares what write(2) returned and
 * what the parameter then was. Each parameter gets its value back after each write.
 */

import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Texts that tell the handlers apart. */
export const TEXTS: readonly string[] = [
  '\n', '60', '60\n', ' 60', '\t60', '\v60', '\xa060', '60 junk', '60\0', '60 \0x', 'junk', '-5', '-0', '- 5', '+5', '0x10', '0X1f', '0x',
  '010', '08', '1 2', '1\t2\n', '1,2', '1 x', `60${' '.repeat(5000)}`, `${' '.repeat(4094)}7`, `${' '.repeat(4095)}7`, '1'.repeat(21),
  '1'.repeat(20), `${'0'.repeat(20)}5`, `${'0'.repeat(19)}7`, '99999999999', '4294967295', '4294967296', '2147483647', '2147483648',
  '-2147483648', '-2147483649', '18446744073709551615', '18446744073709551616', '-18446744073709551615', '1\r', '1\v2', '1 \r', '-', '--1',
  '300', '255', '256', '5;', '1-3', '1-3,7', '3,1', '7-5', '1-3,', '1--3', '0-70000', '65535', '0', 'abc\ndef', 'abc\0def', 'x'.repeat(70),
  '1 2 3 4 5 6', '5 99999999999 3', '1 -2 3', 'on', 'off\n', 'reno cubic', 'cubic\n', '1-2-3-4,5-6-7-8', '::1',
];

/** A write in two parts, or at an offset, which strings and bitmaps treat otherwise than numbers do. */
const OFFSETS: readonly (readonly [number, string])[] = [
  [1, '7\n'],
  [2, 'Z'],
  [100, '9'],
];

export interface WriteOutcome {
  readonly parameter: string;
  readonly text: string;
  readonly result: string;
  readonly value: string;
}

function attempt(action: () => number): string {
  try {
    return String(action());
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function read(path: string): Buffer | string {
  try {
    return readFileSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function writeOnce(path: string, text: string, at: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_WRONLY);
  } catch (error) {
    return `open ${(error as NodeJS.ErrnoException).code}`;
  }
  const bytes = Buffer.from(text, 'latin1');
  const result = attempt(() => writeSync(descriptor, bytes, 0, bytes.length, at));
  closeSync(descriptor);
  return result;
}

/** What became of every text at one parameter below `root`, a /proc. */
export function tryTexts(root: string, parameter: string): WriteOutcome[] {
  const path = join(root, 'sys', parameter);
  const old = read(path);
  const outcomes: WriteOutcome[] = [];
  for (const [at, text] of [...TEXTS.map((text) => [0, text] as const), ...OFFSETS]) {
    const result = writeOnce(path, text, at);
    const value = read(path);
    outcomes.push({ parameter, text: at === 0 ? text : `${text} at ${at}`, result, value: value.toString('latin1') });
    if (Buffer.isBuffer(old) && !(Buffer.isBuffer(value) && value.equals(old))) writeOnce(path, old.toString('latin1'), 0);
  }
  const now = read(path);
  if (now.toString('latin1') !== old.toString('latin1')) {
    throw new Error(`${path} is ${JSON.stringify(now.toString('latin1'))} now, and was ${JSON.stringify(old.toString('latin1'))}`);
  }
  return outcomes;
}

/** Where two /procs differ, one line each. */
export function compareWrites(ours: string, kernel: string, parameters: readonly string[]): { compared: number; differing: string[] } {
  const differing: string[] = [];
  let compared = 0;
  for (const parameter of parameters) {
    const theirs = tryTexts(kernel, parameter);
    const own = tryTexts(ours, parameter);
    for (const [index, expected] of theirs.entries()) {
      compared++;
      const found = own[index];
      if (found?.result === expected.result && found.value === expected.value) continue;
      const show = (outcome: WriteOutcome | undefined): string => `${outcome?.result} ${JSON.stringify(outcome?.value)}`;
      differing.push(`${parameter}: ${JSON.stringify(expected.text.slice(0, 40))}: ${show(found)} instead of ${show(expected)}`);
    }
  }
  return { compared, differing };
}
