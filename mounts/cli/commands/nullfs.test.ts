/** `compatfs mount -t nullfs` and `-t tmpfs`, driven as users do. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isMounted, mounting } from '../../../test/support/command-line.ts';

mounting('nullfs shows a directory, and changes go through', async (line) => {
  const source = join(line.directory, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'before'), 'text');
  assert.equal(await line.run('mount', '-d', '-t', 'nullfs', 'source', line.target), {
    status: 0,
    signal: null,
    stdout: '',
    stderr: '',
  });
  const seen = await line.shell(`cat ${line.target}/before && echo more >${line.target}/after && mkdir ${line.target}/d`);
  assert.is(seen.stdout, 'text');
  assert.is(readFileSync(join(source, 'after'), 'utf8'), 'more\n');
  const { stdout } = await line.run('status');
  assert.match(stdout, new RegExp(`nullfs +${source}`));
  assert.is((await line.run('umount', line.target)).status, 0);
  assert.not(isMounted(line.target));
});

mounting('nullfs that would show itself is refused', async (line) => {
  const inside = join(line.target, 'inside');
  mkdirSync(inside);
  for (const [source, target] of [
    [line.target, line.target],
    [line.target, inside],
    [inside, line.target],
    ['/', line.target],
  ] as const) {
    assert.equal(await line.run('mount', '-d', '-t', 'nullfs', source, target), {
      status: 1,
      signal: null,
      stdout: '',
      stderr: `compatfs: ${target}: ${source} and it are not distinct: what is shown would be in itself (EDEADLK)\n`,
    });
  }
});

mounting('nullfs of what is no directory is refused', async (line) => {
  writeFileSync(join(line.directory, 'file'), '');
  const refused = async (source: string): Promise<string> =>
    (await line.run('mount', '-t', 'nullfs', source, line.target)).stderr;
  assert.is(await refused('missing'), 'compatfs: missing: no such directory\n');
  assert.is(await refused('file'), 'compatfs: file: not a directory\n');
});

mounting('tmpfs has the size that it was given', async (line) => {
  assert.is((await line.run('mount', '-d', '-t', 'tmpfs', '-o', 'size=1m,nr_inodes=10,mode=755', line.target)).status, 0);
  const { stdout } = await line.shell(
    `stat -f -c '%b %S %c' ${line.target}; stat -c %a ${line.target}; head -c 2m /dev/zero >${line.target}/f; stat -c %s ${line.target}/f`,
  );
  assert.is(stdout, '256 4096 10\n755\n1048576\n');
  assert.is((await line.run('umount', line.target)).status, 0);
});

mounting('tmpfs is given another size while it is used', async (line) => {
  assert.is((await line.run('mount', '-d', '-t', 'tmpfs', '-o', 'size=1m,nr_inodes=10', line.target)).status, 0);
  await line.shell(`head -c 600k /dev/zero >${line.target}/f`);
  const set = async (...words: string[]): Promise<string> => (await line.run('set', line.target, ...words)).stderr;
  assert.is(await set('size=2m', 'nr_inodes=20'), '');
  const { stdout } = await line.shell(`stat -f -c '%b %c' ${line.target}; head -c 1m /dev/zero >${line.target}/g; stat -c %s ${line.target}/g`);
  assert.is(stdout, '512 20\n1048576\n');
  assert.is(await set('size=1m'), `compatfs: ${line.target}: Too small a size for current use\n`);
  assert.is(await set('nr_inodes=2'), `compatfs: ${line.target}: Too few inodes for current use\n`);
  const remount = async (options: string): Promise<unknown> => {
    const { status, stderr } = await line.run('mount', '-t', 'tmpfs', '-o', options, line.target);
    return [status, stderr];
  };
  assert.equal(await remount('remount,size=3m'), [0, '']);
  assert.is((await line.shell(`stat -f -c %b ${line.target}`)).stdout, '768\n');
  assert.equal(await remount('remount,size=1m'), [1, `compatfs: ${line.target}: Too small a size for current use\n`]);
  assert.equal(await remount('size=2x,remount'), [2, 'compatfs: mount: bad value in size=2x: see tmpfs(5)\n']);
  assert.equal(await remount('remount,ro'), [2, 'compatfs: mount: ro cannot be changed; what can: size, nr_blocks, nr_inodes\n']);
  assert.match((await line.run('up', '-o', 'remount', line.target)).stderr, /remount is about one TARGET/);
  assert.is(await set('size=0'), '');
  assert.is(await set('size=1g'), `compatfs: ${line.target}: Cannot retroactively limit size\n`);
  assert.match(await set('mode=700'), /mode cannot be changed/);
});

test.run();
