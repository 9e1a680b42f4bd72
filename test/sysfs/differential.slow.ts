/** The comparison with the kernel's /sys as others see it, and how far it can be trusted; every file read in every way. */

import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KINDS, differenceLine, percent, sum, table } from '../differential/ledger.ts';
import { compareReadings, filesBelow } from '../reading/read-everything.ts';
import { compileReader, readFiles } from '../reading/reader.ts';
import { HOST_ROOTS, mountTree } from '../support/fuse-tree.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { whenMounting } from '../support/requirements.ts';
import { missingAttributes } from './missing.ts';
import { compareSysfs } from './run.ts';

const NOBODY = 65534;
const WANTED = 95;

whenMounting('the kernel agrees with itself', async () => {
  const { differences } = await compareSysfs({ against: '/sys' });
  assert.equal(differences.map(differenceLine), []);
});

whenMounting("our /sys agrees with the kernel's for nobody", async () => {
  const { differences, tallies } = await compareSysfs({ uid: NOBODY });
  const groups = Object.keys(tallies).sort();
  console.log(differences.slice(0, 50).map(differenceLine).join('\n'));
  console.log(table(tallies, groups));
  for (const kind of KINDS) assert.ok(percent(sum(tallies, groups, [kind])) >= WANTED);
});

whenMounting('nearly all attributes of this machine are described', async () => {
  const { missing, total } = missingAttributes('/sys');
  for (const [name, count] of missing) console.log(`no table has ${name} (${count})`);
  const lacking = [...missing.values()].reduce((all, count) => all + count, 0);
  assert.ok(100 * (total - lacking) >= WANTED * total, `${lacking} of ${total} are not`);
});

/** Reading it makes a device; and the rest are thousands of the same. */
const LEFT_OUT = /^class\/zram-control\/hot_add$|^kernel\/slab\/|^devices\/system\/memory\/memory\d+\/|^kernel\/btf\/|^fs\/cgroup\/|^kernel\/debug\/|^kernel\/tracing\//;
/** How often what went wrong is looked at: what changes meanwhile is no fault. */
const ROUNDS = 4;

whenMounting('every file can be read in every way', async () => {
  const directory = temporaryDirectory();
  const mounted = await mountTree({ type: 'linsysfs', source: 'host', roots: HOST_ROOTS });
  try {
    const program = join(directory, 'reader');
    compileReader(program);
    chmodSync(dirname(mounted.path), 0o755);
    for (const uid of [undefined, NOBODY]) {
      const options = uid === undefined ? {} : { uid };
      let left = filesBelow('/sys', '', LEFT_OUT).map((path) => ({ path, read: true, write: true }));
      let lines: readonly string[] = [];
      for (let round = 0; round < ROUNDS && left.length > 0; round++) {
        const [ours, kernel] = await Promise.all([readFiles(program, mounted.path, left, options), readFiles(program, '/sys', left, options)]);
        assert.is(ours.hung, undefined);
        const found = compareReadings(left, String(uid ?? 'root'), ours.readings, kernel.readings);
        lines = [...found.inconsistent, ...found.differing];
        left = left.filter(({ path }) => found.suspects.has(path));
      }
      assert.equal(lines, []);
    }
    assert.equal(mounted.faults, []);
  } finally {
    await mounted.end();
    removeDirectory(directory);
  }
});

test.run();
