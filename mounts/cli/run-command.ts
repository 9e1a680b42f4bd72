/** `compatfs run` without what the other commands need. */

import { endWith } from './command-line.ts';
import { helpOf, readWords } from './command.ts';
import { runProgram } from './commands/run-program.ts';
import { run } from './commands/run.ts';
import { print } from './output.ts';

/** Does it, and ends the process with its exit status. */
export async function runCommand(args: readonly string[]): Promise<void> {
  await endWith(async () => {
    const words = readWords(run, args);
    if (!words.has('help')) return runProgram(words);
    print(helpOf(run));
    return 0;
  });
}
