/** `compatfs mount -t overlay`, driven as users do. */

import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandLine, mounting } from '../../../test/support/command-line.ts';
import { kernelOverlayMissing } from '../../../test/support/kernel-overlay.ts';

/** Makes two lower layers, and directories for an upper one. */
function layers({ directory }: CommandLine): Record<'a' | 'b' | 'upper' | 'work', string> {
  const [a, b, upper, work] = ['a', 'b', 'upper', 'work'].map((name) => join(directory, name)) as [string, string, string, string];
  for (const path of [a, b, upper, work, join(a, 'd'), join(b, 'd')]) mkdirSync(path);
  writeFileSync(join(a, 'f'), 'of a');
  writeFileSync(join(b, 'f'), 'of b');
  writeFileSync(join(b, 'g'), 'of b');
  writeFileSync(join(a, 'd', 'x'), '');
  writeFileSync(join(b, 'd', 'y'), '');
  return { a, b, upper, work };
}

mounting('an overlay on directories; the kernel takes over what it wrote', async (line) => {
  const { a, b, upper, work } = layers(line);
  const options = `lowerdir=${a}:${b},upperdir=${upper},workdir=${work}`;
  assert.equal(await line.run('mount', '-d', '-t', 'overlay', '-o', options, line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  const { target } = line;
  const { stdout, stderr } = await line.shell(
    `cd ${target} && cat f && ls d && printf more >>f && rm g && rm -r d && mkdir d && printf new >d/new && mv f h && ls -A . d`,
  );
  assert.equal([stdout, stderr], ['of ax\ny\n.:\nd\nh\n\nd:\nnew\n', '']);
  assert.is((await line.run('umount', target)).status, 0);
  assert.is(readFileSync(join(a, 'f'), 'utf8'), 'of a');
  for (const gone of ['g', 'f']) assert.is(lstatSync(join(upper, gone)).rdev, 0, gone);
  // The new directory hides the old one by an extended attribute, or where there are none, name by name.
  const marks = readdirSync(join(upper, 'd')).filter((name) => name !== 'new');
  for (const mark of marks) assert.is(lstatSync(join(upper, 'd', mark)).rdev, 0, mark);
  if (marks.length > 0) assert.equal(marks.sort(), ['x', 'y']);
  assert.is((await line.run('mount', '-d', '-t', 'overlay', '-o', options, target)).status, 0);
  assert.is((await line.shell(`ls ${target}/d`)).stdout, 'new\n');
  assert.is((await line.run('umount', target)).status, 0);
  if (kernelOverlayMissing()) return;
  // On an overlay the kernel makes no other.
  if (spawnSync('mount', ['-t', 'overlay', '-o', options, 'compatfs-test', target]).status !== 0) return;
  const kernel = await line.shell(`cd ${target} && ls -A . d && cat h`);
  spawnSync('umount', [target]);
  assert.is(kernel.stdout, '.:\nd\nh\n\nd:\nnew\nof amore');
});

mounting('an overlay in memory', async (line) => {
  const { a, b } = layers(line);
  assert.is((await line.run('mount', '-d', '-t', 'overlay', '-o', `lowerdir=${a}:${b},upper=tmpfs,size=64k`, line.target)).status, 0);
  const { stdout } = await line.shell(`cd ${line.target}; printf more >>f; rm g; cat f; ls; head -c 100k /dev/zero >big; stat -c %s big`);
  assert.is(stdout, 'of amored\nf\n61440\n');
  assert.is((await line.run('umount', line.target)).status, 0);
  assert.is(readFileSync(join(a, 'f'), 'utf8'), 'of a');
});

mounting('layers that would change one another are refused, as the kernel refuses them', async (line) => {
  const { a, b, upper, work } = layers(line);
  const inside = join(upper, 'inside');
  const below = join(work, 'below');
  for (const path of [inside, below]) mkdirSync(path);
  const refusals: readonly (readonly [options: string, line: string])[] = [
    [`lowerdir=${a},upperdir=${upper},workdir=${upper}`, `${upper}: ${upper} and it are not separate, which upperdir and workdir have to be`],
    [`lowerdir=${a},upperdir=${upper},workdir=${inside}`, `${inside}: ${upper} and it are not separate, which upperdir and workdir have to be`],
    [`lowerdir=${a},upperdir=${below},workdir=${work}`, `${work}: ${below} and it are not separate, which upperdir and workdir have to be`],
    [`lowerdir=${upper},upperdir=${upper},workdir=${work}`, `${upper}: is in ${upper}, which is another layer (ELOOP)`],
    [`lowerdir=${inside},upperdir=${upper},workdir=${work}`, `${inside}: is in ${upper}, which is another layer (ELOOP)`],
    [`lowerdir=${work},upperdir=${upper},workdir=${work}`, `${work}: is in ${work}, which is another layer (ELOOP)`],
    [`lowerdir=${a}:${b}:${a},upperdir=${upper},workdir=${work}`, `${a}: is in ${a}, which is another layer (ELOOP)`],
    [`lowerdir=${a}:${join(a, 'd')}`, `${join(a, 'd')}: is in ${a}, which is another layer (ELOOP)`],
    [`lowerdir=${join(a, 'd')}:${a},upper=tmpfs`, `${join(a, 'd')}: is in ${a}, which is another layer (ELOOP)`],
    [`lowerdir=${a},upperdir=/proc,workdir=${work}`, `${work}: is not in the file system of /proc, as a workdir has to be`],
  ];
  for (const [options, why] of refusals) {
    const refused = await line.run('mount', '-d', '-t', 'overlay', '-o', options, line.target);
    assert.equal([refused.status, refused.stderr], [1, `compatfs: ${why}\n`]);
  }
  assert.equal(readdirSync(work), ['below'], 'nothing was made');
  if (kernelOverlayMissing()) return;
  for (const [options] of refusals) {
    const kernels = spawnSync('mount', ['-i', '-t', 'overlay', '-o', options, 'compatfs-test', line.target]);
    if (kernels.status === 0) spawnSync('umount', [line.target]);
    assert.is.not(kernels.status, 0, options);
  }
});

mounting('paths may have colons, commas and backslashes', async (line) => {
  const { b } = layers(line);
  const odd = join(line.directory, 'one:two,three\\four');
  mkdirSync(odd);
  writeFileSync(join(odd, 'odd'), 'of odd');
  const options = `lowerdir=${odd.replace(/[\\:,]/g, '\\$&')}:${b},upper=tmpfs`;
  assert.equal(await line.run('mount', '-d', '-t', 'overlay', '-o', options, line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  assert.equal(readdirSync(line.target).sort(), ['d', 'f', 'g', 'odd']);
});

mounting('an overlay without an upper layer is read only', async (line) => {
  const { a, b } = layers(line);
  assert.is((await line.run('mount', '-d', '-t', 'overlay', '-o', `lowerdir=${a}:${b}`, line.target)).status, 0);
  const { stdout, stderr } = await line.shell(`cd ${line.target}; ls d; LC_ALL=C touch f`);
  assert.is(stdout, 'x\ny\n');
  assert.match(stderr, /Read-only file system/);
});

mounting('what makes no overlay is refused', async (line) => {
  const { a, upper, work } = layers(line);
  const refused = async (options: string): Promise<string> =>
    (await line.run('mount', '-t', 'overlay', '-o', options, line.target)).stderr.replace(/^compatfs: /, '').trim();
  assert.is(await refused('ro'), 'mount: overlay needs lowerdir=DIR[:DIR..]');
  assert.is(await refused(`lowerdir=${a}:`), `mount: bad value in lowerdir=${a}:: directories, separated by colons`);
  assert.is(await refused(`lowerdir=${a},upperdir=${upper}`), 'mount: upperdir= and workdir= go together');
  assert.is(await refused(`lowerdir=${a},upperdir=${upper},workdir=${work},upper=tmpfs`), 'mount: either upper=tmpfs or upperdir= and workdir=');
  assert.is(await refused(`lowerdir=${a},upper=disk`), 'mount: bad value in upper=disk: the only one is tmpfs');
  assert.is(await refused(`lowerdir=${a}/none`), `${a}/none: no such directory`);
  assert.is(await refused(`lowerdir=${a},redirect_dir=on`), 'mount: bad value in redirect_dir=on: that is not to be had here');
  assert.is(await refused(`lowerdir=${line.directory},upper=tmpfs`), `${line.target}: is in ${line.directory}, and would show itself there (EDEADLK)`);
});

test.run();
