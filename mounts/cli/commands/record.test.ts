/** `compatfs record` and mounts of what it has made, driven as users do. */

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, ended, mounting } from '../../../test/support/command-line.ts';
import { unless } from '../../../test/support/requirements.ts';
import { Recording, bytesInFile } from '../../../providers/sources/recorded/recording.ts';

const notLinux = process.platform === 'linux' ? undefined : 'needs Linux';

mounting('a recording is mounted as the machine was', async (line) => {
  const file = join(line.directory, 'machine.rec');
  const recorded = await line.run('record', file);
  assert.equal([recorded.status, recorded.stderr], [0, '']);
  assert.match(recorded.stdout, /machine\.rec: \d+ files of the system and \d+ processes in \d+ KiB\n$/);
  assert.is(statSync(file).mode & 0o777, 0o600);
  assert.not(existsSync(`${file}.part`));
  // The file is found from where the command is run, whatever the server's directory is.
  assert.equal(await line.run('mount', '-d', '-o', 'source=recorded:machine.rec', line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  for (const path of ['version', 'filesystems', 'cpuinfo', 'sys/kernel/ostype', '1/comm', '2/cgroup'])
    assert.is(readFileSync(join(line.target, path), 'latin1'), readFileSync(`/proc/${path}`, 'latin1'), path);
  const { stdout } = await line.shell(`cat ${line.target}/uptime; cat ${line.target}/uptime; readlink ${line.target}/self; cat ${line.target}/self/comm`);
  const [first, second, self, name] = stdout.split('\n');
  assert.is(first, second);
  assert.match(self ?? '', /^\d+$/);
  assert.match(name ?? '', /^(node|MainThread|compatfs)/);
  assert.match((await line.run('status', '--json')).stdout, /"source": "recorded:\/.*\/machine\.rec"/);
  const written = await line.shell(`echo other >${line.target}/sys/kernel/hostname; cat ${line.target}/sys/kernel/hostname; echo 1 | tee ${line.target}/1/clear_refs >/dev/null`);
  assert.is(written.stdout, 'other\n');
  assert.match(written.stderr, /Read-only file system/);
  assert.is((await line.run('set', line.target, 'speed=0', 'at=1.5')).status, 0);
  assert.is((await line.run('umount', line.target)).status, 0);
  assert.is((await line.run('mount', '-d', '-t', 'linsysfs', '-o', `source=recorded:${file},speed=2`, line.target)).status, 0);
  assert.is(readFileSync(join(line.target, 'devices/system/cpu/online'), 'latin1'), readFileSync('/sys/devices/system/cpu/online', 'latin1'));
  assert.is((await line.run('umount', line.target)).status, 0);
});

mounting('what is no recording is refused in one line, with its place', async (line) => {
  const file = join(line.directory, 'bad');
  const refused = async (options: string): Promise<readonly [number | null, string]> => {
    const { status, stderr } = await line.run('mount', '-d', '-o', options, line.target);
    return [status, stderr];
  };
  const source = `source=recorded:${file}`;
  assert.equal(await refused(source), [1, `compatfs: ${file}: no such file\n`]);
  assert.equal(await refused(`source=recorded:${line.directory}`), [1, `compatfs: ${line.directory}: a directory\n`]);
  assert.equal(await refused('source=recorded:/dev/zero'), [1, 'compatfs: /dev/zero: no regular file\n']);
  assert.equal(await refused('source=simulated:/dev/zero'), [1, 'compatfs: /dev/zero: no regular file\n']);
  writeFileSync(file, '');
  assert.equal(await refused(source), [1, `compatfs: ${file}: empty, and no recording\n`]);
  writeFileSync(file, 'some text\n');
  assert.equal(await refused(source), [1, `compatfs: ${file}: no recording\n`]);
  writeFileSync(file, Buffer.from('\x89cfsrec\n\x09\0\0\0', 'latin1'));
  assert.equal(await refused(source), [1, `compatfs: ${file}: byte 8: a newer recording: its version is 9, and 1 the newest known\n`]);
  writeFileSync(file, Buffer.from('\x89cfsrec\n\x01\0\0\0\x01\0\0', 'latin1'));
  assert.equal(await refused(source), [1, `compatfs: ${file}: byte 15: the recording is cut off: its end is missing\n`]);
  assert.equal(await refused('at=1'), [2, 'compatfs: source: speed and at are for source=recorded:FILE and source=simulated:FILE\n']);
  assert.match((await refused('source=recorded:'))[1], /bad value in source=recorded:: the sources are: host, portable, recorded:FILE/);
  assert.match((await refused(`${source},speed=fast`))[1], /bad value in speed=fast: a factor, as 10 or 0\.5/);
  assert.match((await refused(`${source},at=-1`))[1], /bad value in at=-1: seconds/);
});

unless(notLinux, 'a history goes on until it is interrupted', async () => {
  const line = new CommandLine();
  try {
    const file = join(line.directory, 'history.rec');
    const child = line.start(['record', '--every', '0.01', '--redact', file]);
    const end = ended(child);
    // A sample takes as long as it takes; a size may be missed.
    const sizes = new Set<number>();
    while (sizes.size < 2 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const size = existsSync(`${file}.part`) ? statSync(`${file}.part`).size : 0;
      if (size > 10_000) sizes.add(size);
    }
    child.kill('SIGINT');
    const { status, stderr, stdout } = await end;
    assert.equal([status, stderr], [0, '']);
    assert.match(stdout, /: \d+ samples, at first \d+ files/);
    const recording = new Recording(bytesInFile(file));
    assert.ok(recording.length >= 2);
    assert.is(recording.header.redacted, true);
    recording.close();
  } finally {
    await line.remove();
  }
});

unless(notLinux, 'a history has an end even where a sample takes longer than all of it', async () => {
  const line = new CommandLine();
  try {
    const file = join(line.directory, 'short.rec');
    const { status, stdout, stderr } = await line.run('record', '--for', '0.004', '--every', '0.001', '--redact', file);
    assert.is(status, 0);
    assert.match(stdout, /: 2 samples, at first \d+ files/);
    assert.is(stderr, `compatfs: ${file}: recording takes longer than the pace: 2 samples instead of 5\n`);
  } finally {
    await line.remove();
  }
});

unless(notLinux, 'what means nothing is refused', async () => {
  const line = new CommandLine();
  try {
    const refused = async (...words: string[]): Promise<readonly [number | null, string]> => {
      const { status, stderr } = await line.run('record', ...words);
      return [status, stderr];
    };
    assert.equal(await refused(), [2, 'compatfs: record: FILE is missing; see compatfs record --help\n']);
    assert.equal(await refused('a', 'b'), [2, 'compatfs: record: too many operands: b\n']);
    assert.match((await refused('--for', '-1', 'a'))[1], /--for needs a value, and one that begins with - is written --for=VALUE/);
    assert.match((await refused('--for', 'ever', 'a'))[1], /bad value in --for: ever: seconds/);
    assert.match((await refused('--every', '0', 'a'))[1], /bad value in --every: more than 0 seconds/);
    assert.equal(await refused('none/file'), [1, 'compatfs: none/file: cannot be written (ENOENT)\n']);
    assert.equal(await refused('.'), [1, 'compatfs: .: a directory\n']);
  } finally {
    await line.remove();
  }
});

test.run();
