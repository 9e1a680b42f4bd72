import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandLine, ended, mounting } from '../../../test/support/command-line.ts';

/** A test with a command line, where a program can be run in a namespace of its own. */
function executing(name: string, body: (line: CommandLine) => Promise<void>, ...programs: string[]): void {
  mounting(name, body, 'unshare', ...programs);
}

executing('the program sees our /proc, and nobody else does', async (line) => {
  const inside = await line.run(
    'exec',
    '-o',
    'osrelease=9.9.9-exec',
    '--',
    'sh',
    '-c',
    'stat -f -c %T /proc; cat /proc/version; cd /proc/self && pwd -P',
  );
  assert.is(inside.status, 0, inside.stderr);
  assert.match(inside.stdout, /^fuseblk?\nLinux version 9\.9\.9-exec .*\n\/proc\/\d+\n$/);
  const outside = await line.shell('stat -f -c %T /proc');
  assert.is(outside.stdout, 'proc\n');
  assert.equal(
    line.leftovers().filter((name) => name !== 'proc'),
    [],
  );
});

executing('the program sees our /sys, with what else is mounted below it', async (line) => {
  const script = 'stat -f -c %T /sys; cat /sys/devices/system/cpu/possible; for place in $places; do stat -f -c %T $place; done';
  const places = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((mount) => mount.split(' ')[4] ?? '')
    .filter((place) => place.startsWith('/sys/'));
  const inside = await line.run('exec', '--', 'env', `places=${places.join(' ')}`, 'sh', '-c', script);
  assert.is(inside.stderr, '');
  const outside = await line.shell(`places='${places.join(' ')}'; ${script}`);
  assert.is(inside.stdout.replace(/^fuseblk?\n/, ''), outside.stdout.replace(/^sysfs\n/, ''));
  assert.match(inside.stdout, /^fuse/);
});

executing('the program sees our /dev, with the terminals and shared memory of the kernel', async (line) => {
  const script = [
    'stat -f -c %T /dev; stat -c "%n %F %t %T %a %U" /dev/null /dev/zero /dev/full /dev/tty /dev/ptmx',
    'stat -f -c "%n %T" /dev/pts /dev/shm; stat -c %i /dev/pts /dev/shm',
    'echo text | cat /dev/stdin; head -c 3 /dev/zero | od -An -tx1; echo gone >/dev/null; readlink -f /dev/fd/0',
  ].join('; ');
  const inside = await line.run('exec', '--', 'sh', '-c', script);
  assert.is(inside.stderr, '');
  const outside = await line.shell(script);
  assert.is(inside.stdout.replace(/^fuseblk?\n/, ''), outside.stdout.replace(/^(devtmpfs|tmpfs|overlayfs)\n/, ''));
  assert.match(inside.stdout, /^fuse/);
});

executing('of a described machine the program sees all of the devices, and reaches none of ours through them', async (line) => {
  writeFileSync(join(line.directory, 'machine.json'), JSON.stringify({ version: 1, processors: {}, memory: { total: '256MiB' }, disks: [{ name: 'nvme0n1', size: '1GiB', partitions: ['1MiB'] }, { name: 'sdz', size: '1GiB' }] }));
  const script = [
    'ls /sys/block; stat -c "%n %F" /dev/nvme0n1 /dev/nvme0n1p1 /dev/sda /dev/sg0 /dev/null /dev/tty',
    'head -c 1 /dev/nvme0n1 2>&1 >&- | sed "s/.*: //"; ls /dev/block; head -c 2 /dev/zero | od -An -tx1; cat /proc/sys/kernel/hostname; echo text | cat /dev/stdin; echo text | cat /dev/fd/0',
  ].join('; ');
  const inside = await line.run('exec', '-o', `source=simulated:${join(line.directory, 'machine.json')}`, '--', 'sh', '-c', script);
  const expected = [
    'nvme0n1', 'sdz', '/dev/nvme0n1 regular empty file', '/dev/nvme0n1p1 regular empty file', '/dev/sg0 regular empty file',
    '/dev/null character special file', '/dev/tty character special file', 'No such device or address', '259:0', '259:1', '8:0', ' 00 00', 'simulated', 'text', 'text', '',
  ];
  assert.is(inside.stdout, expected.join('\n'));
});

executing('the program sees the types that are named', async (line) => {
  const script = 'stat -f -c %T /proc /sys /dev';
  const [, sys, dev] = (await line.shell(script)).stdout.split('\n');
  const seen = await line.run('exec', '-t', 'linprocfs', '--', 'sh', '-c', script);
  assert.match(seen.stdout, new RegExp(`^fuse\\w*\n${sys}\n${dev}\n$`));
  const other = await line.run('exec', '-t', 'linprocfs,tmpfs', 'true');
  assert.is(other.stderr, 'compatfs: exec: unknown type tmpfs; the types are: linprocfs, linsysfs, devfs\n');
});

executing('programs in other network namespaces see the parameters of those', async (line) => {
  const names = 'cd /proc/sys/net/ipv4/conf && echo *';
  const apart = await line.shell(`unshare --net -- sh -c '${names}'`);
  const inside = await line.run('exec', '--', 'timeout', '-s', 'KILL', '20', 'unshare', '--net', '--', 'sh', '-c', names);
  assert.is(inside.stderr, '');
  assert.is(inside.stdout, apart.stdout);
});

executing("status, arguments, input, output and directory are the program's", async (line) => {
  assert.is((await line.run('exec', 'sh', '-c', 'exit 7')).status, 7);
  assert.is((await line.run('exec', 'echo', '-o', '--', '--help')).stdout, '-o -- --help\n');
  assert.is((await line.run('exec', '--', 'pwd')).stdout, `${line.directory}\n`);
  const child = line.start(['exec', '--', 'sh', '-c', 'cat; echo error >&2'], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin?.end('through\n');
  assert.equal(await ended(child), { status: 0, signal: null, stdout: 'through\n', stderr: 'error\n' });
  const environment = await line.run('exec', '--', 'env');
  assert.not.match(environment.stdout, /^COMPATFS_(ORDER|MOUNTED)=/m);
});

executing('the program inherits every descriptor, gets a long command line, and needs no name for its directory', async (line) => {
  writeFileSync(join(line.directory, 'input'), 'input\n');
  const { status, stdout, stderr } = await line.shell(`
    $compatfs exec -- sh -c 'cat <&3; echo output >&7' 3<input 7>output; cat output
    echo through | $compatfs exec -- sh -c 'read word <&5; echo $word' 5<&0 </dev/null
    mkdir gone; (cd gone; rmdir ../gone; exec $compatfs exec -- readlink /proc/self/cwd)
    $compatfs exec -- sh -c 'echo $#' sh $(seq 40000)`);
  assert.equal({ status, stderr }, { status: 0, stderr: '' });
  assert.equal(stdout.split('\n'), [
    'input',
    'output',
    'through',
    `${line.directory}/gone (deleted)`,
    '40000',
    '',
  ]);
});

executing('a program may run another one in the same way', async (line) => {
  const inner = 'cat /proc/sys/kernel/osrelease /proc/sys/kernel/hostname; cat /proc/self/comm';
  const { status, stdout, stderr } = await line.shell(
    `$compatfs exec -o hostname=outer -- $compatfs exec -o osrelease=8.8.8-inner -- sh -c '${inner}'`,
  );
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '8.8.8-inner\nouter\ncat\n', stderr: '' });
});

executing('what cannot be run has its own status', async (line) => {
  assert.equal(await line.run('exec', 'no-such-program'), {
    status: 127,
    signal: null,
    stdout: '',
    stderr: 'compatfs: no-such-program: not found\n',
  });
  assert.is((await line.run('exec', '')).stderr, "compatfs: '': not found\n");
  assert.is((await line.run('exec', '')).status, 127);
  writeFileSync(join(line.directory, 'text'), 'no program');
  assert.equal(await line.run('exec', './text'), {
    status: 126,
    signal: null,
    stdout: '',
    stderr: 'compatfs: ./text: cannot be run (EACCES)\n',
  });
});

executing('signals reach the program, and end us as they ended it', async (line) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    const child = line.start(['exec', '--', 'sh', '-c', 'echo ready; exec sleep 1000']);
    const end = ended(child);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill(signal);
    assert.is((await end).signal, signal);
  }
  const caught = line.start([
    'exec',
    '--',
    'sh',
    '-c',
    'trap "echo caught; exit 3" USR1; echo ready; while :; do sleep 0.05; done',
  ]);
  const end = ended(caught);
  await new Promise((resolve) => caught.stdout?.once('data', resolve));
  caught.kill('SIGUSR1');
  const { status, stdout } = await end;
  assert.equal({ status, stdout }, { status: 3, stdout: 'ready\ncaught\n' });
  assert.is((await line.run('exec', '--', 'sh', '-c', 'kill -KILL $$')).signal, 'SIGKILL');
  assert.is((await line.run('exec', '--', 'sh', '-c', 'kill -SEGV $$')).status, 128 + 11);
});

executing("when the server is killed, the program has the kernel's /proc again", async (line) => {
  // The parent of the program is the server.
  const script =
    'kill -9 $PPID; while [ "$(stat -f -c %T /proc 2>&-)" != proc ]; do sleep 0.05; done; ls -d /proc/self';
  const orphan = await line.run(
    'exec',
    '--',
    'sh',
    '-c',
    `exec >${line.directory}/out 2>&1; setsid sh -c '${script.replace('$PPID', '$1')}' sh $PPID & sleep 1000`,
  );
  assert.is(orphan.signal ?? orphan.status, 'SIGKILL');
  const { stdout: out } = await line.shell(
    `i=0; while ! grep -q self ${line.directory}/out && [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done; cat ${line.directory}/out; pkill -f "sleep 1000"`,
  );
  assert.is(out, '/proc/self\n');
});

executing(
  'a terminal',
  async (line) => {
    const child = line.spawn('script', [
      '-qec',
      `${process.execPath} ${process.argv[1]?.replace(/commands\/exec\.test\.js$/, 'main.cjs')} exec -- sh -c 'test -t 0 && test -t 1 && stty size >/dev/null && echo terminal'`,
      '/dev/null',
    ]);
    const { status, stdout } = await ended(child);
    assert.is(status, 0);
    assert.match(stdout, /^terminal\r?\n$/);
  },
  'script',
  'stty',
);

executing(
  'programs that read /proc',
  async (line) => {
    const ps = await line.run('exec', '--', 'ps', '-o', 'pid=,comm=', '-p', '1');
    assert.match(ps.stdout, /^ *1 \S+/);
    const top = await line.run('exec', '--', 'top', '-b', '-n', '1');
    assert.is(top.status, 0);
    assert.match(top.stdout, /^ *PID USER /m);
    const node = await line.run(
      'exec',
      '--',
      process.execPath,
      '-p',
      'os.cpus().length + " " + os.uptime() + " " + process.memoryUsage.rss()',
    );
    assert.match(node.stdout, /^\d+ \d+(\.\d+)? \d+\n$/);
  },
  'ps',
  'top',
);

test.run();
