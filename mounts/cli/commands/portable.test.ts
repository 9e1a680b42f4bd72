/** The source portable by the command line: where there is a /proc, where it is covered by it, and where there is none. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandLine, mounting, until } from '../../../test/support/command-line.ts';

/** The processes that were started in a test, its own aside: they have its runtime directory in their environment. */
function processesOf(line: CommandLine): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      return readFileSync(`/proc/${name}/environ`, 'latin1').includes(`COMPATFS_RUNTIME_DIR=${line.runtimeDirectory}\0`) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

mounting('it is mounted as any other source, and leaves no process behind', async (line) => {
  const read = (path: string): string => readFileSync(join(line.target, path), 'utf8');
  assert.equal(await line.run('mount', '-d', '-o', 'source=portable,osrelease=51.50.0', line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  assert.match(read('version'), /^Linux version 51\.50\.0 /);
  assert.match(read('uptime'), /^\d+\.\d\d \d+\.\d\d\n$/);
  assert.match(read('meminfo'), /^MemTotal: +[1-9]\d* kB\n/);
  assert.ok(read('stat').startsWith('cpu  '));
  assert.is((await line.run('set', line.target, 'osrelease=')).stderr, '');
  assert.is(read('sys/kernel/osrelease'), readFileSync('/proc/sys/kernel/osrelease', 'utf8'));
  assert.match((await line.run('status', '--json')).stdout, /"source": ?"portable"/);
  assert.match((await line.run('set', line.target, 'speed=2')).stderr, /speed and at are for source=recorded:FILE and source=simulated:FILE/);
  // Whoever looks is the server.
  assert.is(Number(read('self/stat').split(' ')[0]), line.serverId());
  assert.is((await line.run('umount', line.target)).stderr, '');
  await until('all processes have ended', () => processesOf(line).length === 0);
  assert.match((await line.run('mount', '-o', 'source=portable,view=cgroup', line.target)).stderr, /view=cgroup/);
});

mounting(
  'a program that sees it at /proc and /sys sees the machine go on',
  async (line) => {
    const script = [
      'stat -f -c %T /proc /sys',
      'read -r _ first </proc/stat; for i in $(seq 600); do read -r _ next </proc/stat; [ "$first" = "$next" ] || break; sleep 0.1; done; [ "$first" != "$next" ] && echo goes on',
      'cat /proc/sys/kernel/ostype /sys/devices/system/cpu/online',
    ].join('; ');
    const { status, stdout, stderr } = await line.run('exec', '-o', 'source=portable', '-t', 'linprocfs,linsysfs', '--', 'sh', '-c', script);
    assert.is(status, 0, stderr);
    assert.match(stdout, /^(fuse\w*\n){2}goes on\nLinux\n[\d,-]+\n$/);
    await until('all processes have ended', () => processesOf(line).length === 0);
  },
  'unshare',
  'nsenter',
);

mounting(
  'where there is no /proc, it is shown all the same, and the host is not',
  async (line) => {
    const script = `umount -l /proc
      $compatfs mount -d ${line.target}; echo "status $?"
      $compatfs mount -d -o source=portable ${line.target}; echo "status $?"
      head -1 ${line.target}/meminfo; cat ${line.target}/self/comm; kill $(cat ${line.runtimeDirectory}/*.pid)`;
    const { stdout, stderr } = await line.shell(script, true);
    assert.is(stderr, 'compatfs: /proc: no proc file system is mounted there, and the data comes from it (mount -t proc proc /proc)\n');
    assert.match(stdout, /^status 1\nstatus 0\nMemTotal: +[1-9]\d* kB\ncompatfs\n$/);
    await until('all processes have ended', () => processesOf(line).length === 0);
  },
  'unshare',
  'umount',
);

test.run();
