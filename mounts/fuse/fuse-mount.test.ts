import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ended, isAlive, isMounted, mounting, until } from '../../test/support/command-line.ts';
import { deviceNumber } from './fuse-mount.ts';
import { mountAt } from './host-mounts.ts';

mounting('a server killed while many read leaves nothing behind', async (line) => {
  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  const pid = line.serverId();
  const stop = join(line.directory, 'stop');
  const reader = `while [ ! -e ${stop} ]; do cat ${line.target}/stat ${line.target}/[0-9]*/stat; done >/dev/null 2>&1`;
  const readers = Array.from({ length: 8 }, () => ended(line.spawn('sh', ['-c', reader])));
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.kill(pid, 'SIGKILL');
  await until('the mount is gone', () => !isMounted(line.target));
  assert.equal(spawnSync('ls', [line.target], { encoding: 'utf8' }).stdout, '');
  writeFileSync(stop, '');
  await Promise.all(readers);
  // What the server could not remove itself does not stand in the way.
  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  assert.is((await line.run('umount', line.target)).status, 0);
});

mounting('a dead mount is recovered', async (line) => {
  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  const pid = line.serverId();
  spawnSync('pkill', ['-KILL', '-P', String(pid)]);
  process.kill(pid, 'SIGKILL');
  await until('the mount is dead', () => spawnSync('ls', [line.target]).status !== 0);
  assert.ok(isMounted(line.target), 'nobody watched over it');
  const shown = await line.run('status');
  assert.match(shown.stdout, new RegExp(`^${line.target} +linprocfs +linproc +- +no server of this user `, 'm'));
  const again = line.start(['mount', line.target]);
  const end = ended(again);
  await until('it answers', () => spawnSync('cat', [join(line.target, 'version')]).status === 0);
  again.kill('SIGTERM');
  assert.equal(await end, {
    status: 0,
    signal: null,
    stdout: '',
    stderr: `compatfs: ${line.target}: a dead mount was there; recovered\n`,
  });

  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  const other = line.serverId();
  spawnSync('pkill', ['-KILL', '-P', String(other)]);
  process.kill(other, 'SIGKILL');
  await until('the mount is dead', () => spawnSync('ls', [line.target]).status !== 0);
  assert.equal(await line.run('umount', line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  assert.not(isMounted(line.target));
});

for (const end of ['SIGTERM', 'SIGKILL'] as const) {
  mounting(`a mount whose directory was renamed goes with its server: ${end}`, async (line) => {
    const [before, after] = [join(line.directory, 'before'), join(line.directory, 'after')];
    mkdirSync(join(before, 'proc'), { recursive: true });
    assert.is((await line.run('mount', '-d', join(before, 'proc'))).status, 0);
    const pid = line.serverId();
    renameSync(before, after);
    process.kill(pid, end);
    await until('the server is gone', () => !isAlive(pid));
    await until('the mount is gone', () => !isMounted(join(after, 'proc')));
    assert.equal(readdirSync(join(after, 'proc')), []);
  });
}

for (const end of ['SIGTERM', 'SIGKILL'] as const) {
  mounting(`a server that lost its mount leaves that alone which got the device number next: ${end}`, async (line) => {
    const next = join(line.directory, 'next');
    mkdirSync(next);
    assert.is((await line.run('mount', '-d', line.target)).status, 0);
    const pid = line.serverId();
    const device = mountAt(line.target)?.device;
    process.kill(pid, 'SIGSTOP');
    assert.is(spawnSync('umount', ['-l', line.target]).status, 0);
    // The kernel gives out the lowest number that is free, unless somebody else was faster.
    assert.is((await line.run('mount', '-d', next)).status, 0);
    if (mountAt(next)?.device !== device) console.log('another mount of this machine got the device number');
    process.kill(pid, end);
    process.kill(pid, 'SIGCONT');
    await until('the server is gone', () => !isAlive(pid));
    await until('so is its watchdog', () => spawnSync('pgrep', ['-f', `compatfs-watchdog ${line.target} `]).status === 1);
    assert.match(readFileSync(join(next, 'version'), 'latin1'), /^Linux version /);
    assert.is((await line.run('umount', next)).status, 0);
  });
}

mounting('a mount outlives a stop of its server', async (line) => {
  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  const pid = line.serverId();
  process.kill(pid, 'SIGSTOP');
  const reader = ended(line.spawn('cat', [join(line.target, 'version')]));
  const silent = await line.run('status');
  assert.match(silent.stdout, / does not answer /);
  process.kill(pid, 'SIGCONT');
  const { status, stdout } = await reader;
  assert.is(status, 0);
  assert.match(stdout, /^Linux version /);
  assert.is((await line.run('umount', line.target)).status, 0);
});

/** Runs a program that mounts at both of its arguments, and then does what the third says. */
const TWO_MOUNTS = fileURLToPath(new URL('../../test/support/two-mounts.js', import.meta.url));

for (const [end, status] of [
  ['unmount', 0],
  ['exit', 3],
  ['throw', 1],
  ['fault', 0],
  ['crash', 4],
] as const) {
  mounting(`two mounts in one process, which ends with ${end}`, async (line) => {
    const result = await ended(line.spawn(process.execPath, [TWO_MOUNTS, line.target, join(line.directory, 'other'), end]));
    assert.is(result.status, status, result.stderr);
    assert.not(isMounted(line.target));
    assert.not(isMounted(join(line.directory, 'other')));
    if (end === 'fault') assert.match(result.stdout, /fault: .*on purpose/);
  });
}

/**
 * Preloaded into a server: makes its main thread throw at a signal, and its serving thread throw, or never come back, when
 * a file is there.
 */
const BOMB = `
const { isMainThread } = require('node:worker_threads');
const fs = require('node:fs');
if (isMainThread) process.on('SIGUSR2', () => { throw new Error('on purpose'); });
else {
  const { readvSync } = fs;
  fs.readvSync = (...args) => {
    if (args.length === 2 && fs.existsSync(process.env.BOMB)) {
      while (fs.statSync(process.env.BOMB).size > 0);
      throw new Error('on purpose');
    }
    return readvSync(...args);
  };
}
`;

for (const thread of ['main', 'serving'] as const) {
  mounting(`a mistake in the ${thread} thread ends the server and its mount`, async (line) => {
    const [bomb, flag] = [join(line.directory, 'bomb.cjs'), join(line.directory, 'flag')];
    writeFileSync(bomb, BOMB);
    const server = line.start(['mount', line.target], {
      env: { ...line.environment, NODE_OPTIONS: `--require=${bomb}`, BOMB: flag },
    });
    const end = ended(server);
    await until('it answers', () => existsSync(join(line.target, 'uptime')));
    if (thread === 'main') server.kill('SIGUSR2');
    else writeFileSync(flag, '');
    const poke = thread === 'main' ? undefined : ended(line.spawn('ls', [line.target]));
    const { status, stderr } = await end;
    await poke;
    assert.is(status, 1);
    assert.is(stderr.split('\n')[0], 'compatfs: internal error: Error: on purpose');
    assert.not(isMounted(line.target));
    assert.equal(line.leftovers(), []);
  });
}

mounting('a serving thread that does not come back does not keep the server', async (line) => {
  const [bomb, flag] = [join(line.directory, 'bomb.cjs'), join(line.directory, 'flag')];
  writeFileSync(bomb, BOMB);
  const server = line.start(['mount', line.target], {
    env: { ...line.environment, NODE_OPTIONS: `--require=${bomb}`, BOMB: flag },
  });
  const end = ended(server);
  await until('it answers', () => existsSync(join(line.target, 'uptime')));
  // Until the server knows that as well.
  while ((await line.run('set', line.target, 'hidepid=0')).status !== 0);
  writeFileSync(flag, 'stay');
  const poke = ended(line.spawn('ls', [line.target]));
  server.kill('SIGTERM');
  assert.is((await end).status, 0);
  await poke;
  assert.not(isMounted(line.target));
  assert.equal(line.leftovers(), []);
});

mounting('a server that ends at once does not leave the mount behind', async (line) => {
  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  const open = openSync(join(line.target, 'uptime'), 'r');
  const pid = line.serverId();
  // A signal for which nobody listens ends it at once.
  process.kill(pid, 'SIGUSR2');
  await until('the mount is gone', () => !isMounted(line.target));
  await until('the server is gone', () => !isAlive(pid));
  assert.throws(() => readSync(open, Buffer.alloc(1)), /ENOTCONN/);
  try {
    closeSync(open);
  } catch {
    // ENOTCONN as well, if the kernel has not learnt yet that nothing happens at close.
  }
});

test('device numbers as mount tables write them', () => {
  const number = (dev: number): string => deviceNumber({ dev } as Parameters<typeof deviceNumber>[0]);
  assert.is(number(0x2d), '0:45');
  assert.is(number(0xfe00), '254:0');
  assert.is(number(0x100_05f3), '5:4339');
  const root = /^\d+ \d+ (\d+:\d+) \/ \/proc /m.exec(
    existsSync('/proc/self/mountinfo') ? readFileSync('/proc/self/mountinfo', 'latin1') : '',
  );
  if (root) assert.is(spawnSync('stat', ['-c', '%Hd:%Ld', '/proc'], { encoding: 'utf8' }).stdout.trim(), root[1]);
});

test.run();
