import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine } from '../../test/support/command-line.ts';
import { runCommandLine } from './commands.ts';
import { explain } from './explain.ts';

test('bad usage', async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[], 'COMMAND is missing: see compatfs --help'],
    [['mout'], 'mout: unknown command; see compatfs --help'],
    [['mount'], 'mount: TARGET is missing; see compatfs mount --help'],
    [['mount', 'a', 'b', 'c'], 'mount: too many operands: c'],
    [['mount', '-x', 'a'], 'mount: unknown option -x'],
    [['mount', '--what', 'a'], 'mount: unknown option --what'],
    [['mount', 'a', '-o'], 'mount: --options needs a value'],
    [['mount', '-t', 'ext4', 'a'], 'mount: unknown type ext4; the types are: linprocfs, linsysfs, devfs, fdescfs, tmpfs, nullfs, overlay, unionfs, reroot, 9p'],
    [['mount', '-t', 'nullfs', 'a'], 'mount: SOURCE is missing: the directory that nullfs shows'],
    [['mount', '-t', 'tmpfs', '-o', 'size=x', 'a'], 'mount: bad value in size=x: see tmpfs(5)'],
    [['mount', '-t', 'tmpfs', '-o', 'hidepid=1', 'a'], 'mount: unknown option hidepid'],
    [['mount', '-o', 'magic=proc', 'a'], 'mount: bad value in magic=proc: an absolute path, or none'],
    [['mount', '-o', 'ro,what', 'a'], 'mount: unknown option what'],
    [['mount', '-o', '=what', 'a'], 'mount: unknown option =what'],
    [
      ['mount', '-o', 'hidepid=3', 'a'],
      'mount: bad value in hidepid=3: one of 0, 1, 2, 4, off, noaccess, invisible, ptraceable',
    ],
    [['mount', '-o', 'hidepid', 'a'], 'mount: option hidepid needs a value: hidepid=MODE'],
    [['mount', '-o', 'ro=1', 'a'], 'mount: option ro takes no value'],
    [['mount', '-o', 'subset=net', 'a'], 'mount: bad value in subset=net: the only subset is pid'],
    [['mount', '-o', 'gid=no-such-group', 'a'], 'mount: bad value in gid=no-such-group: no such group'],
    [
      ['mount', '-o', `hostname=${'x'.repeat(65)}`, 'a'],
      `mount: bad value in hostname=${'x'.repeat(65)}: 1 to 64 printable characters`,
    ],
    [['mount', '--driver', 'none', 'a'], 'mount: unknown driver none; the drivers are fuse and fuse-native'],
    [['mount', '-F', '/dev/null', 'a'], 'mount: -F needs -a'],
    [['mount', '-a', 'b'], 'mount: -a takes no operands'],
    [['umount'], 'umount: TARGET is missing; see compatfs umount --help'],
    [['mount', '-t', 'overlay', '-o', 'lowerdir=/,upperdir=,workdir=', 'a'], 'mount: bad value in upperdir=: a directory'],
    [['mount', '-t', 'reroot', '-o', 'emul=', 'a'], 'mount: bad value in emul=: a directory'],
    [['set', 'a'], 'set: TARGET and KEY=VALUE are needed; see compatfs set --help'],
    [['status', 'a'], 'status: takes no operands'],
    [['exec'], 'exec: PROGRAM is missing; see compatfs exec --help'],
    [['mount', '-o', 'gid=', 'a'], 'mount: bad value in gid=: no such group'],
    [['exec', '-o', 'what', 'true'], 'exec: unknown option what'],
    [['start', '-o', 'what'], 'start: unknown option what'],
    [['start', 'a', 'b'], 'start: only one ROOT can be given'],
  ];
  for (const [args, message] of cases) {
    const outcome = await runCommandLine(args).catch(explain);
    assert.equal(outcome, { line: message, status: 2 }, args.join(' '));
  }
});

test('a failure is one line on standard error', async () => {
  const line = new CommandLine();
  try {
    assert.equal(await line.run('mount', '-o', 'what', 'a'), {
      status: 2,
      signal: null,
      stdout: '',
      stderr: 'compatfs: mount: unknown option what\n',
    });
    assert.equal(await line.run('umount', '/nowhere'), {
      status: 1,
      signal: null,
      stdout: '',
      stderr: 'compatfs: /nowhere: not mounted by compatfs\n',
    });
  } finally {
    await line.remove();
  }
});

test('help and version', async () => {
  const line = new CommandLine();
  try {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
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
