import { mkdirSync, openSync, readFileSync, readSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostMounts } from '../../fuse/host-mounts.ts';
import { CommandLine, ended, isAlive, isMounted, mounting, until } from '../../../test/support/command-line.ts';

/** Mounts in the background and expects that to work. */
async function mountAt(line: CommandLine, ...more: string[]): Promise<void> {
  const { status, stdout, stderr } = await line.run('mount', '-d', ...more, line.target);
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
}

mounting('mounts in the background, shows it, and takes it away', async (line) => {
  await mountAt(line, '-t', 'linprocfs', '-o', 'ro,noexec');
  assert.match(
    readFileSync('/proc/self/mountinfo', 'utf8'),
    new RegExp(`${line.target} ro,nosuid,nodev,noexec,relatime - fuse\\.linprocfs linproc `),
  );
  assert.match(readFileSync(join(line.target, 'version'), 'latin1'), /^Linux version /);
  const { stdout } = await line.run('status', '--json');
  const [mount] = (JSON.parse(stdout) as { mounts: Record<string, unknown>[] }).mounts;
  assert.is(mount?.['target'], line.target);
  assert.is(mount?.['pid'], line.serverId());
  assert.ok((mount?.['requests'] as number) > 3);
  const shown = (await line.run('status')).stdout.split('\n');
  assert.match(shown[0] ?? '', /^TARGET +TYPE +SOURCE +PID +SINCE +REQUESTS +OPEN +LATENCY$/);
  assert.ok(shown.some((row) => /^\S+ +linprocfs +linproc /.test(row) && row.startsWith(`${line.target} `)));
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
  assert.match(
    results.map(({ stderr }) => stderr).join(''),
    /^compatfs: .*\/target: already mounted by process \d+; compatfs umount takes it away\n$/,
  );
});

mounting('a target through a symbolic link, with signs in its name', async (line) => {
  const odd = join(line.directory, 'odd name, with é and \\ and\ttab');
  mkdirSync(odd);
  symlinkSync(odd, join(line.directory, 'link'));
  assert.equal(await line.run('mount', '-d', join(line.directory, 'link')), {
    status: 0,
    signal: null,
    stdout: '',
    stderr: '',
  });
  assert.ok(readdirSync(odd).includes('uptime'));
  const pid = line.serverId();
  process.kill(pid, 'SIGKILL');
  await until('the mount of a killed server is gone', () => !isMounted(odd));
  assert.equal(readdirSync(odd), []);
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
    `linproc ${three} linprocfs ro,hidepid=9,what 0 0`,
    '  linproc',
  ];
  writeFileSync(fstab, `${lines.join('\n')}\n`);
  const result = await line.run('mount', '-a', '-F', fstab, '-d');
  assert.equal(result, {
    status: 2,
    signal: null,
    stdout: '',
    stderr: [
      `compatfs: ${fstab}:6:9: ${line.directory}/missing: no such directory`,
      `compatfs: ${fstab}:7:${23 + String(three).length}: bad value in hidepid=9: one of 0, 1, 2, 4, off, noaccess, invisible, ptraceable`,
      `compatfs: ${fstab}:8:3: no line of fstab(5): it has a source, a target and a type`,
      '',
    ].join('\n'),
  });
  assert.equal(
    [one, two, three].map((place) => isMounted(place as string)),
    [true, true, false],
  );
  const pid = line.serverId();
  assert.is((await line.run('umount', one as string)).status, 0);
  assert.ok(isAlive(pid));
  assert.is((await line.run('umount', two as string)).status, 0);
  await until('the server ends with its last mount', () => !isAlive(pid));
});

mounting("FreeBSD's lines of an fstab, through a link, once and again", async (line) => {
  const root = join(line.directory, 'root');
  for (const name of ['proc', 'dev', 'shown']) mkdirSync(join(root, name), { recursive: true });
  symlinkSync(root, join(line.directory, 'link'));
  const fstab = join(line.directory, 'fstab');
  const at = join(line.directory, 'link');
  const lines = [
    `linprocfs ${at}/proc linprocfs rw,late 0 0`,
    `devfs ${at}/dev devfs rw,late 0 0`,
    `tmpfs ${at}/dev//shm/ tmpfs rw,late,size=1m,mode=1777 0 0`,
    `null ${at}/dev/fd fdescfs rw,linrdlnk,failok 0 0`,
    `/etc ${at}/shown nullfs rw,late 0 0`,
    `linprocfs ${root}/proc linprocfs rw,late 0 0`,
  ];
  writeFileSync(fstab, `${lines.join('\n')}\n`);
  const tree = (): string[] =>
    hostMounts().flatMap(({ mountPoint, type }) => (mountPoint.startsWith(`${root}/`) ? [`${mountPoint.slice(root.length)} ${type}`] : []));
  const nothing = { status: 0, signal: null, stdout: '', stderr: '' };
  assert.equal(await line.run('mount', '-a', '-F', fstab, '-d'), nothing);
  const all = ['/proc fuse.linprocfs', '/dev fuse.devfs', '/dev/shm fuse.tmpfs', '/dev/fd fuse.fdescfs', '/shown fuse.nullfs'];
  assert.equal(tree(), all);
  assert.equal(await line.run('mount', '-a', '-F', fstab, '-d'), nothing);
  assert.equal(tree(), all);
  assert.is((await line.run('umount', join(root, 'shown'))).status, 0);
  assert.equal(await line.run('mount', '-a', '-F', fstab, '-d'), nothing);
  assert.equal(tree(), all);
  writeFileSync(fstab, `/usr ${root}/shown nullfs\n`);
  const other = await line.run('mount', '-a', '-F', fstab, '-d');
  assert.match(other.stderr, /:1:6: .*: already mounted by process \d+;/);
  assert.is((await line.run('umount', ...all.map((row) => join(root, row.split(' ')[0] ?? '')).reverse())).status, 0);

  writeFileSync(fstab, `linproc ${root}/proc linprocfs\ndevfs ${root}/proc devfs\n`);
  const both = await line.run('mount', '-a', '-F', fstab, '-d');
  assert.is(both.stderr, `compatfs: ${fstab}:2:7: ${root}/proc: busy: a line before this one mounts linprocfs there\n`);
  assert.is((await line.run('umount', join(root, 'proc'))).status, 0);
});

mounting('set changes a live mount', async (line) => {
  await mountAt(line, '-o', 'osrelease=4.4.0-first');
  const version = (): string => readFileSync(join(line.target, 'version'), 'latin1');
  assert.match(version(), /^Linux version 4\.4\.0-first \(/);
  assert.equal(await line.run('set', line.target, 'osrelease=5.5.0-second'), {
    status: 0,
    signal: null,
    stdout: '',
    stderr: '',
  });
  assert.match(version(), /^Linux version 5\.5\.0-second \(/);
  for (const [setting, why] of [
    ['ro', 'ro cannot be changed; what can: hidepid, gid, subset, view, osrelease, version, builder, compiler, hostname, domainname, bootid, cpus, memory, swap, pids, at, speed'],
    ['hidepid=3', 'bad value in hidepid=3: one of 0, 1, 2, 4, off, noaccess, invisible, ptraceable'],
    ['subset=pid,net', 'bad value in subset=pid,net: the only subset is pid'],
    ['subset', 'option subset needs a value: subset=pid'],
  ] as const) {
    const bad = await line.run('set', line.target, setting);
    assert.equal([bad.status, bad.stderr], [2, `compatfs: set: ${why}\n`]);
  }
  const elsewhere = await line.run('set', line.directory, 'hidepid=1');
  assert.is(elsewhere.stderr, `compatfs: ${line.directory}: not mounted by a process of this user\n`);
});

mounting(
  'hidepid= of a live mount hides and shows what is known already',
  async (line) => {
    assert.is((await line.run('mount', '-d', line.target)).status, 0);
    const look = async (): Promise<string> => {
      const user = 'setpriv --reuid 65534 --regid 65534 --clear-groups';
      const { stdout } = await line.shell(
        `chmod 755 .; cd ${line.target}; ${user} head -c 5 1/status 2>/dev/null; ${user} ls | grep -cx 1; ${user} ls -d 1 2>/dev/null`,
      );
      return stdout;
    };
    assert.is(await look(), 'Name:1\n1\n');
    for (const [mode, seen] of [['2', '0\n'], ['1', '1\n1\n'], ['0', 'Name:1\n1\n']] as const) {
      assert.is((await line.run('set', line.target, `hidepid=${mode}`)).status, 0);
      assert.is(await look(), seen);
    }
    assert.is((await line.run('umount', line.target)).status, 0);
  },
  'setpriv',
);

test.run();
