import { closeSync, openSync, readFileSync, readSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mountAt as topmost } from '../../fuse/host-mounts.ts';
import { CommandLine, ended, isAlive, isMounted, mounting, until } from '../../../test/support/command-line.ts';

/** Mounts in the background and expects that to work. */
async function mountAt(line: CommandLine, ...more: string[]): Promise<void> {
  const { status, stdout, stderr } = await line.run('mount', '-d', ...more, line.target);
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
}

mounting('umount of what is in use, of what is not ours, and by somebody else', async (line) => {
  await mountAt(line);
  const open = openSync(join(line.target, 'stat'), 'r');
  const busy = await line.run('umount', line.target);
  assert.equal(busy, { status: 1, signal: null, stdout: '', stderr: `compatfs: ${line.target}: target is busy\n` });
  assert.is((await line.run('umount', '-l', line.target)).status, 0);
  assert.throws(() => readSync(open, Buffer.alloc(10)), /ENOTCONN/);
  assert.equal(line.leftovers(), []);
  const again = await line.run('umount', line.target);
  assert.equal(again, {
    status: 1,
    signal: null,
    stdout: '',
    stderr: `compatfs: ${line.target}: not mounted by compatfs\n`,
  });

  await mountAt(line);
  const first = line.serverId();
  await line.shell(`umount ${line.target}`);
  await until('the server ends with its mount', () => !isAlive(first));
  assert.equal(line.leftovers(), []);

  await mountAt(line);
  const second = line.serverId();
  const used = openSync(join(line.target, 'uptime'), 'r');
  await line.shell(`umount -l ${line.target}`);
  assert.match(readFileSync(used, 'latin1'), /^\d+\.\d\d /, 'who has a file open can go on reading');
  closeSync(used);
  await until('the server ends with the last user', () => !isAlive(second));
});

mounting('what somebody mounted over it is left alone', async (line) => {
  await mountAt(line);
  await line.shell(`mount -t tmpfs above ${line.target} && echo kept >${line.target}/file`);
  const refusal = { status: 1, signal: null, stdout: '', stderr: `compatfs: ${line.target}: busy: tmpfs of above is mounted over it\n` };
  assert.equal(await line.run('umount', line.target), refusal);
  assert.equal(await line.run('umount', '-l', line.target), refusal);
  const pid = line.serverId();
  process.kill(pid, 'SIGTERM');
  await until('the server ends', () => !isAlive(pid));
  assert.is((await line.shell(`cat ${line.target}/file; umount ${line.target}`)).stdout, 'kept\n');
  await line.shell(`umount ${line.target}`);
  assert.not(isMounted(line.target));
});

mounting('of two mounts that cover one another the topmost goes first', async (line) => {
  await mountAt(line);
  await mountAt(line, '-o', 'cover', '-t', 'tmpfs', 'above');
  await mountAt(line, '-o', 'cover');
  for (const type of ['linprocfs', 'tmpfs', 'linprocfs']) {
    assert.is(topmost(line.target)?.type, `fuse.${type}`);
    assert.equal(await line.run('umount', line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  }
  assert.not(isMounted(line.target));
  assert.equal(line.leftovers(), []);
});

mounting('a server that does not answer is named, and not waited for', async (line) => {
  await mountAt(line);
  const pid = line.serverId();
  process.kill(pid, 'SIGSTOP');
  const stderr = `compatfs: ${line.target}: its server, process ${pid}, does not answer; kill -9 ${pid} takes the mount away\n`;
  symlinkSync(line.target, join(line.directory, 'link'));
  for (const command of [['umount'], ['umount', '-l'], ['mount', '-d'], ['mount', '-d', '-o', 'cover']])
    assert.equal(await line.run(...command, line.target), { status: 1, signal: null, stdout: '', stderr });
  const link = join(line.directory, 'link');
  assert.equal((await line.run('mount', link)).stderr, stderr.replace(line.target, link));
  process.kill(pid, 'SIGKILL');
  await until('the mount is gone', () => !isMounted(line.target));
});

mounting('a mount of a server with several that does not answer is not waited for', async (line) => {
  const root = join(line.directory, 'root');
  assert.is((await line.run('up', root)).status, 0);
  const pid = line.serverId();
  process.kill(pid, 'SIGSTOP');
  const sys = join(root, 'sys');
  const stderr = `compatfs: ${sys}: a server that may be its own does not answer; compatfs status names it\n`;
  for (const command of [['umount', '-l'], ['mount', '-d', '-o', 'cover']])
    assert.equal(await line.run(...command, sys), { status: 1, signal: null, stdout: '', stderr });
  assert.match((await line.run('start', root)).stderr, /^compatfs: .*\/proc: its server, process \d+, does not answer; kill -9 \d+ takes the mount away\n$/);
  process.kill(pid, 'SIGCONT');
  assert.is((await line.run('down', root)).status, 0);
});

mounting('a mount that another mount namespace has too ends all the same', async (line) => {
  await mountAt(line);
  const pid = line.serverId();
  const holder = line.spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'echo ready; read word'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => holder.stdout?.once('data', resolve));
  assert.is((await line.run('umount', line.target)).status, 0);
  await until('the server is gone', () => !isAlive(pid));
  holder.stdin?.end();
  await ended(holder);
});

test.run();
