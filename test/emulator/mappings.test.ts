/** What the kernel and an AddressSpace make of the same random calls about memory. */

import { release } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram } from '../support/requirements.ts';
import { askKernel, compileMappings, askSpace, randomCalls } from './mappings.ts';

const [major = 0, minor = 0] = release().split('.').map(Number);
// mremap(2) of several mappings at once, and the order of its checks, are of 6.17.
const isOld = major < 6 || (major === 6 && minor < 17);
const missing = process.platform !== 'linux' || process.arch !== 'x64' || isOld ? 'needs Linux 6.17 on x86-64' : missingProgram('cc');
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

const contents = Uint8Array.from({ length: 5 * 4096 + 1000 }, (_, index) => (index * 7 + (index >> 8)) & 255);
const seeds = Number(process.env['SEEDS'] ?? 3);

for (const kind of ['move', 'shared', 'private'] as const)
  ask(`random calls: ${kind}`, () => {
    const directory = temporaryDirectory();
    try {
      const program = compileMappings(directory);
      for (let seed = 1; seed <= seeds; seed++) {
        const calls = randomCalls(seed * 7919, 250, kind);
        const kernel = askKernel(program, directory, contents, calls);
        const ours = askSpace(contents, calls);
        for (let index = 0; index < calls.length; index++) {
          const context = `seed ${seed}, call ${index}: ${calls[index]!.map((value) => (typeof value === 'number' ? `0x${value.toString(16)}` : value)).join(' ')}`;
          assert.is(ours.lines[index * 2], kernel.lines[index * 2], context);
          assert.is(ours.lines[index * 2 + 1], kernel.lines[index * 2 + 1], context);
        }
        assert.equal(Buffer.from(ours.file), Buffer.from(kernel.file), `the file after seed ${seed}`);
        assert.equal(ours.files.map((file) => file.references), [0, 0]);
      }
    } finally {
      removeDirectory(directory);
    }
  });

test.run();
