/** A file in a mounted tmpfs and one in a mounted directory under random reads, writes, maps, truncations and holes. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { HOST_ROOTS, mountTree } from '../support/fuse-tree.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { reasonNotToMount } from '../support/requirements.ts';

const EXERCISER = fileURLToPath(new URL('../../../test/fuse/file-exerciser.c', import.meta.url));
const STEPS = 1000;

const missing = reasonNotToMount() ?? (spawnSync('cc', ['--version']).error ? 'no C compiler' : undefined);
if (missing) {
  console.log(`skipped: ${missing}`);
  test.skip('random file operations', () => {});
} else {
  const directory = temporaryDirectory();
  const program = join(directory, 'exerciser');
  const source = join(directory, 'source');
  mkdirSync(source);
  assert.is(spawnSync('cc', ['-O1', '-o', program, EXERCISER], { stdio: 'inherit' }).status, 0);

  const exercise = (path: string, seed: number, more: readonly string[]): Promise<string> => {
    const child = spawn(program, [join(path, 'file'), String(seed), String(STEPS), ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('latin1').on('data', (text: string) => (output += text));
    return new Promise((resolve) => child.on('close', () => resolve(output)));
  };

  // The kernel's own, to try the exerciser itself.
  test("the host's files", async () => {
    assert.is(await exercise(source, 1, []), `${STEPS} steps\n`);
  });

  test('tmpfs', async () => {
    const tree = await mountTree({ type: 'tmpfs', roots: HOST_ROOTS, options: defaultTmpfsOptions() });
    try {
      for (const seed of [1, 2]) assert.is(await exercise(tree.path, seed, ['holes']), `${STEPS} steps\n`, `seed ${seed}`);
    } finally {
      await tree.end();
    }
    assert.equal(tree.faults, []);
  });

  test('a host directory', async () => {
    const tree = await mountTree({ type: 'nullfs', roots: HOST_ROOTS, path: source, options: {} });
    try {
      for (const seed of [1, 2]) assert.is(await exercise(tree.path, seed, []), `${STEPS} steps\n`, `seed ${seed}`);
    } finally {
      await tree.end();
    }
    assert.equal(tree.faults, []);
  });

  test.after(() => removeDirectory(directory));
}

test.run();
