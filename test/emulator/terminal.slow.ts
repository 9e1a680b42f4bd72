/** Programs on a terminal, in the emulator and on the machine itself: sizes, editing, settings, keys that send signals. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAIN } from '../support/command-line.ts';
import { missingProgram, unless } from '../support/requirements.ts';

const AGENT = fileURLToPath(new URL('../../../test/emulator/on-terminal.py', import.meta.url));
const missing = missingProgram('python3', 'stty');

type Step = readonly [when: string, what: string | readonly [rows: number, columns: number]];

/** What a command wrote and how it ended. */
function onTerminal(command: readonly string[], steps: readonly Step[]): unknown {
  const { stdout, stderr } = spawnSync('python3', [AGENT, JSON.stringify(steps), ...command], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TERM: 'xterm' },
  });
  assert.is(stderr, '');
  return JSON.parse(stdout);
}

const CASES: readonly (readonly [name: string, script: string, steps: readonly Step[]])[] = [
  ['a line is read, and a key interrupts a loop', 'stty size; echo READY; read x; echo "got $x"; trap "echo INTERRUPTED; exit 5" INT; echo NEXT; while :; do :; done', [['READY', 'heLlo\x7f\x7flo\r'], ['NEXT', '\x03']]],
  ['characters without echo', 'stty -icanon -echo min 1; echo READY; x=$(dd bs=1 count=3 2>/dev/null); stty sane; echo; echo "got $x"', [['READY', 'abc']]],
  ['a key ends it', 'echo READY; cat', [['READY', 'text\r\x04']]],
  ['a key quits it', 'echo READY; exec cat', [['READY', '\x03']]],
  ['another size is told', 'trap "stty size; exit 3" WINCH; echo READY; while :; do :; done', [['READY', [44, 99]]]],
  ['settings', 'stty -a | head -3', []],
];

for (const [name, script, steps] of CASES) {
  unless(missing, name, async () => {
    const native = onTerminal(['sh', '-c', script], steps);
    const emulated = onTerminal([process.execPath, MAIN, 'run', '--', 'sh', '-c', script], steps);
    assert.equal(emulated, native);
  });
}

test.run();
