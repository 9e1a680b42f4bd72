import { mkdirSync, openSync, closeSync, readFileSync, readSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, ended, isAlive, isMounted, until } from '../../../test/support/command-line.ts';
import { reasonNotToMount, unless } from '../../../test/support/requirements.ts';

/** A test with a command line and a mount point of its own, where FUSE can be mounted. */
function mounting(name: string, body: (line: CommandLine) => Promise<void>): void {
  unless(reasonNotToMount(), name, async () => {
    const line = new CommandLine();
    try {
      await body(line);
    } finally {
      await line.remove();
    }
  });
}

/** Mounts in the background and expects that to work. */
async function mountAt(line: CommandLine, ...more: string[]): Promise<void> {
  const { status, stdout, stderr } = await line.run('mount', '-d', ...more, line.target);
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
}

mounting('mounts in the background, shows it, and takes it away', async (line) => {
  await mountAt(line, '-t', 'linprocfs', '-o', 'ro,noexec');
  assert.match(readFileSync('/proc/self/mountinfo', 'utf8'), new RegExp(`${line.target} ro,nosuid,nodev,noexec,relatime - fuse\\.linprocfs linproc `));
  assert.match(readFileSync(join(line.target, 'version'), 'latin1'), /^Linux version /);
  const { stdout } = await line.run('status', '--json');
  const [mount] = (JSON.parse(stdout) as { mounts: Record<string, unknown>[] }).mounts;
  assert.is(mount?.['target'], line.target);
  assert.is(mount?.['pid'], line.serverId());
  assert.ok((mount?.['requests'] as number) > 3);
  const shown = (await line.run('status')).stdout.split('\n');
  assert.match(shown[0] ?? '', /^TARGET +TYPE +SOURCE +PID +SINCE +REQUESTS +OPEN +LATENCY$/);
  assert.ok(shown.some((row) => row.startsWith(`${line.target}  linprocfs  linproc `)));
  const pid = line.serverId();
  assert.equal(await line.run('umount', line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  assert.not(isMounted(line.target));
  await until('the server is gone', () => !isAlive(pid));
  assert.equal(line.leftovers(), []);
});

mounting('the label is the first operand', async (line) => {
  await mountAt(line, 'a label, with signs');
  assert.match(readFileSync('/proc/self/mountinfo', 'utf8'), /fuse\.linprocfs a\\040label,\\040with\\040signs /);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  mounting(`${signal} unmounts what is served in the foreground`, async (line) => {
    const server = line.start(['mount', line.target]);
    const end = ended(server);
    await until('it is mounted', () => isMounted(line.target));
    await until('it answers', () => readdirSync(line.target).includes('uptime'));
    // Somebody who uses it does not prevent the end.
    const open = openSync(join(line.target, 'stat'), 'r');
    server.kill(signal);
    assert.equal(await end, { status: 0, signal: null, stdout: '', stderr: '' });
    assert.not(isMounted(line.target));
    assert.equal(line.leftovers(), []);
    assert.throws(() => readSync(open, Buffer.alloc(10)), /ENOTCONN/);
  });
}

mounting('a target that cannot be mounted on has its own line', async (line) => {
  const { directory } = line;
  const refused = async (target: string, why: string): Promise<void> => {
    const { status, stderr } = await line.run('mount', target);
    assert.equal({ status, stderr }, { status: 1, stderr: `compatfs: ${target}: ${why}\n` });
  };
  await refused(join(directory, 'none'), 'no such directory');
  writeFileSync(join(directory, 'file'), '');
  await refused(join(directory, 'file'), 'not a directory');
  await refused(join(directory, 'file/below'), 'not a directory');
  symlinkSync('loop', join(directory, 'loop'));
  await refused(join(directory, 'loop'), 'too many symbolic links');
  await line.shell(`mount -t tmpfs label ${line.target}`);
  await refused(line.target, 'busy: tmpfs of label is mounted there; -o cover mounts over it');
  await mountAt(line, '-o', 'cover');
  await refused(line.target, `already mounted by process ${line.serverId()}; compatfs umount takes it away`);
  assert.is((await line.run('umount', line.target)).status, 0);
  assert.ok(isMounted(line.target), 'what was covered is there again');
});

mounting('of two servers that start at once, one mounts', async (line) => {
  const results = await Promise.all([line.run('mount', '-d', line.target), line.run('mount', '-d', line.target)]);
  assert.equal(results.map(({ status }) => status).sort(), [0, 1]);
  assert.match(results.map(({ stderr }) => stderr).join(''), /^compatfs: .*\/target: already mounted by process \d+; compatfs umount takes it away\n$/);
});

mounting('a target through a symbolic link, with signs in its name', async (line) => {
  const odd = join(line.directory, 'odd name, with é and \\ and\ttab');
  mkdirSync(odd);
  symlinkSync(odd, join(line.directory, 'link'));
  assert.equal(await line.run('mount', '-d', join(line.directory, 'link')), { status: 0, signal: null, stdout: '', stderr: '' });
  assert.ok(readdirSync(odd).includes('uptime'));
  const pid = line.serverId();
  process.kill(pid, 'SIGKILL');
  await until('the mount of a killed server is gone', () => !isMounted(odd));
  assert.equal(readdirSync(odd), []);
});

mounting('umount of what is in use, of what is not ours, and by somebody else', async (line) => {
  await mountAt(line);
  const open = openSync(join(line.target, 'stat'), 'r');
  const busy = await line.run('umount', line.target);
  assert.equal(busy, { status: 1, signal: null, stdout: '', stderr: `compatfs: ${line.target}: target is busy\n` });
  assert.is((await line.run('umount', '-l', line.target)).status, 0);
  assert.throws(() => readSync(open, Buffer.alloc(10)), /ENOTCONN/);
  assert.equal(line.leftovers(), []);
  const again = await line.run('umount', line.target);
  assert.equal(again, { status: 1, signal: null, stdout: '', stderr: `compatfs: ${line.target}: not mounted by compatfs\n` });

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

mounting('a mount that another mount namespace has too ends all the same', async (line) => {
  await mountAt(line);
  const pid = line.serverId();
  const holder = line.spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'echo ready; read word'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => holder.stdout?.once('data', resolve));
  assert.is((await line.run('umount', line.target)).status, 0);
  await until('the server is gone', () => !isAlive(pid));
  holder.stdin?.end();
  await ended(holder);
});

mounting('fstab', async (line) => {
  const [one, two, three] = ['one two', 'three', 'four'].map((name) => join(line.directory, name));
  for (const place of [one, two, three]) mkdirSync(place as string);
  const fstab = join(line.directory, 'fstab');
  const lines = [
    '# comment',
    `linproc ${one?.replace(' ', '\\040')} linprocfs rw,hidepid=2 0 0`,
    `other ${two} linprocfs`,
    `linproc ${three} linprocfs noauto 0 0`,
    `/dev/sda1 / ext4 defaults 0 1`,
    `linproc ${line.directory}/missing linprocfs defaults 0 0`,
  ];
  writeFileSync(fstab, `${lines.join('\n')}\n`);
  const result = await line.run('mount', '-a', '-F', fstab, '-d');
  assert.equal(result, { status: 1, signal: null, stdout: '', stderr: `compatfs: ${line.directory}/missing: no such directory\n` });
  assert.equal([one, two, three].map((place) => isMounted(place as string)), [true, true, false]);
  const pid = line.serverId();
  assert.is((await line.run('umount', one as string)).status, 0);
  assert.ok(isAlive(pid));
  assert.is((await line.run('umount', two as string)).status, 0);
  await until('the server ends with its last mount', () => !isAlive(pid));
});

mounting('set changes a live mount', async (line) => {
  await mountAt(line, '-o', 'osrelease=4.4.0-first');
  const version = (): string => readFileSync(join(line.target, 'version'), 'latin1');
  assert.match(version(), /^Linux version 4\.4\.0-first \(/);
  assert.equal(await line.run('set', line.target, 'osrelease=5.5.0-second'), { status: 0, signal: null, stdout: '', stderr: '' });
  assert.match(version(), /^Linux version 5\.5\.0-second \(/);
  const bad = await line.run('set', line.target, 'ro');
  assert.is(bad.status, 2);
  assert.match(bad.stderr, /^compatfs: set: ro cannot be changed; what can: hidepid, /);
  const elsewhere = await line.run('set', line.directory, 'hidepid=1');
  assert.is(elsewhere.stderr, `compatfs: ${line.directory}: not mounted by a process of this user\n`);
});

test('bad usage', async () => {
  const line = new CommandLine();
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[], 'COMMAND is missing; see compatfs --help'],
    [['mout'], 'mout: unknown command; see compatfs --help'],
    [['mount'], 'mount: TARGET is missing; see compatfs mount --help'],
    [['mount', 'a', 'b', 'c'], 'mount: too many operands: c'],
    [['mount', '-x', 'a'], 'mount: unknown option -x'],
    [['mount', '--what', 'a'], 'mount: unknown option --what'],
    [['mount', 'a', '-o'], 'mount: --options needs a value'],
    [['mount', '-t', 'ext4', 'a'], 'mount: unknown type ext4; the types are: linprocfs, tmpfs, nullfs'],
    [['mount', '-t', 'nullfs', 'a'], 'mount: SOURCE is missing: the directory that nullfs shows'],
    [['mount', '-t', 'tmpfs', '-o', 'size=x', 'a'], 'mount: bad value for size'],
    [['mount', '-t', 'tmpfs', '-o', 'hidepid=1', 'a'], 'mount: unknown option hidepid'],
    [['mount', '-o', 'magic=proc', 'a'], 'mount: bad value in magic=proc: an absolute path, or none'],
    [['mount', '-o', 'ro,what', 'a'], 'mount: unknown option what'],
    [['mount', '-o', 'hidepid=3', 'a'], 'mount: bad value in hidepid=3: one of 0, 1, 2, 4, off, noaccess, invisible, ptraceable'],
    [['mount', '-o', 'hidepid', 'a'], 'mount: option hidepid needs a value: hidepid=MODE'],
    [['mount', '-o', 'ro=1', 'a'], 'mount: option ro takes no value'],
    [['mount', '-o', 'subset=net', 'a'], 'mount: bad value in subset=net: the only subset is pid'],
    [['mount', '-o', 'gid=no-such-group', 'a'], 'mount: bad value in gid=no-such-group: no such group'],
    [['mount', '-o', `hostname=${'x'.repeat(65)}`, 'a'], `mount: bad value in hostname=${'x'.repeat(65)}: 1 to 64 printable characters`],
    [['mount', '--driver', 'none', 'a'], 'mount: unknown driver none; the drivers are fuse and fuse-native'],
    [['mount', '-F', '/dev/null', 'a'], 'mount: -F needs -a'],
    [['mount', '-a', 'b'], 'mount: -a takes no operands'],
    [['umount'], 'umount: TARGET is missing; see compatfs umount --help'],
    [['set', 'a'], 'set: TARGET and KEY=VALUE are needed; see compatfs set --help'],
    [['status', 'a'], 'status: takes no operands'],
    [['exec'], 'exec: PROGRAM is missing; see compatfs exec --help'],
    [['exec', '-o', 'what', 'true'], 'mount: unknown option what'],
    [['start', 'a', 'b'], 'start: only one ROOT can be given'],
  ];
  try {
    for (const [args, message] of cases) {
      const { status, stdout, stderr } = await line.run(...args);
      assert.equal({ status, stdout, stderr }, { status: 2, stdout: '', stderr: `compatfs: ${message}\n` }, args.join(' '));
    }
  } finally {
    await line.remove();
  }
});

test('help and version', async () => {
  const line = new CommandLine();
  try {
    const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as { version: string };
    assert.equal(await line.run('--version'), { status: 0, signal: null, stdout: `compatfs ${version}\n`, stderr: '' });
    const all = await line.run('--help');
    assert.is(all.status, 0);
    for (const command of ['start', 'mount', 'umount', 'status', 'set', 'exec']) {
      assert.match(all.stdout, new RegExp(`^  ${command} `, 'm'));
      const help = await line.run(command, '--help');
      assert.is(help.status, 0);
      assert.match(help.stdout, new RegExp(`^usage: compatfs ${command}\\b`));
    }
  } finally {
    await line.remove();
  }
});

test.run();
