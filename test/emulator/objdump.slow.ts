/** The decoder beside objdump, on the largest and oddest programs and libraries that are here. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMS } from '../../emulator/cpu/forms.ts';
import { compareWithObjdump, objdumpMissing } from './objdump.ts';

const LIBRARIES = '/usr/lib/x86_64-linux-gnu';
const FILES = [
  '/bin/busybox',
  '/lib64/ld-linux-x86-64.so.2',
  ...['libc.so.6', 'libm.so.6', 'libstdc++.so.6', 'libcrypto.so.3'].map((name) => join(LIBRARIES, name)),
  ...readdirSync('/usr/bin')
    .filter((name) => /^(python3\.\d+|perl|gawk)$/.test(name))
    .map((name) => `/usr/bin/${name}`),
].filter((path) => existsSync(path));

const missing = objdumpMissing();
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

const seen = new Set<number>();
for (const file of FILES) {
  ask(file, () => {
    const outcome = compareWithObjdump(file);
    for (const form of outcome.forms.keys()) seen.add(form);
    console.log(
      `${file}: ${outcome.instructions} instructions alike, ${outcome.forms.size} forms, ` +
        `${outcome.beyond} beyond x86-64-v2 refused, ${outcome.bad} not instructions`,
    );
    assert.equal(outcome.differences, []);
    assert.ok(outcome.instructions > 1000);
  });
}

ask('what programs use', () => {
  console.log(`${seen.size} of ${FORMS.filter((form) => form.mode64).length} forms are in these programs`);
  assert.ok(seen.size > 300);
});

test.run();
