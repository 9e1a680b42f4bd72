/** What programs say of a simulated machine's devices, in full. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Mount, mountFuse, trees } from '../../mounts/cli/library.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram, reasonNotToMount, unless } from '../support/requirements.ts';
import { machineIndependent, outputOf } from './program-output.ts';

const GOLDEN = fileURLToPath(new URL('../../../test/sysfs/golden/', import.meta.url));

let root: string | undefined;
const mounts: Mount[] = [];
test.after(async () => {
  for (const mount of mounts) await mount.unmount();
  if (root !== undefined) removeDirectory(root);
});

/** A directory with the machine's proc and sys. */
async function mounted(): Promise<string> {
  if (root !== undefined) return root;
  root = temporaryDirectory();
  const source = `simulated:${GOLDEN}machine.json`;
  for (const name of ['proc', 'sys']) {
    const target = join(root, name);
    mkdirSync(target);
    mounts.push(await mountFuse({ target, tree: name === 'proc' ? trees.linprocfs({ source }) : trees.linsysfs({ source }) }));
  }
  return root;
}

const lspci = (place: string, ...more: readonly string[]): string[] => ['-A', 'linux-sysfs', '-O', `sysfs.path=${place}/sys/bus/pci`, '-i', `${GOLDEN}pci.ids`, ...more];

const PROGRAMS: readonly (readonly [name: string, program: string, args: (place: string) => string[]])[] = [
  ['simulated-lspci', 'lspci', (place) => lspci(place, '-vv')],
  ['simulated-lspci-tree', 'lspci', (place) => lspci(place, '-tvnn')],
  ['simulated-lsscsi', 'lsscsi', (place) => ['-y', `${place}/sys`, '-k', '-l']],
  ['simulated-lsscsi-hosts', 'lsscsi', (place) => ['-y', `${place}/sys`, '-k', '-H']],
  ['simulated-lscpu', 'lscpu', (place) => ['-s', place, '-p=CPU,CORE,SOCKET,NODE,CACHE,ONLINE']],
  ['simulated-lsblk', 'lsblk', (place) => ['--sysroot', place, '-r', '-b', '-o', 'NAME,MAJ:MIN,SIZE,TYPE,ROTA,SCHED,MODEL,VENDOR,REV,HCTL,PKNAME,SUBSYSTEMS']],
];

for (const [name, program, args] of PROGRAMS) {
  unless(reasonNotToMount() ?? missingProgram(program), `${program} ${name}`, async () => {
    const text = machineIndependent(await outputOf(program, args(await mounted())));
    assert.fixture(text, readFileSync(`${GOLDEN}${name}.txt`, 'latin1'));
  });
}

unless(reasonNotToMount() ?? missingProgram('lspci'), 'lspci finds the same in /proc and in /sys', async () => {
  const place = await mounted();
  const ids = ['-i', `${GOLDEN}pci.ids`, '-xxxx', '-n'];
  const ofSysfs = await outputOf('lspci', ['-A', 'linux-sysfs', '-O', `sysfs.path=${place}/sys/bus/pci`, ...ids]);
  const ofProcfs = await outputOf('lspci', ['-A', 'linux-proc', '-O', `proc.path=${place}/proc/bus/pci`, ...ids]);
  assert.ok(ofSysfs.length > 10_000);
  assert.is(ofProcfs, ofSysfs);
});

test.run();
