import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, MAIN, ended, until } from '../../../test/support/command-line.ts';
import { Exports, code, serving } from '../../../test/support/exports.ts';
import { missingProgram, reasonNotToMount, unless } from '../../../test/support/requirements.ts';
import { Client } from '../../node-9p/client.ts';
import { O_RDWR } from '../../node-9p/protocol.ts';
import { runCommandLine } from '../commands.ts';
import { explain } from '../explain.ts';

serving(
  'several trees at several addresses, shown by status, closed by a signal',
  ['-l', 'tcp!127.0.0.1!0', '-l', 'unix!socket', '-o', 'osrelease=9.9.9,mode=1777', 'linprocfs', 'tmpfs', 'files=DIRECTORY/files,ro'],
  async (exports) => {
    const [tcp = '', unix = ''] = await exports.addresses(2);
    assert.is(unix, `unix!${exports.line.directory}/socket`);
    for (const address of [tcp, unix]) {
      const client = await Client.connect(address);
      const root = await client.attach({});
      assert.equal((await root.list()).map(({ name }) => name), ['proc', 'tmp', 'files']);
      assert.match(String(await root.readFile('proc/version')), /^Linux version 9\.9\.9 /);
      assert.is(String(await (await client.attach({ tree: 'files' })).readFile('f')), 'text');
      assert.is(await code((await root.walk('files')).mkdir('d', 0o755)), 'EROFS');
      client.close();
    }
    const client = await Client.connect(unix);
    const tmp = await client.attach({ tree: 'tmp' });
    await (await (await tmp.clone()).create('kept', O_RDWR, 0o600)).write(0, Buffer.from('by the server'));
    const other = await Client.connect(unix);
    assert.is(String(await (await other.attach({ tree: 'tmp' })).readFile('kept')), 'by the server');
    other.close();
    const { stdout } = await exports.line.run('status');
    const [heading = '', ...rows] = stdout.slice(stdout.indexOf('ADDRESS')).trimEnd().split('\n');
    assert.match(heading, /^ADDRESS +TREES +PID +SINCE +CLIENTS +REQUESTS +FIDS$/);
    assert.equal(rows.map((row) => row.split(/ {2,}/).slice(0, 2)), [
      [tcp, 'proc, tmp, files (ro)'],
      [unix, 'proc, tmp, files (ro)'],
    ]);
    const { exports: listed } = JSON.parse((await exports.line.run('status', '--json')).stdout) as {
      exports: { address: string; connections: number; requests: number }[];
    };
    assert.is(listed[0]?.connections, 1);
    assert.ok((listed[0]?.requests ?? 0) > 20);
    const { status, stderr } = await exports.stop();
    assert.equal({ status, stderr }, { status: 0, stderr: '' });
    assert.equal(exports.line.leftovers(), []);
    assert.not(existsSync(join(exports.line.directory, 'socket')));
    await client.closed;
  },
  (line) => {
    mkdirSync(join(line.directory, 'files'));
    writeFileSync(join(line.directory, 'files/f'), 'text');
  },
);

serving(
  'trees that are made of others',
  ['-l', 'unix!socket', '-o', 'lowerdir=base,upper=tmpfs', 'overlay', 'reroot,emul=emul,base=base'],
  async (exports) => {
    const [address = ''] = await exports.addresses();
    const client = await Client.connect(address);
    const linux = await client.attach({ tree: 'linux' });
    assert.equal((await linux.list()).map(({ name }) => name).sort(), ['alt', 'base']);
    assert.is(String(await linux.readFile('base')), 'text');
    const overlay = await client.attach({ tree: 'overlay' });
    await (await overlay.walk('base')).remove();
    assert.is(await code(overlay.walk('base')), 'ENOENT');
    assert.is(String(await linux.readFile('base')), 'text');
    client.close();
  },
  (line) => {
    for (const [directory, file] of [['emul', 'alt'], ['base', 'base']] as const) {
      mkdirSync(join(line.directory, directory));
      writeFileSync(join(line.directory, directory, file), 'text');
    }
  },
);

serving('in the background, until umount ADDRESS', ['-d', '-l', 'unix!DIRECTORY/socket'], async ({ line, end }) => {
  const { status, stdout, stderr } = await end;
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  const address = `unix!${line.directory}/socket`;
  const client = await Client.connect(address);
  assert.match(String(await (await client.attach({})).readFile('uptime')), /^\d/);
  client.close();
  assert.equal((await line.run('umount', address)).stderr, '');
  await until('it is gone', () => line.leftovers().length === 0);
  assert.is((await line.run('umount', address)).stderr, `compatfs: ${address}: not exported by a process of this user\n`);
});

serving('the process of proc:pid=N is self', ['-l', 'unix!socket'], async (exports) => {
  const [address = ''] = await exports.addresses();
  const client = await Client.connect(address);
  const root = await client.attach({ tree: `proc:pid=${process.pid}` });
  assert.is(await (await root.walk('self')).readlink(), String(process.pid));
  assert.is(await code(client.attach({ tree: 'proc:pid=4194305' })), 'ESRCH');
  const nobody = await (await client.attach({})).walk('self');
  assert.is(await code(nobody.readlink()), 'ENOENT');
  client.close();
});

serving(
  'limits are kept, and said when they are hit',
  ['-l', 'unix!socket', '--limit', 'connections=1', '--limit', 'fids=3', '--limit', 'msize=8192'],
  async (exports) => {
    const [address = ''] = await exports.addresses();
    const client = await Client.connect(address);
    assert.is(client.msize, 8192);
    const root = await client.attach({});
    await root.clone();
    await root.clone();
    assert.is(await code(root.clone()), 'EMFILE');
    assert.ok(await code(Client.connect(address)));
    client.close();
    for (const line of ['the limit of 3 fids is reached', 'closed: the limit of 1 connections is reached'])
      await until(line, () => exports.complained.includes(`: ${line}\n`));
  },
);

serving('what was left behind is not in the way, and what is alive is', ['-l', 'unix!socket'], async (exports) => {
  const [address = ''] = await exports.addresses();
  const { line } = exports;
  const second = await line.run('serve', '-l', 'unix!socket');
  assert.equal([second.status, second.stderr], [1, `compatfs: ${address}: somebody listens there already\n`]);
  await exports.stop('SIGKILL');
  assert.ok(existsSync(join(line.directory, 'socket')));
  assert.is((await line.run('serve', '-d', '-l', 'unix!socket')).stderr, '');
  assert.is((await line.run('umount', address)).status, 0);
});

test('an address that is open to others is warned of', async () => {
  const exports = new Exports(['-l', 'tcp!0.0.0.0!0']);
  try {
    await exports.addresses();
    assert.is(
      exports.complained,
      'compatfs: warning: tcp!0.0.0.0!0 is open to other machines: whoever reaches it can use what is exported, and nothing is encrypted\n',
    );
  } finally {
    await exports.line.remove();
  }
});

test('bad usage', async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['-l', 'tcp!!x'], 'serve: tcp!127.0.0.1!x: x is no port'],
    [['-l', 'udp!a!1'], 'serve: udp!a!1: an address is tcp!HOST!PORT or unix!PATH'],
    [['-l', 'tcp!a!99999'], 'serve: tcp!a!99999: 99999 is no port'],
    [['-l', 'unix!s', 'ext4'], 'serve: unknown tree ext4; a tree is one of linprocfs, linsysfs, devfs, tmpfs, overlay, reroot, or a directory'],
    [['-l', 'unix!s', 'tmpfs', 'tmpfs'], 'serve: two trees are called tmp; NAME=TREE gives one another name'],
    [['-l', 'unix!s', 'a:b=tmpfs'], 'serve: a:b=tmpfs: a:b cannot be the name of a tree'],
    [['-l', 'unix!s', 'tmpfs,what'], 'serve: unknown option what'],
    [['-l', 'unix!s', '-o', 'ro,what', 'tmpfs'], 'serve: unknown option what'],
    [['-l', 'unix!s', '--limit', 'x=1'], 'serve: unknown limit x; the limits are: connections, fids, msize, outstanding'],
    [['-l', 'unix!s', '--limit', 'msize=1'], 'serve: bad limit msize=1: a number from 4096 to 1048576'],
    [['-l', 'unix!s', '--map', 'x'], 'serve: bad mapping x: a rule is WHO=USER'],
    [['-l', 'unix!s', '--map', '*=no-such-user'], 'serve: bad mapping *=no-such-user: no such user: no-such-user'],
    [['-l', 'tcp!127.0.0.1!0', '--tls-key', 'k'], 'serve: --tls-cert and --tls-key are needed for TLS, both of them'],
    [['-l', 'unix!s', '/nowhere'], '/nowhere: no such directory'],
    [['-l', 'unix!s', '/dev/null'], '/dev/null: not a directory'],
  ];
  for (const [args, message] of cases) {
    const status = message.startsWith('/') ? 1 : 2;
    assert.equal(await runCommandLine(['serve', ...args]).catch(explain), { line: message, status }, args.join(' '));
  }
});

unless(reasonNotToMount() ?? missingProgram('unshare'), 'start serves over 9P where there is no FUSE', async () => {
  const line = new CommandLine();
  try {
    const server = line.spawn(
      'unshare',
      ['--mount', '--propagation', 'private', 'sh', '-c', `mount -t tmpfs none /dev && exec ${process.execPath} ${MAIN} start ${line.target}`],
    );
    const end = ended(server);
    let said = '';
    server.stdout?.on('data', (text: string) => (said += text));
    await until('it serves', () => said.includes('Ctrl-C ends it.') || server.exitCode !== null);
    const [, tcp = '', unix = ''] = /^at (\S+) and (\S+)$/m.exec(said) ?? [];
    for (const address of [tcp, unix]) {
      const client = await Client.connect(address);
      assert.match(String(await (await client.attach({})).readFile('proc/meminfo')), /^MemTotal: /);
      client.close();
    }
    assert.match(said, new RegExp(`mount -t 9p -o trans=tcp,port=${tcp.split('!')[2]},version=9p2000.L 127.0.0.1 TARGET`));
    server.kill('SIGINT');
    const { status, stderr } = await end;
    assert.is(status, 0);
    assert.match(stderr, /^compatfs: \/dev\/fuse: no such file; .*; serving it over 9P instead\n$/);
  } finally {
    await line.remove();
  }
});

test.run();
