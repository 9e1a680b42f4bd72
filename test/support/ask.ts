/** Runs ask.c: asks the kernel's /proc and ours the same questions, as the same caller, about the same processes. */

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { removeDirectory, temporaryDirectory } from './mounts.ts';

const SOURCE = fileURLToPath(new URL('../../../test/support/ask.c', import.meta.url));

/** A question with its two answers. */
export interface Answer {
  /** The last `note` before it. */
  readonly section: string;
  readonly question: string;
  readonly kernel: string;
  readonly ours: string;
}

let compiledProgram: string | undefined;

/** The program, compiled at the first call and removed when this process ends. Throws where that is not possible. */
export function compileAsk(): string {
  if (compiledProgram !== undefined) return compiledProgram;
  const directory = temporaryDirectory();
  process.once('exit', () => removeDirectory(directory));
  const program = join(directory, 'ask');
  const compiled = spawnSync('cc', ['-O1', '-w', '-o', program, SOURCE, '-lpthread'], { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(compiled.error ? 'no C compiler' : compiled.stderr);
  // Other users run it too.
  chmodSync(directory, 0o755);
  return (compiledProgram = program);
}

/** As `ask`, without keeping this thread from its other work meanwhile. */
export async function runAsk(program: string, kernelRoot: string, ourRoot: string, script: string): Promise<Answer[]> {
  const child = spawn(program, [kernelRoot, ourRoot], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(script);
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8')) output += text as string;
  return parseAnswers(output);
}

/** Asks what a script says (ask.c tells its commands). */
export function ask(program: string, kernelRoot: string, ourRoot: string, script: string): Answer[] {
  const asked = spawnSync(program, [kernelRoot, ourRoot], {
    input: script,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    timeout: 150_000,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (asked.status !== 0) throw new Error(`ask: ${asked.error?.message ?? asked.stderr}`);
  return parseAnswers(asked.stdout);
}

function parseAnswers(output: string): Answer[] {
  const answers: Answer[] = [];
  let section = '';
  for (const line of output.split('\n')) {
    const [question = '', kernel, ours] = line.split('\t');
    if (kernel !== undefined && ours !== undefined) answers.push({ section, question, kernel, ours });
    else if (question) section = question.replace('note ', '');
  }
  return answers;
}

/** How a question's answer may differ, and why. */
export interface Exception {
  readonly question: RegExp;
  readonly ours: RegExp;
  readonly reason: string;
}

/** Throws unless all answers agree, but for the exceptions. */
export function assertAgreement(answers: readonly Answer[], exceptions: readonly Exception[] = []): void {
  assert.ok(answers.length > 0, 'nothing was asked');
  const differences = answers.filter(
    ({ question, kernel, ours }) =>
      kernel !== ours && !exceptions.some((exception) => exception.question.test(question) && exception.ours.test(ours)),
  );
  const lines = differences.map(({ section, question, kernel, ours }) => `${section}: ${question}\n  kernel: ${kernel}\n  ours:   ${ours}`);
  assert.is(lines.join('\n'), '');
}
