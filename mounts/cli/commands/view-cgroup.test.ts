/** `-o view=cgroup` for programs in a limited control group: they all agree on what it has. */

import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandLine, mounting } from '../../../test/support/command-line.ts';
import { type GroupLimits, TestGroup, reasonForNoGroups } from '../../../test/support/control-groups.ts';

const ROUTER = fileURLToPath(new URL('../../../../examples/simulated/router.json', import.meta.url));
const MIB = 1024 * 1024;
const reason = reasonForNoGroups();

function inGroup(name: string, limits: GroupLimits, body: (line: CommandLine, group: TestGroup) => Promise<void>, ...programs: string[]): void {
  if (reason !== undefined) return console.log(`skipped: ${name}: ${reason}`);
  mounting(
    name,
    async (line) => {
      const group = new TestGroup(`compatfs-test-${process.pid}`, limits);
      try {
        await body(line, group);
      } finally {
        group.remove();
      }
    },
    ...programs,
  );
}

/** Runs a script in the group, with our /proc and /sys; returns its lines. */
async function linesOf(line: CommandLine, group: TestGroup, script: string): Promise<string[]> {
  const { stdout, stderr } = await line.run('exec', '-o', 'view=cgroup', '--', 'sh', '-c', `${group.enter} && ${script}`);
  assert.is(stderr, '');
  return stdout.trimEnd().split('\n');
}

const highest = readdirSync('/sys/devices/system/cpu').flatMap((name) => /^cpu(\d+)$/.exec(name)?.[1] ?? []).sort((a, b) => Number(a) - Number(b)).at(-1) ?? '0';

const NODE = `node -p 'const o = require("os"); [o.cpus().length, o.totalmem(), o.freemem() <= o.totalmem(), o.uptime() < 300].join()'`;

inGroup('free, top, nproc and node agree on CPUs and memory', { cpus: highest, memory: 512 * MIB }, async (line, group) => {
  const [nproc, cpuinfo, stat, interrupts, online, present, possible, free, top, node, allowed] = await linesOf(
    line,
    group,
    [
      'nproc',
      'grep -c ^processor /proc/cpuinfo',
      'grep -c ^cpu[0-9] /proc/stat',
      'head -1 /proc/interrupts | wc -w',
      'cat /sys/devices/system/cpu/online /sys/devices/system/cpu/present /sys/devices/system/cpu/possible',
      'free -b | grep Mem: | tr -s " " | cut -d" " -f2',
      'top -b -n 1 | grep -c "Mem :  *512.0 total"',
      NODE,
      'grep Cpus_allowed_list /proc/self/status',
    ].join('; '),
  );
  assert.equal([nproc, cpuinfo, stat, interrupts], ['1', '1', '1', '1']);
  assert.equal([online, present, possible], [highest, highest, highest]);
  assert.equal([free, top, node], [String(512 * MIB), '1', `1,${512 * MIB},true,true`]);
  assert.is(allowed, `Cpus_allowed_list:\t${highest}`);
}, 'free', 'top');

inGroup('a share of the time is as many CPUs as can be used at once', { quota: 0.5 }, async (line, group) => {
  assert.equal(await linesOf(line, group, 'grep -c ^processor /proc/cpuinfo; grep -c ^cpu[0-9] /proc/stat; ls -d /sys/devices/system/cpu/cpu[0-9]* | wc -l'), ['1', '1', '1']);
});

inGroup('times are the group\'s, add up to its uptime, and begin with its first process', { cpus: highest }, async (line, group) => {
  const work = 'i=0; while test $i -lt 200000; do i=$((i+1)); done';
  const [first = '', second = '', uptime = '', btime = '', start = '', load = '', share = ''] = await linesOf(
    line,
    group,
    `head -1 /proc/stat; ${work}; head -1 /proc/stat; cat /proc/uptime; grep btime /proc/stat; cut -d" " -f22 /proc/$$/stat; cat /proc/loadavg; ps -o pcpu= -p $$`,
  );
  const ticks = (text: string): number[] => text.trim().split(/\s+/).slice(1).map(Number);
  const [before, after] = [ticks(first), ticks(second)];
  after.forEach((tick, index) => assert.ok(tick >= (before[index] ?? 0), `column ${index}`));
  const [user = 0, , system = 0, idle = 0] = after;
  assert.ok(user + system >= (before[0] ?? 0) + 5, second);
  const [up = 0, idleSeconds = 0] = uptime.split(' ').map(Number);
  assert.ok(up < 300 && idleSeconds <= up, uptime);
  assert.ok(user + system + idle <= up * 100 + 1, `${second} ${uptime}`);
  assert.is(start, '0', 'the shell is the oldest');
  const boot = Number(/btime (\d+)/.exec(readFileSync('/proc/stat', 'latin1'))?.[1]);
  assert.ok(Number(btime.split(' ')[1]) > boot);
  assert.ok(Number(share) > 0 && Number(share) <= 100, `ps shows ${share} % of a CPU`);
  assert.match(load, /^\d+\.\d\d \d+\.\d\d \d+\.\d\d \d+\/\d+ \d+$/);
}, 'ps');

inGroup('who is in no group sees the machine, at the same mount', { cpus: highest, memory: 256 * MIB }, async (line, group) => {
  assert.is((await line.run('mount', '-d', '-o', 'view=cgroup', line.target)).stderr, '');
  const { stdout } = await line.shell(`${group.enter} && head -1 ${line.target}/meminfo && grep -c ^processor ${line.target}/cpuinfo`);
  assert.is(stdout, `MemTotal:         ${256 * 1024} kB\n1\n`);
  const total = (path: string): string => readFileSync(path, 'latin1').split('\n')[0] ?? '';
  assert.is(total(`${line.target}/meminfo`), total('/proc/meminfo'));
  assert.is((await line.run('umount', line.target)).status, 0);
});

inGroup('the view can be taken back and given to a live mount', { cpus: highest, memory: 256 * MIB }, async (line, group) => {
  const sys = `${line.target}/sys`;
  mkdirSync(sys);
  const proc = `${line.target}/proc`;
  mkdirSync(proc);
  const look = async (): Promise<string> =>
    (await line.shell(`${group.enter} && head -1 ${proc}/meminfo && grep -c ^processor ${proc}/cpuinfo && cat ${sys}/devices/system/cpu/online`)).stdout;
  assert.is((await line.run('mount', '-d', '-o', 'view=cgroup', proc)).stderr, '');
  assert.is((await line.run('mount', '-d', '-t', 'linsysfs', sys)).stderr, '');
  const [cpus, online] = [availableParallelism(), readFileSync('/sys/devices/system/cpu/online', 'latin1')];
  const [machine] = readFileSync('/proc/meminfo', 'latin1').split('\n');
  const limited = `MemTotal:         ${256 * 1024} kB\n1\n`;
  assert.is(await look(), limited + online);
  assert.is((await line.run('set', proc, 'view=')).stderr, '');
  assert.is(await look(), `${machine}\n${cpus}\n${online}`);
  assert.is((await line.run('set', proc, 'view=cgroup')).stderr, '');
  assert.is((await line.run('set', sys, 'view=cgroup')).stderr, '');
  assert.is(await look(), `${limited}${highest}\n`);
  assert.is((await line.run('set', sys, 'view=')).stderr, '');
  assert.is(await look(), limited + online);
  for (const target of [proc, sys]) assert.is((await line.run('umount', target)).status, 0);
});

mounting('another view is refused', async (line) => {
  assert.is((await line.run('mount', '-o', 'view=pod', line.target)).stderr, 'compatfs: mount: bad value in view=pod: the only view is cgroup\n');
  const { stderr } = await line.run('mount', '-d', '-o', `view=cgroup,source=simulated:${ROUTER}`, line.target);
  assert.is(stderr, 'compatfs: linprocfs: view=cgroup: who looks at another machine is in no control group there\n');
  assert.is((await line.run('mount', '-d', '-o', `source=simulated:${ROUTER}`, line.target)).stderr, '');
  const changed = await line.run('set', line.target, 'view=cgroup');
  assert.is(changed.stderr, `compatfs: ${line.target}: view=cgroup: who looks at another machine is in no control group there\n`);
  assert.is((await line.run('umount', line.target)).status, 0);
});

test.run();
