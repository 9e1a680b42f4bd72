/** `compatfs run` of what it cannot run. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, MAIN } from '../../../test/support/command-line.ts';
import { missingProgram } from '../../../test/support/requirements.ts';

const reason = process.platform !== 'linux' || process.arch !== 'x64' ? 'needs Linux on x86-64' : missingProgram('cc');
if (reason) console.log(`skipped: ${reason}`);
const ask = reason ? test.skip : test;

ask('programs that do not run say why', async () => {
  const line = new CommandLine();
  try {
    const path = join(line.directory, 'program');
    writeFileSync(`${path}.c`, 'void _start(void) { __asm__("mov $60, %eax; mov $3, %edi; syscall"); }');
    assert.is(spawnSync('cc', ['-nostdlib', '-static', '-Wl,--build-id=none', '-o', path, `${path}.c`]).status, 0);
    const failing = async (why: string, status: number, ...words: readonly string[]): Promise<void> =>
      assert.equal(await line.run('run', ...words), { status, signal: null, stdout: '', stderr: `compatfs: ${why}\n` }, words.join(' '));
    assert.is((await line.run('run', '--', path)).status, 3);
    await failing('/no/such: not found', 127, '--', '/no/such');
    await failing('run: --brands: there is no brand minix', 2, '--brands', 'minix', '--', path);
    await failing(`${path}: ELF binary type not known`, 126, '--brands', 'linux32', '--', path);
    assert.is((await line.run('run', '--brands', 'linux64,linux32', '--', path)).status, 3);
    await failing('99999999999: no such user', 1, '--user', '99999999999', '--', path);
    await failing('5:4294967295: no such user', 1, '--user', '5:4294967295', '--', path);
    await failing('/no/such: No such file or directory', 1, '--mount', 'proc:/no/such', '--', path);
    await failing('/no/such: No such file or directory', 1, '--cwd', '/no/such', '--', path);
    await failing(`${path}: Not a directory`, 1, '--cwd', path, '--', path);
    await failing('run: --osrelease: it may not be empty', 2, '--osrelease', '', '--', path);
    await failing('run: --osrelease: longer than 64 bytes', 2, '--osrelease', '6'.repeat(65), '--', path);

    const branded = join(line.directory, 'branded');
    copyFileSync(path, branded);
    await line.run('brandelf', '-t', 'FreeBSD', branded);
    await failing(`${branded}: programs of FreeBSD (freebsd64) do not run here`, 126, '--', branded);
    await line.run('brandelf', '-t', 'Linux', branded);
    assert.is((await line.run('run', '--', branded)).status, 3);

    const small = readFileSync(path);
    small[4] = 1;
    small[18] = 3;
    writeFileSync(branded, small);
    await failing(`${branded}: programs of 32 bits do not run here`, 126, '--', branded);
    const high = join(line.directory, 'high');
    assert.is(spawnSync('cc', ['-nostdlib', '-static', '-Wl,-Ttext-segment=0x200000000', '-o', high, `${path}.c`]).status, 0);
    await failing(`${high}: it needs addresses below 128 KiB or above 3.75 GiB`, 126, '--', high);
  } finally {
    await line.remove();
  }
});

ask('accesses that a processor refuses are found where they are checked', async () => {
  const line = new CommandLine();
  try {
    const path = join(line.directory, 'program');
    writeFileSync(`${path}.c`, `
#include <stdlib.h>
#include <sys/mman.h>
static const char constant[4096] = "constant";
int main(int count, char **words) {
  char *pages = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(pages + 4096, 4096, PROT_NONE);
  volatile char *places[] = {pages, (char *)constant, (char *)main, pages + 4096, (char *)0x50000000, (char *)0x7fff00000000};
  *places[atoi(words[1])] = 1;
  return 3;
}`);
    assert.is(spawnSync('cc', ['-w', '-o', path, `${path}.c`]).status, 0);
    for (let place = 0; place < 6; place++) {
      const [status, signal] = place === 0 ? [3, null] : [null, 'SIGSEGV'];
      const native = spawnSync(path, [`${place}`]);
      assert.equal([native.status, native.signal], [status, signal]);
      const ours = await line.run('run', '--check-memory', '--', path, `${place}`);
      assert.is(ours.status, status ?? 128 + 11, `place ${place}`);
    }
  } finally {
    await line.remove();
  }
});

ask('what a signal ends is told by its number, and no signal opens the debugger of Node', async () => {
  const line = new CommandLine();
  try {
    for (const [signal, number] of [['USR1', 10], ['PIPE', 13], ['RTMIN', 34], ['RTMAX', 64]] as const)
      assert.equal(await line.run('run', '--', 'bash', '-c', `kill -${signal} $$`), { status: 128 + number, signal: null, stdout: '', stderr: '' }, signal);
    const outside = spawn(process.execPath, [MAIN, 'run', '--', 'bash', '-c', 'echo ready; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    outside.stderr.on('data', (text: Buffer) => void (said += text.toString()));
    outside.stdout.once('data', () => outside.kill('SIGUSR1'));
    const [status] = (await once(outside, 'close')) as [number | null];
    assert.equal([status, said], [128 + 10, '']);
  } finally {
    await line.remove();
  }
});

ask('times of --stats add up, also where programs wait for each other', async () => {
  const line = new CommandLine();
  try {
    const { status, stderr } = await line.run('run', '--stats', '--', 'sh', '-c', 'sleep 0.2; sleep 0.2 | cat');
    assert.is(status, 0);
    const rows = new Map([...stderr.matchAll(/^(\S.*?) +(\d+\.\d) +\d+\.\d %$/gm)].map(([, name = '', milliseconds]) => [name, Number(milliseconds)]));
    const all = rows.get('all') ?? Number.NaN;
    const parts = [...rows].filter(([name]) => /^(program|system calls|decoding|translation|nothing to run)$/.test(name));
    assert.ok(parts.length >= 3, stderr);
    const sum = parts.reduce((total, [, milliseconds]) => total + milliseconds, 0);
    assert.ok(Math.abs(sum - all) < 1, `${sum} of ${all}`);
    const waits = Number(/^wait4 .* (\d+\.\d\d)$/m.exec(stderr)?.[1]);
    assert.ok(waits <= (rows.get('system calls') ?? 0), stderr);
  } finally {
    await line.remove();
  }
});

ask('a program has the nice value that we have', async () => {
  const line = new CommandLine();
  try {
    const path = join(line.directory, 'program');
    writeFileSync(`${path}.c`, '#include <sys/resource.h>\nint main(void) { return getpriority(PRIO_PROCESS, 0); }');
    assert.is(spawnSync('cc', ['-static', '-o', path, `${path}.c`]).status, 0);
    const ours = getPriority();
    const nicer = Math.min(19, ours + 5);
    assert.is(spawnSync('nice', ['-n', `${nicer - ours}`, process.execPath, MAIN, 'run', '--', path]).status, nicer);
  } finally {
    await line.remove();
  }
});

ask('instructions that the processor does not have are told of', async () => {
  const line = new CommandLine();
  try {
    const path = join(line.directory, 'program');
    for (const [instruction, told] of [['aesenc %xmm1, %xmm0', 'compatfs: program: instruction 660f38dcc10f0b90 is not supported\n'], ['ud2', '']]) {
      writeFileSync(`${path}.c`, `void _start(void) { __asm__("${instruction}; ud2; nop; nop; nop"); }`);
      assert.is(spawnSync('cc', ['-nostdlib', '-static', '-o', path, `${path}.c`]).status, 0);
      const { stderr, status } = await line.run('run', '--unsupported', '--', path);
      assert.equal({ stderr, status }, { stderr: told, status: 132 });
    }
  } finally {
    await line.remove();
  }
});

test.run();
