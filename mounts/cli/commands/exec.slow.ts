/** Programs that draw on a terminal, and shells with jobs, in a namespace of ours. */

import type { ChildProcess } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, MAIN, ended, until } from '../../../test/support/command-line.ts';
import { missingProgram, reasonNotToMount, unless } from '../../../test/support/requirements.ts';

/** A program on a terminal of its own: what it shows, and keys for it. */
class Terminal {
  shown = '';
  readonly #child: ChildProcess;
  readonly end: ReturnType<typeof ended>;

  constructor(line: CommandLine, command: string) {
    const environment = { ...line.environment, TERM: 'xterm' };
    const script = `stty rows 40 cols 120; exec ${process.execPath} ${MAIN} exec -- ${command}`;
    this.#child = line.spawn('script', ['-qec', script, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: environment,
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.shown += text));
    this.end = ended(this.#child);
  }

  /** Waits until something is shown, forgets what was shown before, and presses keys. */
  async answer(prompt: RegExp, keys: string): Promise<void> {
    await until(String(prompt), () => prompt.test(this.shown));
    this.shown = '';
    this.#child.stdin?.write(keys);
  }
}

function onTerminal(
  name: string,
  command: string,
  body: (terminal: Terminal) => Promise<void>,
  ...programs: string[]
): void {
  unless(reasonNotToMount() ?? missingProgram('unshare', 'script', ...programs), name, async () => {
    const line = new CommandLine();
    try {
      await body(new Terminal(line, command));
    } finally {
      await line.remove();
    }
  });
}

onTerminal(
  'htop',
  'htop',
  async (terminal) => {
    await terminal.answer(/PID.*USER[^]*htop/, 'q');
    assert.is((await terminal.end).status, 0);
  },
  'htop',
);

onTerminal(
  'top',
  'top',
  async (terminal) => {
    await terminal.answer(/PID USER[^]*top/, 'q');
    assert.is((await terminal.end).status, 0);
  },
  'top',
);

onTerminal(
  'a shell with jobs',
  'env "PS1=prompt> " bash --norc',
  async (terminal) => {
    await terminal.answer(/prompt> $/, 'sleep 1000\n');
    await terminal.answer(/sleep 1000\r\n/, '\x1a');
    await terminal.answer(/Stopped[^]*prompt> $/, 'kill %1; wait; echo pid $(cut -d" " -f1 /proc/self/stat)\n');
    await terminal.answer(/pid \d+[^]*prompt> $/, 'cat <(echo through a pipe)\n');
    await terminal.answer(/through a pipe\r\n[^]*prompt> $/, 'exit 5\n');
    assert.is((await terminal.end).status, 5);
  },
  'bash',
);

onTerminal(
  'an interrupt from the keyboard',
  'sh -c "trap \\"echo caught; exit 6\\" INT; echo ready; while :; do sleep 0.1; done"',
  async (terminal) => {
    await terminal.answer(/ready/, '\x03');
    const { status } = await terminal.end;
    assert.is(status, 6);
    assert.match(terminal.shown, /caught/);
    assert.is(terminal.shown.split('caught').length, 2, 'once');
  },
);

test.run();
