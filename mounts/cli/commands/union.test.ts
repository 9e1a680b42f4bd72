/** `compatfs mount -t unionfs` and `-t reroot`, driven as users do. */

import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandLine, mounting } from '../../../test/support/command-line.ts';

/** Makes two directories with a file of the same name, and one each of its own. */
function branches({ directory }: CommandLine): { readonly a: string; readonly b: string } {
  const [a, b] = [join(directory, 'a'), join(directory, 'b')];
  for (const path of [a, b]) {
    mkdirSync(join(path, 'd'), { recursive: true });
    writeFileSync(join(path, 'both'), `of ${path.slice(-1)}`);
    writeFileSync(join(path, 'd', path.slice(-1)), '');
  }
  writeFileSync(join(b, 'lower'), 'of b');
  return { a, b };
}

mounting('unionfs copies what is changed to the first branch', async (line) => {
  const { a, b } = branches(line);
  assert.equal(await line.run('mount', '-d', '-t', 'unionfs', `${a}=RW:${b}=RO`, line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  const { stdout, stderr } = await line.shell(`cd ${line.target}; ls -A . d; cat both; printf more >>lower; rm both; ls -A`);
  assert.equal([stdout, stderr], ['.:\nboth\nd\nlower\n\nd:\na\nb\nof ad\nlower\n', '']);
  await line.run('umount', line.target);
  assert.equal([readFileSync(join(a, 'lower'), 'utf8'), readFileSync(join(b, 'lower'), 'utf8')], ['of bmore', 'of b']);
});

mounting('or changes it where it is', async (line) => {
  const { a, b } = branches(line);
  assert.is((await line.run('mount', '-d', '-t', 'unionfs', '-o', 'nocow', `${a}=RW:${b}=RW`, line.target)).status, 0);
  const { stdout, stderr } = await line.shell(`cd ${line.target}; printf more >>lower; rm both; cat both; touch new`);
  assert.equal([stdout, stderr], ['of b', '']);
  assert.is(readFileSync(join(b, 'lower'), 'utf8'), 'of bmore');
  assert.ok(existsSync(join(a, 'new')));
});

mounting('one directory goes above what TARGET has, or below', async (line) => {
  const { a } = branches(line);
  writeFileSync(join(line.target, 'both'), 'beneath');
  writeFileSync(join(line.target, 'beneath'), 'beneath');
  assert.is((await line.run('mount', '-d', '-t', 'unionfs', a, line.target)).status, 0);
  const above = await line.shell(`cd ${line.target}; ls -A; cat both; printf more >>beneath`);
  assert.is(above.stdout, 'beneath\nboth\nd\nof a');
  await line.run('umount', line.target);
  assert.equal([readFileSync(join(line.target, 'beneath'), 'utf8'), readFileSync(join(a, 'beneath'), 'utf8')], ['beneath', 'beneathmore']);
  assert.is((await line.run('mount', '-d', '-t', 'unionfs', '-o', 'below', a, line.target)).status, 0);
  const below = await line.shell(`cd ${line.target}; cat both; touch new`);
  assert.is(below.stdout, 'beneath');
  await line.run('umount', line.target);
  assert.ok(existsSync(join(line.target, 'new')));
});

mounting('what makes no union is refused', async (line) => {
  const { a, b } = branches(line);
  const refused = async (...words: string[]): Promise<string> =>
    (await line.run('mount', '-t', 'unionfs', ...words, line.target)).stderr.replace(/^compatfs: mount: |\n$/g, '');
  assert.is(await refused(), 'SOURCE is missing: the branches, DIR=RW:DIR=RO..');
  assert.is(await refused(`${a}:${b}=RW`), 'with cow the first branch alone is written to; nocow changes files where they are');
  assert.is(await refused(`${a}=RO:${b}`), 'with cow the first branch has to be RW');
  assert.is(await refused(`${a}::${b}`), `bad branches ${a}::${b}: DIR=RW:DIR=RO..`);
  assert.is(await refused('-o', 'below', `${a}:${b}`), 'below is for one directory and TARGET');
});

mounting('reroot shows the tree of a program, with the mount point in it', async (line) => {
  const { a, b } = branches(line);
  symlinkSync('/both', join(a, 'link'));
  // As with base=/, the mount point is below what is shown.
  const inside = join(b, 'mount');
  mkdirSync(inside);
  assert.is((await line.run('mount', '-d', '-t', 'reroot', '-o', `emul=${a},base=${b}`, 'linux', inside)).status, 0);
  const { stdout, stderr } = await line.shell(
    `cd ${inside}; ls -A . d mount; cat both lower; printf more >>lower; touch new mount/beneath; rm both; cat both; LC_ALL=C mv new d/moved; readlink link`,
  );
  assert.equal([stdout, stderr], ['.:\nboth\nd\nlink\nlower\nmount\n\nd:\na\nb\n\nmount:\nof aof bof b/both\n', '']);
  assert.is((await line.run('umount', inside)).status, 0);
  assert.equal([readFileSync(join(b, 'lower'), 'utf8'), existsSync(join(a, 'd', 'moved'))], ['of bmore', true]);
  assert.equal(readdirSync(inside), ['beneath']);
});

mounting('reroot as FreeBSD lists it', async (line) => {
  const { a, b } = branches(line);
  assert.is((await line.run('mount', '-d', '-t', 'reroot', '-o', `emul=${a},base=${b},freebsd`, line.target)).status, 0);
  const { stdout } = await line.shell(`cd ${line.target}; ls -A; cat lower`);
  assert.is(stdout, 'both\nd\nof b');
});

test.run();
