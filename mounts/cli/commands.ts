/** The commands, and how a command line comes to one of them. */

import { type Command, helpOf, readWords } from './command.ts';
import { brandelf } from './commands/brandelf.ts';
import { devfs } from './commands/devfs.ts';
import { down } from './commands/down.ts';
import { exec } from './commands/exec.ts';
import { mount } from './commands/mount.ts';
import { record } from './commands/record.ts';
import { run } from './commands/run.ts';
import { serve as serveCommand } from './commands/serve.ts';
import { set } from './commands/set.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { umount } from './commands/umount.ts';
import { up } from './commands/up.ts';
import { Failure, EXIT_USAGE } from './failure.ts';
import { SERVING_WORD, takeOrder } from './order.ts';
import { print } from './output.ts';
import { VERSION } from './version.ts';

const COMMANDS: readonly Command[] = [start, up, down, mount, umount, status, set, devfs, exec, run, serveCommand, record, brandelf];

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

/** Does what a command line says; returns the exit status. Throws what `explain` explains. */
export async function runCommandLine([word, ...args]: readonly string[]): Promise<number> {
  if (word === SERVING_WORD) {
    // The trees take longer to load than all else, and few commands serve.
    const order = takeOrder();
    if (order.exports) return (await import('./serve-exports.ts')).serveExports(order);
    return (await import('./serve.ts')).serve(order);
  }
  if (word === '--version' || word === '-V') {
    print(`compatfs ${VERSION}`);
    return 0;
  }
  if (word === '--help' || word === '-h' || word === 'help') {
    print(help());
    return 0;
  }
  if (word === undefined) throw new Failure('COMMAND is missing', 'see compatfs --help', EXIT_USAGE);
  const command = COMMANDS.find(({ name }) => name === word);
  if (!command) throw new Failure(word, 'unknown command; see compatfs --help', EXIT_USAGE);
  const words = readWords(command, args);
  if (words.has('help')) {
    print(helpOf(command));
    return 0;
  }
  return command.run(words);
}
