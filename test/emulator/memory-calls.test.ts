/** A program that uses memory in ways that show (memory-calls.c), run by the machine and by the emulator. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine } from '../support/command-line.ts';
import { missingProgram, reasonAgainstNamespaces } from '../support/requirements.ts';
import { compile } from './programs.ts';

const SOURCE = fileURLToPath(new URL('../../../test/emulator/memory-calls.c', import.meta.url));
const missing = process.platform !== 'linux' || process.arch !== 'x64' ? 'needs Linux on x86-64' : missingProgram('cc');
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

for (const options of [[], ['-static']])
  ask(`memory ${options.join(' ')}`, async () => {
    const line = new CommandLine();
    try {
      const program = compile(line.directory, 'memory-calls', readFileSync(SOURCE, 'latin1'), ...options);
      const native = spawnSync(program, [], { encoding: 'latin1' });
      assert.is(native.status, 0);
      const emulated = await line.run('run', '--', program);
      assert.is(emulated.stderr, '');
      assert.is(emulated.stdout, native.stdout);
      assert.is(emulated.status, 0);
    } finally {
      await line.remove();
    }
  });

const namespaces = reasonAgainstNamespaces();
(namespaces || process.getuid?.() !== 0 ? test.skip : ask)('System V shared memory, and the memory of others', async () => {
  const line = new CommandLine();
  try {
    const source = fileURLToPath(new URL('../../../test/emulator/shared-memory.c', import.meta.url));
    const program = compile(line.directory, 'shared-memory', readFileSync(source, 'latin1'));
    const native = spawnSync('unshare', ['--ipc', program], { encoding: 'latin1' });
    const emulated = await line.run('run', '--', program);
    assert.is(emulated.stdout, native.stdout);
  } finally {
    await line.remove();
  }
});

ask('the auxiliary vector has the keys that the kernel gives', async () => {
  const line = new CommandLine();
  try {
    const keys = (text: string): string[] => text.split('\n').map((one) => one.split(':')[0]!);
    const native = spawnSync('/bin/true', [], { env: { LD_SHOW_AUXV: '1' }, encoding: 'latin1' }).stdout;
    const emulated = await line.run('run', '-e', 'LD_SHOW_AUXV=1', '--', '/bin/true');
    // Newer kernels tell of more capabilities, which a processor of this kind has not.
    const wanted = keys(native).filter((key) => !/AT_HWCAP[34]|\(0x1d\)|\(0x1e\)/.test(key));
    assert.equal(keys(emulated.stdout), wanted);
  } finally {
    await line.remove();
  }
});

/** Calls the page that programs called before there was a vdso. */
const VSYSCALL = `
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
static sigjmp_buf back; static void *address; static int code;
static void handler(int s, siginfo_t *info, void *u) { address = info->si_addr; code = info->si_code; siglongjmp(back, s); }
#define TRY(what) if ((r = sigsetjmp(back, 1)) == 0) what; printf("%d %p %d\\n", r, address, code)
int main() {
  struct timeval now; unsigned cpu = 99, node = 99; long seconds; int r;
  int (*gettimeofday)(struct timeval *, void *) = (void *)0xffffffffff600000;
  long (*get)(long *) = (void *)0xffffffffff600400;
  int (*getcpu)(unsigned *, unsigned *, void *) = (void *)0xffffffffff600800;
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGSEGV, &action, 0);
  printf("%d %d\\n", gettimeofday(&now, 0), now.tv_sec - time(0) < 2 && time(0) - now.tv_sec < 2);
  printf("%d %d\\n", get(&seconds) == seconds, time(0) - seconds < 2);
  printf("%d %d %d\\n", getcpu(&cpu, &node, 0), cpu < 4096, node < 64);
  TRY(((void (*)(void))0xffffffffff600100)());
  TRY(gettimeofday((void *)16, 0));
  TRY(r += *(volatile char *)0xffffffffff600000);
  TRY(((void (*)(void))0xffffffffff700000)());
  FILE *maps = fopen("/proc/self/maps", "r"); char line[300];
  while (fgets(line, 300, maps));
  puts(line);
}`;
// Machines can be told to have it not, or to let it be read.
const hasPage = process.platform === 'linux' && readFileSync('/proc/self/maps', 'latin1').includes('--xp 00000000 00:00 0                  [vsyscall]');
(hasPage ? ask : test.skip)('the page at ffffffffff600000', async () => {
  const line = new CommandLine();
  try {
    const program = compile(line.directory, 'vsyscall', VSYSCALL);
    const emulated = await line.run('run', '--', program);
    assert.is(emulated.stdout, spawnSync(program, [], { encoding: 'latin1' }).stdout);
  } finally {
    await line.remove();
  }
});

test.run();
