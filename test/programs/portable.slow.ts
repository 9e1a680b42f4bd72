/** Programs on the source portable, which shows this machine without its /proc and /sys. */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism, totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Mount, mountFuse, trees } from '../../mounts/cli/library.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram, reasonNotToMount } from '../support/requirements.ts';

/** What takes longer hangs. */
const LIMIT_MS = 120_000;
const reason = reasonNotToMount() ?? missingProgram('unshare', 'mount', 'ps', 'top');

function number(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${pattern} is not in ${text.slice(0, 2000)}`);
  return Number(found);
}

if (reason !== undefined) {
  console.log(`skipped: ${reason}`);
} else {
  const directory = temporaryDirectory();
  const places = ['proc', 'sys'].map((name) => join(directory, name));
  const mounts: Mount[] = [];
  test.after(() => removeDirectory(directory));

  const run = (line: string): string => {
    const [proc = '', sys = ''] = places;
    const command = `mount --bind "$1" /proc && mount --bind "$2" /sys && exec sh -c "$3"`;
    const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', command, 'sh', proc, sys, line], { encoding: 'latin1', timeout: LIMIT_MS });
    assert.is(status, 0, `${line}: ${stderr}`);
    return stdout;
  };
  const having = (program: string, name: string, body: () => void): void => {
    test(name, () => {
      const missing = missingProgram(program);
      if (missing === undefined) body();
      else console.log(`skipped: ${missing}`);
    });
  };

  test('is mounted', async () => {
    for (const [index, target] of places.entries()) {
      mkdirSync(target, { recursive: true });
      const source = 'portable';
      mounts.push(await mountFuse({ target, tree: index === 0 ? trees.linprocfs({ source }) : trees.linsysfs({ source }) }));
    }
  });

  having('ps', 'ps lists the processes', () => {
    const lines = run('ps -eo pid,ppid,user,stat,time,rss,args --no-headers').trim().split('\n');
    assert.ok(lines.every((line) => /^ *\d+ +\d+ \S+ +[RSDTZIX][<NsLl+]* +[\d:-]+ +\d+ \S/.test(line)), lines.find((line) => !/^ *\d+ +\d+ \S+ +[RSDTZIX]/.test(line)));
    assert.ok(lines.some((line) => Number(/^ *(\d+)/.exec(line)?.[1]) === process.pid));
    assert.match(run('ps -p 1 -o pid= -o comm='), /^ *1 \S/);
  });

  having('top', 'top sees the load', () => {
    const text = run('TERM=dumb top -b -n 2 -d 2 -w 200');
    const last = text.slice(text.lastIndexOf('top - '));
    assert.ok(number(last, /^Tasks: *(\d+) total/m) > 2);
    const idle = number(last, /^%Cpu.* ([\d.]+) id/m);
    assert.ok(idle >= 0 && idle <= 100, String(idle));
  });

  having('htop', 'htop draws', () => {
    const missing = missingProgram('script');
    if (missing !== undefined) return console.log(`skipped: ${missing}`);
    const text = run(`(sleep 6; echo q) | HOME=/nonexistent script -qec 'stty rows 70 cols 180; TERM=xterm htop -C' /dev/null`);
    assert.match(text, /Tasks:/);
    assert.match(text, /Load average:/);
  });

  having('free', 'free and vmstat know the memory', () => {
    assert.is(number(run('free -b'), /^Mem: +(\d+)/m), totalmem());
    const lines = run('vmstat 2 2').trim().split('\n');
    const shares = (lines.at(-1) ?? '').trim().split(/ +/).map(Number).slice(12, 17).reduce((sum, share) => sum + share, 0);
    assert.ok(shares >= 97 && shares <= 103, lines.join('\n'));
  });

  having('uptime', 'uptime tells the load', () => {
    assert.match(run('uptime'), /load average: [\d.]+, [\d.]+, [\d.]+/);
    assert.ok(Math.abs(number(run('cat /proc/uptime'), /^([\d.]+)/) - uptime()) < 60);
  });

  having('lscpu', 'lscpu finds the processors', () => {
    assert.ok(number(run('lscpu'), /^CPU\(s\): +(\d+)/m) >= availableParallelism());
  });

  having('lsblk', 'lsblk finds the disks that there are', () => {
    run('lsblk -no NAME,TYPE');
  });

  test('node knows the processors and the uptime', () => {
    const text = run(`'${process.execPath}' -p "JSON.stringify([os.cpus().length, os.cpus()[0].times.idle, os.uptime(), os.loadavg().length])"`);
    const [count, idle, up, loads] = JSON.parse(text) as number[];
    assert.ok((count ?? 0) >= availableParallelism() && (idle ?? 0) > 0 && loads === 3);
    assert.ok(Math.abs((up ?? 0) - uptime()) < 60);
  });

  having('df', 'mounts can be listed', () => {
    assert.match(run('cat /proc/self/mounts'), /^\S+ \/ \S+ r[wo]/m);
    assert.match(run('cat /proc/self/mountinfo'), /^1 0 \d+:\d+ \/ \/ /);
  });

  test('is taken away', async () => {
    for (const mount of mounts) await mount.unmount();
  });
}

test.run();
