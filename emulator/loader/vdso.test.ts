/** The kernel's library, as readelf, objdump and the C library's linker see it. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compile } from '../../test/emulator/programs.ts';
import { removeDirectory, temporaryDirectory } from '../../test/support/mounts.ts';
import { missingProgram } from '../../test/support/requirements.ts';
import { VDSO_IMAGE } from './vdso.ts';

const missing = process.platform !== 'linux' || process.arch !== 'x64' ? 'needs Linux on x86-64' : missingProgram('cc', 'readelf', 'objdump');
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

test('it fits the page that it has', () => {
  assert.ok(VDSO_IMAGE.length <= 4096, String(VDSO_IMAGE.length));
});

ask('readelf and objdump understand it, and it works', () => {
  const directory = temporaryDirectory();
  try {
    const path = join(directory, 'vdso.so');
    writeFileSync(path, VDSO_IMAGE);
    const say = (...words: readonly string[]): string => {
      const { stdout, stderr, status } = spawnSync(words[0]!, words.slice(1), { encoding: 'utf8' });
      assert.is(status, 0, stderr);
      assert.is(stderr, '');
      return stdout;
    };
    const all = say('readelf', '-aW', path);
    assert.not.match(all, /[Ww]arning|[Ee]rror|<corrupt/);
    assert.match(all, /SONAME.*linux-vdso\.so\.1/);
    for (const name of ['clock_gettime', 'gettimeofday', 'clock_getres', 'time', 'getcpu']) {
      assert.match(all, new RegExp(`GLOBAL DEFAULT +8 __vdso_${name}@@LINUX_2\\.6`));
      assert.match(all, new RegExp(`WEAK +DEFAULT +8 ${name}@@LINUX_2\\.6`));
    }
    const code = say('objdump', '-d', path);
    assert.match(code, /<__vdso_clock_gettime@@LINUX_2\.6>:\n.*mov +\$0xe4,%eax\n.*syscall\n.*ret/);
    const program = compile(
      directory,
      'call',
      `#define _GNU_SOURCE
      #include <dlfcn.h>
      #include <stdio.h>
      #include <time.h>
      int main(int c, char **v) {
        void *library = dlopen(v[1], RTLD_NOW);
        if (!library) { puts(dlerror()); return 1; }
        int (*f)(int, struct timespec *) = dlvsym(library, "__vdso_clock_gettime", "LINUX_2.6");
        long (*t)(long *) = dlvsym(library, "time", "LINUX_2.6");
        struct timespec one, two;
        if (!f || !t || f(0, &one)) return 2;
        clock_gettime(0, &two);
        if (two.tv_sec - one.tv_sec > 60 || t(0) < one.tv_sec) return 3;
        return dlvsym(library, "time", "LINUX_2.7") ? 4 : 0;
      }`,
      '-ldl',
    );
    assert.is(say(program, path), '');
  } finally {
    removeDirectory(directory);
  }
});

test.run();
