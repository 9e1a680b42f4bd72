/** What `compatfs run --strace` prints, beside what strace(1) prints of the same programs on this machine. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAIN } from '../support/command-line.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram, unless } from '../support/requirements.ts';

const SOURCE = fileURLToPath(new URL('../../../test/emulator/traced.c', import.meta.url));
const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

let directory = '';
test.before(() => void (directory = temporaryDirectory()));
test.after(() => removeDirectory(directory));

/** A trace without what differs each time: addresses, ids, limits. */
function normal(trace: string): string[] {
  return trace
    .replace(/0x[0-9a-f]{5,}/g, 'ADDRESS')
    .replace(/ +=/g, ' =')
    .replace(/^(set_tid_address\(ADDRESS\) =) \d+$/gm, '$1 ID')
    .replace(/(getpid\(\) = |kill\(|si_pid=)\d+/g, '$1ID')
    .replace(/getrandom\("[^"]*"/g, 'getrandom(BYTES')
    .replace(/(RLIMIT_STACK, NULL, )\{[^}]*\}/, '$1{LIMITS}')
    .split('\n');
}

function traces(argv: readonly string[]): { readonly native: string[]; readonly emulated: string[] } {
  const native = join(directory, 'native');
  const emulated = join(directory, 'emulated');
  const options = { cwd: directory, env: ENVIRONMENT, stdio: 'ignore' } as const;
  spawnSync('/usr/bin/strace', ['-o', native, ...argv], options);
  const run = spawnSync(process.execPath, [MAIN, 'run', `--strace=${emulated}`, '--', ...argv], options);
  assert.is(run.error, undefined);
  return { native: normal(readFileSync(native, 'latin1')), emulated: normal(readFileSync(emulated, 'latin1')) };
}

const missing = missingProgram('strace', 'cc') ?? (spawnSync('strace', ['-V'], { encoding: 'utf8' }).stdout?.includes('version 6.1') ? undefined : 'needs strace 6.1');

unless(missing, 'system calls of many kinds, and the signal that ends it', async () => {
  const program = join(directory, 'traced');
  const built = spawnSync('cc', ['-w', '-o', program, SOURCE], { encoding: 'utf8' });
  assert.is(built.status, 0, built.stderr);
  const { native, emulated } = traces([program]);
  assert.equal(emulated, native);
});

unless(missing, 'a program that kills itself', async () => {
  const program = join(directory, 'killed');
  const built = spawnSync('cc', ['-static', '-x', 'c', '-o', program, '-'], { encoding: 'utf8', input: '#include <signal.h>\n#include <unistd.h>\nint main(void) { return kill(getpid(), SIGKILL); }\n' });
  assert.is(built.status, 0, built.stderr);
  const { native, emulated } = traces([program]);
  assert.equal(emulated, native);
});

unless(missing, 'what the vdso answers is no system call, and what it does not answer is one', async () => {
  const source = join(directory, 'clocks.c');
  const program = join(directory, 'clocks');
  writeFileSync(source, `#define _GNU_SOURCE
    #include <sched.h>
    #include <sys/time.h>
    #include <time.h>
    #include <unistd.h>
    int main(void) {
      struct timespec at;
      struct timeval now;
      static const int clocks[] = { 0, 1, 4, 5, 6, 7, 11 };
      for (int i = 0; i < 7; i++) { clock_gettime(clocks[i], &at); clock_getres(clocks[i], &at); }
      time(0), gettimeofday(&now, 0), sched_getcpu(), write(-1, "", 0);
      clock_getres(2, &at), clock_getres(3, &at), clock_gettime(99, &at), write(-1, "", 0);
      return 0;
    }`);
  const built = spawnSync('cc', ['-o', program, source], { encoding: 'utf8' });
  assert.is(built.status, 0, built.stderr);
  const { native, emulated } = traces([program]);
  assert.equal(emulated, native);
});

for (const argv of [['/bin/true'], ['/bin/cat', 'words', 'nothing'], ['/usr/bin/sha256sum', 'words'], ['/usr/bin/od', '-c', 'words'], ['/bin/echo', 'some', 'words']]) {
  unless(missing, argv.join(' '), async () => {
    writeFileSync(join(directory, 'words'), 'some words\n'.repeat(1000));
    const { native, emulated } = traces(argv);
    assert.equal(emulated, native);
  });
}

test.run();
