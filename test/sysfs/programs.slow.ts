/** Real programs that have our /sys over the kernel's, in a mount namespace of their own, and say what they say without. */

import { spawn } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HOST_ROOTS, type MountedTree, mountTree } from '../support/fuse-tree.ts';
import { missingProgram, reasonNotToMount, unless } from '../support/requirements.ts';

let mounted: MountedTree | undefined;
test.after(async () => {
  await mounted?.end();
});

async function ourSys(): Promise<string> {
  mounted ??= await mountTree({ type: 'linsysfs', source: 'host', roots: HOST_ROOTS });
  return mounted.path;
}

/** What a line of shell prints, with its status. */
function outcome(script: string): Promise<string> {
  const child = spawn('sh', ['-c', `exec 2>&1; ${script}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let text = '';
  child.stdout.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  return new Promise((resolve) => child.on('close', (status) => resolve(`${text}status ${status}\n`)));
}

/** How often what changes meanwhile may spoil a comparison. */
const ROUNDS = 20;

/** Those that are large to install: they are looked at where they are. */
const OPTIONAL: ReadonlySet<string> = new Set(['java', 'jshell', 'udevadm']);

/** Each with what of its output is not about /sys, or moves faster than one can look. */
const PROGRAMS: readonly (readonly [program: string, script: string, leaveOut?: RegExp])[] = [
  ['lscpu', 'lscpu'],
  ['lscpu', 'lscpu -B -C=ALL-SIZE,LEVEL,NAME,ONE-SIZE,TYPE,WAYS,SETS,PHY-LINE,COHERENCY-SIZE'],
  ['lscpu', 'lscpu -e=CPU,CORE,SOCKET,NODE,CACHE,ONLINE && lscpu -J && lscpu -p'],
  // The frequency is in there too.
  ['lscpu', 'lscpu -e=ALL', /\d+\.\d+/g],
  ['nproc', 'nproc && nproc --all && getconf _NPROCESSORS_ONLN && getconf _NPROCESSORS_CONF'],
  ['chcpu', 'chcpu -g'],
  ['lsmem', 'lsmem -a -o+ZONES,NODE && lsmem --summary -b'],
  ['numactl', 'numactl --hardware', /free: \d+/g],
  ['numastat', 'numastat', /\d+/g],
  ['lstopo-no-graphics', 'lstopo-no-graphics -v && lstopo-no-graphics --of xml', /\d+KB|local_memory="\d+"/g],
  ['lsblk', 'lsblk -a && lsblk -t -a && lsblk -S && lsblk -J -O', /"(fsavail|fsused|fsuse%)":\s*"?[^,"]*"?/g],
  ['lspci', 'lspci -A linux-sysfs -vv && lspci -A linux-sysfs -xxxx && lspci -tv && lspci -k'],
  ['lsscsi', 'lsscsi -l && lsscsi -H'],
  ['ip', 'ip -s -d link', /^ +\d[\d ]*$/gm],
  ['node', `node -e 'const os = require("os"); console.log(os.cpus().length, os.availableParallelism(), os.networkInterfaces())'`],
  ['java', 'java -version'],
  ['jshell', `printf 'System.out.println(Runtime.getRuntime().availableProcessors());\\n/exit\\n' | jshell -`],
  ['python3', 'python3 -c "import os; print(os.cpu_count(), sorted(os.listdir(\'/sys/class/net\')))"'],
  ['find', 'find /sys/devices/system/cpu /sys/block /sys/class /sys/bus -printf "%p %y %m %s %n %l\\n" | sort'],
  ['ls', 'ls -lR --time-style=+ /sys/bus /sys/dev /sys/firmware'],
  ['udevadm', 'udevadm info -e'],
  ['lsmod', 'lsmod'],
  ['tar', 'tar -C /sys/devices/system/cpu -cf - --sort=name --mtime=@0 cpu0/topology cpu0/cache 2>/dev/null | cksum'],
];

for (const [index, [program, script, leaveOut]] of PROGRAMS.entries()) {
  if (OPTIONAL.has(program) && missingProgram(program)) continue;
  unless(reasonNotToMount() ?? missingProgram(program, 'unshare'), `${index} ${script}`, async () => {
    const covered = `unshare -m sh -c 'mount --bind "$1" /sys && eval "$2"' sh '${await ourSys()}' '${script.replaceAll("'", `'\\''`)}'`;
    const settle = (text: string): string => (leaveOut ? text.replace(leaveOut, '…') : text);
    let before = settle(await outcome(script));
    for (let round = 0; ; round++) {
      const ours = settle(await outcome(covered));
      const after = settle(await outcome(script));
      if (ours === after || ours === before) break;
      if (before === after || round === ROUNDS) assert.fixture(ours, after);
      before = after;
    }
    assert.not.match(before, /^status/, 'it prints something');
  });
}

test.run();
