/** What a mount shows instead of what the machine has, as programs see it. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandLine, mounting } from '../../../test/support/command-line.ts';

const field = (text: string, name: string): string => new RegExp(`^${name}:\\s*(.*)`, 'm').exec(text)?.[1] ?? '';

mounting('names are set, changed and unset, and a bad one is told', async (line) => {
  const names = 'osrelease=51.50.0,version=#7 SMP,builder=me@here,compiler=cc 1,hostname=hal,domainname=disc,bootid=01234567-89ab-cdef-0123-456789abcdef';
  assert.equal(await line.run('mount', '-d', '-o', names, line.target), { status: 0, signal: null, stdout: '', stderr: '' });
  const read = (path: string): string => readFileSync(join(line.target, path), 'utf8');
  assert.is(read('version'), 'Linux version 51.50.0 (me@here) (cc 1) #7 SMP\n');
  const parameters = ['osrelease', 'version', 'hostname', 'domainname', 'random/boot_id'].map((name) => read(`sys/kernel/${name}`));
  assert.is(parameters.join(''), '51.50.0\n#7 SMP\nhal\ndisc\n01234567-89ab-cdef-0123-456789abcdef\n');
  assert.is((await line.run('set', line.target, 'osrelease=', 'bootid=', 'domainname=other')).stderr, '');
  for (const name of ['osrelease', 'random/boot_id']) assert.is(read(`sys/kernel/${name}`), readFileSync(`/proc/sys/kernel/${name}`, 'utf8'));
  assert.is(read('sys/kernel/domainname'), 'other\n');
  for (const [setting, why] of [
    ['bootid=1', 'set: bad value in bootid=1: as 01234567-89ab-cdef-0123-456789abcdef'],
    ['cpus=3-1', 'set: bad value in cpus=3-1: a list of CPUs as 0-3,8'],
    ['cpus=8190', `${line.target}: cpus=8190: none of them is online`],
    ['memory=much', 'set: bad value in memory=much: a number with K, M, G or T behind it, as 512M'],
    ['memory=512iB', 'set: bad value in memory=512iB: a number with K, M, G or T behind it, as 512M'],
    ['pids=9999999', `${line.target}: pids=9999999: no such process`],
  ] as const) {
    assert.is((await line.run('set', line.target, setting)).stderr, `compatfs: ${why}\n`);
  }
  assert.is((await line.run('umount', line.target)).status, 0);
  assert.is((await line.run('mount', '-d', '-o', 'cpus=0-3,8190,ro', line.target)).stderr, '');
  assert.is((await line.run('umount', line.target)).status, 0);
  assert.is((await line.run('mount', '-d', '-o', 'cpus=8190', line.target)).stderr, 'compatfs: linprocfs: cpus=8190: none of them is online\n');
});

mounting('one CPU and a part of the memory: programs agree on them', async (line) => {
  const last = readdirSync('/sys/devices/system/cpu').filter((name) => /^cpu\d+$/.test(name)).map((name) => name.slice(3)).sort((a, b) => Number(a) - Number(b)).at(-1);
  const script = [
    'cat /sys/devices/system/cpu/online /sys/devices/system/cpu/present /sys/devices/system/cpu/possible',
    'grep -c ^cpu[0-9] /proc/stat',
    'grep -c ^processor /proc/cpuinfo',
    'head -1 /proc/interrupts | wc -w',
    'ls -d /sys/devices/system/cpu/cpu[0-9]*',
    'taskset -cp $$ | sed "s/.*: //"; grep Cpus_allowed_list /proc/self/status',
    'grep MemTotal /proc/meminfo; cat /sys/devices/system/node/node*/meminfo | grep -c MemTotal || true',
    'node -p "const o=require(\'os\'); [o.cpus().length, o.totalmem(), o.freemem() <= o.totalmem()].join()"',
  ].join('; ');
  // Enough for what runs: who asks for free memory where there is none is told of the machine's (libuv).
  const half = Math.floor(Number(field(readFileSync('/proc/meminfo', 'utf8'), 'MemTotal').split(' ')[0]) / 2048);
  const options = `cpus=${last},memory=${half}MiB,swap=0`;
  const { stdout, stderr } = await line.run('exec', '-o', options, '--', 'taskset', '-c', last ?? '0', 'sh', '-c', script);
  assert.is(stderr, '');
  const [online, present, possible, stat, cpuinfo, interrupts, directory, affinity, allowed, total, , node] = stdout.split('\n');
  assert.equal([online, present, possible, affinity], [last, last, last, last]);
  assert.equal([stat, cpuinfo, interrupts], ['1', '1', '1']);
  assert.is(directory, `/sys/devices/system/cpu/cpu${last}`);
  assert.is(allowed, `Cpus_allowed_list:\t${last}`);
  assert.is(field(total ?? '', 'MemTotal'), `${half * 1024} kB`);
  assert.is(node, `1,${half * 1024 ** 2},true`);
});

/** A process with two children, one of which has one, as a subtree of its own. */
async function subtree(line: CommandLine): Promise<ChildProcess> {
  const root = line.spawn('sh', ['-c', 'sleep 1000 & sh -c "sleep 1001 & echo; wait" & wait'], { detached: true });
  if (root.stdout) await once(root.stdout, 'data');
  return root;
}

mounting('a subtree of processes is shown with numbers of its own', async (line) => {
  const root = await subtree(line);
  try {
    assert.is((await line.run('mount', '-d', '-o', `pids=${root.pid}`, line.target)).stderr, '');
    const ids = readdirSync(line.target).filter((name) => /^\d+$/.test(name)).map(Number);
    assert.equal([ids.length, ids[0]], [4, 1]);
    const read = (path: string): string => readFileSync(join(line.target, path), 'latin1');
    const status = read('1/status');
    assert.equal(['Pid', 'PPid', 'Tgid', 'NSpid'].map((name) => field(status, name)), ['1', '0', '1', '1']);
    const parents = ids.map((id) => read(`${id}/stat`).split(' ')[3]);
    assert.equal(parents.filter((parent) => parent === '1').length, 2);
    assert.equal(read('1/task/1/children').trim().split(' ').length, 2);
    assert.is(readlinkSync(join(line.target, '1/exe')), readlinkSync(`/proc/${root.pid}/exe`));
    assert.throws(() => readlinkSync(join(line.target, 'self')), /ENOENT/);
    assert.is((await line.run('set', line.target, 'pids=')).stderr, '');
    assert.is(readlinkSync(join(line.target, 'self')), String(process.pid));
  } finally {
    process.kill(-(root.pid as number), 'SIGKILL');
  }
});

mounting('a program that is none of them is taken for the first by exec', async (line) => {
  const root = await subtree(line);
  try {
    const script = 'readlink /proc/self; cat /proc/self/comm; echo /proc/[0-9]* | wc -w; read -r own </proc/$$/comm && echo $own';
    const { stdout, stderr } = await line.run('exec', '-o', `pids=${root.pid}`, '--', 'sh', '-c', script);
    assert.is(stderr, '');
    const comm = readFileSync(`/proc/${root.pid}/comm`, 'latin1');
    assert.is(stdout, `1\n${comm}4\n${comm}`);
  } finally {
    process.kill(-(root.pid as number), 'SIGKILL');
  }
}, 'unshare');

mounting('in another machine whoever looks is taken for one of those that are shown', async (line) => {
  const router = fileURLToPath(new URL('../../../../examples/simulated/router.json', import.meta.url));
  assert.is((await line.run('mount', '-d', '-o', `source=simulated:${router},pids=2`, line.target)).stderr, '');
  assert.equal(readdirSync(line.target).filter((name) => name === '1'), ['1']);
  assert.is(readlinkSync(join(line.target, 'self')), '1');
  assert.is((await line.run('set', line.target, 'pids=1')).stderr, '');
  const self = readlinkSync(join(line.target, 'self'));
  assert.ok(Number(self) > 1 && existsSync(join(line.target, self, 'stat')), self);
});

mounting('the first process of a pid namespace is shown as it knows itself', async (line) => {
  const script = `
    unshare --pid --fork sh -c 'echo ready; sleep 1000; :' 2>/dev/null & outer=$!
    while :; do init=$(cat /proc/$outer/task/$outer/children); test -n "$init" && break; done
    until test -e /proc/$(echo $init)/ns/pid; do :; done
    $compatfs mount -d -o pids=$(echo $init) ${line.target}
    nsenter --target $(echo $init) --pid sh -c 'cd ${line.target}; readlink self; echo $$; cut -d" " -f1 self/stat; head -1 1/comm'
    $compatfs umount ${line.target}
    kill -9 $init`;
  const { stdout, stderr } = await line.shell(script);
  assert.is(stderr, '');
  const [, link, own, , name] = stdout.split('\n');
  assert.ok(Number(link) > Number(own), `${link} was started by ${own}`);
  assert.is(name, 'sh');
}, 'unshare', 'nsenter');

test.run();
