/** `-o view=cgroup` beside lxcfs, for the same program in the same control group: where lxcfs tells of the group, we tell the same. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mounting, until } from '../../../test/support/command-line.ts';
import { TestGroup, reasonForNoGroups } from '../../../test/support/control-groups.ts';

const MIB = 1024 * 1024;
/** Lines of meminfo that both take from the group; what is free may change between two looks. */
const LINES = ['MemTotal', 'Buffers', 'SwapTotal', 'SwapFree', 'SReclaimable'];
const CHANGING = ['MemFree', 'MemAvailable', 'Cached', 'Active(anon)', 'Inactive(anon)'];
/** KiB that a program may take between two looks. */
const SLACK = 4096;

const numbers = (meminfo: string): Map<string, number> =>
  new Map(meminfo.split('\n').map((line) => [line.slice(0, line.indexOf(':')), Number(/(\d+)/.exec(line.slice(line.indexOf(':')))?.[1])] as const));

const reason = reasonForNoGroups();
if (reason !== undefined) console.log(`skipped: beside lxcfs: ${reason}`);
else {
  mounting('lxcfs and we agree', async (line) => {
    const group = new TestGroup(`compatfs-lxcfs-${process.pid}`, { cpus: '0', memory: 256 * MIB });
    const other = join(line.directory, 'lxcfs');
    mkdirSync(other);
    const lxcfs = line.spawn('lxcfs', ['-p', join(line.directory, 'lxcfs.pid'), other], { stdio: 'ignore' });
    try {
      assert.is((await line.run('mount', '-d', '-o', 'view=cgroup', line.target)).stderr, '');
      await until('lxcfs is mounted', () => readFileSync('/proc/self/mounts', 'latin1').includes(` ${other} fuse.lxcfs `));
      const look = (file: string): string => `cat ${other}/proc/${file}; echo =; cat ${line.target}/${file}; echo =`;
      const { stdout, stderr } = await line.shell(`${group.enter} && { i=0; while test $i -lt 100000; do i=$((i+1)); done; ${look('meminfo')}; ${look('cpuinfo')}; ${look('stat')}; }`);
      assert.is(stderr, '');
      const [theirMemory = '', memory = '', theirCpus = '', cpus = '', theirStat = '', stat = ''] = stdout.split('=\n');
      const [theirs, ours] = [numbers(theirMemory), numbers(memory)];
      for (const name of LINES) assert.is(ours.get(name), theirs.get(name), name);
      for (const name of CHANGING) assert.ok(Math.abs((ours.get(name) ?? 0) - (theirs.get(name) ?? 0)) <= SLACK, name);
      const count = (text: string): number => text.match(/^processor/gm)?.length ?? 0;
      assert.equal([count(cpus), count(theirCpus)], [1, 1]);
      const used = (text: string): number => {
        const [user = 0, nice = 0, system = 0] = (text.split('\n')[0] ?? '').trim().split(/\s+/).slice(1).map(Number);
        return user + nice + system;
      };
      assert.ok(used(theirStat) > 0);
      // It looks a moment earlier.
      assert.ok(used(stat) >= used(theirStat) && used(stat) <= used(theirStat) + 50, `${stat}\n${theirStat}`);
      assert.is((await line.run('umount', line.target)).status, 0);
    } finally {
      lxcfs.kill();
      if (lxcfs.exitCode === null) await new Promise((resolve) => lxcfs.once('exit', resolve));
      group.remove();
    }
  }, 'lxcfs');
}

test.run();
