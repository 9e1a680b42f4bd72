/**
 * Compares what a program does on the kernel's /proc and on ours. It runs three times: on the kernel's, on ours, on the
 * kernel's. Exit status and errors have to be the same. Of the output, what is the same in both of the kernel's runs has to
 * be the same in ours to the byte; a number that moved has to lie between (see `../differential/volatile.ts`), and what is
 * let off that is stated with the program. A place that misfits gets further rounds, and has to fit in one of them.
 */

import { test } from 'uvu';
import { type Allowance, type Misfit, compareRound, firstDifference } from '../differential/volatile.ts';
import { missingProgram } from '../support/requirements.ts';
import type { Run, RunOptions, Side, World } from './world.ts';

/** How often a program is run on ours before the verdict. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 12);

/** A program to compare. */
export interface ProgramCase extends RunOptions {
  /** A line of shell; its first word is the program, unless `needs` names what has to be installed. */
  readonly line: string;
  /** What the test is called; absent: as the line. */
  readonly name?: string;
  readonly needs?: readonly string[];
  /** The exit status that is wanted, which may be whatever it is on the kernel's; absent: 0. */
  readonly status?: number | 'same';
  /** Set where there need not be any output. */
  readonly silent?: true;
  /** Changes the text of either side before it is compared: takes away what tells nothing about /proc. */
  readonly edit?: (text: string, world: World) => string;
  /** How far numbers may be outside of what the kernel's two runs say. */
  readonly allowances?: readonly Allowance[];
  /** Finds the process id in a line. The lines of stopped processes have to be the same to the byte. */
  readonly row?: RegExp;
}

/** Registers a test for each case; `world` is a reason to skip where there is none. */
export function testPrograms(world: World | string, cases: readonly ProgramCase[]): void {
  for (const program of cases) {
    const name = program.name ?? program.line;
    const needs = program.needs ?? [program.line.split(' ', 1)[0] as string];
    const reason = typeof world === 'string' ? world : missingProgram(...needs);
    if (reason !== undefined || typeof world === 'string') {
      console.log(`skipped: ${reason}`);
      test.skip(name, () => {});
      continue;
    }
    test(name, async () => {
      const problem = await compareProgram(world, program);
      if (problem !== undefined) throw new Error(`${name}: ${problem}`);
    });
  }
}

/** Ends the world behind the last test. */
export function endWorld(world: World | string): void {
  if (typeof world !== 'string') test.after(() => world.end());
}

/** Says what differs, or undefined. */
export async function compareProgram(world: World, program: ProgramCase): Promise<string | undefined> {
  let remaining: Map<string, Misfit> | undefined;
  let structure = 0;
  let detail = "the kernel's own runs do not compare";
  const clear = { rows: false };
  for (let round = 0; round < ROUNDS; round++) {
    const run = (side: Side): Promise<Run> => world.run(side, program.line, program);
    const runs = [await run('kernel'), await run('ours'), await run('kernel')] as const;
    const failed = failureOf(program, runs);
    if (failed !== undefined) {
      if (failed.final || round === ROUNDS - 1) return failed.text;
      detail = failed.text;
      continue;
    }
    const [before, ours, after] = runs.map(({ stdout }) => (program.edit ? program.edit(stdout, world) : stdout)) as [string, string, string];
    if (program.row && !clear.rows) {
      const differs = stoppedRowsDiffer(world, program.row, before, ours, after);
      if (differs === undefined) clear.rows = true;
      else detail = differs;
    }
    const misfits = compareRound(before, ours, after, program.allowances);
    if (misfits === 'unclear') continue;
    const found = new Map(misfits.map((misfit) => [misfit.place, misfit]));
    const lines = before.split('\n').length;
    if (remaining && lines === structure) {
      for (const place of remaining.keys()) if (!found.has(place)) remaining.delete(place);
    } else {
      remaining = found;
      structure = lines;
    }
    if (remaining.size === 0 && (clear.rows || !program.row)) return undefined;
    const [first] = remaining.values();
    if (first) detail = `${first.detail}${remaining.size > 1 ? ` (and ${remaining.size - 1} more)` : ''}`;
  }
  return detail;
}

/** What is wrong with status and errors; final where another round would not change it. */
function failureOf(program: ProgramCase, [before, ours, after]: readonly [Run, Run, Run]): { text: string; final: boolean } | undefined {
  const how = ({ status, signal }: Run): string => (signal === null ? `status ${status}` : `signal ${signal}`);
  const wanted = program.status === 'same' ? how(before) : `status ${program.status ?? 0}`;
  if (how(before) !== wanted || how(after) !== wanted) {
    return { text: `on the kernel's: ${how(before)}, ${how(after)}: ${before.stderr}`, final: false };
  }
  if (how(ours) !== wanted) return { text: `${how(ours)} instead of ${wanted}: ${ours.stderr}`, final: false };
  if (ours.stderr !== before.stderr && ours.stderr !== after.stderr) {
    // Messages may tell ids and times.
    const misfits = compareRound(before.stderr, ours.stderr, after.stderr);
    if (misfits === 'unclear' || misfits.length > 0) return { text: `errors: ${firstDifference(before.stderr, ours.stderr)}`, final: false };
  }
  if (!program.silent && ours.stdout === '') return { text: 'no output', final: true };
  return undefined;
}

/** Whether the lines about stopped processes are others than the kernel's. */
function stoppedRowsDiffer(world: World, row: RegExp, before: string, ours: string, after: string): string | undefined {
  const ids = new Set(world.subjects.ids.values());
  const rows = (text: string): string[] => text.split('\n').filter((line) => ids.has(Number(row.exec(line)?.[1])));
  const [first, own, second] = [before, ours, after].map(rows) as [string[], string[], string[]];
  if (own.length === 0) return 'no line about a stopped process';
  const at = own.findIndex((line, index) => line !== first[index] && line !== second[index]);
  if (at >= 0 || own.length !== first.length) return firstDifference(first.join('\n'), own.join('\n'));
  return undefined;
}
