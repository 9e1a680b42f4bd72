/** `compatfs run` without what the other commands need. */

import { helpOf, readWords } from './command.ts';
import { run } from './commands/run.ts';
import { print } from './output.ts';

/** Does it; returns the exit status. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const words = readWords(run, args);
  if (!words.has('help')) return run.run(words);
  print(helpOf(run));
  return 0;
}
