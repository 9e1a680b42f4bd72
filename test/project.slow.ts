/** The first steps with the project, where they do not go well. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeDirectory, temporaryDirectory } from './support/mounts.ts';
import { missingProgram, unless } from './support/requirements.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

unless(missingProgram('git', 'npm'), 'a fresh clone without a network says so in one line', async () => {
  const directory = temporaryDirectory();
  try {
    const clone = join(directory, 'clone');
    assert.is(spawnSync('git', ['-c', 'safe.directory=*', 'clone', '--quiet', root, clone]).status, 0);
    const env = { ...process.env, npm_config_registry: 'http://127.0.0.1:9', npm_config_cache: join(directory, 'cache') };
    const { status, stdout, stderr } = spawnSync(process.execPath, ['build.mjs', '--quiet'], {
      cwd: clone,
      env,
      encoding: 'utf8',
    });
    const line =
      "compatfs: npm ci: the registry cannot be reached, and npm's cache lacks what is needed; connect once and try again\n";
    assert.equal({ status, stdout, stderr }, { status: 1, stdout: '', stderr: line });
  } finally {
    removeDirectory(directory);
  }
});

test.run();
