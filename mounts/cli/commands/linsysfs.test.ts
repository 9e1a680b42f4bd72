/** `compatfs mount -t linsysfs`, driven as users do. */

import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isMounted, mounting } from '../../../test/support/command-line.ts';

mounting('linsysfs shows the objects of this kernel', async (line) => {
  assert.equal(await line.run('mount', '-d', '-t', 'linsysfs', 'linsys', line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  const { stdout } = await line.shell(
    `cat ${line.target}/devices/system/cpu/online; stat -c '%s %i %A' ${line.target}/kernel/address_bits ${line.target}; readlink ${line.target}/class/net/lo`,
  );
  const [online, , root, link] = stdout.split('\n');
  assert.is(`${online}\n`, readFileSync('/sys/devices/system/cpu/online', 'utf8'));
  assert.is(root, '0 1 dr-xr-xr-x');
  assert.match(stdout, /^4096 \d+ -r--r--r--$/m);
  assert.is(link, '../../devices/virtual/net/lo');
  assert.match((await line.run('status')).stdout, /linsysfs/);
  assert.is((await line.run('umount', line.target)).status, 0);
  assert.not(isMounted(line.target));
});

mounting('what cannot be is refused as sysfs does', async (line) => {
  assert.is((await line.run('mount', '-d', '-t', 'linsysfs', line.target)).status, 0);
  const refused = async (script: string): Promise<string> => (await line.shell(script)).stderr.trim().replace(/.*: /, '');
  assert.is(await refused(`mkdir ${line.target}/directory`), 'Operation not permitted');
  assert.is(await refused(`: >${line.target}/file`), 'Permission denied');
  assert.is(await refused(`rm ${line.target}/kernel/notes`), 'Operation not permitted');
  assert.is(await refused(`cat ${line.target}/bus/cpu/uevent`), 'Permission denied');
  assert.is(await refused(`: >>${line.target}/kernel/address_bits`), 'Permission denied');
  assert.is(await refused(`echo x >${line.target}/kernel/profiling`), await refused('echo x >/sys/kernel/profiling'));
  assert.is((await line.run('umount', line.target)).status, 0);
});

mounting('linsysfs over /sys is taken away again', async (line) => {
  const { stdout, stderr } = await line.shell(
    '$compatfs mount -d -t linsysfs -o cover linsys /sys && stat -f -c %T /sys && cat /sys/kernel/address_bits && $compatfs umount /sys && stat -f -c %T /sys',
    true,
  );
  assert.is(stderr, '');
  assert.match(stdout, /^fuse\w*\n64\nsysfs\n$/);
}, 'unshare');

mounting('options of other types are refused', async (line) => {
  assert.match((await line.run('mount', '-t', 'linsysfs', '-o', 'hidepid=2', line.target)).stderr, /unknown option hidepid/);
});

test.run();
