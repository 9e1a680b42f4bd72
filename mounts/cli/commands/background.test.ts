import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mounting, until } from '../../../test/support/command-line.ts';

mounting('targets whose names are alike have logs of their own', async (line) => {
  const targets = ['a-b', 'a/b', 'a b'].map((name) => join(line.directory, name));
  for (const target of targets) {
    mkdirSync(target, { recursive: true });
    assert.is((await line.run('mount', '-d', target)).status, 0);
  }
  assert.is(readdirSync(line.runtimeDirectory).filter((name) => name.endsWith('.log')).length, targets.length);
  for (const target of targets) assert.is((await line.run('umount', target)).status, 0);
  await until('the servers have ended', () => line.leftovers().length === 0);
  assert.equal(readdirSync(line.runtimeDirectory), [], 'a log that says nothing goes with its server');
});

mounting('the log of a server that is gone goes a week after its last word', async (line) => {
  const [old, recent] = ['old.log', 'recent.log'].map((name) => join(line.runtimeDirectory, name)) as [string, string];
  mkdirSync(line.runtimeDirectory, { recursive: true, mode: 0o711 });
  for (const path of [old, recent]) writeFileSync(path, 'something\n');
  const then = Date.now() / 1000 - 8 * 24 * 3600;
  utimesSync(old, then, then);
  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  assert.ok(!existsSync(old) && existsSync(recent));
});

mounting('a server that was stopped is not waited for', async (line) => {
  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  const pid = line.serverId();
  process.kill(pid, 'SIGSTOP');
  try {
    assert.match((await line.run('status')).stdout, /does not answer \(stopped\)/);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

mounting('a server in the background keeps nothing open that its starter had', async (line) => {
  // Node hides those up to 15 from what it starts.
  const { status } = await line.shell(`bash -c 'exec 40>held 5>held; $compatfs mount -d ${line.target}'`);
  assert.is(status, 0);
  const held = await line.shell(`ls -l /proc/${line.serverId()}/fd | grep -c held`);
  assert.is(held.stdout, '0\n');
});

test.run();
