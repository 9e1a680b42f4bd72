import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mounting } from '../../../test/support/command-line.ts';

mounting('targets whose names are alike have logs of their own', async (line) => {
  const targets = ['a-b', 'a/b', 'a b'].map((name) => join(line.directory, name));
  for (const target of targets) {
    mkdirSync(target, { recursive: true });
    assert.is((await line.run('mount', '-d', target)).status, 0);
  }
  assert.is(readdirSync(line.runtimeDirectory).filter((name) => name.endsWith('.log')).length, targets.length);
  for (const target of targets) assert.is((await line.run('umount', target)).status, 0);
});

mounting('a server in the background keeps nothing open that its starter had', async (line) => {
  // Node hides those up to 15 from what it starts.
  const { status } = await line.shell(`bash -c 'exec 40>held 5>held; $compatfs mount -d ${line.target}'`);
  assert.is(status, 0);
  const held = await line.shell(`ls -l /proc/${line.serverId()}/fd | grep -c held`);
  assert.is(held.stdout, '0\n');
});

test.run();
