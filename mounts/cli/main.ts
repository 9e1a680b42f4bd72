#!/usr/bin/env node
/** The command line. */

import { type Command, helpOf, readWords } from './command.ts';
import { exec } from './commands/exec.ts';
import { mount } from './commands/mount.ts';
import { set } from './commands/set.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { umount } from './commands/umount.ts';
import { EXIT_USAGE, explain } from './failure.ts';
import { SERVING_WORD, takeOrder } from './order.ts';
import { complain, print } from './output.ts';
import { serve } from './serve.ts';
import { VERSION } from './version.ts';

const COMMANDS: readonly Command[] = [start, mount, umount, status, set, exec];

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    'usage: compatfs COMMAND [OPTION..] [OPERAND..]',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'compatfs COMMAND --help tells more; compatfs --version prints the version.',
    'Exit status: 0 done, 1 failed, 2 bad usage.',
  ].join('\n');
}

async function main([word, ...args]: readonly string[]): Promise<number> {
  if (word === SERVING_WORD) return serve(takeOrder());
  if (word === '--version' || word === '-V') {
    print(`compatfs ${VERSION}`);
    return 0;
  }
  if (word === '--help' || word === '-h' || word === 'help') {
    print(help());
    return 0;
  }
  const command = COMMANDS.find(({ name }) => name === word);
  if (!command) {
    complain(word === undefined ? 'COMMAND is missing; see compatfs --help' : `${word}: unknown command; see compatfs --help`);
    return EXIT_USAGE;
  }
  const words = readWords(command, args);
  if (words.has('help')) {
    print(helpOf(command));
    return 0;
  }
  return command.run(words);
}

try {
  const exitStatus = await main(process.argv.slice(2));
  process.exitCode = exitStatus || process.exitCode || 0;
} catch (error) {
  const { line, status: exitStatus } = explain(error);
  complain(line);
  process.exitCode = exitStatus;
}
process.exit();
