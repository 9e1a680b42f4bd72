/** `npm run in-memory`: a Debian program in the emulator, on files that exist only in memory. */

import { Emulator } from '../../emulator/emulator.ts';
import { withDependencies } from './dependencies.ts';

const PROGRAM = '/usr/bin/sort';

const vm = new Emulator({
  root: {
    files: {
      ...withDependencies(PROGRAM),
      '/data/towns.txt': 'Reykjavík 139875\nTórshavn 13200\nNuuk 19872\nLongyearbyen 2400\n',
      '/etc/hostname': 'nowhere\n',
      '/tmp/': '',
    },
  },
  hostname: 'nowhere',
});

// It reads one file and writes another one. Neither is on any disk, and nothing was mounted.
const sorted = await vm.run({
  program: PROGRAM,
  argv: ['sort', '--key=2', '--numeric-sort', '--output=/data/sorted.txt', '/data/towns.txt'],
  env: { LC_ALL: 'C' },
});
process.stderr.write(sorted.stderr);
if (sorted.code === 0) process.stdout.write(await vm.readFile('/data/sorted.txt'));

// The guest has a /proc of its own, which tells of the guest.
process.stdout.write(`\nIts machine: ${Buffer.from(await vm.readFile('/proc/version')).toString()}`);
for (const line of Buffer.from(await vm.readFile('/proc/cpuinfo')).toString().split('\n')) {
  if (line.startsWith('model name')) console.log(line.replace(/\s+/g, ' '));
}

vm.dispose();
process.exitCode = sorted.code;
