/** Programs that look after batteries, temperatures and clocks, on the /sys of a laptop that the source portable is told of. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram, reasonNotToMount } from '../support/requirements.ts';

/** What takes longer hangs. */
const LIMIT_MS = 120_000;

/** libsensors takes nothing for /sys but a file system with sysfs's number, which no mount of ours can have: this library says it. */
const NUMBERED = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/vfs.h>
int statfs(const char *path, struct statfs *found) {
  int (*next)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
  int error = next(path, found);
  if (error == 0 && strcmp(path, "/sys") == 0) found->f_type = 0x62656572;
  return error;
}
`;

const reason = reasonNotToMount() ?? missingProgram('unshare', 'mount');

if (reason !== undefined) {
  console.log(`skipped: ${reason}`);
} else {
  const directory = temporaryDirectory();
  const target = join(directory, 'sys');
  const library = join(directory, 'numbered.so');
  let mount: FuseMount;
  test.after(() => removeDirectory(directory));

  const run = (line: string): string => {
    const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', 'mount --bind "$1" /sys && exec sh -c "$2"', 'sh', target, line], { encoding: 'latin1', timeout: LIMIT_MS });
    assert.is(status, 0, `${line}: ${stderr}`);
    return stdout;
  };
  const having = (programs: string, name: string, body: () => void): void => {
    test(name, () => {
      const missing = missingProgram(...programs.split(' '));
      if (missing === undefined) body();
      else console.log(`skipped: ${missing}`);
    });
  };
  const compile = (): void => {
    writeFileSync(`${library}.c`, NUMBERED);
    assert.is(spawnSync('gcc', ['-shared', '-fPIC', '-o', library, `${library}.c`]).status, 0);
  };

  test('is mounted', async () => {
    mkdirSync(target);
    const worker = new URL('../support/laptop-worker.js', import.meta.url);
    mount = await FuseMount.start({ target, label: 'laptop', type: 'linsysfs', readOnly: false, allowOther: true, worker, tree: 'Linux', polled: false, onFault: assert.unreachable });
  });

  having('acpi', 'acpi knows the battery, the mains and the zones', () => {
    const text = run('acpi -V');
    assert.match(text, /^Battery 0: Discharging, 50%, 03:00:00 remaining$/m);
    assert.match(text, /^Battery 0: design capacity 3702 mAh, last full capacity 3150 mAh = 85%$/m);
    assert.match(text, /^Adapter 0: off-line$/m);
    assert.match(text, /^Thermal 1: ok, 41\.1 degrees C$/m);
  });

  having('sensors gcc', 'sensors knows the thermometers', () => {
    compile();
    const text = run(`LD_PRELOAD='${library}' sensors`);
    assert.match(text, /^coretemp-isa-0000\n.*\nPackage id 0: +\+52\.0/m);
    assert.match(text, /^Core 1: +\+51\.0/m);
    assert.match(text, /^acpitz-virtual-0\n.*\ntemp1: +\+27\.8.*\ntemp2: +\+41\.1/m);
    assert.match(text, /^pch-virtual-0$/m);
  });

  having('lscpu', 'lscpu knows how fast the processors may be', () => {
    const text = run('lscpu');
    assert.match(text, /^CPU max MHz: +3700/m);
    assert.match(text, /^CPU min MHz: +1000/m);
  });

  having('htop script', 'htop shows the battery', () => {
    const settings = join(directory, 'htoprc');
    writeFileSync(settings, 'htop_version=3.2.2\nheader_layout=two_50_50\ncolumn_meters_0=Battery\ncolumn_meter_modes_0=2\ncolumn_meters_1=Tasks\ncolumn_meter_modes_1=2\n');
    const text = run(`(sleep 4; echo q) | HTOPRC='${settings}' script -qec 'stty rows 30 cols 100; TERM=xterm htop -C' /dev/null`);
    assert.match(text, /Battery: .{0,12}50\.0% \(Running on battery\)/);
  });

  test('the numbers of devices are for the superuser alone', () => {
    assert.is(run('stat -c %a /sys/class/dmi/id/product_serial /sys/class/dmi/id/product_uuid /sys/class/dmi/id/board_serial /sys/class/dmi/id/product_name'), '400\n400\n400\n444\n');
  });

  test('is taken away', () => mount.unmount());
}

test.run();
