/** `compatfs brandelf`, beside readelf(1). */

import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine } from '../../../test/support/command-line.ts';
import { missingProgram } from '../../../test/support/requirements.ts';

const reason = missingProgram('cc', 'readelf');
if (reason) console.log(`skipped: ${reason}`);
const ask = reason ? test.skip : test;

ask('files are shown and branded', async () => {
  const line = new CommandLine();
  try {
    const path = join(line.directory, 'hello');
    writeFileSync(`${path}.c`, 'int main() { return 0; }');
    assert.is(spawnSync('cc', ['-o', path, `${path}.c`]).status, 0);
    const done = (stdout: string, stderr = '', status = 0): object => ({ status, signal: null, stdout, stderr });
    const readelf = (): string => /OS\/ABI: +(.*)/.exec(spawnSync('readelf', ['-h', path], { encoding: 'utf8' }).stdout)![1]!;
    const original = readFileSync(path);

    assert.equal(await line.run('brandelf', path), done(`File '${path}' is of brand 'SVR4' (0).\n`));
    assert.equal(await line.run('brandelf', '-v', path), done(`File '${path}' is of brand 'SVR4' (0).\n  linux64, told by its note; the emulator runs it\n`));
    assert.equal(await line.run('brandelf', '-t', 'linux', path), done(''));
    assert.is(readelf(), 'UNIX - GNU');
    assert.equal(await line.run('brandelf', path), done(`File '${path}' is of brand 'Linux' (3).\n`));
    assert.equal(await line.run('brandelf', '-t', 'FreeBSD', path), done(''));
    assert.is(readelf(), 'UNIX - FreeBSD');
    assert.equal(await line.run('brandelf', '-f', '97', path), done(''));
    assert.equal(await line.run('brandelf', path), done(`File '${path}' is of brand '(null)' (97).\n`));
    assert.equal(await line.run('brandelf', '-t', 'SVR4', path), done(''));
    assert.equal(readFileSync(path), original);

    assert.equal(await line.run('brandelf', '-l'), done('', 'known ELF types are: FreeBSD(9) Linux(3) Solaris(6) SVR4(0)\n'));
    assert.equal(await line.run('brandelf'), done('', 'compatfs: brandelf: no file(s) specified; see compatfs brandelf --help\n', 2));
    assert.equal(
      await line.run('brandelf', '-t', 'Minix', path),
      done('', "compatfs: brandelf: invalid ELF type 'Minix'; known ELF types are: FreeBSD(9) Linux(3) Solaris(6) SVR4(0)\n", 2),
    );
    assert.equal(await line.run('brandelf', '-f', '256', path), done('', 'compatfs: brandelf: bad number 256: 0 to 255\n', 2));
    writeFileSync(join(line.directory, 'short'), 'x');
    writeFileSync(join(line.directory, 'text'), 'this is no program at all');
    const bad = await line.run('brandelf', '/no/such', join(line.directory, 'short'), join(line.directory, 'text'), path);
    assert.is(bad.status, 1);
    assert.is(bad.stdout, `File '${path}' is of brand 'SVR4' (0).\n`);
    assert.is(
      bad.stderr,
      `compatfs: error opening file /no/such: No such file or directory\ncompatfs: file '${join(line.directory, 'short')}' too short\n` +
        `compatfs: file '${join(line.directory, 'text')}' is not ELF format\n`,
    );
    chmodSync(path, 0o755);
  } finally {
    await line.remove();
  }
});

test.run();
