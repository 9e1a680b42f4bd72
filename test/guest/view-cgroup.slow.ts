/** `-o view=cgroup` where control groups are of version 2: the server runs in the guest, with a Node.js of this machine's. */

import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { missingProgram, unless } from '../support/requirements.ts';
import { Guest, reasonNotToBoot } from './guest.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MIB = 1024 * 1024;
/** Node.js takes its time to start where each instruction is emulated. */
const PATIENCE_MS = 300_000;
const reason = missingProgram('ldd') ?? (await reasonNotToBoot());
let guest: Guest | undefined;

function booted(): Guest {
  if (!guest) throw new Error('no guest');
  return guest;
}

/** Node.js with its libraries, and what was built of ours. */
function programs(): Record<string, Buffer> {
  const files: Record<string, Buffer> = { 'bin/node': readFileSync(process.execPath) };
  const { stdout } = spawnSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [, library = ''] of stdout.matchAll(/(\/\S+) \(0x/g)) files[library] = readFileSync(library);
  for (const part of ['dist/fs', 'dist/providers', 'dist/mounts', 'dist/emulator']) {
    for (const entry of readdirSync(join(ROOT, part), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && /\.c?js$/.test(entry.name) && !/\.(test|slow)\.js$/.test(entry.name))
        files[`compatfs/${relative(ROOT, path)}`] = readFileSync(path);
    }
  }
  files['compatfs/package.json'] = readFileSync(join(ROOT, 'package.json'));
  return files;
}

unless(reason, 'a mount in the guest', async () => {
  guest = await Guest.boot({ modules: ['fuse'], files: programs(), memory: 1024, machine: ['-smp', '2'] });
  await guest.output('mount -t cgroup2 none /sys/fs/cgroup && echo "+cpu +cpuset +memory +io" >/sys/fs/cgroup/cgroup.subtree_control');
  await guest.output('mkdir /tmp/proc /tmp/sys /run; ln -s /proc/self/fd /dev/fd; node /compatfs/dist/mounts/cli/main.cjs mount -d -t linprocfs -o view=cgroup proc /tmp/proc', PATIENCE_MS);
  await guest.output('node /compatfs/dist/mounts/cli/main.cjs mount -d -t linsysfs -o view=cgroup sys /tmp/sys', PATIENCE_MS);
});

/** Runs a script in a group of its own; the lines that it prints. */
async function inGroup(settings: Readonly<Record<string, string>>, script: string, milliseconds?: number): Promise<string[]> {
  const set = Object.entries(settings).map(([file, value]) => `echo ${value} >/sys/fs/cgroup/$g/${file}`);
  const output = await booted().output(
    [`g=test$$`, 'mkdir /sys/fs/cgroup/$g', ...set, `sh -c 'echo $$ >/sys/fs/cgroup/'$g'/cgroup.procs; ${script}'`, 'rmdir /sys/fs/cgroup/$g'].join('\n'),
    milliseconds,
  );
  return output.trimEnd().split('\n');
}

unless(reason, 'CPUs and memory', async () => {
  const lines = await inGroup(
    { 'cpuset.cpus': '1', 'memory.max': String(64 * MIB) },
    'grep -c ^processor /tmp/proc/cpuinfo; grep -c ^cpu[0-9] /tmp/proc/stat; cat /tmp/sys/devices/system/cpu/online /tmp/sys/devices/system/cpu/present; head -n 3 /tmp/proc/meminfo; cat /tmp/sys/devices/system/node/node0/meminfo | head -n 1',
  );
  assert.equal(lines.slice(0, 4), ['1', '1', '1', '1']);
  const [total = 0, free = 0, available = 0] = lines.slice(4).map((line) => Number(/(\d+) kB/.exec(line)?.[1]));
  assert.is(total, 64 * 1024);
  assert.ok(free > 32 * 1024 && free < total && available >= free && available <= total, lines.join());
});

unless(reason, 'the limit of a group above, and a quota', async () => {
  const script = 'grep MemTotal /tmp/proc/meminfo; grep -c ^processor /tmp/proc/cpuinfo; ls -d /tmp/sys/devices/system/cpu/cpu[0-9]*';
  const output = await booted().output(
    `cd /sys/fs/cgroup && mkdir above && echo ${32 * MIB} >above/memory.high && echo 50000 100000 >above/cpu.max && echo "+cpu +memory" >above/cgroup.subtree_control
    mkdir above/below && sh -c 'echo $$ >above/below/cgroup.procs; ${script}' && rmdir above/below above`,
  );
  assert.equal(output.trim().split('\n'), [`MemTotal:          ${32 * 1024} kB`, '1', '/tmp/sys/devices/system/cpu/cpu0']);
});

unless(reason, 'times, uptime and load are the group\'s', async () => {
  // BusyBox's cat uses sendfile(2), which finds nothing in files without a size.
  const look = 'head -n 3 /tmp/proc/stat | grep cpu; head -n 1 /tmp/proc/uptime; cut -d" " -f22 /tmp/proc/$$/stat; head -n 1 /tmp/proc/loadavg; head -n 1 /tmp/proc/pressure/cpu';
  const lines = await inGroup({}, `${look}; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; ${look}`);
  const half = lines.length / 2;
  const ticks = (line = ''): number[] => line.trim().split(/\s+/).slice(1).map(Number);
  for (let cpu = 0; cpu < 3; cpu++) {
    ticks(lines[half + cpu]).forEach((tick, index) => assert.ok(tick >= (ticks(lines[cpu])[index] ?? 0), `${lines[cpu]} ${lines[half + cpu]}`));
  }
  const [user = 0, , system = 0, idle = 0] = ticks(lines[half]);
  const up = Number(lines[half + 3]?.split(' ')[0]);
  assert.ok(user + system > 0);
  assert.ok(user + system + idle <= up * 200 + 2 && up < 60, lines.join('\n'));
  assert.is(lines[half + 4], '0', 'its oldest process began with it');
  assert.match(lines[half + 5] ?? '', /^\d+\.\d\d \d+\.\d\d \d+\.\d\d [1-9]\/[1-9] \d+$/);
  assert.match(lines[half + 6] ?? '', /^some avg10=/);
});

unless(reason, 'a container, whoever asks in it', async () => {
  const output = await booted().output(
    `cd /sys/fs/cgroup && mkdir box && echo ${48 * MIB} >box/memory.max && echo +memory >box/cgroup.subtree_control && mkdir box/init box/service && echo ${16 * MIB} >box/service/memory.max
    unshare -p -f sh -c 'sleep 1000; :' & until child=$(cat /proc/$!/task/$!/children) && [ -n "$child" ]; do usleep 20000; done
    echo $child >box/init/cgroup.procs
    nsenter -t $child -p sh -c 'grep MemTotal /tmp/proc/meminfo; cut -d" " -f1 /proc/1/comm' 
    sh -c 'echo $$ >box/service/cgroup.procs; grep MemTotal /tmp/proc/meminfo'
    kill -9 $child; wait; until rmdir box/init box/service box 2>/dev/null; do usleep 20000; done`,
  );
  const [inside, , outside] = output.trim().split('\n');
  assert.equal([inside, outside], [`MemTotal:          ${48 * 1024} kB`, `MemTotal:          ${16 * 1024} kB`]);
});

unless(reason, 'Node.js is told the same', async () => {
  const program = 'const os = require("os"); console.log([os.cpus().length, os.totalmem()].join())';
  await booted().output(`echo '${program}' >/tmp/program.cjs`);
  const script = 'mount --bind /tmp/proc /proc && mount --bind /tmp/sys /sys && exec node /tmp/program.cjs';
  const output = await booted().output(
    `g=/sys/fs/cgroup/node; mkdir $g; echo 0 >$g/cpuset.cpus; echo ${400 * MIB} >$g/memory.max; echo $$ >$g/cgroup.procs; unshare -m sh -c '${script}'; echo $$ >/sys/fs/cgroup/cgroup.procs; rmdir $g`,
    PATIENCE_MS,
  );
  assert.is(output.trim(), `1,${400 * MIB}`);
});

unless(reason, 'the end', async () => {
  await booted().end();
});

test.run();
