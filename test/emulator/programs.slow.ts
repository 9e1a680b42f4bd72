/** Programs of Debian in the emulator and on the machine itself: status, output and error output must be the same, byte for byte. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAIN } from '../support/command-line.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram } from '../support/requirements.ts';
import { INPUTS, PROGRAMS, type ProgramCase } from './program-cases.ts';

const LIMIT_MS = 300_000;

let directory = '';
test.before(() => {
  directory = temporaryDirectory();
  for (const [name, text] of Object.entries(INPUTS)) writeFileSync(join(directory, name), text);
});
test.after(() => removeDirectory(directory));

interface Outcome {
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with the environment that all have. */
function run([command = '', ...args]: readonly string[], { stdin = '' }: ProgramCase): Outcome {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd: directory,
    input: stdin,
    encoding: 'latin1',
    timeout: LIMIT_MS,
    maxBuffer: 1 << 28,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC', HOME: '/' },
  });
  if (error) throw error;
  return { status: status ?? String(signal), stdout, stderr };
}

for (const program of PROGRAMS) {
  const { name, argv } = program;
  const missing = missingProgram(argv[0] ?? '');
  if (missing) {
    console.log(`skipped: ${missing}`);
    continue;
  }
  test(name, () => {
    const native = run(argv, program);
    const emulated = run([process.execPath, MAIN, 'run', '--', ...argv], program);
    assert.equal(emulated, native);
  });
}

test.run();
