#!/usr/bin/env node
/** The program. What runs a guest's program is loaded as one file; the other commands take their time. */

import { endWith } from './command-line.ts';

const [word, ...args] = process.argv.slice(2);

async function runCommand(): Promise<number> {
  const { loadOneFile } = await import('./one-file.ts');
  const module = loadOneFile(args.length > 1)?.('mounts/cli/run-command.js') ?? (await import('./run-command.ts'));
  return (module as typeof import('./run-command.ts')).runCommand(args);
}

await endWith(word === 'run' ? runCommand : async () => (await import('./commands.ts')).runCommandLine(process.argv.slice(2)));
