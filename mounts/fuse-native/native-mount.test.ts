import { createRequire } from 'node:module';
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, isAlive, isMounted, until } from '../../test/support/command-line.ts';
import { missingProgram, reasonNotToMount, unless } from '../../test/support/requirements.ts';
import { loadPackage } from './package.ts';

function reasonWithoutPackage(): string | undefined {
  try {
    loadPackage();
    return undefined;
  } catch (error) {
    return `needs fuse-native: ${(error as Error).message}`;
  }
}

/** A test with a command line of its own, where the package can mount. */
function native(name: string, body: (line: CommandLine) => Promise<void>): void {
  unless(reasonNotToMount() ?? reasonWithoutPackage(), name, async () => {
    const line = new CommandLine();
    try {
      await body(line);
    } finally {
      await line.remove();
    }
  });
}

native('serves the same /proc', async (line) => {
  const kernel = join(line.directory, 'kernel');
  mkdirSync(kernel);
  const mounted = await line.run('mount', '-d', '--driver', 'fuse-native', line.target);
  assert.equal(mounted, { status: 0, signal: null, stdout: '', stderr: '' });
  const pid = line.serverId();
  assert.is((await line.run('mount', '-d', kernel)).status, 0);
  const text = (root: string, file: string): string => readFileSync(join(root, file), 'latin1');
  for (const file of [
    'version',
    'cmdline',
    'filesystems',
    'cpuinfo',
    'devices',
    '1/comm',
    '1/limits',
    'sys/kernel/osrelease',
  ]) {
    assert.is(text(line.target, file), text(kernel, file), file);
  }
  const processes = (names: readonly string[]): readonly string[] => names.filter((name) => !/^\d/.test(name)).sort();
  assert.equal(processes(readdirSync(line.target)), processes(readdirSync(kernel)));
  for (const file of ['stat', '1', '1/status', 'mounts', '1/attr']) {
    const [ours, theirs] = [lstatSync(join(line.target, file)), lstatSync(join(kernel, file))];
    assert.equal([ours.mode, ours.uid, ours.gid, ours.size], [theirs.mode, theirs.uid, theirs.gid, theirs.size], file);
  }
  assert.is(readlinkSync(join(line.target, 'mounts')), 'self/mounts');
  assert.throws(() => readlinkSync(join(line.target, 'self')), /ENOENT/, 'the package does not tell who asks');
  assert.throws(() => writeFileSync(join(line.target, 'uptime'), 'x'), /EACCES|EIO/);
  assert.is((await line.run('set', line.target, 'osrelease=3.2.1')).status, 0);
  assert.match(text(line.target, 'version'), /^Linux version 3\.2\.1 /);
  const status = JSON.parse((await line.run('status', '--json')).stdout) as {
    mounts: { target: string; driver: string; requests: number }[];
  };
  const row = status.mounts.find(({ target }) => target === line.target);
  assert.is(row?.driver, 'fuse-native');
  assert.ok((row?.requests ?? 0) > 20);
  assert.equal(await line.run('umount', line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  await until('the server is gone', () => !isAlive(pid));
  assert.is((await line.run('umount', kernel)).status, 0);
});

native('serves a file system that can be changed', async (line) => {
  assert.is(
    (await line.run('mount', '-d', '--driver', 'fuse-native', '-t', 'tmpfs', '-o', 'size=64k', line.target)).status,
    0,
  );
  const at = (name: string): string => join(line.target, name);
  writeFileSync(at('file'), 'text');
  appendFileSync(at('file'), ' and more');
  mkdirSync(at('directory'), 0o700);
  renameSync(at('file'), at('directory/moved'));
  symlinkSync('directory/moved', at('link'));
  assert.is(readFileSync(at('link'), 'latin1'), 'text and more');
  truncateSync(at('link'), 4);
  utimesSync(at('link'), 1e9, 1e9);
  const { size, mtimeMs, mode } = statSync(at('directory/moved'));
  assert.equal([size, mtimeMs, mode & 0o777], [4, 1e12, 0o644]);
  assert.throws(() => writeFileSync(at('big'), Buffer.alloc(1 << 17)), /ENOSPC/);
  rmSync(at('big'));
  assert.is(statfsSync(line.target).blocks, 16);
  assert.equal(readdirSync(line.target).sort(), ['directory', 'link']);
  rmSync(at('directory'), { recursive: true });
  assert.equal(readdirSync(line.target), ['link']);
  process.kill(line.serverId(), 'SIGKILL');
  await until('the mount of a killed server is gone', () => !isMounted(line.target));
});

native('what the driver cannot do is said', async (line) => {
  const refused = async (expected: string, status: number, ...args: string[]): Promise<void> => {
    const result = await line.run('mount', '--driver', 'fuse-native', ...args);
    assert.equal({ status: result.status, stderr: result.stderr }, { status, stderr: `compatfs: ${expected}\n` });
  };
  await refused(
    'mount: fuse-native does not tell who asks, so it cannot have allow_other',
    2,
    '-o',
    'allow_other',
    line.target,
  );
  await refused('/proc: fuse-native cannot cover the /proc or /sys that the data comes from', 1, '-o', 'cover', '/proc');
});

unless(
  reasonNotToMount() ?? reasonWithoutPackage() ?? missingProgram('unshare'),
  'a missing package is one line',
  async () => {
    const line = new CommandLine();
    try {
      const place = dirname(createRequire(import.meta.url).resolve('fuse-native/package.json'));
      const { stdout, stderr } = await line.shell(
        `mount -t tmpfs none ${place}; $compatfs mount --driver fuse-native ${line.target}; echo $?`,
        true,
      );
      assert.equal(
        { stdout, stderr },
        { stdout: '1\n', stderr: 'compatfs: fuse-native: the package is not installed (npm install fuse-native)\n' },
      );
    } finally {
      await line.remove();
    }
  },
);

test.run();
