/** compatfs up and down: the whole tree of a Linux userland. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostMounts, mountAt } from '../../fuse/host-mounts.ts';
import { isMounted, mounting, until } from '../../../test/support/command-line.ts';

/** Our mounts below a root, in the order in which they were made, with their types. */
function tree(root: string): string[] {
  const below = hostMounts().filter(({ mountPoint, type }) => mountPoint.startsWith(`${root}/`) && type.startsWith('fuse.'));
  return below.map(({ mountPoint, type }) => `${mountPoint.slice(root.length + 1)} ${type}`);
}

mounting('up mounts what a userland needs, by one process, and down takes it away', async (line) => {
  const root = join(line.directory, 'root');
  const up = await line.run('up', root);
  assert.equal(up, { status: 0, signal: null, stdout: `${root}: ${names(root)} mounted\n`, stderr: '' });
  assert.equal(tree(root).slice(0, 2), ['proc fuse.linprocfs', 'sys fuse.linsysfs']);
  assert.is(tree(root).at(-1), 'dev/shm fuse.tmpfs');
  assert.match(readFileSync(join(root, 'proc/version'), 'latin1'), /^Linux version /);
  assert.ok(statSync(join(root, 'sys/kernel')).isDirectory());
  assert.is(statSync(join(root, 'dev/shm')).mode & 0o7777, 0o1777);
  assert.is(mountAt(join(root, 'dev/pts'))?.type, 'devpts');
  assert.ok(statSync(join(root, 'dev/null')).isCharacterDevice());
  const servers = JSON.parse((await line.run('status', '--json')).stdout) as { mounts: { pid: number }[] };
  assert.is(new Set(servers.mounts.map(({ pid }) => pid)).size, 1);
  assert.is(servers.mounts.length, tree(root).length);

  const all = names(root);
  assert.is((await line.run('up', root)).stdout, `${root}: ${all} mounted before\n`);
  assert.is((await line.run('umount', join(root, 'proc'))).status, 0);
  const again = await line.run('up', '-o', 'hidepid=2', root);
  assert.is(again.stdout, `${root}: proc mounted; ${all.replace('proc, ', '')} mounted before\n`);

  const down = await line.run('down', root);
  const reversed = all.split(', ').reverse().join(', ');
  assert.equal(down, { status: 0, signal: null, stdout: `${root}: ${reversed} unmounted\n`, stderr: '' });
  assert.equal(tree(root), []);
  await until('the servers have ended', () => line.leftovers().length === 0);
  assert.is((await line.run('down', root)).stdout, `${root}: nothing is mounted\n`);
});

/** The names of the mounts below a root, as up tells them. */
function names(root: string): string {
  const places = tree(root).map((row) => row.split(' ')[0] ?? '');
  const order = ['proc', 'sys', 'dev', 'dev/fd', 'dev/shm'];
  return places.sort((a, b) => order.indexOf(a) - order.indexOf(b)).join(', ');
}

mounting("the kernel's own /proc is shown to the userland, unless the options hide a part of it", async (line) => {
  const root = join(line.directory, 'root');
  const place = join(root, 'run/compatfs/proc');
  assert.is((await line.run('up', root)).status, 0);
  assert.is(mountAt(place)?.type, 'proc');
  const pid = line.serverId();
  process.kill(pid, 'SIGKILL');
  await until('the mounts are gone', () => tree(root).length === 0 && mountAt(place) === undefined);
  assert.is((await line.run('down', root)).stdout, `${root}: nothing is mounted\n`);
  assert.not(existsSync(join(root, 'run')), 'it was not there before');
  mkdirSync(join(root, 'run'));
  assert.is((await line.run('up', root)).status, 0);
  assert.is((await line.run('down', root)).status, 0);
  assert.equal(readdirSync(join(root, 'run')), []);
  for (const options of ['hidepid=2', 'subset=pid', 'magic=none']) {
    assert.is((await line.run('up', '-o', options, root)).status, 0);
    assert.is(mountAt(place), undefined);
    assert.is((await line.run('down', root)).status, 0);
  }
});

mounting('the root may be reached through a link; what is in it may not lead out', async (line) => {
  const [root, link, elsewhere] = ['root', 'link', 'elsewhere'].map((name) => join(line.directory, name)) as [string, string, string];
  for (const path of [root, elsewhere]) mkdirSync(path);
  symlinkSync(root, link);
  symlinkSync(elsewhere, join(root, 'run'));
  assert.is((await line.run('up', link)).stdout, `${root}: ${names(root)} mounted\n`);
  assert.equal(names(root).split(', ').slice(0, 2), ['proc', 'sys']);
  assert.is(mountAt(join(root, 'dev/pts'))?.type, 'devpts');
  assert.equal(readdirSync(elsewhere), []);
  assert.is((await line.run('down', link)).status, 0);
  assert.equal(hostMounts().filter(({ mountPoint }) => mountPoint.startsWith(`${line.directory}/`)), []);
  assert.equal(readdirSync(elsewhere), []);
});

mounting('of two that come up at once one serves the tree, and the other one takes nothing of it away', async (line) => {
  const root = join(line.directory, 'root');
  const both = await Promise.all([line.run('up', root), line.run('up', root)]);
  assert.ok(both.some(({ status }) => status === 0), JSON.stringify(both));
  assert.equal(names(root).split(', ').slice(0, 2), ['proc', 'sys']);
  assert.is(mountAt(join(root, 'run/compatfs/proc'))?.type, 'proc');
  assert.is((await line.run('down', root)).status, 0);
  assert.not(existsSync(join(root, 'run')));
});

mounting('a tree whose server was killed with all that watched over it is made anew, and taken away', async (line) => {
  const root = join(line.directory, 'root');
  const kill = async (): Promise<void> => {
    const pid = line.serverId();
    spawnSync('pkill', ['-KILL', '-P', String(pid)]);
    process.kill(pid, 'SIGKILL');
    await until('the tree is dead', () => spawnSync('ls', [join(root, 'dev')]).status !== 0);
  };
  const recovered = ['proc', 'sys', 'dev'].map((name) => `compatfs: ${root}/${name}: a dead mount was there; recovered\n`).join('');
  assert.is((await line.run('up', root)).status, 0);
  await kill();
  assert.equal(await line.run('up', root), { status: 0, signal: null, stdout: `${root}: ${names(root)} mounted\n`, stderr: recovered });
  assert.match(spawnSync('cat', [join(root, 'proc/version')], { encoding: 'latin1' }).stdout, /^Linux version /);
  await kill();
  assert.equal(await line.run('down', root), { status: 0, signal: null, stdout: `${root}: nothing is mounted\n`, stderr: recovered });
  assert.equal(tree(root), []);
});

mounting('down takes away what another mount of the tree hides', async (line) => {
  const root = join(line.directory, 'root');
  mkdirSync(join(root, 'dev/fd'), { recursive: true });
  const fstab = join(line.directory, 'fstab');
  writeFileSync(fstab, `null ${root}/dev/fd fdescfs\ndevfs ${root}/dev devfs\n`);
  assert.is((await line.run('mount', '-a', '-F', fstab, '-d')).status, 0);
  assert.is((await line.run('down', root)).stdout, `${root}: dev, dev/fd unmounted\n`);
  assert.equal(tree(root), []);
});

mounting('down refuses what is in use, unless it is told to', async (line) => {
  const root = join(line.directory, 'root');
  assert.is((await line.run('up', root)).status, 0);
  const user = line.spawn('sleep', ['1000'], { cwd: join(root, 'proc') });
  const busy = await line.run('down', root);
  assert.equal([busy.status, busy.stderr], [1, `compatfs: ${root}/proc: target is busy\n`]);
  assert.ok(isMounted(join(root, 'proc')));
  assert.is((await line.run('down', '-l', root)).status, 0);
  assert.equal(tree(root), []);
  user.kill();
});

mounting('what leads out of the tree is refused, and nothing is mounted', async (line) => {
  const root = join(line.directory, 'root');
  mkdirSync(root);
  symlinkSync('/sys', join(root, 'sys'));
  const up = await line.run('up', root);
  assert.equal([up.status, up.stderr], [1, `compatfs: ${root}/sys: a symbolic link, which would lead out of the tree\n`]);
  assert.equal(tree(root), []);
  assert.is((await line.run('up', '')).stderr, "compatfs: '': no such directory\n");
  assert.is((await line.run('up', 'a', 'b')).stderr, 'compatfs: up: only one ROOT can be given\n');
  assert.is((await line.run('up', '-o', 'what', root)).stderr, 'compatfs: up: unknown option what\n');
});

test.run();
