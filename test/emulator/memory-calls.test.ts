/** A program that uses memory in ways that show (memory-calls.c), run by the machine and by the emulator. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine } from '../support/command-line.ts';
import { missingProgram } from '../support/requirements.ts';
import { compile } from './programs.ts';

const SOURCE = fileURLToPath(new URL('../../../test/emulator/memory-calls.c', import.meta.url));
const missing = process.platform !== 'linux' || process.arch !== 'x64' ? 'needs Linux on x86-64' : missingProgram('cc');
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

for (const options of [[], ['-static']])
  ask(`memory ${options.join(' ')}`, async () => {
    const line = new CommandLine();
    try {
      const program = compile(line.directory, 'memory-calls', readFileSync(SOURCE, 'latin1'), ...options);
      const native = spawnSync(program, [], { encoding: 'latin1' });
      assert.is(native.status, 0);
      const emulated = await line.run('run', '--', program);
      assert.is(emulated.stderr, '');
      assert.is(emulated.stdout, native.stdout);
      assert.is(emulated.status, 0);
    } finally {
      await line.remove();
    }
  });

test.run();
