/** The source portable by the command line: where there is a /proc, where it is covered by it, and where there is none. */

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, ended, mounting, until } from '../../../test/support/command-line.ts';
import { Client } from '../../node-9p/client.ts';

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

/** Has all of Node's processes believe that the machine has another system; its programs are missing, so all that is known is what Node tells. */
function elsewhere(line: CommandLine, platform: string): void {
  const script = join(line.directory, 'elsewhere.mjs');
  writeFileSync(script, `Object.defineProperty(process, 'platform', { value: '${platform}' });`);
  line.environment['NODE_OPTIONS'] = `--import ${pathToFileURL(script).href}`;
}

test('where there is no Linux, it is what start and serve show, over 9P', async () => {
  const line = new CommandLine();
  try {
    elsewhere(line, 'freebsd');
    for (const [command, ...rest] of [['serve', '-l', 'unix!socket', 'linprocfs', 'linsysfs'], ['start', 'root']] as const) {
      const server = line.start([command, ...rest]);
      let [said, complained] = ['', ''];
      server.stdout?.on('data', (text: Buffer) => (said += String(text)));
      server.stderr?.on('data', (text: Buffer) => (complained += String(text)));
      const end = ended(server);
      // The first answers of the collector take a while on a busy machine.
      for (let turn = 0; turn < 1200 && !/(unix|tcp)!\S+/.test(said) && server.exitCode === null; turn++) await sleep(100);
      const [address = ''] = /(unix|tcp)!\S*\w/.exec(said) ?? [];
      const client = await Client.connect(address);
      const root = await client.attach({});
      assert.equal((await root.list()).map(({ name }) => name), ['proc', 'sys'], `${said} ${complained}`);
      assert.match(String(await root.readFile('proc/version')), /^Linux version 6\.12\.0 .*\(\w+ \S+\)\n$/);
      assert.match(String(await root.readFile('proc/meminfo')), /^MemTotal: +[1-9]\d* kB\n/);
      assert.match(String(await root.readFile('proc/stat')), /^cpu {2}[1-9]/);
      assert.match(String(await root.readFile('sys/devices/system/cpu/online')), /^0/);
      client.close();
      server.kill('SIGTERM');
      const { status, stderr } = await end;
      assert.is(status, 0, stderr);
      assert.is(stderr.replace(/^compatfs: .*: cannot be mounted: FUSE is served on Linux only; serving it over 9P instead\n$/, ''), '');
    }
    const refused = await line.run('mount', '-t', 'linprocfs', '-o', 'source=host', line.target);
    assert.equal([refused.status, refused.stderr], [1, 'compatfs: /proc: this system has no Linux /proc, and the data comes from it (source=portable needs none)\n']);
    await until('all processes have ended', () => processesOf(line).length === 0);
  } finally {
    await line.remove();
  }
});

test.run();
