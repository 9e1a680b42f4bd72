/** What lspci and lsscsi say of the described machine, in full. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { missingProgram, reasonNotToMount, unless } from '../support/requirements.ts';
import { mountFixture } from './mount-fixture.ts';

const GOLDEN = fileURLToPath(new URL('../../../test/sysfs/golden/', import.meta.url));

let machine: Awaited<ReturnType<typeof mountFixture>> | undefined;
test.after(async () => {
  await machine?.end();
  if (machine) assert.equal(machine.faults, []);
});

async function mounted(): Promise<string> {
  return (machine ??= await mountFixture()).path;
}

function output(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
  let text = '';
  child.stdout.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  child.stderr.resume();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

/** Programs that are given another place than /sys. Names of devices are the kernel's: /dev is this machine's. */
const PROGRAMS: readonly (readonly [name: string, program: string, args: (root: string) => string[]])[] = [
  ['lspci', 'lspci', (root) => ['-A', 'linux-sysfs', '-O', `sysfs.path=${root}/bus/pci`, '-i', `${GOLDEN}pci.ids`, '-vv']],
  ['lspci-bytes', 'lspci', (root) => ['-A', 'linux-sysfs', '-O', `sysfs.path=${root}/bus/pci`, '-i', `${GOLDEN}pci.ids`, '-n', '-xxx']],
  ['lspci-tree', 'lspci', (root) => ['-A', 'linux-sysfs', '-O', `sysfs.path=${root}/bus/pci`, '-i', `${GOLDEN}pci.ids`, '-tv']],
  ['lsscsi', 'lsscsi', (root) => ['-y', root, '-k', '-l']],
  ['lsscsi-list', 'lsscsi', (root) => ['-y', root, '-k', '-L', '-g', '-s']],
  ['lsscsi-hosts', 'lsscsi', (root) => ['-y', root, '-H', '-l']],
];

/** Which modules there are for a device is not in /sys. */
function machineIndependent(text: string): string {
  return text.replace(/^\tKernel modules:.*\n/gm, '');
}

for (const [name, program, args] of PROGRAMS) {
  unless(reasonNotToMount() ?? missingProgram(program), `${program} ${name}`, async () => {
    const text = machineIndependent(await output(program, args(await mounted())));
    if (process.env['COMPATFS_SHOW'] === name) console.log(text);
    assert.fixture(text, readFileSync(`${GOLDEN}${name}.txt`, 'latin1'));
  });
}

test.run();
