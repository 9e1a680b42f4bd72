/** What programs say of the described machine: lspci and lsscsi in full, and those of util-linux. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { missingProgram, reasonNotToMount, unless } from '../support/requirements.ts';
import { type MountedFixture, mountFixture } from './mount-fixture.ts';
import { machineIndependent, outputOf } from './program-output.ts';

const GOLDEN = fileURLToPath(new URL('../../../test/sysfs/golden/', import.meta.url));

let machine: MountedFixture | undefined;
test.after(async () => {
  await machine?.end();
  if (machine) assert.equal(machine.faults, []);
});

async function mounted(): Promise<MountedFixture> {
  return (machine ??= await mountFixture());
}

/** Programs that are given another place than /sys. Names of devices are the kernel's: /dev is this machine's. */
const PROGRAMS: readonly (readonly [name: string, program: string, args: (place: MountedFixture) => string[]])[] = [
  ['lspci', 'lspci', ({ path }) => ['-A', 'linux-sysfs', '-O', `sysfs.path=${path}/bus/pci`, '-i', `${GOLDEN}pci.ids`, '-vv']],
  ['lspci-bytes', 'lspci', ({ path }) => ['-A', 'linux-sysfs', '-O', `sysfs.path=${path}/bus/pci`, '-i', `${GOLDEN}pci.ids`, '-n', '-xxx']],
  ['lspci-tree', 'lspci', ({ path }) => ['-A', 'linux-sysfs', '-O', `sysfs.path=${path}/bus/pci`, '-i', `${GOLDEN}pci.ids`, '-tv']],
  ['lsscsi', 'lsscsi', ({ path }) => ['-y', path, '-k', '-l']],
  ['lsscsi-list', 'lsscsi', ({ path }) => ['-y', path, '-k', '-L', '-g', '-s']],
  ['lsscsi-hosts', 'lsscsi', ({ path }) => ['-y', path, '-H', '-l']],
  ['lscpu', 'lscpu', ({ root }) => ['-s', root, '-p=CPU,CORE,SOCKET,NODE,CACHE,ONLINE']],
  ['lscpu-caches', 'lscpu', ({ root }) => ['-s', root, '-B', '-C=NAME,ONE-SIZE,ALL-SIZE,WAYS,TYPE,LEVEL,SETS,PHY-LINE,COHERENCY-SIZE']],
  ['lsmem', 'lsmem', ({ root }) => ['-s', root, '-r', '-a', '-b', '-o', 'RANGE,SIZE,STATE,REMOVABLE,BLOCK,NODE']],
  [
    'lsblk',
    'lsblk',
    ({ root }) => ['--sysroot', root, '-r', '-b', '-o', 'NAME,MAJ:MIN,RM,SIZE,RO,TYPE,ROTA,SCHED,MODEL,VENDOR,REV,HCTL,PHY-SEC,LOG-SEC,RQ-SIZE,PKNAME,STATE,SUBSYSTEMS'],
  ],
];

for (const [name, program, args] of PROGRAMS) {
  unless(reasonNotToMount() ?? missingProgram(program), `${program} ${name}`, async () => {
    const text = machineIndependent(await outputOf(program, args(await mounted())));
    assert.fixture(text, readFileSync(`${GOLDEN}${name}.txt`, 'latin1'));
  });
}

test.run();
